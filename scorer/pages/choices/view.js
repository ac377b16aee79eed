// The choices above a list: one component, since a widget each is slow to draw. They are told as
// soon as one of them is made; a word typed counts with Enter, or on leaving its field.

import { h } from "../player/dom.js";

const bars = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
    let bar = bars.get(parentElement);
    if (bar?.names !== names(data.fields)) {
        bar?.element.remove();
        bar = build(data.fields);
        bars.set(parentElement, bar);
        parentElement.append(bar.element);
    }
    bar.tell = () => setTriggerValue("chosen", bar.read());
    bar.write(data.fields);
    return () => {
        bar.element.remove();
        bars.delete(parentElement);
    };
}

const names = (fields) => fields.map((field) => field.name).join();

function build(fields) {
    const bar = { names: names(fields), tell: () => {} };
    const made = fields.map((field) => ({ select, segments, flag, word })[field.kind](field));
    const told = fields.map(() => null);
    bar.element = h("div", { class: "choices", role: "group", "aria-label": "Which ones", onchange: () => bar.tell() },
        made.map((each) => each.element));
    bar.read = () => Object.fromEntries(made.map((each, place) => [fields[place].name, each.read().trim()]));
    // Only what changed on the page: what somebody types meanwhile in another field stays.
    bar.write = (now) => now.forEach((field, place) => {
        const state = JSON.stringify([field.value, field.options]);
        if (state !== told[place]) made[place].write(field);
        told[place] = state;
    });
    return bar;
}

function segments({ name, label }) {
    const inside = h("div", { class: "segments" });
    const inputs = () => [...inside.querySelectorAll("input")];
    return {
        element: h("fieldset", {}, h("legend", {}, label), inside),
        read: () => inputs().find((each) => each.checked)?.value ?? "",
        write: ({ options, value }) => {
            // Words with counts in them change; whoever stands on one keeps their place.
            if (inputs().map((each) => each.value).join() !== options.map(([each]) => each).join()) {
                inside.replaceChildren(...options.map(([each]) =>
                    h("label", {}, h("input", { type: "radio", name, value: each }), h("span"))));
            }
            inputs().forEach((each, place) => {
                each.checked = each.value === value;
                each.nextSibling.textContent = options[place][1];
            });
        },
    };
}

function select({ name, label, any }) {
    const input = h("select", { name });
    return {
        element: held(label, input),
        read: () => input.value,
        write: ({ options, value }) => {
            const all = any ? [["", any], ...options] : options;
            input.replaceChildren(...all.map(([each, words]) => h("option", { value: each }, words)));
            input.value = value;
        },
    };
}

function word({ name, label, hint }) {
    const input = h("input", { type: "text", name, placeholder: hint || null, autocomplete: "off", spellcheck: "false" });
    return {
        element: held(label, input),
        read: () => input.value,
        // Also as an attribute, which is what a look at the page's source shows.
        write: ({ value }) => {
            input.value = value;
            input.setAttribute("value", value);
        },
    };
}

function flag({ name, label }) {
    const input = h("input", { type: "checkbox", name });
    return {
        element: h("label", { class: "flag" }, input, h("span", {}, label)),
        read: () => (input.checked ? "true" : ""),
        write: ({ value }) => { input.checked = value === "true"; },
    };
}

const held = (label, input) => h("label", {}, h("span", { class: "label" }, label), input);
