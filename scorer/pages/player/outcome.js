// What became of the customer: first on the page, in words where words say it better. A person may
// say otherwise of the first, below it, with a form as wide as all of them.

import { h, quoteLine } from "./dom.js";
import { agreement } from "./review.js";

export function outcome(facts, hear, desk) {
    const judged = desk.may("judge") && facts.find((fact) => fact.answer);
    const [change, form] = judged ? desk.opener("change-outcome", "Change",
        { label: "Why should it change?", chosen: judged.answer, answers: desk.review.resolutions, action: "Save the change" },
        { act: "resolve" }, { "data-act": "outcome", "aria-keyshortcuts": "O", title: "Change the outcome (O)" }) : [];
    const acts = judged && h("div", { class: "acts", role: "group", "aria-label": judged.title },
        agreement("outcome", judged, desk, { act: "resolve", to: judged.answer }, { act: "take_back_resolution" }),
        change);
    return h("section", { class: "card outcome", "aria-label": "Outcome" },
        h("div", { class: "facts" }, facts.map((fact) => box(fact, hear, fact === judged && acts))), form);
}

function box(fact, hear, acts) {
    return h("div", { class: fact.known ? "fact" : "fact unknown" },
        h("h2", {}, fact.title),
        h("p", { class: "value" }, fact.value),
        fact.bar && bar(fact.bar),
        fact.detail && h("p", { class: "quiet" }, fact.detail),
        fact.parts.length > 0 && h("details", { "data-key": `parts-${fact.title}` },
            h("summary", {}, "what it is made of"),
            h("ul", { class: "parts" }, fact.parts.map(([name, value]) => h("li", {}, name, h("b", {}, value))))),
        fact.quotes.length > 0 && h("details", { "data-key": `quotes-${fact.title}` },
            h("summary", {}, hear ? "hear it" : "read it", fact.quotes.length > 1 && ` (${fact.quotes.length})`),
            fact.quotes.map((quote) => [
                quoteLine(quote, hear),
                quote.note && h("p", { class: "quiet" }, quote.note),
            ])),
        acts);
}

function bar([low, at, high]) {
    const share = (value) => `${100 * value}%`;
    return h("div", { class: "bar", "aria-hidden": "true" },
        h("i", { class: "range", style: `left: ${share(low)}; width: ${share(high - low)}` }),
        h("i", { class: "at", style: `left: ${share(at)}` }));
}
