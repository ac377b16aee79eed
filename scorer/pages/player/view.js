// Puts the call view together and binds its parts to the one sound.

import { Answers } from "./answers.js";
import { h } from "./dom.js";
import { evidence } from "./evidence.js";
import { bindKeys } from "./keys.js";
import { outcome } from "./outcome.js";
import { actions, Desk, promises, review } from "./review.js";
import { Sound } from "./sound.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const mounted = new WeakMap();

// Streamlit calls this at the first showing and again whenever anything around changed. What people
// said changes while the sound plays: it is drawn anew beside the player, which goes on.
export default function mount({ data, parentElement, setTriggerValue }) {
    const { facts, rubrics, marks, review: said, ...heard } = data;
    const state = JSON.stringify(heard);
    const there = mounted.get(parentElement);
    if (there?.state === state) {
        there.update(facts, rubrics, marks, said);
    } else {
        there?.close();
        mounted.set(parentElement, { state, ...build(data, parentElement, setTriggerValue) });
    }
    return () => {
        mounted.get(parentElement)?.close();
        mounted.delete(parentElement);
    };
}

function build(call, parent, tell) {
    const sound = new Sound(call.audio, call.duration);
    const play = call.audio && ((at) => sound.playFrom(at));
    const transcript = new Transcript(call.turns, play);
    const waveform = new Waveform(call, sound, (mark) => {
        transcript.follow();
        sound.playFrom(mark.at);
    });
    const hear = call.audio && ((quote) => {
        transcript.follow();
        sound.playFrom(quote.at);
    });
    const desk = new Desk(call.key, (message) => tell("said", message), hear);
    const go = (which) => {
        const key = desk.review?.neighbours?.[which];
        if (key) tell("go", key);
    };
    const beside = h("div", { class: "beside" });
    const answers = new Answers(beside);
    const acts = h("div", {});
    const head = h("div", {});
    const root = h("article", { class: "call", tabindex: "-1", "aria-label": `Call ${call.title}` },
        h("header", { class: "head" },
            h("div", {},
                h("h1", {}, call.title),
                h("p", { class: "quiet" }, call.about)),
            acts),
        call.review.old && h("p", { class: "warning", role: "note" }, call.review.old, " ",
            h("a", { href: `/call?key=${encodeURIComponent(call.key)}` }, "See the newest")),
        call.warning && h("p", { class: "warning", role: "note" }, call.warning),
        head,
        waveform.element,
        h("div", { class: call.blind ? "" : "columns" }, transcript.element, !call.blind && beside),
        sound.element);

    const folds = () => [...root.querySelectorAll("details[data-key]")];
    let drawn = null;
    const update = (facts, rubrics, marks, said) => {
        if (call.blind) return; // who scores blind hears the call and reads its words, no more
        const now = JSON.stringify([facts, rubrics, marks, said]);
        if (now === drawn) return;
        drawn = now;
        const unfolded = folds().filter((each) => each.open).map((each) => each.dataset.key);
        const held = answers.held();
        desk.begin(said);
        waveform.mark(marks);
        head.replaceChildren(outcome(facts, hear, desk));
        acts.replaceChildren(actions(desk, go, rubrics.flatMap((rubric) => rubric.judgements), beside));
        beside.replaceChildren(
            ...[evidence(rubrics, hear, desk), promises(desk), review(desk)].filter(Boolean));
        transcript.annotate(desk);
        for (const each of folds()) each.open = unfolded.includes(each.dataset.key);
        desk.resume();
        answers.hold(held);
    };
    const show = (time) => {
        waveform.show(time);
        transcript.show(time);
    };
    const stop = sound.watch(show);
    const unbind = bindKeys(sound, waveform, go, answers, root);
    // After a click the keys belong to the player again; who walks by Tab keeps the place.
    root.addEventListener("click", (event) => {
        const button = event.detail > 0 && event.target.closest("button");
        if (button && !button.closest(".acts, .notes")) root.focus({ preventScroll: true });
    });
    parent.appendChild(root);
    // The transcript stays in sight below the player, however many lanes that has.
    const measure = new ResizeObserver(() => root.style.setProperty("--player", `${waveform.element.offsetHeight}px`));
    measure.observe(waveform.element);
    update(call.facts, call.rubrics, call.marks, call.review);
    show(0);
    // The page is read and scrolled by keys at once, also after the way from another call.
    if (document.activeElement === document.body) root.focus({ preventScroll: true });
    const close = () => {
        stop();
        unbind();
        measure.disconnect();
        sound.close();
        root.remove();
    };
    return { update, close };
}
