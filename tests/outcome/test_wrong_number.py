"""A wrong number tells nothing of a customer."""

from spoken import call, outcome


def test_nobody_is_satisfied_or_not_by_a_wrong_number():
    got = outcome(
        call(
            "A: Good afternoon, Brook Insurance, Ellen speaking.",
            "C: Is that Maureen?",
            "A: No, I'm afraid you've dialled the wrong number.",
            "C: Have I? I do beg your pardon, thanks.",
            "A: That's quite all right. Goodbye.",
        )
    )
    assert got.resolution == "unclear"
    assert got.satisfaction is None
    assert [quoted.turn for quoted in got.evidence["resolution"]] == [2]


def test_a_number_on_file_that_is_wrong_is_a_need():
    got = outcome(
        call(
            "A: Brook Insurance, Ellen speaking.",
            "C: Hello, you've got the wrong number on my account, it should end in 44.",
            "A: I've changed it for you now.",
            "C: Thank you very much.",
        )
    )
    assert got.resolution == "resolved"
    assert got.satisfaction is not None
