"""What nobody said is kept out on evidence, and what was said stays."""

from dataclasses import replace

import pytest

from scorer.call import Interval, Word
from scorer.speech import guard
from scorer.speech.guard import Removed
from scorer.speech.model import MOST_TOKENS, Hypothesis
from scorer.speech.placing import Placed
from scorer.speech.windows import Piece


def heard(text: str = "", logprob: float = -0.2, tokens: int = 9):
    return Hypothesis(tuple(range(tokens)), text, logprob)


def words(text: str, seconds: float, sure: float = 0.9, start: float = 0.0) -> list[Word]:
    """The words of `text`, evenly over `seconds`."""
    parts = text.split()
    each = seconds / len(parts)
    return [Word(w, start + i * each, start + (i + 1) * each, sure) for i, w in enumerate(parts)]


def placed(text: str, seconds: float, sure: float = 0.9) -> list[Placed]:
    piece = Piece(0, 0.0, seconds, Interval(0.0, seconds))
    return [Placed(word, piece) for word in words(text, seconds, sure)]


def texts(some: list[Placed]) -> str:
    return " ".join(one.word.text for one in some)


@pytest.mark.parametrize(
    ("hypothesis", "reasons"),
    [
        (heard("my bill is wrong again"), ()),
        (heard("that's funny. " * 20), ("repetitive",)),
        (heard("a b c", tokens=MOST_TOKENS), ("cut off",)),
        (heard("a b c", logprob=-1.2), ("unsure",)),
    ],
)
def test_a_window_is_doubted_for_a_reason(hypothesis: Hypothesis, reasons: tuple[str, ...]) -> None:
    assert guard.doubts(hypothesis) == reasons


def test_a_loop_that_is_unsure_or_impossibly_fast_is_said_once() -> None:
    removed = Removed()
    # Five times three words in 1 s are 15 words/s; in 6 s at confidence 0.3 they are unsure.
    assert texts(guard.plausible(placed("thank you sir " * 5, 1.0), removed)) == "thank you sir"
    assert (
        texts(guard.plausible(placed("thank you sir " * 5, 6.0, 0.3), removed)) == "thank you sir"
    )
    assert removed.counts["loop"] == 24


def test_a_phrase_written_again_in_no_time_is_a_copy_and_one_said_again_is_not() -> None:
    said = placed("we have a car for you at no charge.", 3.0)
    removed = Removed()
    at_once = [replace(one, word=replace(one.word, start=2.95, end=3.0)) for one in said]
    assert guard.plausible([*said, *at_once], removed) == said
    assert removed.counts["loop"] == 9
    other = [replace(one, word=replace(one.word, text=f"{one.word.text}s")) for one in at_once]
    assert guard.plausible([*said, *other], Removed()) == [*said, *other]


def test_what_people_do_repeat_stays() -> None:
    removed = Removed()
    for said, seconds in [("No, no, no, no!", 1.4), ("eleven years, eleven years", 2.0)]:
        assert texts(guard.plausible(placed(said, seconds), removed)) == said
    assert not removed.counts


def test_a_number_written_twice_in_the_time_of_one_is_kept_once() -> None:
    removed = Removed()
    # Eight figures in 0.8 s are ten a second, which nobody says; in 1.6 s they are five.
    assert texts(guard.plausible(placed("4242. 4242.", 0.8), removed)) == "4242."
    assert removed.counts["loop"] == 1
    assert texts(guard.plausible(placed("4242. 4242.", 1.6), removed)) == "4242. 4242."


@pytest.mark.parametrize(
    ("number", "after", "goes_on"),
    [
        ("916038.", "038,", True),
        ("916038.", "116", False),  # another number
        ("916038.", "038 please", False),
        ("16,", "16", False),  # said again
    ],
)
def test_the_end_of_a_number_is_not_written_again(number: str, after: str, goes_on: bool) -> None:
    (said,) = placed(number, 0.9)  # three figures take as long
    assert guard.goes_on(said, placed(after, 0.7)) is goes_on
    (slow,) = placed(number, 3.0)  # six figures: what follows is said once more
    assert not guard.goes_on(slow, placed(after, 0.7))


@pytest.mark.parametrize(
    ("text", "kept"), [("4" + "1" * 39, False), ("4111111111111111", True), ("1-" * 25, False)]
)
def test_a_number_without_end_is_a_loop_and_a_long_one_is_told(text: str, kept: bool) -> None:
    removed = Removed()
    word = Word(text, 1.0, 9.0, 0.95)
    assert guard.without_endless([word], removed) == ([word] if kept else [])
    assert removed.counts["loop"] == (not kept)


def test_a_stretch_too_short_for_its_unsure_words_loses_them() -> None:
    removed = Removed()
    assert guard.plausible(placed("you can find us on the web", 0.4, 0.4), removed) == []
    assert removed.counts["no sound"] == 7


def test_a_number_that_repeats_itself_faster_than_anybody_speaks_is_not_kept() -> None:
    removed = Removed()
    assert guard.plausible(placed("4-" + "1-" * 40, 3.0), removed) == []
    card = placed("4111-1111-1111-1111", 6.0)  # 16 digits in 6 s are spoken
    assert guard.plausible(card, removed) == card
    assert guard.doubtful(card)  # but worth a second hearing


@pytest.mark.parametrize(
    ("first", "second", "passed", "kept"),
    [
        (("sure thing", 0.40), ("sure thing", 0.55), (True, True), "sure thing"),
        (("I'm Jack", 0.40), ("and Jack", 0.35), (True, True), "I'm Jack"),  # the surer one
        (("okay", 0.40), ("", 0.0), (True, True), "okay"),  # faint, but nothing speaks against it
        (("okay", 0.40), ("la la la", 0.9), (True, False), "okay"),  # a loop has no say
        (("thanks for watching", 0.9), ("bye bye", 0.9), (False, False), ""),  # music
        (("thanks for watching", 0.20), ("", 0.0), (True, True), ""),  # nothing to go by
        (("", 0.0), ("hello there", 0.70), (False, True), "hello there"),  # missed before
        (("", 0.0), ("", 0.0), (False, True), ""),
    ],
)
def test_two_hearings_settle_a_stretch(first, second, passed, kept: str) -> None:
    hearings = [placed(text, 1.0, sure) if text else [] for text, sure in (first, second)]
    said, dropped = guard.settle(*hearings, passed)
    assert texts(said) == kept
    assert bool(dropped) == (bool(first[0] or second[0]) and not kept)


def spread(*said: tuple[str, float, float], end: float) -> list[Placed]:
    """Words (text, start, end) in one stretch of speech from 0 to `end` [s]."""
    piece = Piece(0, 0.0, end, Interval(0.0, end))
    return [Placed(Word(text, *at, 0.9), piece) for text, *at in said]


@pytest.mark.parametrize(
    ("some", "skipped"),
    [
        (spread(("I", 0.0, 0.2), ("will", 0.2, 0.5), end=1.6), True),  # 1.1 s are left at the end
        (spread(("I", 0.0, 0.2), ("will", 1.0, 1.3), end=1.3), True),  # 0.8 s between
        (spread(("I", 0.0, 0.2), ("a", 0.2, 1.2), end=1.2), True),  # nobody says "a" for 1 s
        (spread(("I", 0.0, 0.2), ("will", 0.3, 0.7), end=1.0), False),
        # "three hundred and forty dollars" is one word in writing.
        (spread(("for", 0.0, 0.2), ("$340.", 0.2, 1.9), end=1.9), False),
    ],
)
def test_speech_left_without_words_within_a_stretch_was_skipped(
    some: list[Placed], skipped: bool
) -> None:
    assert guard.skipped(some) is skipped


def test_a_gap_is_filled_by_a_fuller_hearing_that_is_sure_and_by_no_other() -> None:
    gap = spread(("I", 0.0, 0.2), ("will", 0.2, 0.5), end=1.6)
    fuller = placed("I will call you on Thursday", 1.6)
    unsure = placed("I will fall through the floor", 1.6, sure=0.4)
    assert guard.settle(gap, fuller, (True, True)) == (fuller, [])
    assert guard.settle(gap, unsure, (True, True)) == (gap, [])
    assert guard.settle(gap, fuller, (True, False)) == (gap, [])


def test_a_long_stretch_with_hardly_a_word_is_doubtful() -> None:
    assert guard.doubtful(placed("Wow.", 3.5, 0.9))
    assert not guard.doubtful(placed("Wow.", 0.5, 0.9))
    assert not guard.doubtful(placed("I was charged twice in May", 3.5, 0.9))


def test_a_sparse_stretch_needs_surer_words() -> None:
    thanks = placed("thank", 4.5, 0.5)
    assert guard.settle(thanks, thanks, (True, True)) == ([], thanks)
    spelled = placed("S-I-T-I-L-L-E", 4.5, 0.5)
    assert guard.settle(spelled, spelled, (True, True)) == (spelled, [])
    spoken = placed("thank", 1.0, 0.5)
    assert guard.settle(spoken, spoken, (True, True)) == (spoken, [])


def test_an_echo_of_the_other_party_is_taken_out_where_it_is_fainter() -> None:
    loud, faint = (
        words("I will call you on Thursday", 2.0),
        words("call you on Thursday", 1.4, 0.8, 0.5),
    )
    removed = Removed()
    own = words("thank you", 0.6, start=9.0)
    agent, customer = guard.without_echoes(
        [loud, faint + own], lambda lane, *_: (-20.0, -45.0)[lane], removed
    )
    assert agent == loud
    assert customer == own
    assert removed.counts["crosstalk"] == 4


def test_two_parties_may_say_the_same_at_once() -> None:
    both = words("bye bye", 0.6)
    lanes = guard.without_echoes([both, both], lambda *_: -20.0, Removed())
    assert lanes == [both, both]


def test_removed_words_are_counted_by_reason_with_a_few_examples() -> None:
    removed = Removed()
    for _ in range(30):
        removed.add("loop", words("la la", 1.0))
    removed.add("loop", [])
    assert removed.counts == {"loop": 60}
    assert len(removed.examples) == 20
    assert removed.examples[0] == {"reason": "loop", "text": "la la", "start": 0.0}
