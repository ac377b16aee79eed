// Walking the answers by keyboard. The answer itself takes the focus, none of its buttons: the space
// bar goes on playing, and nobody agrees by accident.

export class Answers {
    constructor(within) {
        this.within = within;
    }

    // The answer in which the focus is.
    get here() {
        return this.within.getRootNode().activeElement?.closest?.(".answer") ?? null;
    }

    step(by) {
        const all = [...this.within.querySelectorAll(".answer")].filter((each) => each.checkVisibility());
        const place = all.indexOf(this.here);
        const next = all[place < 0 ? (by > 0 ? 0 : all.length - 1) : place + by];
        next?.focus({ preventScroll: true });
        next?.scrollIntoView({ block: "nearest" });
    }

    press(what) {
        this.here?.querySelector(`[data-act~="${what}"]`)?.click();
    }

    // The answer in which the focus is, so that it is still there once it was drawn anew.
    held() {
        const { here } = this;
        return here && { name: name(here), itself: here === this.within.getRootNode().activeElement };
    }

    hold(held) {
        if (!held || (this.here && !held.itself)) return; // a button of it, or a form, has it
        [...this.within.querySelectorAll(".answer")].find((each) => name(each) === held.name)?.focus({ preventScroll: true });
    }
}

const name = (answer) => `${answer.closest(".rubric").dataset.rubric}.${answer.dataset.criterion}`;
