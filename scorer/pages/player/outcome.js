// What became of the customer: first on the page, in words where words say it better.

import { h, quoteLine } from "./dom.js";

export const outcome = (facts, hear) =>
    h("section", { class: "card outcome", "aria-label": "Outcome" }, facts.map((fact) => box(fact, hear)));

function box(fact, hear) {
    return h("div", { class: fact.known ? "fact" : "fact unknown" },
        h("h2", {}, fact.title),
        h("p", { class: "value" }, fact.value),
        fact.bar && bar(fact.bar),
        fact.detail && h("p", { class: "quiet" }, fact.detail),
        fact.parts.length > 0 && h("details", {},
            h("summary", {}, "what it is made of"),
            h("ul", { class: "parts" }, fact.parts.map(([name, value]) => h("li", {}, name, h("b", {}, value))))),
        fact.quotes.length > 0 && h("details", {},
            h("summary", {}, hear ? "hear it" : "read it", fact.quotes.length > 1 && ` (${fact.quotes.length})`),
            fact.quotes.map((quote) => [
                quoteLine(quote, hear),
                quote.note && h("p", { class: "quiet" }, quote.note),
            ])));
}

function bar([low, at, high]) {
    const share = (value) => `${100 * value}%`;
    return h("div", { class: "bar", "aria-hidden": "true" },
        h("i", { class: "range", style: `left: ${share(low)}; width: ${share(high - low)}` }),
        h("i", { class: "at", style: `left: ${share(at)}` }));
}
