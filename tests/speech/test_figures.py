"""A number told figure by figure is kept in one piece; other hyphens stay."""

import pytest

from scorer.speech.figures import joined


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("7-7-4-29-813,", "77429813,"),
        ("447-291.", "447291."),
        ("4242-4242-4242-4242", "4242424242424242"),
        ("555-0147", "555-0147"),
        ("802-555-0147?", "802-555-0147?"),
        ("+1-802-555-0147", "+1-802-555-0147"),
        ("2025-03-01", "2025-03-01"),
        ("10-15", "10-15"),
        ("24-7", "24-7"),
        ("BR-123-456", "BR-123-456"),
        ("twenty-one", "twenty-one"),
    ],
)
def test_only_what_was_told_figure_by_figure_is_joined(told: str, kept: str) -> None:
    assert joined(told) == kept
