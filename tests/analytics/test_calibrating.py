"""What a session's answers come to, worked out by hand."""

from datetime import UTC, datetime

import polars as pl
import pytest

from scorer.analytics.calibrating import by_criterion, consensus, disagreements, drifts, over_time
from scorer.store.calibration import ANSWERS

#: Call -> what Rita, Rob and the machine said.
SAID = {
    "a": ("met", "met", "met"),
    "b": ("met", "missed", "met"),
    "c": ("missed", "missed", "met"),
    "d": ("missed", "missed", "missed"),
    "e": ("cannot_tell", "met", "met"),
}
#: No reason, no time, no words.
QUOTE = ("", None, None, "")


def answers(said=SAID, session=1, title="May", month=5, criterion="restates"):
    at = datetime(2026, month, 1, tzinfo=UTC)
    rows = [
        (session, title, at, key, f"{key}.wav", who, "listening", criterion, outcome, *QUOTE)
        for key, three in said.items()
        for who, outcome in zip(("rita", "rob", ""), three, strict=True)
    ]
    return pl.DataFrame(rows, schema=ANSWERS, orient="row")


def test_people_against_people_and_the_machine_against_most_of_them():
    [told] = by_criterion(answers())
    # People: met-met, met-missed, missed twice both; call e has one answer and is left out.
    # n_met = 3, n_missed = 5: alpha = 1 - 7 * 2 / (2 * 3 * 5) = 16/30.
    assert told.people.alpha == pytest.approx(16 / 30)
    assert (told.people.units, told.people.same) == (4, pytest.approx(6 / 8))
    # b has no majority. Most people against the machine: a met-met, c missed-met, d missed-missed,
    # e met-met: n_met = 5, n_missed = 3 and one call apart: 16/30 again.
    assert told.machine.alpha == pytest.approx(16 / 30)
    assert told.machine.units == 4
    assert told.close == pytest.approx(16 / 30)  # with two values only, order changes nothing


def test_disagreements_say_who_differs():
    told = disagreements(answers()).select("key", "agreed", "said", "people", "machine").rows()
    assert told == [("b", None, "met", True, False), ("c", "missed", "met", False, True)]


def test_most_people_is_at_least_two():
    assert consensus(answers()).select("key", "outcome").rows() == [
        ("a", "met"),
        ("c", "missed"),
        ("d", "missed"),
    ]


def test_a_fall_in_agreement_is_told_and_chance_is_not():
    good = {f"g{n}": (v, v, v) for n, v in enumerate(("met", "missed") * 15)}
    bad = {f"b{n}": ("met", "missed", v) for n, v in enumerate(("met", "missed") * 15)}
    may, june = answers(good), answers(bad, 2, "June", 6)
    told = drifts(pl.concat([june, may]))
    assert [(each.whose, each.title) for each in told] == [("people", "June")]
    assert told[0].high < 0
    assert drifts(may) == []
    assert drifts(pl.concat([may, answers(good, 2, "June", 6)])) == []
    assert [each.title for each in over_time(pl.concat([june, may]))] == ["May", "June"]


def test_a_session_without_answers_says_nothing():
    only_machine = answers().filter(pl.col("who") == "")
    assert by_criterion(only_machine) == []
    assert disagreements(only_machine).is_empty()
    [told] = over_time(only_machine)
    assert (told.people.alpha, told.people.units) == (None, 0)
