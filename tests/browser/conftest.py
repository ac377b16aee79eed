"""The real app in a real browser: a server of the test's own, and Debian's Chromium."""

import example_call
import pytest
from served_app import CHROMIUM, QUIET, Served

#: Of the call that is there where people sign in.
METADATA = {"team": "north", "agent": "marta", "started": "2026-11-23T10:00:00+00:00"}


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
def empty(browser, tmp_path_factory):  # noqa: ARG001  for its effect
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


@pytest.fixture(scope="module")
def centre(browser, tmp_path_factory):  # noqa: ARG001  for its effect
    """The app with sign-in, and a call of Marta's, of the northern team."""
    home = tmp_path_factory.mktemp("centre")
    key = example_call.shelve(home, tmp_path_factory.mktemp("scratch"), metadata=METADATA)
    with Served(home, people=True) as served:
        served.key = key
        yield served


@pytest.fixture
def as_person(browser, centre):
    """Opens pages as somebody: `as_person("rita", "reviewer")`."""
    contexts = []

    def open_as(name, role, team="north", **claims):
        context = browser.browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([centre.cookie(email=name, role=role, team=team, **claims)])
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()
