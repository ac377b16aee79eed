// The keyboard, for the whole page: a reviewer listens for hours and does not aim at buttons.

const STEP = 5; // seconds

export function bindKeys(sound, waveform, go, answers, root) {
    const act = {
        " ": () => sound.toggle(),
        ArrowLeft: () => sound.seek(sound.time - STEP),
        ArrowRight: () => sound.seek(sound.time + STEP),
        j: () => waveform.step(1),
        k: () => waveform.step(-1),
        d: () => answers.step(1),
        u: () => answers.step(-1),
        a: () => answers.press("agree"),
        c: () => answers.press("change"),
        t: () => answers.press("unknown"),
        o: () => root.querySelector('[data-act="outcome"]')?.click(),
        n: () => go("after"),
        p: () => go("before"),
        ">": () => sound.faster(1),
        "<": () => sound.faster(-1),
        "+": () => sound.faster(1),
        "-": () => sound.faster(-1),
    };
    const onKey = (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
        const target = event.composedPath()[0];
        if (!root.isConnected || takesKeys(target, event.key)) return;
        const action = act[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (!action) return;
        event.preventDefault();
        action();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
}

// What has a use of its own for the key keeps it: fields all keys, buttons the space bar.
export function takesKeys(target, key) {
    if (!(target instanceof Element)) return false;
    if (target.closest("input, textarea, select, [contenteditable]")) return true;
    return key === " " && Boolean(target.closest("button, a, summary"));
}
