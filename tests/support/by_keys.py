"""Going through a page by keys alone: what has the focus, and how it is reached."""

#: What a screen reader would say of it, more or less: its own name, its label's, its words.
_FOCUS = r"""() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const labels = [...(at?.labels ?? [])].map((label) => label.innerText);
    // A whole region that scrolls can have the focus too; its words are not its name.
    const words = (at?.innerText ?? "").trim();
    const own = at?.matches("button, a, summary") || !words.includes("\n") ? words : "";
    return [at?.getAttribute("aria-label"), ...labels, own]
        .map((words) => (words ?? "").trim()).filter(Boolean);
}"""


def tab_to(page, name, presses=120):
    """Presses Tab until what is called `name` has the focus, once it is on the page."""
    page.get_by_text(name).or_(page.get_by_label(name)).first.wait_for(state="attached")
    passed = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        said = page.evaluate(_FOCUS)
        if any(name in words for words in said):
            return
        passed.append(" | ".join(said)[:40])
    raise AssertionError(f"“{name}” is not reached by Tab; passed were {passed}")


def fill(page, name, words):
    """Types into a field that is reached by Tab, over what stands in it."""
    tab_to(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def press(page, name, key="Enter"):
    """Presses a button that is reached by Tab."""
    tab_to(page, name)
    page.keyboard.press(key)


def rest(page):
    """Waits until the server has nothing more to say."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
