// Quotes of several calls on one page. One sound for all of them: a new click ends the last.

import { h, quoteLine } from "./dom.js";

const AFTER = 0.5; // seconds that a clip goes on after its last word

const sound = new Audio();
let until = null;
let pressed = null;

sound.preload = "none";
sound.addEventListener("timeupdate", () => {
    if (until !== null && sound.currentTime > until) sound.pause();
});
sound.addEventListener("pause", () => {
    pressed?.removeAttribute("data-plays");
    pressed = null;
});
sound.addEventListener("error", () => {
    if (!pressed || !sound.src) return;
    const clip = pressed.closest(".clip");
    clip?.querySelector(".silent") ?? clip?.append(
        h("p", { class: "silent quiet", role: "alert" }, "The sound could not be loaded. The words still can be read."));
});

// A second click on what plays stops it.
function hear(clip, quote, button) {
    if (pressed === button && !sound.paused) {
        sound.pause();
        return;
    }
    sound.pause();
    const address = new URL(clip.audio, location.origin).href;
    if (sound.src !== address) sound.src = address;
    until = quote.end === null || quote.end === undefined ? null : quote.end + AFTER;
    sound.currentTime = quote.at;
    sound.play().then(() => {
        pressed = button;
        button.setAttribute("data-plays", "");
    }, () => {});
    pressed = button;
}

export default function mount({ data, parentElement }) {
    const state = JSON.stringify(data);
    const there = parentElement.querySelector(".clips");
    if (there?.dataset.state === state) return;
    const root = h("div", { class: "clips" }, data.clips.map(drawn));
    root.dataset.state = state;
    there?.remove();
    parentElement.append(root);
}

function drawn(clip) {
    const quotes = clip.quotes.map((quote) => {
        const line = quoteLine(clip.audio ? quote : { ...quote, at: null }, () => hear(clip, quote, line));
        return line;
    });
    return h("article", { class: "clip" },
        clip.title && h("h4", {}, clip.title),
        quotes,
        clip.note && h("p", { class: "quiet note" }, clip.note),
        clip.href && h("a", { href: clip.href, class: "quiet", target: "_self" }, clip.call));
}
