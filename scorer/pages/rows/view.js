// A list of calls: one link a row. Arrows or J and K walk it, Enter opens.

import { h, sign } from "../player/dom.js";
import { takesKeys } from "../player/keys.js";

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
    const list = h("ol", { class: "rows", "aria-label": "Calls" },
        data.rows.map((row) => line(row, data.opens, open)));
    there?.list.remove();
    parentElement.appendChild(list);
    mounted.set(parentElement, { state, list });
    walkBy(list);
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

// The keys of the whole page, so that nobody has to click into the list first. Elsewhere than in it the
// arrows are left to what has the focus.
function walkBy(list) {
    document.addEventListener("keydown", function onKey(event) {
        if (!list.isConnected) {
            document.removeEventListener("keydown", onKey);
            return;
        }
        const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        const target = event.composedPath()[0];
        const elsewhere = target !== document.body && !list.contains(target);
        if (takesKeys(target, event.key) || (elsewhere && event.key.startsWith("Arrow"))) return;
        const links = [...list.querySelectorAll("a.name")];
        const place = links.indexOf(target.closest("a.name"));
        const next = place < 0 ? links.find(inSight) : links[place + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
    });
}

const inSight = (element) => element.getBoundingClientRect().top >= 0;
