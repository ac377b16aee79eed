// Quotes of several calls on one page. One sound for all of them: a new click ends the last.

import { h, quoteLine } from "./dom.js";

const AFTER = 0.5; // seconds that a clip goes on after its last word

const sound = new Audio();
let until = null;
let pressed = null;
let turn = null; // what is told when a stretch was heard to its end (`ended`) or cut short (`cut`)

sound.preload = "none";
sound.addEventListener("timeupdate", () => {
    if (until !== null && sound.currentTime > until) heard();
});
sound.addEventListener("ended", heard);
sound.addEventListener("pause", () => {
    if (sound.paused) unmark(); // another one may play by now
});
sound.addEventListener("error", () => {
    if (!pressed || !sound.src) return;
    const clip = pressed.closest(".clip");
    clip?.querySelector(".silent") ?? clip?.append(
        h("p", { class: "silent quiet", role: "alert" }, "The sound could not be loaded. The words still can be read."));
    heard();
});

function unmark() {
    pressed?.removeAttribute("data-plays");
    pressed = null;
}

function heard() {
    const told = turn;
    turn = null;
    until = null;
    sound.pause();
    told?.ended();
}

// Plays a clip from one time to another, in seconds; `mark` shows that it does.
export function play(clip, from, to, mark, told = null) {
    stop();
    unmark();
    const address = new URL(clip.audio, location.origin).href;
    if (sound.src !== address) sound.src = address;
    until = to === null || to === undefined ? null : to + AFTER;
    turn = told;
    sound.currentTime = from;
    pressed = mark;
    sound.play().then(() => pressed === mark && mark.setAttribute("data-plays", ""), () => {});
}

export function stop() {
    const told = turn;
    turn = null;
    sound.pause();
    told?.cut();
}

export default function mount({ data, parentElement, setTriggerValue }) {
    const state = JSON.stringify(data);
    const there = parentElement.querySelector(".clips");
    if (there?.dataset.state === state) return;
    const root = h("div", { class: data.bare ? "clips bare" : "clips" }, data.clips.map((clip) => drawn(clip, data.level, clip.adds &&
        h("button", { type: "button", class: "plain paperless", onclick: () => setTriggerValue("add", clip.adds) }, "Add to a playlist"))));
    root.dataset.state = state;
    there?.remove();
    parentElement.append(root);
}

export function drawn(clip, level, ...more) {
    const quotes = clip.quotes.map((quote) => {
        // A second click on what plays stops it.
        const line = quoteLine(clip.audio ? quote : { ...quote, at: null }, () =>
            pressed === line && !sound.paused ? stop() : play(clip, quote.at, quote.end, line));
        return line;
    });
    return h("article", { class: "clip" },
        clip.title && h(`h${level}`, {}, clip.title),
        quotes,
        clip.note && h("p", { class: "quiet note" }, clip.note),
        clip.href && h("a", { href: clip.href, class: "quiet", target: "_self" }, clip.call),
        more);
}
