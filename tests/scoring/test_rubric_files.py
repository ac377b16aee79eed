"""Rubric files: read strictly, with the line and the remedy; hashed by what they hold."""

from pathlib import Path

import pytest

from scorer.call import Call, Turn
from scorer.errors import ScorerError
from scorer.scoring.rubric import available, json_schema, load
from scorer.scoring.score import score

CUES = """\
cues:
  - id: sorry
    means: Says sorry.
    wording: [i am sorry]
    matches: [I'm sorry.]
    counters: [I'm not sorry.]
"""
RUBRIC = """\
rubric: kindness
title: Kindness
version: 1
source: [S2]
default: true
about: Was it kind?
criteria:
  - id: says_sorry
    question: Did the agent say sorry?
    source: [S2]
    meets:
      - cue: [sorry]
    coaching: Say it.
    example: I am sorry.
"""


def folder(tmp_path: Path, rubric: str = RUBRIC, cues: str = CUES) -> Path:
    (tmp_path / "cues").mkdir()
    (tmp_path / "kindness.yaml").write_text(rubric)
    (tmp_path / "cues" / "kind.yaml").write_text(cues)
    return tmp_path


def error(path: Path) -> str:
    with pytest.raises(ScorerError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    rubrics = load(folder(tmp_path))
    assert rubrics.names == ("kindness",)
    assert set(rubrics.cues.entries) == {"sorry"}


def test_a_key_written_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    message = error(folder(tmp_path, RUBRIC.replace("version: 1", "version: 1\nversion: 2")))
    assert "kindness.yaml:4:" in message
    assert "twice" in message


@pytest.mark.parametrize("word", ["no", "Yes", "on", "off"])
def test_a_bare_no_is_refused(tmp_path: Path, word: str) -> None:
    message = error(folder(tmp_path, cues=CUES.replace("[i am sorry]", f"[{word}]")))
    assert "kind.yaml:4:" in message
    assert f'"{word}" in quotes' in message


def test_a_quoted_no_is_a_word(tmp_path: Path) -> None:
    written = CUES.replace("[i am sorry]", '["no"]')
    assert load(folder(tmp_path, cues=written)).cues.entries["sorry"].wording == ("no",)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("coaching: Say it.", "", 8, "'coaching' is missing"),
        ("version: 1", "version: 0", 3, "'version' should be 1 or more"),
        ("coaching: Say it.", "coaching: Say it.\n    wieght: 2", 14, "'wieght' is not a field"),
        ("coaching: Say it.", "coaching: Say it.\n    critical: 1", 14, "true or false"),
        ("cue: [sorry]", "cue: [sory]", 12, "there is no cue 'sory'"),
        ("rubric: kindness", "rubric: kind", 1, "as the file is called"),
        ("source: [S2]\ndefault", "source: [S24]\ndefault", 4, "source"),
        ("cue: [sorry]", "cue: sorry", 12, "should be a list"),
        ("cue: [sorry]", "cue: [sory]", 12, "did you mean 'sorry'?"),
        ("coaching: Say it.", "coaching: Say it.\n    wieght: 2", 14, "did you mean 'weight'?"),
        ("    meets", "    reach: {trns: 2}\n    meets", 11, "did you mean 'turns'?"),
        ("    meets", "    reach: 4\n    meets", 11, "write {turns: ...}"),
        ("    meets", "    combine: men\n    meets", 11, "should be 'mean', 'best' or 'worst'"),
        ("    meets", "    weight: much\n    meets", 11, "'weight' should be a number"),
        ("source: [S2]\ndefault", "source: [our own]\ndefault", 4, "S1 to S23"),
        ("source: [S2]\ndefault", "source: []\ndefault", 4, "'source' is empty: give at least one"),
        ("title: Kindness", "title:", 2, "'title' is empty"),
        ("rubric: kindness", "rubric: Kind one", 1, "small letters"),
        ("- cue: [sorry]", "- [a|b] c", 12, "begins with [ or { stands in quotes"),
        ("      - cue: [sorry]", "\t- cue: [sorry]", 12, "a tab: indent with spaces"),
        ("Did the agent", "Did it: the agent", 9, "put the text in quotes"),
        ("title: Kindness", "title: 'Kindness", 2, "never closed"),
        ("title: Kindness", "title: @home", 2, "begins with @ in quotes"),
        (RUBRIC, "- rubric: kindness", 1, "begin it with 'rubric: '"),
    ],
)
def test_errors_name_line_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    message = error(folder(tmp_path, RUBRIC.replace(old, new, 1)))
    assert f"kindness.yaml:{line}:" in message
    assert said in message


OPENED = RUBRIC.replace(
    "    meets:\n", "    opens:\n      - cue: [sorry]\n        by: customer\n    meets:\n"
)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "    question",
            "     question",
            9,
            "5 spaces in, 'id' on line 8, which it belongs with, 4",
        ),
        ("    question", "   question", 9, "3 spaces in, 'id' on line 8, which it"),
        ("    opens", "      opens", 11, "6 spaces in, 'source' on line 10"),
        ("        by", "       by", 13, "7 spaces in, 'cue' on line 12"),
        ("    meets", "     meets", 14, "5 spaces in, 'opens' on line 11"),
        ("    meets", "  meets", 14, "2 spaces in, 'opens' on line 11"),
        ("    coaching", "    weight: 1\n    - cue: [sorry]\n    coaching", 17, "'- ' begins 4"),
        ("title", " title", 2, "1 space in, 'rubric' on line 1"),
    ],
)
def test_what_lines_up_with_nothing_is_told_with_what_it_belongs_to(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    """YAML itself tells of these as of texts that need quotes."""
    message = error(folder(tmp_path, OPENED.replace(old, new, 1)))
    assert f"kindness.yaml:{line}:" in message
    assert said in message
    assert "line them up" in message
    assert "quotes" not in message


def test_a_sentence_that_leaves_its_text_is_told_of(tmp_path: Path) -> None:
    text = "  - id: wishes\n    meaning:\n      like: |\n        One.\n      Two.\n        Three.\n"
    message = error(folder(tmp_path, cues=CUES + text))
    assert "kind.yaml:11: begins 6 spaces in, the text that it belongs to (line 10) 8" in message


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("version: 1", "version:1", 3, "write a plain space after 'version:'"),
        ("  - id: says_sorry", "  - id:says_sorry", 8, "write a plain space after 'id:'"),
        ("    meets:", "    meets", 11, "write 'meets:'"),
        ("- id: says_sorry", "- says_sorry indeed", 8, "a line without 'name: '"),
        ("    source: [S2]\n    m", "\u00a0   source: [S2]\n    m", 10, "a no-break space"),
    ],
)
def test_the_line_named_is_the_one_to_change(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    """YAML itself tells of the line after each."""
    message = error(folder(tmp_path, RUBRIC.replace(old, new, 1)))
    assert f"kindness.yaml:{line}:" in message
    assert said in message


@pytest.mark.parametrize(
    "written",
    ["matches: [\n  I'm sorry.,\n   So sorry.]", "matches:\n    - 'I am\n  sorry.'\n    - x"],
)
def test_what_may_begin_anywhere_is_not_taken_for_misplaced(tmp_path: Path, written: str) -> None:
    cues = CUES.replace("matches: [I'm sorry.]", written)
    message = error(folder(tmp_path, cues=f"{cues}    means: It: again.\n"))
    assert f"kind.yaml:{cues.count(chr(10)) + 1}: a second ': '" in message


def test_all_that_is_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    wrong = RUBRIC.replace("version: 1", "version: one").replace("    coaching", "    caoching")
    assert error(folder(tmp_path, wrong)).removeprefix(f"{tmp_path}/") == (
        "kindness.yaml:3: 'version' should be a whole number; line 8: 'coaching' is missing: add it"
        "; line 13: 'caoching' is not a field here: did you mean 'coaching'?"
    )


def test_all_cues_that_are_none_are_told_at_once(tmp_path: Path) -> None:
    message = error(folder(tmp_path, RUBRIC.replace("cue: [sorry]", "cue: [sory, thanks]")))
    assert "'sory'" in message
    assert "'thanks'" in message


def test_a_cue_made_of_one_that_is_none(tmp_path: Path) -> None:
    made = CUES + "  - id: regrets\n    means: It.\n    any_of: [sory]\n"
    message = error(folder(tmp_path, cues=made))
    assert "kind.yaml:7:" in message
    assert "did you mean 'sorry'?" in message


@pytest.mark.parametrize(
    ("example", "said"),
    [("{before: Hm., sad: Sorry.}", "did you mean 'said'?"), ("4", "should be text")],
)
def test_an_example_that_is_none(tmp_path: Path, example: str, said: str) -> None:
    message = error(folder(tmp_path, cues=CUES.replace("[I'm sorry.]", f"[{example}]")))
    assert "kind.yaml:5:" in message
    assert said in message
    assert "Example" not in message


def test_an_idea_of_ones_own_is_a_source(tmp_path: Path) -> None:
    (rubric,) = load(folder(tmp_path, RUBRIC.replace("[S2]", "[own, S2]"))).rubrics
    assert rubric.source == ("own", "S2")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(i am sorry", "has no ')'"),
        ("i am sorry)", "closes nothing"),
        ('"{feeling} sorry"', "no word list 'feeling'"),
        ('"[sorry]"', "almost anything"),
    ],
)
def test_a_pattern_that_cannot_be_read(tmp_path: Path, pattern: str, said: str) -> None:
    message = error(folder(tmp_path, cues=CUES.replace("[i am sorry]", f"\n      - {pattern}")))
    assert "kind.yaml:5:" in message
    assert said in message


def test_an_unknown_rubric_names_those_that_are(tmp_path: Path) -> None:
    path = folder(tmp_path)
    with pytest.raises(ScorerError, match="there are: kindness"):
        load(path, ["kindnes"])


@pytest.mark.parametrize("name", ["kindness", "cues/kind"])
def test_a_file_that_ends_otherwise_is_named(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path)
    (path / f"{name}.yaml").rename(path / f"{name}.yml")
    message = error(path)
    assert f"{name}.yml: not read" in message
    assert f"call it {Path(name).name}.yaml" in message


def test_a_folder_without_a_rubric_says_what_one_is(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "kindness.yaml").rename(path / "kindness.txt")
    assert "no rubric in it; each is a file that ends in .yaml" in error(path)


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    path = folder(tmp_path)
    before = load(path).sha256
    assert load(path).sha256 == before
    (path / "cues" / "kind.yaml").write_text(CUES.replace("Says sorry.", "Apologizes."))
    assert load(path).sha256 != before


def test_all_shipped_rubrics_load() -> None:
    names = available()
    assert len(names) == 11
    rubrics = load(names=names)
    assert rubrics.names == names
    observable = [one for rubric in rubrics.rubrics for one in rubric.criteria if one.observable]
    assert all(one.opens or one.meets or one.misses for one in observable)


def test_the_schema_is_for_editors() -> None:
    schema = json_schema()
    assert "criteria" in schema["rubric"]["properties"]
    assert "cues" in schema["cues"]["properties"]


TWO = "  - id: {}\n    means: One of two.\n    any_of: [{}]\n"
LEARNED = """\
  - id: wishes
    means: Wishes well.
    meaning:
      calls: [one, two, three, four, five]
      {}
    matches: [one]
    counters: [six]
"""


@pytest.mark.parametrize(
    ("cues", "line", "problem"),
    [
        (CUES + TWO.format("one", "other") + TWO.format("other", "one"), "7:", "made of itself"),
        (CUES.replace("means: Says sorry.", "means: &a [*a]"), "3:", "'*' name"),
        (CUES + "    at_least_words: " + "9" * 5000, "7:", "5000 digits"),
        (CUES + "    strength: .inf", "7:", "strength"),
        (CUES + "    strength: 1e999", "7:", "strength"),
        (CUES + LEARNED.format("lesson: calls"), "9:", "otherwise than 'calls'"),
        (CUES + LEARNED.format("by: customer"), "9:", "nothing stands against 'wishes'"),
    ],
)
def test_what_would_never_end_or_say_nothing_is_refused(
    tmp_path: Path, cues: str, line: str, problem: str
) -> None:
    message = error(folder(tmp_path, cues=cues))
    assert f"kind.yaml:{line}" in message
    assert problem in message


def test_an_outcome_says_what_its_printed_score_says(tmp_path: Path) -> None:
    """Three of four of weight 0.7 add up to a hair less than three quarters."""
    head, one = RUBRIC.split("  - id: says_sorry\n")
    one += "    weight: 0.7\n"
    criteria = [one, one, one, one.replace("meets:", "misses:")]
    written = "".join(f"  - id: c{place}\n{one}" for place, one in enumerate(criteria))
    rubrics = load(folder(tmp_path, head + written))
    whole = score(Call("c", (Turn("agent", "I am sorry."),)), rubrics).criteria["kindness"]
    assert (whole.score, whole.outcome) == (0.75, "met")


@pytest.mark.parametrize(
    ("turns", "note"),
    [
        (2, "none of the next 2 turns answers it"),
        (3, "nothing until the end of the call answers it"),
        (99, "nothing until the end of the call answers it"),
    ],
)
def test_of_no_more_turns_is_told_than_there_are(tmp_path: Path, turns: int, note: str) -> None:
    written = OPENED.replace("by: customer", "by: customer\n    otherwise: missed")
    rubrics = load(folder(tmp_path, written + f"    reach: {{turns: {turns}}}\n"))
    lines = ("Hello?", "I am sorry.", "Number?", "Four.", "Thanks.", "Bye.")
    spoken = tuple(Turn(("agent", "customer")[at % 2], said) for at, said in enumerate(lines))
    (judged,) = score(Call("c", spoken), rubrics).judgements
    assert [one.note for one in judged.moments] == [note]


@pytest.mark.parametrize("by", ["agent", "either"])
def test_who_begins_the_call_may_answer_in_the_same_breath(tmp_path: Path, by: str) -> None:
    begins = "  - id: begins\n    means: It begins.\n    timing: call_begins\n"
    opens = f"    opens:\n      - cue: [begins]\n        by: {by}\n    otherwise: missed\n"
    written = RUBRIC.replace("    meets:\n", f"{opens}    apart: 99\n    meets:\n")
    rubrics = load(folder(tmp_path, written, CUES + begins))
    spoken = (Turn("agent", "Hello. I am sorry."), Turn("customer", "Hi."), Turn("agent", "Bye."))
    assert score(Call("c", spoken), rubrics).criteria["kindness"].outcome == "met"
