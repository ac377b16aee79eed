"""A real Ray cluster: the same plan, results and errors as on one machine, and a node may go."""

import contextlib
import os
import signal
from pathlib import Path

import jiwer
import pytest

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
ray = pytest.importorskip("ray")

from ray.cluster_utils import Cluster  # noqa: E402  after what it needs

from scorer.batch.on_ray import OnRay  # noqa: E402  after what it needs

#: Ray hands out what it is told there is: nothing here computes on the GPU.
NODE = {"num_cpus": 2, "num_gpus": 1, "object_store_memory": 100 << 20}


@pytest.fixture
def cluster(home):  # noqa: ARG001  for its effect
    """A head that works and a second node; workers inherit the home. Small, since it is slow."""
    made = Cluster(
        initialize_head=True, head_node_args={**NODE, "include_dashboard": False}, connect=False
    )
    made.second = made.add_node(**NODE)
    ray.init(address=made.address, log_to_driver=False, logging_level="error")
    yield made
    ray.shutdown()
    with contextlib.suppress(Exception):
        made.shutdown()


def exact(card):
    """What no batch can change: when somebody speaks, whose call it is, and what made the card."""
    made_by = ("recording_sha256", "rubrics_sha256", "speech_model_sha256", "code_sha256")
    speech = [(i["start"], i["end"]) for lane in card["activity"] for i in lane["speech"]]
    known = (card["metadata"], card["context"]["duration"])
    return sorted(speech), known, [card["provenance"][name] for name in made_by]


def words(card):
    return " ".join(turn["text"] for turn in card["turns"])


def actors(parent):
    """The numbers of the speech actors that came from a process."""
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended since
            for child in task.read_text().split():
                if Path(f"/proc/{child}/cmdline").read_text().startswith("ray::_Speech"):
                    yield int(child)
                yield from actors(child)


def test_a_night_on_a_cluster_is_the_same_and_outlives_a_node(
    cluster, night, calls, whole, loaded_scorer
):
    """Beside GPUs, as Ray believes, so that tasks open and score."""
    paths = calls(6)
    broken = paths[0].with_name("broken.wav")
    broken.write_bytes(b"no sound")
    lost = []

    def lose_a_node(event):
        """The second node goes down in the midst of the work, with all that runs on it."""
        if event.kind == "scored" and not lost:
            lost.append(cluster.remove_node(cluster.second, allow_graceful=False))

    found = night(engine=OnRay, workers=2, does=lose_a_node)
    assert lost
    whole(found.store, [path.name for path in paths])
    assert list(found.tally.failures) == [str(broken)]
    assert "is not a recording that can be read" in found.tally.failures[str(broken)].reason

    # As `scorer score` hears them, in this process. In int8 a word may hang on which other windows
    # were in its batch, and that on who died when: words are the same but for one in twenty.
    here = {path.name: loaded_scorer.recording(path).card.to_dict() for path in paths}
    there = {e.id: found.store.card(e.key) for e in found.store.calls()}
    assert {name: exact(card) for name, card in there.items()} == {
        name: exact(card) for name, card in here.items()
    }
    names = [path.name for path in paths]
    told = jiwer.wer([words(here[n]) for n in names], [words(there[n]) for n in names])
    assert told < 0.05
    assert night(wanted={"limit": 0}).plan.counts == {"done": 6}


def test_a_ray_of_its_own_and_an_actor_that_is_killed(night, calls, whole):
    """On cores, where the actor opens and scores as a worker of this machine does."""
    paths, killed, heaps = calls(5), [], []

    def kill(event):
        if event.kind == "scored" and not killed:
            killed.extend(actors(os.getpid()))
            heaps.append(Path(f"/proc/{killed[0]}/environ").read_text().split("\0"))
            os.kill(killed[0], signal.SIGKILL)

    found = night(engine=OnRay, device="cpu", does=kill)
    assert len(killed) == 1
    assert "MALLOC_ARENA_MAX=1" in heaps[0]  # see scorer/heap.py
    assert found.tally.failed == 0
    whole(found.store, [path.name for path in paths])
    assert not ray.is_initialized()
