// Making elements. Strings become text nodes, so nothing a caller said can become markup.

const SVG = "http://www.w3.org/2000/svg";

export const h = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? "" : value);
    }
    // A missing part (null, false, "") is left out.
    element.append(...children.flat(Infinity).filter((child) => child || child === 0));
    return element;
}

// A tick, a half, a cross, a dash, a question mark: the answer without its colour.
export function sign(tone) {
    const shapes = {
        good: "M3 8.5l3.5 3.5L13 4.5",
        mixed: "M3 8c2-3 3.5-3 5 0s3 3 5 0",
        poor: "M4 4l8 8M12 4l-8 8",
        quiet: "M4 8h8",
        unknown: "M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 .8-1 1.7M8 12.6v.2",
    };
    return svg("svg", { viewBox: "0 0 16 16", class: "sign", "data-tone": tone, "aria-hidden": "true" },
        svg("path", { d: shapes[tone] ?? shapes.unknown }));
}

export function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const pad = (number) => String(number).padStart(2, "0");
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

// A quote that plays when clicked, or plain text where its time is not known or nothing can be heard.
export function quoteLine(quote, hear) {
    const words = [
        h("span", { class: "when" }, quote.clock),
        quote.who && h("span", { class: "who" }, quote.who),
        // Written out further up already: its beginning says which one it is.
        h("span", { class: quote.short ? "words again" : "words", title: quote.short && quote.text }, `“${quote.short ?? quote.text}”`),
    ];
    if (!hear || quote.at === null || quote.at === undefined) return h("div", { class: "quote" }, words);
    return h("button", {
        type: "button",
        class: "quote plays",
        "data-at": quote.at,
        onclick: () => hear(quote),
    }, h("span", { class: "disc", "aria-hidden": "true" }), h("span", { class: "unseen" }, "Play"), words);
}
