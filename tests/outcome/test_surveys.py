"""Surveys are read as they were answered, and set beside what was scored."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scorer.errors import ScorerError
from scorer.outcome.relation import examples, relations, spearman
from scorer.outcome.surveys import Survey, linked, read


def file(tmp_path, text, name="surveys.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_for_each_answer(tmp_path):
    got = read(
        file(tmp_path, "call,kind,answer,scale\na.wav,CSAT,4,\na.wav,nps,9,\nb.wav,ces,2,7-1\n")
    )
    assert got.surveys == (
        Survey("a.wav", "csat", 4, (1, 5)),
        Survey("a.wav", "nps", 9, (0, 10)),
        Survey("b.wav", "ces", 2, (7, 1)),
    )
    assert got.problems == ()


def test_a_column_for_each_kind_with_semicolons_and_a_byte_order_mark(tmp_path):
    got = read(file(tmp_path, "\ufeffcall_id;csat;nps;comment\na;5;;great\nb;;3;\n"))
    assert [(s.call, s.kind, s.answer, s.comment) for s in got.surveys] == [
        ("a", "csat", 5, "great"),
        ("b", "nps", 3, None),
    ]


def test_json_lines(tmp_path):
    got = read(file(tmp_path, '{"call": "a", "csat": 3}\nnonsense\n', "surveys.jsonl"))
    assert [s.answer for s in got.surveys] == [3]
    assert got.problems == ("surveys.jsonl:2: not JSON: one object a line",)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,csat,9,", "csat 9 lies outside its scale 1-5"),
        ("a,csat,good,", "'good' is not a number"),
        ("a,smiles,3,", "'smiles' is no kind of survey"),
        (",csat,3,", "no call id"),
        ("a,csat,,", "no answer"),
        ("a,csat,3,five", "'five' is no scale"),
        ("a,csat,3,,31/03/2026", "'31/03/2026' is no date: write it as 2026-03-31"),
        ("a,csat,3,,0001-01-01T00:00+02:00", "is no date"),
    ],
)
def test_a_bad_row_is_one_line_and_the_rest_is_read(tmp_path, row, says):
    got = read(file(tmp_path, f"call,kind,answer,scale,at\n{row}\nb,csat,4,\n"))
    assert [s.call for s in got.surveys] == ["b"]
    (problem,) = got.problems
    assert problem.startswith("surveys.csv:2: ")
    assert says in problem


@pytest.mark.parametrize("text", ["", "name,answer\na,4\n"])
def test_a_file_that_is_none_says_what_it_needs(tmp_path, text):
    with pytest.raises(ScorerError, match=r"surveys\.csv: .*(empty|no column 'call')"):
        read(file(tmp_path, text))


def test_a_cell_beyond_all_reason_is_a_line_too(tmp_path):
    with pytest.raises(ScorerError, match=r"surveys\.csv: cannot be read \(field larger"):
        read(file(tmp_path, "call,csat,comment\na,4," + "x" * 200_000))


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("2026-03-05", datetime(2026, 3, 5, tzinfo=UTC)),
        ("2026-03-05 14:05", datetime(2026, 3, 5, 14, 5, tzinfo=UTC)),
        ("2026-03-05T14:05+02:00", datetime(2026, 3, 5, 12, 5, tzinfo=UTC)),
        ("", None),
    ],
)
def test_when_it_was_answered(tmp_path, at, when):
    (got,) = read(file(tmp_path, f"call,csat,at\na,4,{at}\n")).surveys
    assert got.when == when


def test_a_survey_finds_its_call_with_or_without_the_suffix():
    mine, other = Survey("a", "csat", 4, (1, 5)), Survey("z.wav", "csat", 1, (1, 5))
    known, unknown = linked([mine, other], {"a.wav": "a.wav", "b.wav": "b.wav"})
    assert [s.call for s in known] == ["a.wav"]
    assert unknown == [other]


def test_a_name_that_two_calls_have_tells_neither():
    asked = [Survey(call, "csat", 4, (1, 5)) for call in ("k2", "a.wav", "a", "b.wav", "c")]
    calls = {"k1": "a.wav", "k2": "a.wav", "k3": "b.wav", "k4": "c.1.wav"}
    known, unknown = linked(asked, calls)
    assert [s.call for s in known] == ["k2", "k3", "k4"]
    assert [s.call for s in unknown] == ["a.wav", "a"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [([1, 2, 3], [10, 20, 30], 1), ([1, 2, 3], [3, 2, 1], -1), ([1, 1, 1], [1, 2, 3], 0)],
)
def test_rank_correlation(first, second, expected):
    assert spearman(first, second) == pytest.approx(expected)


def test_tied_ranks_share_their_mean():
    # ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5
    assert spearman([1, 2, 2, 4], [1, 2, 3, 4]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


def card(place, score):
    return {
        "id": f"{place}.wav",
        "judgements": [{"rubric": "empathy", "criterion": "acknowledges_feeling", "score": score}],
        "outcome": {"satisfaction": 0.5, "parts": {"satisfaction": {"need": 0.2}}},
    }


def test_a_criterion_is_set_against_what_customers_answered():
    cards = [card(i, (i % 5) / 4) for i in range(40)]
    surveys = [Survey(f"{i}.wav", "csat", 1 + i % 5, (1, 5)) for i in range(40)]
    by_name = {r.name: r for r in relations(cards, surveys)}
    got = by_name["empathy.acknowledges_feeling"]
    assert (got.calls, got.rho) == (40, 1.0)
    assert got.low <= got.rho <= got.high
    assert by_name["predicted satisfaction"].rho == 0.0  # a constant tells nothing


def test_calls_without_a_score_are_left_out_and_too_few_give_no_figure():
    cards = [card(i, None if i % 2 else 0.5) for i in range(30)]
    surveys = [Survey(f"{i}.wav", "csat", 1 + i % 5, (1, 5)) for i in range(30)]
    by_name = {r.name: r for r in relations(cards, surveys)}
    got = by_name["empathy.acknowledges_feeling"]
    assert (got.calls, got.rho) == (15, None)


def test_what_calibration_learns_from():
    cards = [card(1, 0.5), {"id": "2.wav", "error": "unreadable"}]
    surveys = [Survey(f"{i}", "csat", 5, (1, 5)) for i in (1, 2)]
    (only,) = examples(cards, surveys)
    assert (only.id, only.parts, only.answer) == ("1.wav", {"need": 0.2}, 1.0)


def test_the_examples_in_the_guide_are_read_as_they_stand(tmp_path):
    guide = (Path(__file__).parent.parent.parent / "docs" / "surveys.md").read_text(
        encoding="utf-8"
    )
    by_row, by_call = re.findall(r"```csv\n(.*?)```", guide, re.DOTALL)
    for text, answers in ((by_row, 3), (by_call, 2)):
        got = read(file(tmp_path, text))
        assert (len(got.surveys), got.problems) == (answers, ())
