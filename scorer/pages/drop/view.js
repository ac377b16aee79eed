// Adding recordings: each goes to the machine by a request of its own, straight to the disk there.

import { h } from "../player/dom.js";

const AT_ONCE = 2;
const SETTLES = 300; // ms: a field that was just left has told the page by then

// One line for the whole visit: it goes on while other pages of the app are looked at.
const line = { waiting: [], busy: new Set(), through: 0, taken: 0, refused: [] };
let mounted = null; // the data and the way to tell the page, where it is in sight

addEventListener("beforeunload", (event) => {
    if (line.busy.size || line.waiting.length) event.preventDefault();
});

export default function mount({ data, parentElement, setTriggerValue }) {
    let root = parentElement.querySelector(".drop");
    if (!root) {
        root = build();
        parentElement.append(root);
    }
    mounted = { data, root, tell: () => setTriggerValue("taken", line.taken) };
    root.querySelector(".goes").textContent = data.goes;
    draw();
    return () => {
        if (mounted?.root === root) mounted = null;
        root.remove();
    };
}

function build() {
    const input = h("input", {
        type: "file", multiple: true, class: "unseen", id: "drop-files",
        onchange: () => {
            add([...input.files]);
            input.value = "";
        },
    });
    const zone = h("div", {
        class: "zone",
        ondragover: (event) => {
            event.preventDefault();
            zone.setAttribute("data-over", "");
        },
        ondragleave: () => zone.removeAttribute("data-over"),
        ondrop: (event) => {
            event.preventDefault();
            zone.removeAttribute("data-over");
            add([...event.dataTransfer.files]);
        },
    },
    input,
    h("label", { for: "drop-files", class: "choose" }, "Choose recordings"),
    h("p", {}, "or drop them here: wav, mp3, m4a, opus, flac; many at once, and a CSV that tells of them"),
    h("p", { class: "quiet goes" }));
    return h("div", { class: "drop" }, zone, h("div", { class: "way", role: "status" }), h("ul", { class: "refused" }));
}

async function add(files) {
    if (!files.length) return;
    document.activeElement?.blur();
    await new Promise((done) => setTimeout(done, SETTLES));
    if (!mounted) return;
    if (!line.busy.size && !line.waiting.length) Object.assign(line, { through: 0, taken: 0, refused: [] });
    const batch = `${Date.now()}-${Math.random()}`;
    const { address, about, pattern, largest } = mounted.data;
    const items = files.map((file) => ({ file, batch, address, about, pattern, share: 0, table: /\.csv$/i.test(file.name) }));
    for (const item of items) {
        if (item.file.size <= largest * 2 ** 20) continue;
        item.tooLarge = true;
        refuse(item, `${item.file.name}: larger than ${largest} MB; \`scorer batch\` on the machine itself takes it`);
    }
    // What tells of the others goes first.
    line.waiting.push(...items.filter((item) => !item.tooLarge).sort((a, b) => b.table - a.table));
    work();
}

function work() {
    while (line.waiting.length && line.busy.size < AT_ONCE) {
        if ([...line.busy].some((item) => item.table)) break;
        send(line.waiting.shift());
    }
    draw();
}

function send(item) {
    const { file, batch, about, pattern } = item;
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ name: file.name, batch, pattern, about: JSON.stringify(about) });
    request.open("POST", `${item.address}&${query}`);
    request.upload.onprogress = (event) => {
        item.share = event.loaded / event.total;
        draw();
    };
    request.onloadend = () => {
        line.busy.delete(item);
        if (request.status === 200) {
            line.through += 1;
            line.taken += item.table ? 0 : 1;
        } else {
            refuse(item, request.status ? request.responseText : `${file.name}: the connection broke; add it again`);
            // Without what the table says the others would come in as nobody's.
            if (item.table) line.waiting = line.waiting.filter((each) => each.batch !== batch);
        }
        work();
        // At the first the page begins to look at the work by itself; at the last it has all.
        if (line.taken === 1 || !line.busy.size) mounted?.tell();
    };
    line.busy.add(item);
    request.send(file);
}

function refuse(item, why) {
    line.through += 1;
    line.refused.push(why);
}

function draw() {
    if (!mounted) return;
    const { root } = mounted;
    const count = line.through + line.busy.size + line.waiting.length;
    const going = [...line.busy].map((item) => h("div", { class: "going" },
        h("span", {}, item.file.name), h("progress", { max: 1, value: item.share, "aria-label": item.file.name })));
    const told = line.busy.size > 0 && h("p", {}, `${line.through} of ${count} are here. Stay on this page until all are.`);
    root.querySelector(".way").replaceChildren(...[told, ...going].filter(Boolean));
    root.querySelector(".refused").replaceChildren(...line.refused.map((why) => h("li", {}, why)));
}
