// What a person says of the call: buttons that open small forms, and how these reach the page.

import { h, quoteLine } from "./dom.js";
import { Drafts } from "./drafts.js";

const FIRST = "input:checked, textarea, button"; // what has the focus in a form that opens

// Where the focus is in a form, as what puts it there in the same form drawn anew; null elsewhere.
function place(form) {
    const active = form?.getRootNode().activeElement;
    if (!active || !form.contains(active)) return null;
    if (active.tagName !== "TEXTAREA") return (anew) => anew.querySelector(FIRST).focus({ preventScroll: true });
    const { selectionStart, selectionEnd } = active;
    return (anew) => {
        const text = anew.querySelector("textarea");
        text.focus({ preventScroll: true });
        text.setSelectionRange(selectionStart, selectionEnd);
    };
}

// Sends one thing at a time and keeps what was typed until the page has understood it.
export class Desk {
    constructor(key, send, hear) {
        this.key = key;
        this.send = send;
        this.hear = hear;
        this.drafts = null; // what was typed, by form
        this.open = null; // the one form that is open
        this.sent = null; // the form or button whose answer is awaited
        this.waiting = []; // what was said meanwhile
        this.beside = new Map(); // a button that may be gone once it was answered -> what stands beside it
    }

    // Called before the parts are built anew: `review` is who looks, what they may do, what went wrong.
    begin(review) {
        const answered = this.review && review.heard !== this.review.heard;
        this.review = review;
        this.drafts ??= new Drafts(this.key, review.you);
        this.at = place(this.slots?.get(this.open)?.element);
        this.slots = new Map();
        this.done = null;
        if (!answered || this.sent === null) return;
        if (review.problem) {
            this.drafts.keep();
        } else {
            this.drafts.delete(this.sent);
            if (this.open === this.sent) this.open = null;
        }
        this.done = this.sent;
        this.sent = null;
        const next = this.waiting.shift();
        if (next) setTimeout(() => this.say(...next));
    }

    // Called after: what was open is open again, and who pressed a button finds their place again.
    resume() {
        const slot = this.slots.get(this.open);
        slot?.show();
        // Who types in one form while another was answered goes on typing; a key is no command then.
        if (slot && this.at) this.at(slot.element);
        const done = this.slots.get(this.done) ?? this.slots.get(this.beside.get(this.done));
        if (!done) return;
        if (this.review.problem) {
            done.element.append(h("p", { class: "problem", role: "alert" }, this.review.problem));
            done.element.hidden = false; // a form that is closed is
        }
        if (!slot || !this.at) done.back.focus({ preventScroll: true });
    }

    may(action) {
        return this.review.may.includes(action);
    }

    say(slot, message) {
        const said = [this.sent, ...this.waiting.map(([each]) => each)];
        if (said.includes(slot)) return; // a second click on the same button says nothing new
        if (this.sent !== null) {
            this.waiting.push([slot, message]);
            return;
        }
        this.sent = slot;
        this.drafts.keep(slot);
        this.send({ reason: "", ...message });
    }

    // A button that says one thing at once.
    button(slot, text, message, attributes = {}) {
        const element = h("span", { class: "slot" });
        const back = h("button", {
            type: "button", class: "control small", ...attributes, onclick: () => this.say(slot, message),
        }, text);
        element.append(back);
        this.slots.set(slot, { element, back, show() {} });
        return element;
    }

    // A button that opens a form; `fields` are what it tells, its label and what it asks.
    opener(slot, text, fields, message, attributes = {}) {
        const element = h("div", { class: "slot form", hidden: true });
        const back = h("button", {
            type: "button", class: "control small", "aria-expanded": "false", ...attributes,
            onclick: () => (this.open === slot ? this.close() : this.show(slot)),
        }, text);
        const show = () => {
            element.replaceChildren(this.form(slot, fields, message));
            element.hidden = false;
            back.setAttribute("aria-expanded", "true");
        };
        // Closed, it still says what waits in it.
        const hide = () => {
            const words = this.drafts.words(slot);
            element.replaceChildren(words && h("p", { class: "quiet unsent" }, `Not sent yet: “${words}”`));
            element.hidden = !words;
            back.setAttribute("aria-expanded", "false");
        };
        hide();
        this.slots.set(slot, { element, back, show, hide });
        return [back, element];
    }

    show(slot) {
        this.close();
        this.open = slot;
        const { element, show } = this.slots.get(slot);
        show();
        element.querySelector(FIRST).focus();
    }

    close() {
        const slot = this.slots.get(this.open);
        this.open = null;
        slot?.hide();
        slot?.back.focus({ preventScroll: true });
    }

    form(slot, { told, label, chosen, answers = this.review.results, action, optional }, message) {
        const draft = this.drafts.get(slot) ?? { to: chosen, reason: "" };
        const button = (text, attributes) => h("button", { type: "button", class: "control small", ...attributes }, text);
        const away = button("Throw away", {
            hidden: !draft.reason,
            onclick: () => {
                this.drafts.delete(slot);
                this.close();
            },
        });
        const keep = (changed) => {
            this.drafts.set(slot, Object.assign(draft, changed));
            away.hidden = !draft.reason;
        };
        const choices = chosen !== undefined && h("fieldset", {},
            h("legend", { class: "unseen" }, "Answer"),
            answers.map(([value, text]) => h("label", {},
                h("input", {
                    type: "radio", name: slot, value, checked: value === draft.to,
                    onchange: () => keep({ to: value }),
                }), text)));
        const reason = h("textarea", { rows: 2, required: !optional, oninput: () => keep({ reason: reason.value }) });
        reason.value = draft.reason;
        return h("form", {
            onsubmit: (event) => {
                event.preventDefault();
                const to = chosen !== undefined && { to: draft.to };
                this.say(slot, { ...message, ...to, reason: draft.reason });
            },
            onkeydown: (event) => {
                if (event.key === "Escape") this.close();
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
            },
        },
        told && h("p", { class: "told" }, told),
        choices,
        label && h("label", { class: "reason" }, label, reason),
        h("div", { class: "acts" },
            button(action, { type: "submit", class: "control small primary" }),
            button("Close", { onclick: () => this.close() }),
            away));
    }
}

// What people made of a judgement, and what this person may say of it.
export function decided(judgement, desk) {
    const { id, decision, dispute, said } = judgement;
    if (id === null) return null;
    const at = (what) => `${what}-${id}`;
    const judges = desk.may("judge");
    return h("div", { class: "people" },
        decision && (decision.agreed ? agreed(decision) : sideBySide(decision)),
        dispute && h("p", { class: "asked" },
            h("b", {}, `${dispute.mine ? "You" : dispute.by} disputed this: `), dispute.reason, ` (${dispute.due})`),
        // Every judgement has an “Agree”: to a screen reader each is in a group of its title.
        h("div", { class: "acts", role: "group", "aria-label": judgement.title },
            judges && agreement(id, decision, desk, { act: "edit", judgement: id, to: judgement.outcome }, { act: "take_back", judgement: id },
                { "data-act": judgement.outcome === "cannot_tell" ? "agree unknown" : "agree" }),
            judges && desk.opener(at("change"), "Change",
                { label: "Why should it change?", chosen: judgement.outcome, action: "Save the change" },
                { act: "edit", judgement: id }, { "data-act": "change" }),
            judges && judgement.outcome !== "cannot_tell" && desk.opener(at("unknown"), "Can’t tell",
                { label: "What makes it impossible to tell?", action: "Save" },
                { act: "edit", judgement: id, to: "cannot_tell" }, { "data-act": "unknown" }),
            dispute && !dispute.mine && desk.may("answer") && desk.opener(at("answer"), "Answer the dispute",
                { label: "Why is this the answer?", chosen: judgement.outcome, action: "Answer" },
                { act: "answer", dispute: dispute.number }),
            !dispute && desk.may("dispute") && desk.opener(at("dispute"), "Dispute",
                { label: "What is wrong about it? Somebody else will look at it.", action: "Send" },
                { act: "dispute", judgement: id })),
        said.length > 0 && h("details", { "data-key": at("said") },
            h("summary", {}, `history (${said.length})`), lines(said)));
}

// To agree, not for who changed it, and to take that back; `said` is by whom what counts was said.
export function agreement(what, said, desk, agree, back, attributes) {
    const mine = said?.by === desk.review.you;
    desk.beside.set(`back-${what}`, `change-${what}`);
    return [
        !(mine && !said.agreed) && desk.button(`agree-${what}`, "Agree", agree, { "aria-pressed": String(mine), ...attributes }),
        mine && said.retractable && desk.button(`back-${what}`, "Take back", back),
    ];
}

const agreed = (decision) => h("p", { class: "quiet" },
    `${decision.by} agreed, ${decision.when}`, decision.reason && `: ${decision.reason}`,
    decision.earlier && " (on an earlier scorecard)");

const sideBySide = (decision) => h("dl", { class: "sides" },
    h("div", {}, h("dt", {}, "Machine"), h("dd", {}, decision.machine)),
    h("div", { class: "counts" }, h("dt", {}, `${decision.by}, ${decision.when}`),
        h("dd", {}, decision.person, h("span", { class: "quiet" }, decision.reason),
            decision.earlier && h("span", { class: "quiet" }, "on an earlier scorecard"))));

// What was promised, and what became of it.
export function promises(desk) {
    const made = desk.review.promises ?? [];
    if (!made.length) return null;
    return h("section", { class: "card promises", "aria-labelledby": "promised" },
        h("h2", { id: "promised" }, "Promises"),
        made.map((promise) => ledger(promise, desk)));
}

function ledger(promise, desk) {
    const slot = (what) => `${what}-${promise.number}`;
    const message = (to) => ({ act: "follow", promise: promise.number, to });
    const pressed = (to) => ({ "aria-pressed": String(promise.status === to) });
    const ended = (to, text) => desk.opener(slot(to), text,
        { label: "What happened? It may stay empty.", action: "Save", optional: true }, message(to), pressed(to));
    return h("article", { class: "promise", "data-promise": promise.number, "data-status": promise.status || "open" },
        quoteLine(promise.quote, desk.hear),
        h("p", { class: "quiet" }, h("b", {}, promise.result), ` · ${promise.due}`,
            promise.owner && ` · ${promise.owner} sees to it`),
        promise.told && h("p", { class: "quiet" }, promise.told),
        desk.may("follow") && h("div", { class: "acts", role: "group", "aria-label": "What became of it" },
            desk.button(slot("kept"), "Kept", message("kept"), pressed("kept")),
            ended("late", "Kept late"),
            ended("broken", "Not kept")));
}

// Signature, notes on the call as a whole, and all that happened.
export function review(desk) {
    const { signed, history, notes, versions, paper } = desk.review;
    const whole = notes.filter((note) => note.turn === null);
    return h("section", { class: "card review", "aria-labelledby": "review" },
        h("h2", { id: "review" }, "Review"),
        h("p", { class: signed && !signed.changed ? "signed" : "quiet" }, signature(signed)),
        whole.map((note) => thread(note, desk)),
        h("div", { class: "acts" },
            desk.may("sign") && sign("sign", desk),
            desk.may("note") && desk.opener("note-call", "Write a note", { label: "Note on the call", action: "Keep" }, { act: "note" }),
            paper && h("a", { class: "control small", href: paper, target: "_blank", rel: "noopener" }, "A page to print")),
        versions > 1 && h("p", { class: "quiet versions" }, "Scored anew: ",
            Array.from({ length: versions }, (_, place) => versions - place).map((version) => [
                h("a", { href: `/call?key=${encodeURIComponent(desk.key)}&version=${version}` },
                    version === versions ? "the newest scorecard" : `version ${version}`), " "])),
        h("details", { "data-key": "history" }, h("summary", {}, `history (${history.length})`), lines(history)));
}

// At the head of the page: to sign, what has to be decided before, and the way to the next call.
export function actions(desk, go, judgements, beside) {
    const { signed, neighbours } = desk.review;
    const done = signed && !signed.changed;
    const first = judgements.find((each) => each.confirm);
    const way = (which, text, key) => neighbours && h("button", {
        type: "button", class: done && which === "after" ? "control primary" : "control", disabled: !neighbours[which],
        title: `${text} ${neighbours.where} (${key})`, "aria-keyshortcuts": key, onclick: () => go(which),
    }, which === "before" ? "← Previous" : `Next ${neighbours.where} →`);
    const decide = () => {
        const answer = beside.querySelector(`[data-criterion="${first.criterion}"]`);
        answer.querySelector(".acts button").focus({ preventScroll: true });
        answer.scrollIntoView({ block: "center" });
    };
    return h("div", { class: "acts actions" },
        way("before", "Previous call", "P"), way("after", "Next call", "N"),
        done && h("span", { class: "signed" }, "✓ signed"),
        !done && desk.may("sign") && (first
            ? h("button", { type: "button", class: "control primary", onclick: decide }, "Decide the critical point")
            : sign("sign-head", desk, { class: "control primary" })));
}

// Who signs while a dispute is open is told so, and asked.
function sign(slot, desk, attributes) {
    const { signed, disputed } = desk.review;
    const text = signed ? "Sign again" : "Sign";
    if (!disputed) return desk.button(slot, text, { act: "sign" }, attributes);
    return desk.opener(slot, text, { told: disputed, action: "Sign all the same" }, { act: "sign", disputed: true }, attributes);
}

function signature(signed) {
    if (!signed) return "Not signed yet.";
    const told = `Signed by ${signed.by}, ${signed.when}`;
    return signed.changed ? `${told}; changed since, so it wants a signature again.` : `✓ ${told}`;
}

// A note with its replies.
export const thread = (note, desk) => h("div", { class: "thread" },
    note.said.map(([by, when, text]) => h("p", {}, h("b", {}, by), h("span", { class: "quiet" }, ` ${when} `), text)),
    desk.may("reply") && h("div", { class: "acts" },
        desk.opener(`reply-${note.number}`, "Reply", { label: "Reply", action: "Send" }, { act: "note", reply_to: note.number })));

const lines = (told) => h("ol", { class: "lines" },
    told.map(([when, text]) => h("li", {}, h("span", { class: "quiet" }, when), " ", text)));
