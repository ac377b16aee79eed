"""The real app in a real browser: a server of the test's own, and Debian's Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import example_call
import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
)


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: pip install '.[dev]'"
    )
    if CHROMIUM is None:
        pytest.skip("chromium is missing: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        # One context for all: the scripts of Streamlit are loaded and compiled once.
        yield opened.new_context()
        opened.close()


@pytest.fixture(scope="module")
def app(browser, tmp_path_factory):  # noqa: ARG001  no server where there is no browser
    """A served home with the example call in it: its address, its folder and the call's key."""
    home = tmp_path_factory.mktemp("home")
    key = example_call.shelve(home, tmp_path_factory.mktemp("scratch"))
    with Served(home) as served:
        served.key = key
        yield served


@pytest.fixture(scope="module")
def empty(browser, tmp_path_factory):  # noqa: ARG001
    """A served home without a call."""
    with Served(tmp_path_factory.mktemp("empty")) as served:
        yield served


@pytest.fixture
def page(browser):
    """A new page of a desk's size; a fault in its scripts fails the test."""
    opened = browser.new_page()
    opened.set_viewport_size({"width": 1280, "height": 900})
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()
    assert faults == []


class Served:
    """The app on a free port of this machine, as `scorer app` serves it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scorer.pages", "--port", str(self.port)],
            env={**os.environ, "SCORER_HOME": str(self.home)},
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1).close()
                return self
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, "the app stopped"
                time.sleep(0.1)
        raise AssertionError("the app did not answer within 30 s")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        for worker in self.workers():
            os.kill(worker, signal.SIGTERM)

    def workers(self):
        """The processes left over from this home's uploads: they outlive the app on purpose."""
        mark = f"SCORER_HOME={self.home}".encode()
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes().split(b"\0"):
                    yield int(place.name)
            except OSError:  # gone, or not ours to read
                continue
