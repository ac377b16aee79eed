"""Many recordings are heard as one stream, and one that fails takes none of the others along."""

import tempfile
from dataclasses import replace

import pytest
from short_calls import cut

from scorer.audio.apart import opened
from scorer.audio.recording import Store
from scorer.errors import ScorerError


def words(spoken):
    (_, _), heard = spoken
    return [word.text for lane in heard.words for word in lane]


def test_one_that_fails_in_the_midst_of_a_batch_takes_none_along(loaded_scorer, tmp_path):
    first, second, third = (opened(path) for path in cut(tmp_path, 3))
    recording, sound = opened(cut(tmp_path, 4)[3])
    lost = Store(tempfile.TemporaryFile(), 2, recording.store.length)  # noqa: SIM115  its store closes it
    gone = replace(recording, store=lost), sound
    unopened = ScorerError("never a recording")
    sounds = [("a", first), ("b", unopened), ("c", gone), ("d", second), ("e", third)]
    found = dict(loaded_scorer.hear(iter(sounds)))
    assert list(found) == list("abcde")
    assert found["b"] is unopened
    assert isinstance(found["c"], OSError)
    for key, one in (("a", first), ("d", second), ("e", third)):
        assert words(found[key]) == words(next(iter(loaded_scorer.hear([(0, one)])))[1])


def test_a_fault_of_the_model_is_laid_to_the_recording_that_has_it(
    loaded_scorer, tmp_path, monkeypatch
):
    engine = loaded_scorer.engine
    bad, *good = (opened(path) for path in cut(tmp_path, 3))
    plain = engine.transcribe_many

    def failing(calls, *more):
        """The engine, but it cannot abide one recording: as a card that runs out of memory."""

        def guarded():
            for recording, sound in calls:
                if recording is bad[0]:
                    raise RuntimeError("CUDA failed with error out of memory")
                yield recording, sound

        return plain(guarded(), *more)

    monkeypatch.setattr(engine, "transcribe_many", failing)
    found = list(loaded_scorer.hear([(0, good[0]), (1, bad), (2, good[1])]))
    assert [key for key, _ in found] == [0, 1, 2]
    assert "out of memory" in str(found[1][1])
    assert words(found[0][1])
    assert words(found[2][1])


def test_who_gives_the_recordings_may_fail_too(loaded_scorer, tmp_path):
    def sounds():
        yield 0, opened(cut(tmp_path, 1)[0])
        raise KeyError("the list is broken")

    heard = loaded_scorer.hear(sounds())
    assert words(next(heard)[1])
    with pytest.raises(KeyError, match="the list is broken"):
        next(heard)
