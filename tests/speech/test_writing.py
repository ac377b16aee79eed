"""Words as they are kept: numbers in one piece, nods and titles as people write them."""

import pytest

from scorer.speech.writing import written


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("7-7-4-29-813,", "77429813,"),
        ("447-291.", "447291."),
        ("774-29-813.", "77429813."),
        ("123-45-6789", "123-45-6789"),
        ("4242-4242-4242-4242", "4242424242424242"),
        ("555-0147", "555-0147"),
        ("802-555-0147?", "802-555-0147?"),
        ("+1-802-555-0147", "+1-802-555-0147"),
        ("2025-03-01", "2025-03-01"),
        ("3-2-1.", "321."),
        ("10-15", "10-15"),
        ("24-7", "24-7"),
        ("BR-123-456", "BR-123-456"),
        ("twenty-one", "twenty-one"),
        ("MMHM.", "Mm-hm."),
        ("mmhmm", "mm-hm"),
        ("Mm-hm,", "Mm-hm,"),
        ("Mhm.", "Mhm."),
        ("MS,", "Ms."),
        ("MRS.", "Mrs."),
        ("MS", "MS"),  # the illness, or a company
    ],
)
def test_a_word_is_kept_as_people_would_write_it(told: str, kept: str) -> None:
    assert written(told) == kept
