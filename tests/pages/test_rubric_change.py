"""Changing the rubrics' files in the app."""

from contextlib import contextmanager
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from scorer.pages import rubric_change

FILES = {"kindness.yaml": "rubric: kindness\n"}


def changing(store):
    from types import SimpleNamespace

    from scorer.pages import rubric_change

    rubric_change.page(store, SimpleNamespace(number=0))


def test_checking_says_that_it_may_take_minutes(monkeypatch):
    at_it = []

    @contextmanager
    def spinner(text, **_):
        at_it.append(text)
        yield
        at_it.clear()

    told = []
    monkeypatch.setattr(rubric_change.st, "spinner", spinner)
    monkeypatch.setattr(rubric_change, "validate", lambda _: told.append(list(at_it)))
    kept = SimpleNamespace(files=lambda _: FILES, save=lambda *_: told.append(list(at_it)) or 1)
    page = AppTest.from_function(changing, args=(SimpleNamespace(rubrics=kept),)).run()
    page.text_area[0].set_value("rubric: kindness\ntitle: Kindness\n").run()
    for place in (0, 1):  # to check, and to keep
        page.button[place].click().run()
        assert page.success
    assert not page.exception
    assert len(told) == 2
    assert all("a few minutes" in " ".join(line) for line in told)
