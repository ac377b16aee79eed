// Puts the call view together and binds its parts to the one sound.

import { h } from "./dom.js";
import { evidence } from "./evidence.js";
import { bindKeys } from "./keys.js";
import { outcome } from "./outcome.js";
import { Sound } from "./sound.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const mounted = new WeakMap();

// Streamlit calls this at the first showing and again whenever anything around changed.
export default function mount({ data, parentElement }) {
    const state = JSON.stringify(data);
    if (mounted.get(parentElement)?.state !== state) {
        mounted.get(parentElement)?.close();
        mounted.set(parentElement, { state, close: build(data, parentElement) });
    }
    return () => {
        mounted.get(parentElement)?.close();
        mounted.delete(parentElement);
    };
}

function build(call, parent) {
    const sound = new Sound(call.audio, call.duration);
    const play = (at) => sound.playFrom(at);
    const transcript = new Transcript(call.turns, play);
    const waveform = new Waveform(call, sound, (mark) => {
        transcript.follow();
        sound.playFrom(mark.at);
    });
    const hear = (quote) => {
        transcript.follow();
        sound.playFrom(quote.at);
    };
    const root = h("article", { class: "call", tabindex: "-1", "aria-label": `Call ${call.title}` },
        h("header", { class: "head" },
            h("h1", {}, call.title),
            h("p", { class: "quiet" }, call.about)),
        call.warning && h("p", { class: "warning", role: "note" }, call.warning),
        outcome(call.facts, hear),
        waveform.element,
        h("div", { class: "columns" },
            transcript.element,
            evidence(call.rubrics, hear)),
        sound.element);

    const show = (time) => {
        waveform.show(time);
        transcript.show(time);
    };
    const stop = sound.watch(show);
    const unbind = bindKeys(sound, waveform, root);
    // After a click the keys belong to the player again; who walks by Tab keeps the place.
    root.addEventListener("click", (event) => {
        if (event.detail > 0 && event.target.closest("button")) root.focus({ preventScroll: true });
    });
    parent.appendChild(root);
    show(0);
    return () => {
        stop();
        unbind();
        sound.close();
        root.remove();
    };
}
