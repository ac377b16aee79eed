// A list of calls: one link a row. Arrows or J and K walk it, Enter opens.

import { h, sign } from "../player/dom.js";

const mounted = new WeakMap();

// Called again whenever anything around changed: who walks the rows must not lose their place.
export default function mount({ data, parentElement, setTriggerValue }) {
    const state = JSON.stringify(data);
    const there = mounted.get(parentElement);
    if (there?.state === state) return;
    const open = (event, key) => {
        // With Ctrl, or the middle button, the browser opens another tab as usual.
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        event.currentTarget.closest(".row").setAttribute("aria-busy", "true");
        setTriggerValue("open", key);
    };
    const list = h("ol", { class: "rows", "aria-label": "Calls", onkeydown: walk },
        data.rows.map((row) => line(row, data.opens, open)));
    there?.list.remove();
    parentElement.appendChild(list);
    mounted.set(parentElement, { state, list });
    // Another page of the list is read from its beginning.
    if (there && list.getBoundingClientRect().top < 0) list.scrollIntoView({ block: "start" });
}

function line(row, opens, open) {
    const name = opens
        ? h("a", { class: "name", href: `/call?key=${encodeURIComponent(row.key)}`, onclick: (event) => open(event, row.key) }, row.name)
        : h("span", { class: "name" }, row.name);
    return h("li", { class: opens ? "row opens" : "row", "data-key": row.key },
        h("div", { class: "what" }, name, h("p", { class: "about" }, row.about)),
        h("div", { class: "became" },
            h("p", { class: "outcome", "data-tone": row.tone }, sign(row.tone), row.outcome),
            row.mood && h("p", { class: "mood" }, h("span", { class: "unseen" }, "The customer: "), row.mood)),
        h("div", { class: "more" },
            row.facts.length > 0 && h("p", {}, row.facts.join(" · ")),
            row.why && h("p", { class: "why" }, h("span", { class: "unseen" }, "Wants an ear: "), row.why),
            row.signed && h("p", { class: "signed" }, sign("good"), "signed")));
}

function walk(event) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...event.currentTarget.querySelectorAll("a.name")];
    const next = links[links.indexOf(event.target.closest("a.name")) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
}
