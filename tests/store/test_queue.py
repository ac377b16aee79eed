"""The queue: where a person's ear matters most comes first; how long a call took never counts."""

import hashlib

import pytest
from store_cards import PEAKS, judgement, moment

from scorer.store.access import Person
from scorer.store.attention import REASONS, SAMPLE_RATE
from scorer.store.schema import calls
from scorer.store.store import Filter

QUEUE = Filter(attention=True)


def sampled(content):
    """Whether the random sample takes a recording: the last 32 bits of its hash decide."""
    return int(hashlib.sha256(content.encode()).hexdigest()[-8:], 16) / 0xFFFFFFFF < SAMPLE_RATE


SAMPLED = next(f"call {n}" for n in range(1000) if sampled(f"call {n}"))
NOT = [f"call {n}" for n in range(40) if not sampled(f"call {n}")]

SURE = judgement("empathy", "acknowledges_feeling", "met", confidence=0.9)
UNSURE = judgement("empathy", "acknowledges_feeling", "met", confidence=0.3)
CRITICAL = judgement("respect", "no_belittling", "missed", critical=True, proposed=True)


@pytest.fixture
def put(store, make_call):
    """Puts in a call and returns its key."""

    def put(content, *judgements, complaint=False, seconds=60.0, **metadata):
        path, card = make_call(content, judgements=list(judgements), **metadata)
        noted = {**moment("That is no way to treat people."), "rubric": "complaint_register"}
        card["outcome"]["moments"] = [noted] if complaint else []
        card["context"]["duration"] = seconds
        return store.keep(path, card, PEAKS)

    return put


def queue(store):
    return [(entry.key, entry.why) for entry in store.calls(QUEUE, "attention")]


def test_the_order_and_the_reasons(store, put):
    quiet = put(NOT[0], SURE)
    complaint = put(NOT[1], SURE, complaint=True)
    sample = put(SAMPLED, SURE)
    unsure = put(NOT[2], UNSURE)
    disputed = put(NOT[3], SURE, agent="Ann")
    critical = put(NOT[4], CRITICAL, UNSURE, complaint=True)  # the most pressing reason counts
    agent = store.seen_by(Person("Ann", "agent"))
    agent.dispute(agent.judged(disputed)[0].id, "I did say so")
    found = queue(store)
    assert [key for key, _ in found] == [critical, unsure, disputed, complaint, sample]
    assert [why for _, why in found] == list(REASONS.values())
    assert quiet in [entry.key for entry in store.calls()]


def test_what_was_signed_leaves_and_comes_back_with_a_dispute(store, put):
    key = put(NOT[0], UNSURE, agent="Ann")
    reviewer = store.seen_by(Person("rita", "reviewer", frozenset({"North"})))
    reviewer.sign(key)
    assert queue(store) == []
    agent = store.seen_by(Person("Ann", "agent"))
    agent.dispute(agent.judged(key)[0].id, "I did say so")
    assert queue(store) == [(key, "disputed")]


def test_how_long_a_call_took_moves_nothing(store, put):
    """The same calls, short ones first and then long ones first, stand in the same order."""
    for turn, lengths in enumerate([(10.0, 600.0, 5000.0), (5000.0, 600.0, 10.0)]):
        for content, seconds in zip(NOT[3 * turn :], lengths, strict=False):
            put(content, UNSURE, seconds=seconds, name=f"{turn}-{content}.wav")
    names = [entry.id for entry in store.calls(QUEUE, "attention")]
    assert names == [f"1-{c}.wav" for c in NOT[5:2:-1]] + [f"0-{c}.wav" for c in NOT[2::-1]]
    assert not any(word in column.name for column in calls.c for word in ("duration", "length"))
    with pytest.raises(KeyError):
        store.calls(None, "duration")[:1]


def test_the_sample_is_at_its_rate_and_nobody_can_choose_it(store, put):
    """Of n recordings about 2 % are taken: binomial, so within 5 standard deviations of 200."""
    taken = sum(sampled(f"recording {n}") for n in range(10_000))
    assert abs(taken - 200) < 5 * (10_000 * 0.02 * 0.98) ** 0.5
    assert SAMPLE_RATE == 0.02
    key = put(SAMPLED, SURE, name="a.wav")
    [(found, why)] = queue(store)
    assert (found, why) == (key, REASONS[1])
    put(SAMPLED, SURE, name="another name.wav", agent="somebody else")
    assert len(queue(store)) == 1


def test_disputes_stand_by_the_day_until_which_they_are_answered(store, put):
    agent = store.seen_by(Person("Ann", "agent"))
    days = {put(NOT[n], SURE, agent="Ann"): within for n, within in enumerate((14, 2, 7))}
    doubtful = put(NOT[3], UNSURE, agent="Ann")
    put(NOT[4], UNSURE)
    for key, within in {**days, doubtful: 3}.items():
        agent.dispute(agent.judged(key)[0].id, "I did say so", days=within)
    by_deadline = sorted(days, key=days.get)
    found = [key for key, _ in queue(store)]
    assert found[0] == doubtful  # first among what the machine was unsure of
    assert found[2:] == by_deadline
    answers = store.calls(Filter(disputed=True), "answers")
    first, last = by_deadline[0], by_deadline[-1]
    assert [entry.key for entry in answers] == [first, doubtful, *by_deadline[1:]]
    assert [
        round((entry.answer_due - entry.when).total_seconds() / 86400) for entry in answers
    ] == [
        2,
        3,
        7,
        14,
    ]
    here = answers.place(first)
    assert answers.after(here).key == doubtful
    reviewer = store.seen_by(Person("rita", "reviewer", frozenset({"North"})))
    number = next(e.number for e in store.history(first) if e.kind == "dispute")
    reviewer.answer(number, "met", "heard again")
    assert [entry.key for entry in answers][-1] == last
    assert len(answers) == 3
    assert answers.after(here).key == doubtful  # the way on from there stays
    assert answers.before(answers.place(last)).key == by_deadline[1]
