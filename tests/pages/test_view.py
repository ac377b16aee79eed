"""What the call page says about a scorecard: in words, in order, and nothing made up."""

import json
import re

import example_call
import pytest

from scorer.pages.view import view
from scorer.pages.words import clock, day, sure

PEAKS = {"channels": [[[-0.1, 0.1]] * 4, [[-0.5, 0.5]] * 4]}


def card(**changes):
    return json.loads(json.dumps({**example_call.scorecard().to_dict(), **changes}))


def shown(a_card=None, peaks=PEAKS, questions=None):
    return view("abc", a_card or card(), peaks, questions or {})


def fact(a_view, title):
    [found] = [each for each in a_view["facts"] if each["title"].startswith(title)]
    return found


def test_the_whole_view_is_plain_json():
    assert json.loads(json.dumps(shown())) == shown()


def test_outcome_stands_in_words():
    facts = shown()["facts"]
    assert facts[0]["value"] == "Promised"
    assert fact(shown(), "Effort")["value"] == "High"
    assert (
        fact(shown(), "Effort")["detail"] == "not the first contact · told it again · put on hold"
    )
    assert fact(shown(), "Customer, start")["value"] == "upset → glad"


def test_what_is_not_known_is_said_and_never_guessed():
    empty = {
        "resolution": "unclear",
        "satisfaction": None,
        "effort": {},
        "promises": [],
        "moments": [],
    }
    facts = shown(card(outcome=empty))["facts"]
    assert {each["title"]: (each["value"], each["known"]) for each in facts} == {
        "Outcome": ("Unclear", False),
        "Effort for the customer": ("Cannot tell", False),
        "Satisfaction": ("Not predicted yet", False),
        "Promises": ("None made", True),
    }


@pytest.mark.parametrize(
    ("effort", "value"),
    [
        ({"held": False, "chased": None}, "Little"),
        ({"held": True, "chased": None}, "Some"),
        ({"held": True, "chased": True}, "High"),
        ({"held": None, "chased": None}, "Cannot tell"),
    ],
)
def test_effort_in_a_word(effort, value):
    outcome = {**card()["outcome"], "effort": effort}
    assert fact(shown(card(outcome=outcome)), "Effort")["value"] == value


def test_a_predicted_satisfaction_is_called_predicted_and_has_its_interval():
    predicted = json.loads(json.dumps(example_call.scorecard(satisfaction=0.78).to_dict()))
    found = fact(shown(predicted), "Satisfaction, predicted")
    assert found["value"] == "0.78"
    assert found["detail"] == "likely 0.68 to 0.86, from the words"
    assert found["bar"] == pytest.approx([0.68, 0.78, 0.86])


def test_a_promise_says_who_and_until_when_and_can_be_heard():
    [quote] = fact(shown(), "Promises")["quotes"]
    assert quote["note"] == "Agent: due Thu 26 Nov"
    assert quote["at"] == example_call.quote(11, "I will ring you myself on Thursday").start


def test_the_agent_is_drawn_above_on_whichever_channel_they_were():
    swapped = card(activity=list(reversed(card()["activity"])))
    lanes = shown(swapped)["lanes"]
    assert [lane["party"] for lane in lanes] == ["agent", "customer"]
    # The waveform goes with its channel: the agent's is now the second one's.
    assert lanes[0]["peaks"] == PEAKS["channels"][1]


def test_where_parties_are_not_known_nobody_is_named():
    unknown = card(context={"duration": 75.0, "language": "en", "speakers_known": False})
    found = shown(unknown)
    assert {turn["who"] for turn in found["turns"]} == {"Voice"}
    assert [lane["label"] for lane in found["lanes"]] == ["Everyone"]
    assert "could not be told apart" in found["warning"]
    quotes = [
        q
        for r in found["rubrics"]
        for j in r["judgements"]
        for m in j["moments"]
        for q in m["quotes"]
    ]
    assert {quote["who"] for quote in quotes} == {""}


def test_a_poor_line_is_said_up_front_and_held_against_nobody():
    poor = card(
        quality={"verdict": "poor", "reasons": ["the customer is very quiet"], "figures": {}}
    )
    assert "the customer is very quiet" in shown(poor)["warning"]
    assert "never counts against anyone" in shown(poor)["warning"]
    assert shown()["warning"] == ""


def test_where_nobody_speaks_that_is_what_is_said():
    silent = card(turns=[], context={**card()["context"], "speakers_known": False})
    assert "nobody speaks on this recording" in shown(silent)["warning"]
    assert "told apart" not in shown(silent)["warning"]


def test_a_recording_that_breaks_off_is_to_be_read_with_care():
    reason = "it is damaged or breaks off after 18.0 s"
    marked = card(quality={"verdict": "fair", "reasons": [reason], "figures": {}})
    assert reason in shown(marked)["warning"]
    cut = [*card()["turns"][:-1], {**card()["turns"][-1], "text": "And then I told him that my"}]
    assert "ends in mid-sentence" in shown(card(turns=cut))["warning"]


def test_two_readings_of_one_thing_that_differ_say_so():
    def told(resolution, need, effort, easy):
        answers = (("need_met", need), ("little_effort", easy))
        judged = [
            {
                **card()["judgements"][0],
                "rubric": "customer_satisfaction",
                "criterion": criterion,
                "outcome": answer,
                "moments": [],
            }
            for criterion, answer in answers
        ]
        spent = {"held": effort, "chased": False}
        found = {**card()["outcome"], "resolution": resolution, "effort": spent}
        facts = shown(card(outcome=found, judgements=judged))["facts"]
        return ["reads it otherwise" in each["detail"] for each in facts[:2]]

    assert told("unresolved", "met", True, "met") == [True, True]
    assert told("resolved", "missed", False, "missed") == [True, True]
    assert told("resolved", "met", True, "missed") == [False, False]
    assert told("unclear", "missed", False, "cannot_tell") == [False, False]


def test_words_carry_their_times_and_unsure_ones_are_marked():
    turn = shown()["turns"][9]
    assert [word[0] for word in turn["words"]][:4] == ["Thanks", "for", "holding,", "Mr."]
    assert turn["words"][0][1] == 49.0
    assert [word[0] for word in turn["words"] if word[3]] == ["Mr."]


def test_words_that_are_no_longer_the_text_are_not_shown():
    """Redaction changes the text; the words beneath must not bring the number back."""
    turns = card()["turns"]
    turns[1]["text"] = "My card is [card number]."
    assert shown(card(turns=turns))["turns"][1]["words"] == []


def test_moments_stand_in_the_order_of_their_times_with_their_story():
    marks = shown()["marks"]
    assert [mark["at"] for mark in marks] == sorted(mark["at"] for mark in marks)
    labels = [mark["label"] for mark in marks]
    assert (
        "Misery at 0:33: Lets the customer finish, missed (began while the customer was speaking); "
        "Takes charge, met" in labels
    )


def test_a_moment_stands_where_it_was_decided():
    """A star is where the agent said it, not at the hello that asked for it."""
    marks = {mark["label"]: mark for mark in shown()["marks"]}
    [told] = [label for label in marks if "Acknowledges the feeling, met" in label]
    star = marks[told]
    assert (star["kind"], star["count"]) == ("magic", 1)
    assert star["at"] == example_call.quote(2, "I am so sorry about that.").start
    # Nothing answered this one: it stands where it was missed.
    [told] = [label for label in marks if "It took little effort, missed" in label]
    assert marks[told]["at"] == example_call.quote(3, "I explained it all on Monday.").start


def test_moments_at_the_same_place_are_one_mark_that_shows_what_most_wants_an_ear():
    moments = [moment for judgement in card()["judgements"] for moment in judgement["moments"]]
    together = [moment for moment in moments if moment["opened"]["start"] < 7]
    assert len(together) == 2  # of one sentence of the customer's
    together[1].update(kind="misery", outcome="missed", note="", response=None)
    judgement = {**card()["judgements"][0], "moments": together}
    outcome = {**card()["outcome"], "moments": []}
    [mark] = shown(card(judgements=[judgement], outcome=outcome))["marks"]
    assert (mark["kind"], mark["outcome"], mark["count"]) == ("misery", "missed", 2)
    assert mark["label"] == "Misery at 0:06: Lets the customer finish, met; Takes charge, missed"


def complaint():
    return {
        **card()["judgements"][0]["moments"][0],
        "rubric": "complaint_register",
        "criterion": "delivery",
        "kind": "misery",
        "outcome": "recovered",
        "note": "A complaint about deliveries; made good on this call.",
        "opened": {
            "turn": 1,
            "quote": "The table came with the wrong legs again.",
            "start": 21.5,
            "end": 22.0,
        },
    }


def test_marks_are_the_judged_moments_and_the_registers_each_once():
    judged = shown(card(outcome={**card()["outcome"], "moments": []}))["marks"]
    assert judged == shown()["marks"]  # the example's outcome names the same moments again
    outcome = {**card()["outcome"], "moments": [complaint()]}
    labels = {mark["label"] for mark in shown(card(outcome=outcome))["marks"]}
    assert labels - {mark["label"] for mark in judged} == {
        "Misery at 0:21: A complaint about deliveries; made good on this call"
    }


def test_a_complaint_is_noted_with_its_quotes_apart_from_the_rubrics():
    outcome = {**card()["outcome"], "moments": [complaint()]}
    noted = shown(card(outcome=outcome))["rubrics"][-1]
    assert (noted["title"], noted["pill"]["text"]) == ("Complaints", "1 noted")
    assert noted["moments"][0]["quotes"][0]["text"] == "The table came with the wrong legs again."
    assert "Complaints" not in [rubric["title"] for rubric in shown()["rubrics"]]


def test_a_prediction_shows_what_it_is_made_of_the_strongest_first():
    predicted = json.loads(json.dumps(example_call.scorecard(satisfaction=0.6).to_dict()))
    predicted["outcome"]["parts"]["satisfaction"] = {"need": 0.2, "effort": -0.1, "change": 0.0}
    assert fact(shown(predicted), "Satisfaction")["parts"] == [
        ["from the middle", "0.50"],
        ["what became of the need", "+0.20"],
        ["the effort", "−0.10"],
    ]


def test_a_written_transcript_needs_no_sound():
    turns = [{**turn, "start": None, "end": None, "words": []} for turn in card()["turns"]]
    silent = card(turns=turns, activity=[], timing=None, context={}, judgements=[])
    silent["outcome"]["moments"] = []
    found = shown(silent, peaks=None)
    assert found["lanes"] == []
    assert found["marks"] == []
    assert found["turns"][0]["text"].startswith("Good morning, Tallow Lane")


def test_a_rubrics_own_question_is_shown():
    questions = {
        ("empathy", ""): ("Empathy", "Was a feeling met?"),
        ("empathy", "acknowledges_feeling"): ("Acknowledges", "Was the feeling named?"),
    }
    [empathy] = [r for r in shown(questions=questions)["rubrics"] if r["name"] == "empathy"]
    assert empathy["question"] == "Was a feeling met?"
    assert empathy["judgements"][0]["question"] == "Was the feeling named?"
    assert empathy["judgements"][1]["title"] == "Does not dismiss it"  # the rubric says nothing


def test_a_proposed_critical_failure_waits_for_a_person():
    judgements = card()["judgements"]
    judgements[0].update(critical=True, proposed=True)
    proposed = card(judgements=judgements)
    assert shown(proposed)["rubrics"][0]["judgements"][0]["confirm"] is True


def test_handle_time_is_nowhere_a_measure():
    """The length of the call moves the playhead; no word or figure on the page is made of it."""
    said = json.dumps([shown()["facts"], shown()["rubrics"], shown()["about"]])
    assert not re.search(r"handle|duration|talk time|length|1:15|75\.0", said, re.IGNORECASE)
    longer = card(context={**card()["context"], "duration": 7500.0})
    for part in ("facts", "rubrics", "marks", "turns", "about", "warning"):
        assert shown(longer)[part] == shown()[part]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (9.99, "0:09"), (61, "1:01"), (3723, "1:02:03"), (None, ""), (-0.2, "0:00")],
)
def test_times_on_the_clock(seconds, text):
    assert clock(seconds) == text


def test_days_and_sureness_in_words():
    assert [day("2026-11-26"), day("2026-11-26T15:00"), day("soon")] == [
        "Thu 26 Nov",
        "Thu 26 Nov 15:00",
        "soon",
    ]
    assert [sure(0.8), sure(0.6), sure(0.59)] == ["sure", "fairly sure", "unsure"]
