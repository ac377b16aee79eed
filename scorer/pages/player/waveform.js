// Both parties on lanes of their own, what happened drawn on them, and the controls.

import { clock, h, svg } from "./dom.js";
import { SPEEDS } from "./sound.js";

const HEIGHT = 100; // of a lane, in its own units; CSS decides how tall it is drawn

export class Waveform {
    constructor(call, sound, hear) {
        this.call = call;
        this.duration = call.duration;
        this.sound = sound;
        this.hear = hear;
        this.head = h("div", { class: "playhead", "aria-hidden": "true" });
        this.said = h("p", { class: "unseen", role: "status" });
        this.element = h("section", { class: "card player", "aria-label": "Player" },
            this.buildMarks(), this.buildTrack(call), this.buildControls(call), this.said);
        this.mark(call.marks);
    }

    share(seconds) {
        return `${(100 * Math.min(Math.max(seconds / this.duration, 0), 1)).toFixed(3)}%`;
    }

    buildMarks() {
        this.above = h("div", { class: "marks", role: "group", "aria-label": "Moments" });
        return this.above;
    }

    // What people decide changes the marks while the sound goes on.
    mark(marks) {
        if (JSON.stringify(marks) === JSON.stringify(this.marks)) return;
        this.marks = marks;
        this.buttons = marks.map((mark) => h("button", {
            type: "button",
            class: "mark",
            style: `left: ${this.share(mark.at)}`,
            title: mark.label,
            "aria-label": mark.label,
            "data-at": mark.at,
            "data-kind": mark.kind,
            "data-outcome": mark.outcome,
            onclick: () => this.go(mark),
        }, symbol(mark.kind), mark.count > 1 && h("span", { class: "count" }, mark.count)));
        this.above.replaceChildren(...this.buttons);
        for (const step of this.steps) step.hidden = marks.length === 0;
        this.legend.replaceChildren(...legend(this.call, marks));
    }

    buildTrack(call) {
        this.track = h("div", {
            class: "track",
            role: "slider",
            tabindex: "0",
            "aria-label": "Position in the call",
            "aria-valuemin": "0",
            "aria-valuemax": Math.round(this.duration),
            "aria-valuenow": "0",
            onpointerdown: (event) => this.scrub(event),
            onpointermove: (event) => event.buttons === 1 && this.scrub(event),
        },
        call.lanes.map((lane) => h("div", { class: "lane", "data-party": lane.party },
            h("span", { class: "lane-name" }, lane.label), this.draw(lane))),
        call.overlaps.map((stretch) => this.tint("overlap", stretch)),
        call.holds.map((stretch) => this.tint("hold", stretch)),
        this.head);
        return this.track;
    }

    draw(lane) {
        const drawing = svg("svg", {
            viewBox: `0 0 1000 ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true",
        });
        const x = (seconds) => (1000 * seconds) / this.duration;
        for (const [start, end] of lane.speech) {
            drawing.append(svg("rect", {
                class: "speech", x: x(start), y: 0, width: x(end - start), height: HEIGHT,
            }));
        }
        drawing.append(svg("path", { class: "wave", d: outline(lane.peaks) }));
        return drawing;
    }

    tint(kind, [start, end]) {
        const width = `max(2px, ${this.share(end - start)})`;
        const label = kind === "hold" && h("span", {}, "on hold");
        return h("div", { class: `tint ${kind}`, style: `left: ${this.share(start)}; width: ${width}` }, label);
    }

    buildControls(call) {
        this.legend = h("ul", { class: "legend", "aria-label": "Signs" });
        this.steps = [];
        if (!call.audio) return h("div", { class: "controls" }, h("span", { class: "quiet" }, "No recording"), this.legend);
        const button = (title, text, action) =>
            h("button", { type: "button", class: "control", title, onclick: action }, text);
        this.play = button("Play", "", () => this.sound.toggle());
        this.play.classList.add("main");
        this.play.setAttribute("aria-label", "Play");
        this.time = h("span", { class: "time" });
        this.speed = h("select", {
            class: "control", "aria-label": "Speed",
            onchange: () => { this.sound.element.playbackRate = Number(this.speed.value); },
        }, SPEEDS.map((speed) => h("option", { value: speed }, `${speed}×`)));
        this.speed.value = "1";
        this.steps = [
            button("Previous moment", "‹ moment", () => this.step(-1)),
            button("Next moment", "moment ›", () => this.step(1)),
        ];
        return h("div", { class: "controls" },
            this.play,
            button("Back 5 seconds", "−5 s", () => this.sound.seek(this.sound.time - 5)),
            button("Forward 5 seconds", "+5 s", () => this.sound.seek(this.sound.time + 5)),
            this.steps, this.speed, this.time, this.legend);
    }

    scrub(event) {
        if (event.target.closest("button")) return;
        const box = this.track.getBoundingClientRect();
        this.sound.seek((this.duration * (event.clientX - box.left)) / box.width);
        if (event.type === "pointerdown") this.track.setPointerCapture?.(event.pointerId);
    }

    go(mark) {
        this.said.textContent = mark.label;
        this.at = mark;
        this.hear(mark);
    }

    // To the next or the previous moment. Going back within a second of one means the one before.
    step(by) {
        const now = this.sound.time;
        const ahead = this.marks.filter((mark) => mark.at > now + 0.05 || (mark.at >= now && mark !== this.at && now === 0));
        const behind = this.marks.filter((mark) => mark.at < now - 1);
        const mark = by > 0 ? ahead[0] : behind[behind.length - 1];
        if (mark) this.go(mark);
    }

    show(time) {
        this.head.style.left = this.share(time);
        this.track.setAttribute("aria-valuenow", Math.round(time));
        this.track.setAttribute("aria-valuetext", `${clock(time)} of ${clock(this.duration)}`);
        for (const button of this.buttons) {
            const near = Math.abs(Number(button.dataset.at) - time) < 2;
            button.toggleAttribute("data-near", near);
        }
        if (this.call.audio) this.showControls(time);
    }

    showControls(time) {
        this.time.textContent = this.sound.problem ?? `${clock(time)} / ${clock(this.duration)}`;
        const label = this.sound.playing ? "Pause" : "Play";
        if (this.play.getAttribute("aria-label") !== label) {
            this.play.setAttribute("aria-label", label);
            this.play.title = label;
        }
        this.play.dataset.playing = this.sound.playing;
        this.speed.value = String(this.sound.element.playbackRate);
    }
}

// There and back: the highest points, then the lowest.
function outline(peaks) {
    if (peaks.length === 0) return `M0 ${HEIGHT / 2} H1000`;
    const loudest = Math.max(0.05, ...peaks.map(([low, high]) => Math.max(-low, high)));
    const x = (place) => ((1000 * place) / peaks.length).toFixed(2);
    const y = (value) => (HEIGHT / 2 - (0.47 * HEIGHT * value) / loudest).toFixed(1);
    const there = peaks.map(([, high], place) => `${x(place)} ${y(high)}`);
    const back = peaks.map(([low], place) => `${x(place)} ${y(low - 0.004)}`).reverse();
    return `M${there.join("L")}L${back.join("L")}Z`;
}

// Each kind has a shape of its own, so that colour is not the only sign.
export function symbol(kind) {
    const shapes = {
        magic: "M8 1l2.1 4.6 5 .5-3.8 3.3 1.1 4.9L8 11.7l-4.4 2.6 1.1-4.9L.9 6.1l5-.5z",
        truth: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z",
        misery: "M1.5 3h13L8 14z",
    };
    return svg("svg", { viewBox: "0 0 16 16", class: "symbol", "data-kind": kind, "aria-hidden": "true" },
        svg("path", { d: shapes[kind] ?? shapes.truth }));
}

function legend(call, marks) {
    const kinds = { magic: "magic", truth: "moment of truth", misery: "misery" };
    const used = Object.keys(kinds).filter((kind) => marks.some((mark) => mark.kind === kind));
    return [
        ...used.map((kind) => h("li", {}, symbol(kind), kinds[kind])),
        marks.some((mark) => mark.outcome === "missed") && h("li", {}, "hollow: missed"),
        call.overlaps.length > 0 && h("li", {}, h("i", { class: "swatch overlap" }), "both speak"),
        call.holds.length > 0 && h("li", {}, h("i", { class: "swatch hold" }), "on hold"),
        h("li", { class: "hint" }, keys(call).join(" · ")),
    ].filter(Boolean);
}

// Who scores blind sees no moments, and comes to the next call above.
const keys = (call) => [
    ...(call.audio ? ["space play", "← → 5 s"] : []),
    !call.blind && "J K moments",
    call.audio && "< > speed",
    !call.blind && "N next call",
].filter(Boolean);
