// The choices above a list: one component, since a widget each is slow to draw. They are told as
// soon as one of them is made; a word typed counts with Enter, or on leaving its field.

import { h } from "../player/dom.js";

const bars = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
    const bar = bars.get(parentElement) ?? build(data.fields);
    if (!bars.has(parentElement)) {
        bars.set(parentElement, bar);
        parentElement.append(bar.element);
    }
    bar.tell = () => setTriggerValue("chosen", bar.read());
    bar.write(data.values);
    return () => {
        bar.element.remove();
        bars.delete(parentElement);
    };
}

function build(fields) {
    const bar = { tell: () => {} };
    let told = {};
    const made = fields.map((field) => field.segments ? segments(field) : field.options ? select(field) : word(field));
    bar.element = h("div", { class: "choices", role: "group", "aria-label": "Which calls", onchange: () => bar.tell() },
        made.map((each) => each.element));
    bar.read = () => Object.fromEntries(made.map((each) => [each.name, each.read().trim()]));
    // Only what changed on the page: what somebody types meanwhile in another field stays.
    bar.write = (values) => {
        for (const each of made) {
            if (values[each.name] !== told[each.name]) each.write(values[each.name]);
        }
        told = values;
    };
    return bar;
}

function segments({ name, label, options }) {
    const inputs = options.map((value) => h("input", { type: "radio", name, value }));
    return {
        name,
        element: h("fieldset", {}, h("legend", {}, label),
            h("div", { class: "segments" }, inputs.map((input) => h("label", {}, input, h("span", {}, input.value))))),
        read: () => inputs.find((each) => each.checked)?.value ?? "",
        write: (value) => inputs.forEach((each) => { each.checked = each.value === value; }),
    };
}

function select({ name, label, options, any }) {
    const input = h("select", { name }, h("option", { value: "" }, any), options.map((value) => h("option", { value }, value)));
    return held(name, label, input);
}

function word({ name, label }) {
    return held(name, label, h("input", { type: "text", name, autocomplete: "off", spellcheck: "false" }));
}

const held = (name, label, input) => ({
    name,
    element: h("label", {}, h("span", { class: "label" }, label), input),
    read: () => input.value,
    // Also as an attribute, which is what a look at the page's source shows.
    write: (value) => {
        input.value = value;
        if (input.type === "text") input.setAttribute("value", value);
    },
});
