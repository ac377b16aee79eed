"""The pictures of a lead's pages, from a generated month: `make screenshots`.

`--home` names a home with generated calls; else a month is generated into a folder of its own.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from playwright.sync_api import sync_playwright  # noqa: E402  after what it needs
from served_app import CHROMIUM, QUIET, Served  # noqa: E402  after what it needs

from scorer.store.access import Person  # noqa: E402  after what it needs
from scorer.store.calibration import Answer  # noqa: E402  after what it needs
from scorer.store.store import Filter, Store  # noqa: E402  after what it needs

TEAM = frozenset({"Harbor"})
#: Picture, address, what must be there, its colours and its height.
PICTURES = [
    ("team", "/team?team=North", "How customers fared", "light", 1240),
    ("team-dark", "/team?team=North", "How customers fared", "dark", 1240),
    ("moments", "/moments?team=All+teams&kind=Magic&heard=true", "Add to a playlist", "light", 900),
    ("promises", "/promises?team=North&state=Overdue", "Kept late", "light", 900),
    ("rules", "/rules?team=North", "Times", "light", 900),
    ("session", "/session?session=2", "Where we differ", "light", 900),
    ("rubrics", "/rubrics?do=Try", "What is made of it", "light", 900),
    ("coaching", "/coaching?agent=Efua", "What is worth practising", "light", 1000),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="a home with a generated month, used as it is")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    asked = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("chromium is missing: apt-get install chromium")
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.home or month(Path(scratch))
        worked_with(Store(home=home))
        with Served(home) as app, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for name, address, there, colours, height in PICTURES:
                page = browser.new_page(
                    color_scheme=colours, viewport={"width": 1280, "height": height}
                )
                page.goto(app.address + address)
                page.get_by_text(there).first.wait_for(timeout=60_000)
                page.wait_for_timeout(4000)  # charts and letters come last
                page.screenshot(path=asked.out / f"{name}.png")
                page.close()
            browser.close()
    print(f"pictures are in {asked.out}")


def month(home: Path) -> Path:
    """A home with a generated month."""
    subprocess.run(
        [sys.executable, "-m", "scorer.cli", "demo", "--month", "--no-serve"],
        cwd=ROOT,
        env={**os.environ, "SCORER_HOME": str(home)},
        check=True,
    )
    return home


def worked_with(store: Store) -> None:
    """Two calibrations by three made-up people, the second with less agreement, and a plan."""
    chance = random.Random(3)
    lead = store.seen_by(Person("lena", "lead", TEAM))
    keys = [entry.key for entry in store.calls(Filter(team="Harbor"))[:200]]
    for name, wavering in (("October", 0.1), ("November", 0.35)):
        chosen = chance.sample(keys, 8)
        number = lead.calibration.open(f"{name}, listening", chosen, ["listening"])
        for who in ("rita", "rob", "sam"):
            mine = store.seen_by(Person(who, "reviewer", TEAM)).calibration
            for key in chosen:
                mine.answer(number, key, answers(store.card(key), chance, wavering))
            mine.hand_in(number)
        lead.calibration.close(number)
    due = date.today() + timedelta(days=28)
    focus = ["listening.does_not_ask_again", "respectful_address.please_and_thanks"]
    lead.coaching.plan("Efua", focus, "So that callers feel heard at once", due)


def answers(card: dict, chance: random.Random, wavering: float) -> list[Answer]:
    """Mostly what the machine said, with the words that it rests on."""
    given = []
    for judgement in card["judgements"]:
        if judgement["rubric"] != "listening":
            continue
        outcome = judgement["outcome"]
        if chance.random() < wavering:
            outcome = chance.choice(["met", "partly", "missed", "no_opportunity"])
        quote = (judgement["evidence"] or [{}])[0]
        where = [quote.get(name) for name in ("turn", "start", "end")]
        words = quote.get("quote", "")
        given.append(Answer("listening", judgement["criterion"], outcome, "", *where, words))
    return given


if __name__ == "__main__":
    main()
