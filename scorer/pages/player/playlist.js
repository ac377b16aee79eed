// A playlist, to be heard in a meeting: its clips one after the other, stopped or skipped by a key.

import { drawn, play, stop } from "./clips.js";
import { h } from "./dom.js";
import { takesKeys } from "./keys.js";

export default function mount({ data, parentElement, setTriggerValue }) {
    const state = JSON.stringify(data);
    const there = parentElement.querySelector(".clips");
    if (there?.dataset.state === state) return;
    stop();
    const root = list(data, (clip) => setTriggerValue("out", clip));
    root.dataset.state = state;
    there?.remove();
    parentElement.append(root);
}

function list(data, takeOut) {
    const clips = data.clips.map((clip) => ({
        clip,
        shown: drawn(clip, 2, clip.out && h("button", { type: "button", class: "plain paperless", onclick: () => takeOut(clip.out) }, "Take out")),
        quotes: clip.audio ? clip.quotes.filter((quote) => quote.at !== null) : [],
    }));
    const told = h("span", { class: "quiet", role: "status" });
    const all = h("button", { type: "button", class: "plain strong", onclick: () => (at === null ? go(0) : stop()) }, "Play all");
    const next = h("button", { type: "button", class: "plain", disabled: true, onclick: () => go(at + 1) }, "Next");
    let at = null; // which clip plays, where all are played

    function rest(words = "") {
        at = null;
        all.textContent = "Play all";
        next.disabled = true;
        told.textContent = words;
    }

    function go(place) {
        const found = clips.findIndex((each, n) => n >= place && each.quotes.length);
        if (found < 0) {
            stop();
            rest("That was all of it.");
            return;
        }
        const { clip, shown, quotes } = clips[found];
        play(clip, quotes[0].at, quotes.at(-1).end, shown, { ended: () => go(found + 1), cut: rest });
        at = found;
        all.textContent = "Stop";
        next.disabled = false;
        told.textContent = `${found + 1} of ${clips.length}`;
        shown.scrollIntoView({ block: "nearest" });
    }

    const root = h("div", { class: "clips ordered" },
        clips.some((each) => each.quotes.length) && h("div", { class: "all paperless" }, all, next, told,
            h("span", { class: "quiet keys" }, "Space plays or stops, N goes on to the next")),
        clips.map((each) => each.shown));
    const act = { " ": () => all.click(), n: () => next.click(), Escape: stop };
    document.addEventListener("keydown", function onKey(event) {
        if (!root.isConnected) {
            document.removeEventListener("keydown", onKey);
            return;
        }
        const action = act[event.key];
        if (!action || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        if (takesKeys(event.composedPath()[0], event.key)) return;
        event.preventDefault();
        action();
    });
    return root;
}
