"""The pictures of the README and the docs, taken from the running app: `make screenshots`.

Scores the sample calls into a folder of its own (or takes the calls of the home that is named),
serves them, and writes `docs/img/*.png`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from playwright.sync_api import Page, sync_playwright  # noqa: E402  after what it needs
from served_app import CHROMIUM, QUIET, Served  # noqa: E402  after what it needs

#: Name, colours, width and height of each picture of the call page.
CALL_PICTURES = [
    ("call", "light", 1280, 1240),
    ("call-dark", "dark", 1280, 1240),
    ("call-narrow", "light", 420, 900),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="a home whose calls are shown (else the samples)")
    parser.add_argument("--call", default="billing_recovered.wav", help="the call to open")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    asked = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("chromium is missing: apt-get install chromium")
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.home or scored_samples(Path(scratch))
        with Served(home) as app, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for name, colours, width, height in CALL_PICTURES:
                page = browser.new_page(
                    color_scheme=colours, viewport={"width": width, "height": height}
                )
                open_list(page, app.address)
                if name == "call":
                    page.screenshot(
                        path=asked.out / "calls.png",
                        clip={"x": 0, "y": 0, "width": width, "height": 720},
                    )
                open_call(page, asked.call)
                page.screenshot(path=asked.out / f"{name}.png")
                page.close()
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            open_list(page, app.address)
            open_call(page, asked.call)
            change_a_judgement(page)
            page.screenshot(path=asked.out / "review.png")
            browser.close()
    print(f"pictures are in {asked.out}")


def scored_samples(home: Path) -> Path:
    """A home with the sample calls in it."""
    subprocess.run(
        [sys.executable, "-m", "scorer.cli", "demo", "--no-serve"],
        cwd=ROOT,
        env={**os.environ, "SCORER_HOME": str(home)},
        check=True,
    )
    return home


def open_list(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".row").first.wait_for()
    page.wait_for_timeout(800)  # letters and icons come last


def open_call(page: Page, name: str) -> None:
    """The call, halted a moment after its first quote, as a listener would see it."""
    page.get_by_role("link", name=name).click()
    page.locator(".call").wait_for()
    page.locator(".evidence .quote.plays").first.evaluate("(button) => button.click()")
    page.wait_for_timeout(1200)
    page.keyboard.press("Space")
    page.wait_for_timeout(400)


def change_a_judgement(page: Page) -> None:
    """The first answered judgement, changed by a person, and the next one being changed."""
    answered = page.locator('.answer:is([data-outcome="met"], [data-outcome="missed"])')
    first, second = (answered.nth(n).get_attribute("data-criterion") for n in (0, 1))
    for criterion in (first, second):
        answer = page.locator(f'.answer[data-criterion="{criterion}"]')
        answer.get_by_role("button", name="Change").click()
        answer.get_by_role("radio", name="partly met").check()
        answer.locator("textarea").fill("They said it only when the customer asked.")
        if criterion == first:
            answer.get_by_role("button", name="Save the change").click()
            answer.locator(".sides").wait_for()
    page.locator(f'.answer[data-criterion="{first}"]').evaluate(
        "(answer) => window.scrollTo(0, 0) || answer.scrollIntoView({ block: 'center' })"
    )
    page.wait_for_timeout(600)


if __name__ == "__main__":
    main()
