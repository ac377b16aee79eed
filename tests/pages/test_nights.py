"""What an operator sees of the nights, and that others see nothing of them."""

import pytest
from test_pages import run, texts

from scorer.pages import person
from scorer.store.access import MACHINE, Person
from scorer.store.store import Store


def nights_page():
    from scorer.pages import nights

    nights.page()


REPORT = {
    "scored": 41,
    "planned": 43,
    "done_before": 7,
    "without_consent": 3,
    "failed": 2,
    "sound_hours": 2.5,
    "times_real_time": 12.0,
    "failures": [{"why": "night/broken.wav: is not a recording that can be read"}],
    "quality": {"Sales": {"the customer's channel is very quiet": 4}},
}


@pytest.fixture
def store(home):
    store = Store(home=home, person=MACHINE)
    number = store.run_started({"source": "/srv/recordings"})
    store.run_report(number, REPORT, "finished")
    for _ in range(3):
        store.failed("aaa", "r", "m", "night/broken.wav: is not a recording that can be read")
    store.failed("bbb", "r", "m", "night/gone.wav: no such file")
    return store


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_an_operator_reads_the_night_and_has_a_recording_tried_again(store, monkeypatch, role):
    monkeypatch.setattr(person, "who", lambda: Person("olga", role))
    seen = run(nights_page)
    told = " ".join(texts(seen))
    assert "41 of 43 were scored: 2.50 h of sound at 12.0 times real time" in told
    assert "Sales: the customer's channel is very quiet (4)" in told
    assert "2 recordings, of which 1 failed so often" in told
    assert "set aside after 3 tries" in told
    assert "to be tried again after 1 try" in told
    seen.button(key="retry-aaa").click().run()
    assert [failure.source for failure in store.failing()] == ["bbb"]
    assert "of which 0 failed so often" in " ".join(texts(seen))


@pytest.mark.parametrize("role", ["reviewer", "lead", "agent"])
@pytest.mark.usefixtures("store")
def test_nobody_else_does(monkeypatch, role):
    monkeypatch.setattr(person, "who", lambda: Person("rita", role, frozenset({"north"})))
    told = " ".join(texts(run(nights_page)))
    assert "cannot maintain here" in told
    assert "broken.wav" not in told


def test_before_the_first_night_it_says_how_to_begin(monkeypatch):
    monkeypatch.setattr(person, "who", lambda: Person("olga", "operator"))
    assert "`scorer batch FOLDER`" in " ".join(texts(run(nights_page)))
