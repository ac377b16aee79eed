// What was said, following the sound until the reader scrolls on their own.

import { h } from "./dom.js";
import { thread } from "./review.js";

export class Transcript {
    constructor(turns, play) {
        this.turns = turns;
        this.following = true;
        this.heard = Boolean(play);
        this.now = new Set();
        this.word = null;
        this.rows = turns.map((turn, place) => this.row(turn, place, play));
        this.list = h("ol", { class: "turns" }, this.rows);
        this.back = h("button", { type: "button", class: "control back", hidden: true, onclick: () => this.follow(true) },
            "Follow the sound");
        this.scroller = h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Transcript" },
            turns.length ? this.list : h("p", { class: "quiet" }, "No words were heard on this recording."));
        this.element = h("section", { class: "card transcript", "aria-labelledby": "said" },
            h("h2", { id: "said" }, "What was said", this.back), this.scroller);
        for (const event of ["wheel", "touchmove"]) {
            this.scroller.addEventListener(event, () => this.letGo(), { passive: true });
        }
        this.scroller.addEventListener("keydown", (event) => {
            if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) this.letGo();
        });
    }

    row(turn, place, play) {
        const timed = play && turn.start !== null;
        const words = turn.words.length
            ? turn.words.map(([text, start, , unsure]) => [
                h("span", { class: unsure ? "word unsure" : "word", "data-at": start }, text), " "])
            : turn.text;
        const time = timed
            ? h("button", {
                type: "button", class: "when", "aria-label": `Play ${turn.who} at ${turn.clock}`,
                onclick: () => this.hear(turn.start, play),
            }, turn.clock)
            : h("span", { class: "when" }, turn.clock);
        const text = h("p", {
            class: "text",
            onclick: timed && ((event) => this.clicked(event, turn, play)),
        }, words, turn.unsure && h("span", { class: "unclear" }, "heard unclearly"));
        return h("li", {
            class: turn.aside ? "turn aside" : "turn",
            id: `turn-${place}`,
            "data-party": turn.party,
            "data-unsure": turn.unsure,
        }, time, h("span", { class: "who" }, turn.who), text);
    }

    // Notes stand under the turn they are about.
    annotate(desk) {
        this.rows.forEach((row, place) => {
            row.querySelector(":scope > .notes")?.remove();
            const said = desk.review.notes.filter((note) => note.turn === place);
            if (!said.length && !desk.may("note")) return;
            const { who, clock } = this.turns[place];
            const opener = desk.may("note") && desk.opener(`note-${place}`, "Note",
                { label: `Note on ${who} at ${clock}`, action: "Keep" }, { act: "note", turn: place });
            if (opener) opener[0].setAttribute("aria-label", `Write a note on ${who} at ${clock}`);
            row.append(h("div", { class: said.length ? "notes said" : "notes" },
                said.map((note) => thread(note, desk)), opener));
        });
    }

    // Selecting words to copy them is not a click on them.
    clicked(event, turn, play) {
        if (!getSelection().isCollapsed) return;
        const word = event.target.closest(".word");
        this.hear(word ? Number(word.dataset.at) : turn.start, play);
    }

    hear(at, play) {
        this.follow();
        play(at);
    }

    follow(scroll = false) {
        this.following = true;
        this.back.hidden = true;
        if (scroll) this.reveal();
    }

    letGo() {
        this.following = false;
        this.back.hidden = !this.heard;
    }

    show(time) {
        const now = new Set();
        this.turns.forEach((turn, place) => {
            if (turn.start !== null && turn.start <= time && time < (turn.end ?? turn.start)) now.add(place);
        });
        this.showWord(now, time);
        if (now.size === this.now.size && [...now].every((place) => this.now.has(place))) return;
        for (const place of this.now) this.rows[place].removeAttribute("aria-current");
        for (const place of now) this.rows[place].setAttribute("aria-current", "true");
        this.now = now;
        if (this.following) this.reveal();
    }

    showWord(now, time) {
        let found = null;
        for (const place of now) {
            const heard = this.turns[place].words.findIndex(([, start, end]) => start <= time && time < end);
            if (heard >= 0) found = this.rows[place].querySelectorAll(".word")[heard];
        }
        if (found === this.word) return;
        this.word?.removeAttribute("data-now");
        found?.setAttribute("data-now", "");
        this.word = found;
    }

    // Only the transcript moves, never the page under the reader's hand.
    reveal() {
        const first = Math.min(...this.now);
        if (!Number.isFinite(first)) return;
        const row = this.rows[first].getBoundingClientRect();
        const box = this.scroller.getBoundingClientRect();
        if (row.top >= box.top + 40 && row.bottom <= box.bottom - 80) return;
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.scroller.scrollBy({ top: row.top - box.top - box.height / 3, behavior: calm ? "auto" : "smooth" });
    }
}
