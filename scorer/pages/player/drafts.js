// What was typed and not sent. It stays in this tab until it is sent or thrown away, also when another
// call or the page itself is loaded meanwhile; with the tab it is gone.

export class Drafts {
    constructor(call, person) {
        this.place = `draft ${JSON.stringify([person, call])}`;
        this.all = new Map(Object.entries(kept(this.place))); // form -> its answer and its words
    }

    // The words that wait, empty where none do.
    words(form) {
        return this.all.get(form)?.reason.trim() ?? "";
    }

    get(form) {
        return this.all.get(form);
    }

    set(form, draft) {
        this.all.set(form, draft);
        this.keep();
    }

    delete(form) {
        this.all.delete(form);
        this.keep();
    }

    // `sent` is on its way: who leaves before the answer came must not find it unsent.
    keep(sent = null) {
        const waiting = [...this.all].filter(([form]) => form !== sent && this.words(form));
        try {
            if (waiting.length) sessionStorage.setItem(this.place, JSON.stringify(Object.fromEntries(waiting)));
            else sessionStorage.removeItem(this.place);
        } catch {
            // A browser that keeps nothing: it stays while the call is open.
        }
    }
}

function kept(place) {
    try {
        return JSON.parse(sessionStorage.getItem(place)) ?? {};
    } catch {
        return {};
    }
}
