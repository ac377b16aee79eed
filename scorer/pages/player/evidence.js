// What the call shows: by rubric, each answer with the quotes it rests on.

import { h, quoteLine, sign } from "./dom.js";
import { decided } from "./review.js";

const FIRST = 3; // moments shown at once; the others open on demand

export const evidence = (rubrics, hear, desk) =>
    h("section", { class: "card evidence", "aria-labelledby": "shows" },
        h("h2", { id: "shows" }, "What it shows"),
        desk.may("judge") && h("p", { class: "quiet hint keys" }, "D U next, previous answer · A agree · C change · T can’t tell"),
        rubrics.map((rubric) => part(rubric, hear, desk)));

function part(rubric, hear, desk) {
    return h("section", { class: "rubric", "data-rubric": rubric.name },
        h("header", {},
            h("h3", {}, rubric.title),
            h("span", { class: "pill", "data-tone": rubric.pill.tone },
                rubric.pill.tone !== "plain" && sign(rubric.pill.tone), rubric.pill.text)),
        rubric.question && h("p", { class: "quiet" }, rubric.question),
        rubric.judgements.map((judgement) => answer(judgement, hear, desk)),
        rubric.moments.map((moment) => noted(moment, true, hear)),
        rubric.quiet.length > 0 && h("details", { class: "none", "data-key": `quiet-${rubric.name}` },
            h("summary", {}, `No opportunity: ${rubric.quiet.map((each) => each.title).join(" · ")}`),
            rubric.quiet.map((judgement) => answer(judgement, hear, desk))));
}

function answer(judgement, hear, desk) {
    const shown = judgement.moments.map((moment) =>
        noted(moment, judgement.moments.length === 1 && !["overruled", "unsure"].includes(moment.outcome), hear));
    const later = shown.slice(FIRST);
    return h("article", {
        class: judgement.unsure ? "answer unsure" : "answer",
        tabindex: "-1",
        "data-criterion": judgement.criterion,
        "data-outcome": judgement.outcome,
    },
    h("header", {},
        h("h4", {}, sign(TONES[judgement.outcome]), judgement.title),
        h("span", { class: "result" }, judgement.result),
        judgement.sure && h("span", { class: "sure", title: "How sure the machine is" }, judgement.sure)),
    judgement.question && judgement.question !== judgement.title && h("p", { class: "quiet" }, judgement.question),
    judgement.confirm && h("p", { class: "confirm" }, "Proposed by the machine. It counts only once a person confirmed it."),
    judgement.quotes.map((quote) => quoteLine(quote, hear)),
    shown.slice(0, FIRST),
    later.length > 0 && h("details", { "data-key": `more-${judgement.criterion}` },
        h("summary", {}, `${later.length} more`), later),
    judgement.second && h("div", { class: "second" },
        h("p", { class: "quiet note" }, judgement.second.text),
        judgement.second.quotes.map((quote) => quoteLine(quote, hear))),
    decided(judgement, desk));
}

// `alone`: the answer above says already how it came out.
function noted(moment, alone, hear) {
    return h("div", { class: "moment", "data-outcome": moment.outcome },
        moment.quotes.map((quote) => quoteLine(quote, hear)),
        (moment.note || !alone) && h("p", { class: "quiet note" },
            !alone && sign(TONES[moment.outcome]),
            [!alone && moment.result, moment.note].filter(Boolean).join(": ")));
}

const TONES = {
    met: "good", recovered: "good", partly: "mixed", missed: "poor", no_opportunity: "quiet", overruled: "quiet", unsure: "unknown", cannot_tell: "unknown",
};
