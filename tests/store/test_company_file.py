"""The company's figures from a file: what fits is read, what does not is named with its line."""

from pathlib import Path

import pytest

from scorer.errors import ScorerError
from scorer.outcome.surveys import read as read_surveys
from scorer.store.company import TEMPLATE, Figure, read

DOCS = Path(__file__).parents[2] / "docs" / "templates"


def written(tmp_path, text):
    path = tmp_path / "figures.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_template_in_the_docs_is_the_one_that_is_printed_and_can_be_read():
    assert (DOCS / "company.csv").read_text() == TEMPLATE
    first, *_, last = read(DOCS / "company.csv")
    assert first == Figure(
        "2026-10", "North", "employee_satisfaction", 3.9, "of 1 to 5", 14, "pulse survey"
    )
    assert (last.team, last.figure, last.answers) == ("", "profit", None)


def test_the_survey_template_can_be_read():
    found = read_surveys(DOCS / "surveys.csv")
    assert len(found.surveys) == 3
    assert found.problems == ()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("10/2026,North,profit,1,,,", "2: '10/2026' is no month"),
        ("2026-13,North,profit,1,,,", "2: '2026-13' is no month"),
        ("2026-10,North,turnover,1,,,", "2: 'turnover' is none of employee_satisfaction"),
        ("2026-10,North,profit,a lot,,,", "2: value and answers must be numbers"),
        ("2026-10,North,profit,nan,,,", "2: value must be a number"),
        ("2026-10,North,profit,1,M$,some,", "2: value and answers must be numbers"),
    ],
)
def test_a_line_that_does_not_fit_is_named(tmp_path, row, told):
    path = written(tmp_path, "month,team,figure,value,unit,answers,source\n" + row + "\n")
    with pytest.raises(ScorerError, match=told):
        read(path)


def test_a_file_of_something_else_says_what_is_missing(tmp_path):
    with pytest.raises(ScorerError, match="no column month"):
        read(written(tmp_path, "call,csat\na,4\n"))
    with pytest.raises(ScorerError, match="cannot be read"):
        read(tmp_path / "none.csv")
