"""How long a page takes to open with 50,000 calls in the store: `python -m tests.benchmarks.pages`.

The real app and Chromium; from the address to the moment at which what was asked for is there to
read. The first opening of each is dropped: it loads and compiles Streamlit's own scripts. Beside
the time by the clock stands the processor time of the page (scripts and layout, what the browser's
main thread itself used) and of the server, which other work on the machine disturbs less.

`--postgresql` measures on a PostgreSQL server of its own; `--home FOLDER` keeps the calls of SQLite
in a folder for the next time.
"""

import argparse
import hashlib
import os
import random
import sys
import tempfile
import time
import wave
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import text

from scorer.store.calibration import Answer
from scorer.store.store import Filter, Store
from tests.benchmarks.store import card, fill, multiply

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
import postgres_server
from served_app import CHROMIUM, QUIET, Served

#: Any row of the list.
ROW = ".row"


def pages(key: str) -> list[tuple[str, str, str]]:
    """What is opened, by its address, and what must be there."""
    return [
        ("the list", "/", ROW),
        ("its last page", "/?page=2000", ROW),
        ("the queue", "/?order=Queue", ROW),
        ("the queue, its last page", "/?order=Queue&page=900", ROW),
        ("one agent's disputed calls: none", "/?only=Disputed&agent=agent+7", "text=No call fits."),
        ("one team, by name", "/?team=team+7&name=call-0", ROW),
        ("not signed, of one outcome", "/?only=Not+signed&outcome=Resolved", ROW),
        ("a call of 40 turns and 25 judgements", f"/call?key={key}", ".review"),
        ("a team's page", "/team?team=team+7", "text=Three that stand together"),
        ("all teams together", "/team?team=All+teams", "text=Three that stand together"),
        ("a figure's calls", "/?team=team+7&criterion=empathy.criterion_1&answer=not_met", ROW),
        ("moments of a team", "/moments?team=team+7", ".clip"),
        ("moments, a rare word searched", "/moments?words=case42", ".clip"),
        ("promises of a team", "/promises?team=team+7&state=Open", "[class*=st-key-card-promise]"),
        ("complaints of a team", "/complaints?team=team+7", "[class*=st-key-card-complaint]"),
        ("rules that hurt", "/rules?team=team+7", "table.figures"),
        ("a team's surveys", "/surveys?team=team+7", "text=Month by month"),
    ]


def led(store: Store) -> list[tuple[str, str, str]]:
    """The pages on which leads work with their team, with a little on each."""
    agent, team = "agent 7", "team 7"
    keys = [entry.key for entry in store.calls(Filter(team=team))[:8]]
    focus, due = ["listening.criterion_0"], date.today() + timedelta(days=28)
    plan = store.coaching.plan(agent, focus, "to listen longer", due)
    session = store.calibration.open("May", keys, ["listening", "empathy"])
    for key in keys:
        said = [Answer("listening", "lets_finish", "met"), Answer("empathy", "criterion_1", "met")]
        store.calibration.answer(session, key, said)
    store.calibration.close(session)
    store.wall.add(keys[0], "cares", "I will look after this myself.")
    store.guidance.write_creed(team, ["We keep what we promise."])
    store.guidance.set_goal("", "resolved", 0.8, date(2026, 11, 1), due, "they ring twice")
    return [
        ("calibration, its sessions", "/calibration", "text=Agreement over time"),
        ("a calibration session", f"/session?session={session}", "text=How far we agree"),
        ("the rubrics as prose", "/rubrics", "text=Comes up when"),
        ("trying a sentence", "/rubrics?do=Try", ".tried.card"),
        ("coaching an agent", f"/coaching?agent={agent}", "text=A new plan"),
        ("a coaching plan", f"/plan?plan={plan}", "text=What we said"),
        ("the recognition wall", "/wall", ".clip"),
        ("goals, over all calls", "/goals", "text=Now"),
        ("the creed", "/creed", "text=We keep what we promise."),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--postgresql", action="store_true", help="on a server of its own")
    parser.add_argument("--home", type=Path, help="a folder to keep the calls in")
    parser.add_argument("--leads", action="store_true", help="only where leads work")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = asked.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if asked.postgresql:
            server = postgres_server.running(postgres_server.binaries())
            address = stack.enter_context(server).format(name="postgres")
            os.environ["SCORER_STORE"] = address
        measure(home, asked.calls, asked.repeat, asked.leads)


def measure(home: Path, calls: int, repeat: int, leads: bool = False) -> None:
    """Prints the table."""
    store = Store(os.environ.get("SCORER_STORE"), home=home)
    if not store.calls():
        fill(store, min(calls, 1000) - 1)
        sounding(store, home)  # the copies leave PostgreSQL no numbers to count on from
        multiply(store, calls)
        if not store._database.is_sqlite:  # as autovacuum would have done by then
            with store._database.engine.begin() as connection:
                connection.execute(text("ANALYZE"))
    count = len(store.calls())
    engine, load = store._database.engine.dialect.name, os.getloadavg()[0]
    print(f"{count:,} calls on {engine}, {os.cpu_count()} CPUs, load {load:.1f}\n")
    print("| opened | median, ms | 95 of 100, ms | slowest, ms | page, CPU ms | server, CPU ms |")
    print("|---|---|---|---|---|---|")
    with Served(home) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        listed = [] if leads else pages(sounding(store, home))
        for name, address, there in (*listed, *led(store)):
            print(f"| {name} | {opened(page, app, address, there, repeat)} |", flush=True)
        browser.close()
    store.close()


def sounding(store: Store, home: Path) -> str:
    """Puts in a call that can be heard, with its waveform; returns its key."""
    chance, path = random.Random(0), home / "sounding.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((2, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(240 * 8000 * 4))
    told = card(70_000)
    told["provenance"]["recording_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    stretches = [{"start": 6.0 * n, "end": 6.0 * n + 4} for n in range(40)]
    told["activity"] = [
        {"party": party, "speech": stretches[place::2], "hold": []}
        for place, party in enumerate(("agent", "customer"))
    ]
    told["timing"] = {"overlaps": [{"start": 6.0 * n, "end": 6.0 * n + 0.5} for n in range(9)]}
    peaks = [[(-chance.random(), chance.random()) for _ in range(2000)] for _ in range(2)]
    rounded = [[(round(low, 4), round(high, 4)) for low, high in lane] for lane in peaks]
    return store.keep(path, told, rounded)


def opened(page, app: Served, address: str, there: str, repeat: int) -> str:
    """The cells of a page's row."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    times, drawn, served = [], [], []
    for _ in range(repeat + 1):
        page.goto("about:blank")
        began, before = time.perf_counter(), processor(app.process.pid)
        page.goto(app.address + address, wait_until="commit")
        appear(page, there)
        times.append(1000 * (time.perf_counter() - began))
        served.append(1000 * (processor(app.process.pid) - before))
        metrics = session.send("Performance.getMetrics")["metrics"]
        drawn.append(1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration"))
    session.detach()
    kept = sorted(times[1:])
    tail = kept[min(len(kept) - 1, round(0.95 * len(kept)))]
    cells = (middle(times), tail, kept[-1], middle(drawn), middle(served))
    return " | ".join(f"{cell:.0f}" for cell in cells)


def appear(page, there: str) -> None:
    """Waits until it is there; Playwright's own waiting soon looks only every half second."""
    wanted, until = page.locator(there).first, time.perf_counter() + 30
    while not wanted.is_visible():
        if time.perf_counter() > until:
            raise TimeoutError(f"{there} did not appear within 30 s")
        time.sleep(0.01)


def middle(values: list[float]) -> float:
    return sorted(values[1:])[len(values[1:]) // 2]


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
