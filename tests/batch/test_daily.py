"""A day for the mail, against figures counted by hand."""

import hashlib
import io
import re
from datetime import date

import pytest
from PIL import Image
from store_cards import judgement, moment

from scorer.batch import daily, results
from scorer.errors import ScorerError
from scorer.store.access import LOCAL, MACHINE, Person
from scorer.store.store import Store

THERE = results.zone("Europe/Berlin")
MONDAY = date(2026, 3, 2)


@pytest.fixture
def store(tmp_path):
    store = Store(home=tmp_path / "home", person=MACHINE)
    made = iter(range(100))

    def call(team, resolution, began="2026-03-02T10:00:00+01:00", complaint=None, due=None):
        number = next(made)
        heard = {**moment("It is broken"), "rubric": "complaint_register", "criterion": "complaint"}
        promise = {"by": "agent", "what": "call back", "when": "soon", "due": due}
        promise["evidence"] = {"turn": 0, "quote": "I will", "start": 1.0, "end": 2.0}
        card = {
            "id": f"{number}.wav",
            "turns": [{"speaker": "agent", "text": "I will"}],
            "judgements": [judgement("complaint_handling", "heard", "met")] if complaint else [],
            "outcome": {
                "resolution": resolution,
                "satisfaction": 0.5 if number % 2 else 0.7,
                "moments": [{**heard, "outcome": complaint}] if complaint else [],
                "promises": [promise] if due else [],
            },
            "context": {"duration": 7777.0},
            "metadata": {"team": team, "started": began},
            "provenance": {"recording_sha256": hashlib.sha256(str(number).encode()).hexdigest()},
        }
        store.keep(None, card)

    for resolution in ("resolved", "resolved", "unresolved", "unclear"):
        call("North", resolution)
    call("North", "resolved", complaint="recovered", due="2026-03-03")  # due the morning after
    call("<b>South</b>", "promised", complaint="missed", due="2026-02-20")  # overdue
    call("", "resolved", began="2026-03-02T23:30:00+01:00")
    call("North", "resolved", began="2026-03-03T00:30:00+01:00")  # Tuesday in Berlin
    yield store.seen_by(LOCAL)
    store.close()


def test_a_day_is_counted_in_its_own_time_zone(store):
    found = daily.daily(store, MONDAY, THERE)
    rows = {row.pop("team"): row for row in found.teams.iter_rows(named=True)}
    assert found.calls == 7
    assert set(rows) == {"North", "<b>South</b>", "no team"}
    north = rows["North"]
    assert (north["calls"], north["answered"], north["resolved"]) == (5, 4, 3)
    assert (north["complaints"], north["made_good"], north["left_open"]) == (1, 1, 0)
    # 0.7, 0.5, 0.7, 0.5, 0.7 of five calls; the others have too few to say.
    assert north["satisfaction"] == pytest.approx(3.1 / 5)
    assert rows["<b>South</b>"]["satisfaction"] is None
    assert (rows["<b>South</b>"]["complaints"], rows["<b>South</b>"]["left_open"]) == (1, 1)
    assert found.promises == {"due": 1, "overdue": 1}
    assert daily.daily(store, MONDAY, THERE, "North").calls == 5


def test_the_page_stands_alone_and_takes_no_name_for_markup(store):
    page = daily.page(daily.daily(store, MONDAY, THERE))
    assert "Monday 2 March 2026" in page
    assert "&lt;b&gt;South&lt;/b&gt;" in page
    assert "<b>South</b>" not in page
    for fetched in (r"<script", r'src="', r"url\(", r'<link[^>]+href="'):
        assert not re.search(fetched, page), fetched
    assert "7777" not in page  # no length of a call
    assert "I will" not in page  # and no word of one


def test_the_picture_is_one(store):
    with Image.open(io.BytesIO(daily.picture(daily.daily(store, MONDAY, THERE)))) as picture:
        assert picture.format == "PNG"
        assert picture.width > 800


def test_a_day_without_calls_says_so(store):
    page = daily.page(daily.daily(store, date(2020, 1, 1), THERE))
    assert "No calls of this day are scored yet." in page


def test_who_may_not_compare_may_not_have_it(store):
    with pytest.raises(ScorerError, match="cannot compare"):
        daily.daily(store.seen_by(Person("Ann", "agent")), MONDAY, THERE)
