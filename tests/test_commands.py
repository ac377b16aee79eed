"""The commands beside the walk, as a person types them."""

import json

import marked
import pytest
from click.testing import CliRunner

from scorer.cli import main
from scorer.paths import shipped
from scorer.scorecard import Result


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SCORER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, status=0):
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    assert done.exit_code == status, done.output
    return done.output


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_every_command_explains_itself():
    def walk(command, names):
        assert run(*names, "--help")
        for name, child in getattr(command, "commands", {}).items():
            assert child.help, f"{name} has no help"
            walk(child, [*names, name])

    walk(main, [])


def test_the_shipped_rubrics_are_in_order():
    told = run("rubrics", "check")
    assert "in order" in told
    assert "more or less sure" not in told


def test_a_failed_example_names_its_file_and_line(home):
    folder = own_rubrics(home, "matches: [I'm sorry., Never mind.]")
    told = run("rubrics", "check", folder, status=1)
    assert "cues/kind.yaml:5: sorry should match 'Never mind.' and does not" in told


def test_a_rubric_that_is_off_is_told_of_and_how_to_switch_it_on(home):
    told = run("rubrics", "check", own_rubrics(home))
    assert "no call is scored on it: kindness; write 'default: true' into its file" in told


def test_what_has_no_effect_is_told_of(home):
    told = checked(home, "    meets:", "    otherwise: missed\n    meets:")
    assert "kindness.yaml:10: says_sorry: 'otherwise: missed' has no effect without 'opens'" in told
    assert "timing: call_begins" in told


def test_a_cue_that_meets_and_misses_is_told_of(home):
    told = checked(home, "    coaching", "    misses:\n      - cue: [sorry]\n    coaching")
    assert "kindness.yaml:13: says_sorry: 'sorry' stands under 'meets' and under 'misses'" in told


def test_a_cue_that_meets_of_one_and_misses_of_the_other_is_in_order(home):
    of_theirs = "    misses:\n      - cue: [sorry]\n        by: customer\n    coaching"
    assert "in order" in checked(home, "    coaching", of_theirs, status=0)


def test_a_sentence_that_means_a_cue_and_does_not_is_told_of(home):
    cue = (
        "  - id: wishes\n    means: Wishes well.\n    meaning:\n      lesson: own\n"
        "      like: |\n        One.\n        Two.\n        Three.\n        Four.\n        Five.\n"
        "      calls_unlike: [Six., Two.]\n    matches: [One.]\n    counters: [Six.]\n"
    )
    told = checked(home, "cue: [sorry]", "cue: [sorry, wishes]", cue)
    assert "kind.yaml:17: wishes: 'Two.' stands here as what does not mean it" in told
    assert "on line 13 as what does" in told


def test_a_cue_that_too_little_stands_against_is_told_of(home):
    cue = (
        "  - id: wishes\n    means: Wishes well.\n    meaning:\n      lesson: own\n"
        "      like: |\n        Good luck with it.\n        I wish you well.\n"
        "        All the best.\n        Take care of yourself.\n        Have a lovely day.\n"
        "      unlike: [It costs ten pounds.]\n    matches: [All the best.]\n"
        "    counters: [It costs ten pounds.]\n"
    )
    told = checked(home, "cue: [sorry]", "cue: [sorry, wishes]", cue)
    assert "kind.yaml:9: wishes: too little tells what does not mean it" in told
    assert "add sentences under 'unlike', as many as under 'like'" in told
    assert "does not match" not in told


def test_calls_in_a_folder_of_ones_own_are_said_not_to_be_read(home):
    folder = own_rubrics(home)
    (folder / "calls" / "taught").mkdir(parents=True)
    assert f"{folder / 'calls'} is not read: only the calls that ship" in run(
        "rubrics", "check", folder
    )


def test_of_the_shipped_folder_nothing_is_said_to_be_unread():
    assert "is not read" not in run("rubrics", "check", shipped("rubrics"))


def test_a_folder_of_which_nothing_is_scored_says_what_to_write(home):
    calls = write(home / "in.jsonl", {"id": "c", "turns": [{"speaker": "agent", "text": "Hi."}]})
    told = run("score", calls, "--rubrics", own_rubrics(home), status=1)
    assert "no rubric with 'default: true'; write it into the file of each rubric" in told


def checked(home, old, new, cue="", status=1):
    """What `check` says of rubrics of one's own with a line changed and a cue more."""
    folder = own_rubrics(home)
    rubric, cues = folder / "kindness.yaml", folder / "cues" / "kind.yaml"
    rubric.write_text(rubric.read_text().replace(old, new, 1))
    cues.write_text(cues.read_text() + cue)
    return run("rubrics", "check", folder, status=status)


def own_rubrics(home, matches="matches: [I'm sorry.]"):
    folder = home / "own"
    (folder / "cues").mkdir(parents=True)
    (folder / "cues" / "kind.yaml").write_text(
        "cues:\n  - id: sorry\n    means: Says sorry.\n    wording: [i am sorry]\n"
        f"    {matches}\n    counters: [I'm not sorry.]\n"
    )
    (folder / "kindness.yaml").write_text(
        "rubric: kindness\ntitle: Kindness\nversion: 1\nsource: [S2]\nabout: Was it kind?\n"
        "criteria:\n  - id: says_sorry\n    question: Was sorry said?\n    source: [S2]\n"
        "    meets:\n      - cue: [sorry]\n    coaching: Say it.\n    example: I am sorry.\n"
    )
    return folder


def test_explain_tells_each_criterion_and_its_quotes(home):
    path = write(home / "in.jsonl", marked.transcript_of(marked.truth_of("repair_rude")))
    told = run("rubrics", "explain", path)
    assert "respectful_address.no_belittling: missed" in told
    assert "for a person to confirm" in told


def test_a_correction_that_cannot_be_read_names_its_line(home):
    calls = write(home / "in.jsonl", marked.transcript_of(marked.truth_of("repair_rude")))
    wrong = {"id": "repair_rude", "rubric": "empathy", "criterion": "x", "outcome": "splendid"}
    told = run("rubrics", "tune", calls, write(home / "c.jsonl", wrong), "--out", "new", status=1)
    assert "c.jsonl:1" in told
    assert all(outcome in told for outcome in Result.__args__)


def corrections_of(home, criterion, count):
    """So many calls with a correction each."""
    call = marked.transcript_of(marked.truth_of("repair_rude"))
    one = {"id": "repair_rude", "rubric": "empathy", "criterion": criterion, "outcome": "met"}
    names = ["repair_rude", *(f"repair_rude_{number}" for number in range(1, count))][:count]
    calls = write(home / "in.jsonl", *({**call, "id": name} for name in names))
    return calls, write(home / "c.jsonl", *({**one, "id": name} for name in names))


def test_few_corrections_propose_nothing_and_say_so(home):
    given = corrections_of(home, "acknowledges_feeling", 9)
    told = run("rubrics", "tune", *given, "--out", "new", status=1)
    short = "not tried: corrected on 9 calls; 10 different ones are needed"
    assert f"empathy.acknowledges_feeling: {short}" in told
    assert "nothing was tried" in told
    assert not (home / "new").exists()


def test_no_corrections_are_told_of_as_that(home):
    given = corrections_of(home, "acknowledges_feeling", 0)
    told = run("rubrics", "tune", *given, "--out", "new", status=1)
    assert "c.jsonl: no correction in it; write one a line" in told
    told = run("rubrics", "tune", "--store", "--out", "new", status=1)
    assert "the store has no correction yet" in told
    assert "see above" not in told


def test_a_correction_that_is_nested_deeply_names_its_line(home):
    calls, file = corrections_of(home, "acknowledges_feeling", 1)
    file.write_text("[" * 200_000)
    told = run("rubrics", "tune", calls, file, "--out", "new", status=1)
    assert "c.jsonl:1: not a correction (nested too deeply)" in told


def test_two_transcripts_of_one_id_are_told_of(home):
    calls, file = corrections_of(home, "acknowledges_feeling", 2)
    calls.write_text("\n" + calls.read_text() + calls.read_text())
    told = run("rubrics", "tune", calls, file, "--out", "new", status=1)
    assert "in.jsonl:4: another call 'repair_rude', which line 2 has too: keep one" in told


def test_where_proposals_cannot_be_written_is_told_of_before_the_work(home):
    given = corrections_of(home, "acknowledges_feeling", 1)
    told = run("rubrics", "tune", *given, "--out", given[1] / "new", status=1)
    assert "c.jsonl/new: cannot be made (Not a directory)" in told
    assert "not tried" not in told


def test_corrections_of_no_criterion_are_told_of(home):
    given = corrections_of(home, "acknowledge_feeling", 10)
    told = run("rubrics", "tune", *given, "--out", "new", status=1)
    assert "there is no such criterion: did you mean 'empathy.acknowledges_feeling'?" in told


def test_two_opposite_corrections_of_one_question_are_told_of(home):
    calls, file = corrections_of(home, "acknowledges_feeling", 1)
    file.write_text(file.read_text() + file.read_text().replace('"met"', '"missed"'))
    told = run("rubrics", "tune", calls, file, "--out", "new", status=1)
    assert "c.jsonl:2: 'missed' for empathy.acknowledges_feeling of call 'repair_rude'" in told
    assert "which line 1 answers 'met': keep one of the two" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("repair_rude", "nosuch", "no call 'nosuch' in the transcripts: give its transcript too"),
        ('"id"', '"call"', "'id' is missing: add it"),
    ],
)
def test_a_correction_of_no_call_says_what_to_do(home, old, new, said):
    calls, file = corrections_of(home, "acknowledges_feeling", 1)
    file.write_text(file.read_text().replace(old, new))
    assert f"c.jsonl:1: {said}" in run("rubrics", "tune", calls, file, "--out", "new", status=1)


def test_proposals_are_not_written_over_anything(home):
    given = corrections_of(home, "acknowledges_feeling", 1)
    (home / "new").mkdir()
    (home / "new" / "mine.txt").write_text("mine")
    told = run("rubrics", "tune", *given, "--out", "new", status=1)
    assert "new: there is something already; give the name of a new folder" in told


def card(number, satisfaction_part):
    parts = {"satisfaction": {"need": satisfaction_part}}
    return {
        "id": f"c{number}",
        "outcome": {"parts": parts, "satisfaction": 0.5 + satisfaction_part},
    }


def test_calibration_says_when_there_is_too_little(home):
    cards = write(home / "cards.jsonl", *(card(n, 0.1) for n in range(20)))
    asked = home / "s.csv"
    asked.write_text("call,csat\n" + "".join(f"c{n},4\n" for n in range(20)))
    told = run("surveys", "calibrate", "--cards", cards, "--surveys", asked, status=1)
    assert "20 surveys" in told
    assert "too few" in told


def test_calibration_on_enough_surveys_is_kept_and_used(home):
    """Customers answer 1 where the part is -0.2 and 5 where it is 0.2: the fit must widen that."""
    cards = write(home / "cards.jsonl", *(card(n, 0.2 if n % 2 else -0.2) for n in range(200)))
    asked = home / "s.csv"
    asked.write_text("call,csat\n" + "".join(f"c{n},{5 if n % 2 else 1}\n" for n in range(200)))
    run("surveys", "calibrate", "--cards", cards, "--surveys", asked)
    kept = json.loads((home / "home" / "calibration.json").read_text())
    assert kept["surveys"] == 200
    assert kept["error_after"] < kept["error_before"]
    assert kept["weights"]["need"] > 1

    from scorer.pipeline import Scorer

    assert Scorer().calibration.surveys == 200


def test_a_survey_finds_its_call_in_the_store(home):
    from scorer.interop.jsonl import to_call
    from scorer.pipeline import Scorer
    from scorer.store.access import MACHINE
    from scorer.store.store import Store

    call = to_call({"id": "call-1.wav", "turns": [{"speaker": "customer", "text": "Thanks."}]})
    Store(person=MACHINE).keep(None, Scorer().call(call).to_dict())
    asked = home / "s.csv"
    asked.write_text("call,csat,scale\ncall-1,2,5-1\nnobody,3,1-5\nbroken,many,1-5\n")
    told = run("surveys", "import", asked, status=1)
    assert "1 answers linked" in told
    assert "1 to calls not here" in told
    assert "s.csv:4" in told
    [row] = Store().frame("surveys").iter_rows(named=True)
    assert (row["value"], row["low"], row["high"]) == (2.0, 5.0, 1.0)  # kept as it was asked


def kept(name, text="Thanks.", part=0.1, **metadata):
    """Puts a scored call into the store; returns its key."""
    from store_cards import turn

    from scorer.store.access import MACHINE
    from scorer.store.store import Store

    scored = {**card(name, part), "id": name, "metadata": metadata}
    scored |= {"turns": [turn(0, "customer", text)], "judgements": []}
    return Store(person=MACHINE).keep(None, scored)


def answers():
    from scorer.store.store import Store

    return list(Store().frame("surveys").iter_rows(named=True))


def test_an_import_tells_the_time_of_an_answer_and_does_so_once(home):
    """As the guide writes it: a day alone. Without one it is when the call began, or came in."""
    kept("dated.wav", "Thanks.")
    kept("began.wav", "Thank you.", started="2026-03-04T10:17:00+00:00")
    kept("new.wav", "Thanks a lot.")
    asked = home / "s.csv"
    asked.write_text("call,csat,at\ndated.wav,4,2026-03-05\nbegan.wav,5,\nnew.wav,3,\nnone,1,\n")
    for _ in range(2):
        assert "3 answers linked to their calls, 1 to calls not here" in run(
            "surveys", "import", asked
        )
    found = {row["call"]: f"{row['answered']:%Y-%m-%d %H:%M}" for row in answers()}
    assert (found["dated.wav"], found["began.wav"]) == ("2026-03-05 00:00", "2026-03-04 10:17")
    assert len(answers()) == 3

    asked.write_text("call,csat,at\ndated.wav,4,31/03/2026\n")
    assert "s.csv:2: '31/03/2026' is no date" in run("surveys", "import", asked, status=1)


def asked_by_key(places):
    """Calls that are all named alike, each answered as its own part foretells."""
    from datetime import UTC, datetime

    from scorer.store.store import Store
    from scorer.store.surveys import Survey

    keys = [kept("recording.wav", f"Call {n}.", 0.2 if n % 2 else -0.2) for n in places]
    at = datetime(2026, 3, 5, tzinfo=UTC)
    Store().survey(
        Survey(key, "csat", 5 if n % 2 else 1, 1, 5, at)
        for n, key in zip(places, keys, strict=True)
    )


def test_calls_of_one_name_are_each_held_against_their_own_answer(home):
    asked_by_key(range(60))
    kept("recording.wav", "Nobody was asked.")
    told = run("surveys", "relate")
    assert "predicted satisfaction" in told
    assert "+1.00 [+1.00, +1.00] over 60 calls" in told
    assert "on 60 surveys" in run("surveys", "calibrate")
    found = json.loads((home / "home" / "calibration.json").read_text())
    assert found["weights"]["need"] > 1

    by_name = home / "s.csv"  # a file that knows no keys cannot say which it means
    by_name.write_text("call,csat\nrecording.wav,5\n")
    assert run("surveys", "relate", "--surveys", by_name) == ""


def test_scorecards_of_a_file_meet_the_stores_answers_by_their_content(home):
    from scorer.store.store import Store

    asked_by_key(range(20))
    store = Store()
    cards = write(home / "cards.jsonl", *(store.card(each.key) for each in store.calls()))
    told = run("surveys", "relate", "--cards", cards)
    assert "+1.00 [+1.00, +1.00] over 20 calls" in told


def test_a_store_can_be_checked_backed_up_and_restored(home, monkeypatch):
    assert "in order" in run("store", "check")
    run("store", "backup", home / "copy")
    monkeypatch.setenv("SCORER_HOME", str(home / "other"))
    run("store", "restore", home / "copy")
    assert "in order" in run("store", "check", "--deep")


def test_the_app_listens_beyond_this_machine_only_with_a_sign_in():
    told = run("app", "--address", "0.0.0.0", status=1)
    assert told.startswith(
        "scorer: 0.0.0.0: without a sign-in the app listens on this machine only"
    )


def test_models_are_listed_and_an_unknown_one_names_the_ways(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "base" in run("models", "list")
    assert "hub" in run("models", "fetch", "no-such-model", status=1)


def test_company_figures_come_in_once(home):
    template = run("company", "template")
    path = home / "figures.csv"
    path.write_text(template)
    assert "3 figures are new, 0 were there already" in run("company", "import", path)
    assert "0 figures are new, 3 were there already" in run("company", "import", path)
    path.write_text(template.replace("1.84", "much"))
    assert "figures.csv:4: value and answers" in run("company", "import", path, status=1)
