"""The real app in a real browser: a server of the test's own, and Debian's Chromium."""

import example_call
import pytest
from served_app import CHROMIUM, QUIET, Served


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
