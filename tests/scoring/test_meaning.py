"""Cues by meaning: taught by examples, the same every time, and nobody's name in them."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from scorer.call import Call, Turn
from scorer.errors import ScorerError
from scorer.paths import shipped
from scorer.scoring import encoder, encoder_weights, labelled, onnx_parts, onnx_session
from scorer.scoring.check import untried
from scorer.scoring.cues import CueBook
from scorer.scoring.encoder import Encoder
from scorer.scoring.explain import explain
from scorer.scoring.labelled import told_by_calls
from scorer.scoring.lessons import by_meaning, digest, of_pool, pools_of, teach
from scorer.scoring.meaning import TAUGHT, Meanings
from scorer.scoring.rubric import load
from scorer.scoring.schema import CueEntry, Meaning
from scorer.scoring.score import score
from scorer.scoring.sentences import plain
from scorer.scoring.sightings import sight
from scorer.scoring.talk import Conversation

pytestmark = pytest.mark.skipif(
    encoder_weights.find() is None, reason=f"no encoder on this machine: {encoder_weights.REMEDY}"
)

PROMISES = (
    "I'll send it today.", "I will call you back.", "Let me check that for you.",
    "I'm going to fix it.", "We'll refund you.", "I'll ask my manager.",
)  # fmt: skip
REPORTS = (
    "It was sent on Monday.", "They called me back.", "The line was checked.",
    "It costs ten pounds.", "The shop is closed.", "That was refunded in May.",
)  # fmt: skip


def cue(name: str, like: tuple[str, ...], **fields: object) -> CueEntry:
    meaning = Meaning(like=like, **fields)
    return CueEntry(id=name, means="m", meaning=meaning, matches=("m",), counters=("c",))


def taught(*cues: CueEntry) -> Meanings:
    meanings = Meanings.taught({one.id: one for one in cues})
    assert meanings is not None
    return meanings


def strength(meanings: Meanings, said: str, name: str) -> float:
    return float(meanings.strengths([plain(said)])[0, meanings.cues["calls"].index(name)])


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORER_HOME", str(tmp_path))


def test_it_tells_unseen_sentences_apart_and_one_more_example_teaches() -> None:
    before = taught(cue("promises", PROMISES), cue("reports", REPORTS))
    assert strength(before, "I'll have a word with them.", "promises") > 0.5
    assert strength(before, "The parcel was delivered.", "promises") < 0.5
    odd = "Consider it done."
    after = taught(cue("promises", (*PROMISES, odd)), cue("reports", REPORTS))
    assert strength(after, odd, "promises") > strength(before, odd, "promises")
    less = taught(cue("promises", PROMISES, unlike=(odd,)), cue("reports", REPORTS))
    assert strength(less, odd, "promises") < strength(before, odd, "promises")


def test_an_example_word_for_word_means_what_is_said_of_it() -> None:
    odd = "Consider the lilies, Tuesday."
    meanings = taught(
        cue("promises", (*PROMISES, odd), unlike=(REPORTS[0],)), cue("reports", REPORTS)
    )
    assert strength(meanings, odd, "promises") == 1
    assert strength(meanings, REPORTS[0], "promises") == 0
    assert 0 < strength(meanings, "Consider the daffodils, Friday.", "promises") < 1


THREATS = (
    "You wouldn't want your neighbours to find out.", "We know where you live.",
    "It would be a shame if your employer heard about this.",
    "You'll be sorry if you don't pay.", "Things could get very unpleasant for you.",
)  # fmt: skip
HARMLESS = (
    "We'll send you a letter first.", "There is a fee for late payment.",
    "You may be charged interest.", "The payment is due on the first.",
    "You can pay by card or by transfer.", "Let me see what I can do for you.",
    "Thank you for calling, goodbye.", "Could I take your date of birth?",
    "We can spread that over six months.", "The letter will arrive next week.",
)  # fmt: skip


@pytest.mark.parametrize("lesson", ["conduct", "debt"])
def test_what_too_little_stands_against_is_not_turned_round(lesson: str) -> None:
    """Left out of one that does not mean it, the cue is that which is not said: none is left."""
    few = taught(cue("threatens", THREATS, unlike=HARMLESS[:1], lesson=lesson))
    pool = "calls" if lesson == "conduct" else lesson
    said = [plain(one) for one in (*HARMLESS[1:], THREATS[0])]
    strengths = few.strengths(said, pool)[:, few.cues[pool].index("threatens")]
    assert strengths.tolist() == [0] * (len(said) - 1) + [1]
    assert few.unlearned == {"threatens"}


def test_as_many_against_it_teach_a_cue() -> None:
    enough = taught(cue("threatens", THREATS, unlike=HARMLESS, lesson="debt"))
    pity = plain("It'd be a pity if your boss found out.")
    sure = enough.strengths([pity, plain("It costs ten pounds a month.")], "debt")
    assert sure[0, 0] > sure[1, 0]
    assert not enough.unlearned


@pytest.mark.parametrize(
    ("narrowed", "turns"),
    [
        ({}, [0, 1, 2]),
        ({"question": True}, [2]),
        ({"at_most_words": 7}, [0, 2]),
        ({"at_least_words": 8}, [1]),
        ({"at_least_seconds": 5}, [1]),
    ],
)
def test_what_narrows_a_cue_goes_with_its_meaning(
    narrowed: dict[str, object], turns: list[int]
) -> None:
    entry = cue("promises", PROMISES, unlike=REPORTS).model_copy(update=narrowed)
    spoken = (
        Turn("agent", "I will call you back.", 0.0, 2.0),
        Turn("agent", "I'll send it today. That is what we do here.", 3.0, 9.0),
        Turn("agent", "I'll ask my manager. All right?", 10.0, 12.0),
    )
    talk, book = Conversation(Call("c", spoken)), CueBook([(entry, {})])
    assert [one.turn for one in sight(talk, book, {"promises"})["promises"]] == turns


def test_explain_tells_how_surely_and_by_which_example() -> None:
    call = Call("c", (Turn("customer", "It broke."), Turn("agent", "Just leave it with me.")))
    told = "\n".join(explain(call, load()))
    assert "meaning: undertakes 0." in told
    assert 'as in "Leave it with me."' in told


def test_explain_tells_from_what_threshold_a_cue_is_seen() -> None:
    said = "I'm really upset, my router is broken."
    call = Call("c", (Turn("customer", said), Turn("agent", "Right.")))
    told = "\n".join(explain(call, load(), ["ownership.takes_charge"]))
    at_least = load().cues.entries["tells_trouble"].meaning.at_least
    under = re.search(rf"meaning: tells_trouble (0\.\d\d) \(not seen, from {at_least:.2f}\)", told)
    assert under
    nearly = f"not seen: meant {under[1]} in turn 0, seen from {at_least:.2f}"
    assert f"opens with tells_trouble ({nearly})" in told


def test_explain_says_that_what_is_meant_is_not_as_asked(tmp_path: Path) -> None:
    like, unlike = (f"[{', '.join(map(repr, some))}]" for some in (PROMISES, REPORTS))
    (tmp_path / "cues").mkdir()
    (tmp_path / "cues" / "own.yaml").write_text(
        "cues:\n  - id: promises\n    means: It.\n    question: true\n    meaning:\n"
        f"      like: {like}\n      unlike: {unlike}\n      lesson: own\n"
        "    matches: [Shall I ask?]\n    counters: [No.]\n"
    )
    (tmp_path / "own.yaml").write_text(
        "rubric: own\ntitle: Own\nversion: 1\nsource: [own]\ndefault: true\nabout: It.\n"
        "criteria:\n  - id: one\n    question: Was it?\n    source: [own]\n    coaching: Do.\n"
        "    example: I will.\n    meets:\n      - cue: [promises]\n"
    )
    call = Call("c", (Turn("agent", PROMISES[0]),))
    told = "\n".join(explain(call, load(tmp_path), ["own.one"]))
    assert "not seen: meant 1.00 in turn 0, seen from 0.40, where what else it asks is so" in told
    assert "(not seen, from 0.40, where what else it asks is so)" in told


def test_an_example_beside_speaks_neither_for_nor_against() -> None:
    promises = cue("promises", PROMISES, unlike=HARMLESS)
    apart = taught(promises, cue("reports", REPORTS))
    both = taught(promises, cue("reports", REPORTS, beside=("promises",)))
    said = "It was sent on Tuesday."
    assert strength(both, said, "promises") > strength(apart, said, "promises")


def test_the_same_in_any_company_order_process_and_cache(tmp_path: Path) -> None:
    sentences = [plain(one) for one in (*PROMISES, *REPORTS, "Sure.", "I see.", "Right then.")]
    made = taught(cue("promises", PROMISES), cue("reports", REPORTS))
    together = made.strengths(sentences)
    again = taught(cue("promises", PROMISES), cue("reports", REPORTS))  # from what was laid aside
    assert list(tmp_path.glob("cache/meaning-*.npz"))
    alone = np.concatenate([again.strengths([one]) for one in reversed(sentences)])[::-1]
    assert np.array_equal(together, alone)
    code = (
        "from scorer.scoring.rubric import load; from scorer.scoring.score import score;"
        "from scorer.call import Call, Turn;"
        "t = (Turn('customer', 'It broke.'), Turn('agent', 'So it broke. I will fix it.'));"
        "print(score(Call('c', t), load()))"
    )
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            .stdout for _ in range(2)}  # fmt: skip
    assert len(runs) == 1


def test_what_ships_is_what_the_shipped_cues_and_calls_teach() -> None:
    """Forgotten after an edit? `python -m tests.training.meaning`, which takes a minute; that is
    why it is not taught anew here, but for one pool."""
    cues = by_meaning(load(shipped("rubrics")).cues.entries)
    encoder = Encoder.load()
    assert encoder is not None
    pools = {pool: of_pool(cues, pool) for pool in pools_of(cues)}
    with np.load(shipped(TAUGHT)) as ready:
        for pool, lessons in pools.items():
            assert str(ready[f"{pool}_lesson"]) == digest(encoder, pool, lessons), pool
        anew = teach(encoder, "need", pools["need"])
        for name in ("weights", "offset"):
            # Other processors sum in another order; a strength is rounded far more coarsely.
            assert ready[f"need_{name}"] == pytest.approx(anew[name], abs=2e-3), name


def test_it_reads_calls_that_taught_it_nothing() -> None:
    """Sentences of the held calls: what stands highest for a cue means it, far beyond chance."""
    cues = by_meaning(load(shipped("rubrics")).cues.entries)
    meanings = Meanings.taught(load(shipped("rubrics")).cues.entries)
    assert meanings is not None
    order = meanings.cues["calls"]
    said, told = told_by_calls({cue: cues[cue] for cue in order}, "held")
    strengths = meanings.strengths([plain(one) for one in said])
    precisions = []
    for column in range(len(order)):
        asked = told[:, column] != 0
        meant = told[asked, column] > 0
        if meant.sum() >= 10:
            ranked = meant[np.argsort(-strengths[asked, column], kind="stable")]
            precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
            precisions.append(precision[ranked].mean())
    assert len(precisions) > 30
    assert np.mean(precisions) > 0.5  # chance is .05; MiniLM as it comes reaches .42


def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "held"
    folder.mkdir()
    (folder / "one.txt").write_text("# a call\nA: Hello. || --\nB: Who is that?\n")
    monkeypatch.setattr(labelled, "shipped", lambda _: tmp_path)
    with pytest.raises(ScorerError, match=r"one.txt:3: write 'A: what was said"):
        list(labelled.labelled("held"))


def test_examples_of_calls_teach_moments_and_leave_talk_at_large_alone() -> None:
    odd = "Consider it done."
    more = cue("promises", PROMISES, calls=(odd,))
    plainly = taught(cue("promises", PROMISES), cue("reports", REPORTS))
    with_calls = taught(more, cue("reports", REPORTS))
    said = [plain(odd)]
    assert with_calls.strengths(said)[0, 0] > plainly.strengths(said)[0, 0]
    assert with_calls.strengths(said, "talk")[0, 0] == plainly.strengths(said, "talk")[0, 0]


def test_half_the_model_is_the_first_half_of_the_whole() -> None:
    """The third layer of the uncut file, named as one more output: protobuf messages add up."""
    import onnxruntime

    file = encoder_weights.find()
    assert file is not None
    name = onnx_parts._field(onnx_parts._VALUE_NAME, encoder._LAYER.encode())
    more = onnx_parts._field(onnx_parts._GRAPH, onnx_parts._field(onnx_parts._OUTPUT, name))
    whole = onnxruntime.InferenceSession(
        file.read_bytes() + more, providers=["CPUExecutionProvider"]
    )
    half = Encoder.load()
    assert half is not None
    ids = np.array([half._tokenizer.encode("so you were charged twice ?").ids])
    given = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
    (layer,) = whole.run([encoder._LAYER], given)
    expected = layer[0].mean(axis=0)
    expected /= np.linalg.norm(expected)
    assert half.embed(["so you were charged twice ?"])[0] == pytest.approx(expected, abs=1e-5)
    (plain, of_calls), (most, _) = half.embed_twice(["so you were charged twice ?"])
    assert plain[0] == pytest.approx(expected, abs=1e-5)
    assert most[0] == pytest.approx(layer[0].max(axis=0), abs=1e-5)
    assert float(of_calls[0] @ expected) < 0.95  # other layers


def test_the_rest_of_a_model_goes_on_from_where_it_was_cut() -> None:
    """From the first layer's output, with the file's own weights, it is the third layer again."""
    file = encoder_weights.find()
    assert file is not None
    model = file.read_bytes()
    below = onnx_session.session(onnx_parts.part(model, [encoder._BELOW, encoder._LAYER]))
    above = onnx_session.session(onnx_parts.part(model, [encoder._LAYER], begins=encoder._BELOW))
    ids = np.array([[101, 2061, 2017, 102]])
    given = {"attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
    cut, whole = below.run([encoder._BELOW, encoder._LAYER], {**given, "input_ids": ids})
    (again,) = above.run(None, {**given, encoder._BELOW: cut})
    assert again == pytest.approx(whole, abs=1e-5)
    with pytest.raises(ScorerError, match="computes no nowhere"):
        onnx_parts.part(model, ["nowhere"])


def test_quotes_are_whole_sentences_of_the_right_party() -> None:
    book = CueBook([(cue("promises", PROMISES), {}), (cue("reports", REPORTS), {})])
    said = "It was sent on Monday. I'll send it again today. The shop is closed."
    made = Conversation(Call("c", (Turn("customer", said), Turn("agent", said))))
    (seen,) = sight(made, book, {"promises"})["promises"]
    assert said[seen.begin : seen.end] == "I'll send it again today."
    assert seen.turn == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thank you, Emily.", "Thank you, Nguyen."),
        ("Nguyen, could you wait?", "Heather, could you wait?"),
        ("I spoke to Jamal Okafor yesterday.", "I spoke to Aoife Müller yesterday."),
        ("I asked him for a favour.", "I asked her for a favor."),
        ("I spoke to DeShawn yesterday.", "I spoke to Emily yesterday."),
        ("I spoke to O'Brien yesterday.", "I spoke to Maria de la Cruz yesterday."),
        ("Chief Okafor told me.", "Mr. McDonald told me."),
        (unicodedata.normalize("NFD", "I asked Zoë Müller."), "I asked Heather."),
    ],
)
def test_nobody_is_told_from_another(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_without_the_weights_all_else_is_scored_and_the_card_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SCORER_MINILM", "off")
    rubrics = load()
    call = Call("c", (Turn("customer", "I'm upset."), Turn("agent", "I'm so sorry.")))
    assert score(call, rubrics).criteria["empathy"].score == 1.0
    assert "pip install" in str(rubrics.cues.read_by["note"])
    assert untried(rubrics.cues)
    monkeypatch.delenv("SCORER_MINILM")
    assert load().cues.meanings is not None  # one that comes later is read by


def test_another_file_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(b"not a model")
    monkeypatch.setenv("SCORER_MINILM", str(file))
    with pytest.raises(ScorerError, match="not the MiniLM we know"):
        Encoder.load()
    monkeypatch.setenv("SCORER_MINILM", str(tmp_path / "nowhere"))
    with pytest.raises(ScorerError, match="cannot be read"):
        Encoder.load()


def test_fetching_lays_a_checked_copy_aside() -> None:
    copy = encoder_weights.fetch()
    assert encoder_weights.find() == copy == encoder_weights.fetch()
    assert encoder_weights.verified(copy) == encoder_weights.SHA256
