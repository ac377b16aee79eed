"""How long a page takes to open with 50,000 calls in the store: `python -m tests.benchmarks.pages`.

The real app and Chromium; from the address to the moment at which what was asked for is there to
read. The first opening of each is dropped: it loads and compiles Streamlit's own scripts.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from scorer.store.store import Filter, Store
from tests.benchmarks.store import fill, multiply

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from served_app import CHROMIUM, QUIET, Served

#: What is opened, by its address, and what must be there. `ROW` is any row of the list.
ROW = "[class*='st-key-row-']"


def pages(key: str) -> list[tuple[str, str, str]]:
    return [
        ("the list", "/", ROW),
        ("its last page", "/?page=2000", ROW),
        ("the queue", "/?order=Queue", ROW),
        ("one agent's disputed calls: none", "/?only=Disputed&agent=agent+7", "text=No call fits."),
        ("one team, by name", "/?team=team+7&name=call-0", ROW),
        ("a call of 40 turns and 25 judgements", f"/call?key={key}", ".review"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        store = Store(home=home)
        fill(store, min(asked.calls, 1000))
        multiply(store, asked.calls)
        key = store.calls(Filter())[len(store.calls()) // 2].key
        print(f"{len(store.calls()):,} calls", flush=True)
        print("| opened | median, ms | slowest, ms |\n|---|---|---|")
        with Served(home) as app, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            for name, address, there in pages(key):
                times = []
                for _ in range(asked.repeat + 1):
                    page.goto("about:blank")
                    begin = time.perf_counter()
                    page.goto(app.address + address, wait_until="commit")
                    page.locator(there).first.wait_for()
                    times.append(1000 * (time.perf_counter() - begin))
                kept = sorted(times[1:])
                print(f"| {name} | {kept[len(kept) // 2]:.0f} | {kept[-1]:.0f} |", flush=True)
            browser.close()


if __name__ == "__main__":
    main()
