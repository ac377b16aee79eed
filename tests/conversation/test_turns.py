"""Turns follow the sound of their channel, and a listener's "mm-hm" takes no floor."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scorer.audio.sound import Sound
from scorer.call import Interval, Lane, Quality, Turn, Word
from scorer.conversation.turns import build
from scorer.speech.heard import Heard

Said = tuple[float, float, str]


def call(*lanes: list[Said], parties: tuple[str, ...] = ("agent", "customer"), language="en"):
    """Heard and sound of parties who say each text evenly over its stretch of sound."""
    spoken, heard = [], []
    for party, said in zip(parties, lanes, strict=False):
        spoken.append(Lane(party, tuple(Interval(start, end) for start, end, _ in said)))
        words: list[Word] = []
        for start, end, text in said:
            edges = np.linspace(start, end, len(text.split()) + 1)
            words += [
                Word(word, float(a), float(b), 0.9)
                for word, a, b in zip(text.split(), edges, edges[1:], strict=False)
            ]
        heard.append(tuple(words))
    return Heard(tuple(heard), language), Sound(tuple(spoken), Quality("good"))


def told(turns: tuple[Turn, ...]) -> list[tuple[str, str, str]]:
    return [(turn.speaker, turn.kind, turn.text) for turn in turns]


def test_turns_start_and_end_with_sound_and_not_with_words() -> None:
    heard, sound = call([(1.0, 4.0, "How can I help?")], [(4.5, 6.0, "My bill is wrong.")])
    late = tuple(Word(w.text, w.start + 0.2, w.end, w.confidence) for w in heard.words[0])
    turns = build(Heard((late, heard.words[1]), "en"), sound)
    assert [(turn.start, turn.end) for turn in turns] == [(1.0, 4.0), (4.5, 6.0)]


def test_pauses_do_not_cut_a_turn_but_the_others_answer_does() -> None:
    turns = build(
        *call(
            [(0, 2, "Is that right?"), (2.5, 4, "In March?"), (5, 6, "I see.")],
            [(4.2, 4.8, "In March it was.")],
        )
    )
    assert told(turns) == [
        ("agent", "turn", "Is that right? In March?"),
        ("customer", "turn", "In March it was."),
        ("agent", "turn", "I see."),
    ]


def test_a_long_silence_ends_a_turn() -> None:
    turns = build(*call([(0, 2, "One moment please."), (30, 32, "Thanks for holding.")], []))
    assert len(turns) == 2


def test_a_back_channel_lies_within_the_others_turn_and_does_not_cut_it() -> None:
    turns = build(
        *call(
            [(0, 3, "I have your account open now"), (3.3, 6, "and I see the last bill.")],
            [(2.0, 2.4, "Mm-hm.")],
        )
    )
    assert told(turns) == [
        ("agent", "turn", "I have your account open now and I see the last bill."),
        ("customer", "backchannel", "Mm-hm."),
    ]


def test_a_back_channel_may_fall_into_a_pause_within_a_sentence() -> None:
    turns = build(
        *call([(0, 3, "I will send the form"), (3.9, 6, "and you sign it.")], [(3.2, 3.5, "Okay.")])
    )
    assert [turn.kind for turn in turns] == ["turn", "backchannel"]


def test_a_reply_after_a_question_is_a_turn_however_short() -> None:
    turns = build(
        *call(
            [(0, 3, "Is that correct?"), (3.9, 6, "Then I will change it.")], [(3.2, 3.5, "Yes.")]
        )
    )
    assert told(turns) == [
        ("agent", "turn", "Is that correct?"),
        ("customer", "turn", "Yes."),
        ("agent", "turn", "Then I will change it."),
    ]


def test_an_interruption_with_other_words_is_a_turn() -> None:
    turns = build(
        *call(
            [(0, 6, "It moved you to the standard rate when your plan expired.")],
            [(5.0, 6.2, "No, no, no."), (6.4, 9, "Nobody told me.")],
        )
    )
    assert [turn.kind for turn in turns] == ["turn", "turn"]
    assert turns[1].text == "No, no, no. Nobody told me."


def test_speech_in_which_no_word_was_heard_makes_no_turn() -> None:
    heard, sound = call([(0, 2, "Hello?"), (20, 20.4, "")], [])
    assert len(build(heard, sound)) == 1


def test_a_turn_is_as_sure_as_its_words() -> None:
    heard, sound = call([(0, 2, "Hello there")], [])
    words = tuple(
        Word(word.text, word.start, word.end, sure)
        for word, sure in zip(heard.words[0], (0.4, 0.8), strict=True)
    )
    (turn,) = build(Heard((words, ()), "en"), sound)
    assert turn.confidence == (0.4 + 0.8) / 2


def test_one_lane_of_unknown_speakers_becomes_turns_by_its_pauses() -> None:
    heard, sound = call(
        [(0, 2, "How can I help?"), (2.4, 3, "Please."), (4, 6, "My bill is wrong.")],
        parties=("unknown",),
    )
    assert told(build(heard, sound)) == [
        ("unknown", "turn", "How can I help? Please."),
        ("unknown", "turn", "My bill is wrong."),
    ]


def test_languages_without_spaces_are_joined_without_them() -> None:
    (turn,) = build(*call([(0, 2, "你 好")], [], language="zh"))
    assert turn.text == "你好"


@st.composite
def conversations(draw: st.DrawFn):
    lanes = []
    for _ in range(2):
        at, said = 0.0, []
        for pause, length, text in draw(
            st.lists(
                st.tuples(
                    st.floats(0.21, 4.0),
                    st.floats(0.15, 5.0),
                    st.sampled_from(["okay", "My bill is wrong.", "right and so", "No."]),
                ),
                max_size=12,
            )
        ):
            said.append((at + pause, at + pause + length, text))
            at = said[-1][1]
        lanes.append(said)
    return lanes


@given(conversations())
def test_no_word_is_lost_or_moved_to_another_party(lanes: list[list[Said]]) -> None:
    heard, sound = call(*lanes)
    turns = build(heard, sound)
    for index, party in enumerate(("agent", "customer")):
        mine = [word for turn in turns if turn.speaker == party for word in turn.words]
        assert sorted(mine, key=lambda w: w.start) == list(heard.words[index])
    assert list(turns) == sorted(turns, key=lambda turn: turn.start)
    for turn in turns:
        assert turn.start <= turn.words[0].start
        assert turn.words[-1].end <= turn.end


def test_a_number_told_with_pauses_belongs_to_one_turn_to_its_end() -> None:
    lane = Lane("agent", (Interval(0, 2), Interval(2.6, 3.4), Interval(4, 5)))
    words = (Word("It's", 0.2, 0.5, 0.9), Word("77429813.", 0.6, 5.0, 0.9))
    sound = Sound((lane, Lane("customer")), Quality("good"))
    (turn,) = build(Heard((words, ()), "en"), sound)
    assert (turn.start, turn.end, turn.text) == (0, 5, "It's 77429813.")
