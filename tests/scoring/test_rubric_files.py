"""Rubric files: read strictly, with the line and the remedy; hashed by what they hold."""

from pathlib import Path

import pytest

from scorer.call import Call, Turn
from scorer.errors import ScorerError
from scorer.paths import shipped
from scorer.scoring.explain import explain
from scorer.scoring.rubric import available, json_schema, load
from scorer.scoring.score import score
from scorer.scoring.yaml_files import YamlFile

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


def test_the_schema_refuses_what_the_files_refuse() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    told = {name: jsonschema.Draft202012Validator(one) for name, one in json_schema().items()}
    for name, of in (("rubric", "*.yaml"), ("cues", "cues/*.yaml")):
        for path in sorted(shipped("rubrics").glob(of)):
            assert told[name].is_valid(YamlFile(path).values), path
    cue = {"id": "one", "means": "It.", "timing": "nods"}
    assert told["cues"].is_valid({"cues": [cue]})
    assert not told["cues"].is_valid({"cues": [{**cue, "naming": "title"}]})
    assert not told["cues"].is_valid({"cues": [{**cue, "negation": "allow"}]})
    asks = {"id": "a", "question": "Did it?", "source": ["own"], "coaching": "Do.", "example": "I."}
    head = {"rubric": "r", "title": "R", "version": 1, "source": ["own"], "about": "It."}

    def valid(part: str, **fields: object) -> bool:
        criterion = {**asks, part: [{"cue": ["sorry"], **fields}]}
        return bool(told["rubric"].is_valid({**head, "criteria": [criterion]}))

    assert valid("opens", weak=True)
    assert valid("meets", worth=0.5, mends=False)
    assert not valid("opens", worth=0.5)
    assert not valid("meets", weak=True)
    assert not valid("misses", mends=False)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("timing: call_begins\n    naming: title", "'timing' and 'naming' are two ways to see it"),
        ("echo: {share: 0.5}\n    timing: hold", "under any_of (either) or all_of (in one turn)"),
        ("again: [sorry]\n    naming: title", "'again' and 'naming' are two ways"),
        ("timing: hold\n    negation: allow", "'negation' counts only beside wording: take it out"),
        ("any_of: [sorry]\n    unless: [well]", "'unless' counts only beside wording"),
        ("any_of: [sorry]\n    within: sentence", "'within' counts only beside all_of or none_of"),
        ("timing: nods\n    strength: 0.5", "'strength' counts only beside wording or echo or"),
        ("at_most_words: 5", "all_of or at_least_words"),
    ],
)
def test_a_cue_of_which_not_all_would_count_is_refused(
    tmp_path: Path, written: str, said: str
) -> None:
    cue = f"  - id: one\n    means: It.\n    {written}\n"
    message = error(folder(tmp_path, cues=CUES + cue))
    assert "kind.yaml:7:" in message
    assert said in message


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("meets", "weak: true"),
        ("misses", "weak: true"),
        ("misses", "mends: false"),
        ("opens", "worth: 0.5"),
        ("opens", "kind: magic"),
        ("opens", "alone: true"),
        ("opens", "mends: false"),
    ],
)
def test_a_field_that_says_nothing_in_its_clause_is_refused(
    tmp_path: Path, part: str, field: str
) -> None:
    clause = f"    {part}:\n      - cue: [sorry]\n        {field}\n"
    written = RUBRIC.replace("    meets:\n      - cue: [sorry]\n", clause)
    message = error(folder(tmp_path, written))
    assert "kindness.yaml:12:" in message
    assert f"'{field.split(':')[0]}' counts for nothing under '{part}': take it out" in message


def test_a_cue_that_stands_twice_names_both_places(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "cues" / "more.yaml").write_text(CUES)
    message = error(path)
    assert "more.yaml:2: there is another cue 'sorry', at " in message
    assert "kind.yaml:2: call one of them otherwise" in message


@pytest.mark.parametrize(
    "phrases", ["[next month, in {number} days]", "[{number} days]", "[i am [very] sorry]"]
)
def test_a_bracket_within_a_text_of_a_list_wants_quotes(tmp_path: Path, phrases: str) -> None:
    message = error(folder(tmp_path, cues=f"lists:\n  soon: {phrases}\n{CUES}"))
    assert "kind.yaml:2: a text with [ or { in it, in a list of one line, stands in quotes" in (
        message
    )


@pytest.mark.parametrize("phrases", ["[next month, today", "[today, {a: 1}"])
def test_a_bracket_that_is_not_closed_is_told_as_that(tmp_path: Path, phrases: str) -> None:
    message = error(folder(tmp_path, cues=f"lists:\n  soon: {phrases}\n{CUES}"))
    assert "kind.yaml:2: a [ or { that begins here is never closed" in message


def test_explain_says_why_what_was_seen_does_not_count(tmp_path: Path) -> None:
    asks = "  - id: asks\n    means: It asks.\n    wording: [say it]\n    matches: [Say it.]\n"
    opens = OPENED.replace("cue: [sorry]\n        by", "cue: [asks]\n        by", 1)
    cues = f"{CUES}{asks}    counters: [Stay.]\n"
    answers = {0: "too early", 8: "too late (reach: 1 turn)", 2: "", 4: "too late (reach: 1 turn)"}
    for place, why in answers.items():
        spoken = [Turn(("agent", "customer")[at % 2], "The shop is open.") for at in range(10)]
        spoken[1] = Turn("customer", "Say it.")
        spoken[place] = Turn("agent", "I am sorry.")
        told = told_of(tmp_path / str(place), opens + "    reach: {turns: 1}\n", cues, spoken)
        note = f", {why}" if why else ""
        assert f"met by sorry (seen in turn {place} by the agent{note}), by the agent" in told
    early = opens + "    reach: {turns: 1, back: 1}\n"
    spoken = [Turn(("agent", "customer")[at % 2], "The shop is open.") for at in range(10)]
    spoken[0], spoken[5] = Turn("agent", "I am sorry."), Turn("customer", "Say it.")
    told = told_of(tmp_path / "back", early, cues, spoken)
    assert "by the agent, too early (reach: 1 turn back))" in told


@pytest.mark.parametrize(
    ("where", "place", "note"),
    [
        ("closing", 0, "not in the last six turns"),
        ("opening", 8, "not in the first four turns"),
        ("last", 0, "not in the very last turn of each"),
    ],
)
def test_explain_says_where_it_should_have_been(
    tmp_path: Path, where: str, place: int, note: str
) -> None:
    asked = RUBRIC.replace("      - cue: [sorry]", f"      - cue: [sorry]\n        where: {where}")
    spoken = [Turn(("agent", "customer")[at % 2], "The shop is open.") for at in range(10)]
    spoken[place] = Turn("agent", "I am sorry.")
    told = told_of(tmp_path / "own", asked, CUES, spoken)
    assert f"met by sorry (seen in turn {place} by the agent, {note})" in told


def told_of(path: Path, rubric: str, cues: str, spoken: list[Turn]) -> str:
    """What explain tells of the one criterion of a folder."""
    path.mkdir()
    rubrics = load(folder(path, rubric, cues))
    return "\n".join(explain(Call("c", tuple(spoken)), rubrics, ["kindness.says_sorry"]))


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
