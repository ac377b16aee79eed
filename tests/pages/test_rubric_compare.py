"""What corrections speak for, as the rubrics' page shows it."""

from streamlit.testing.v1 import AppTest

PROPOSAL = {
    "criterion": "restates",
    "changed": {"at_least retells": "0.2"},
    "before": 0.5,
    "after": 1.0,
    "corrections": 60,
}


def shown(*proposals):
    from scorer.pages import rubric_compare

    rubric_compare.proposals({"proposals": proposals})


def test_what_comes_with_a_proposal_stands_below_it():
    harm = "also changes listening.asks_open: 60 -> 47 of 60 right"
    page = AppTest.from_function(shown, args=({**PROPOSAL, "notes": [harm]}, PROPOSAL)).run()
    assert not page.exception
    (told,) = page.caption
    assert "47 of 60 right" in told.value
