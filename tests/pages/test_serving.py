"""Recordings leave as something every browser plays, and by ranges."""

import asyncio
import json
import re
import socket
import wave
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import example_call
import numpy as np
import pytest
import soundfile
from starlette.applications import Starlette
from starlette.testclient import TestClient

from scorer.errors import ScorerError
from scorer.pages import opening, scripts, ticket
from scorer.pages.navigation import DOORS
from scorer.pages.server import ROUTES, guard, serve
from scorer.pages.sound import playable
from scorer.store.access import LOCAL, Person
from scorer.store.store import Store


def read(path):
    with wave.open(str(path)) as sound:
        frames = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        return sound.getparams(), frames.reshape(-1, sound.getnchannels()).T / 32768


def test_mu_law_becomes_pcm_with_channels_rate_and_times_kept(tmp_path):
    sound = example_call.samples()
    soundfile.write(tmp_path / "recording.wav", sound.T, example_call.RATE, subtype="ULAW")
    params, heard = read(playable(tmp_path / "recording.wav"))
    assert (params.nchannels, params.sampwidth, params.framerate) == (2, 2, 8000)
    assert heard.shape == sound.shape
    # G.711 mu-law keeps 8 bits on a logarithmic scale: at worst half a step of the top segment,
    # 128 of 8159, away.
    assert np.abs(heard - sound).max() < 129 / 8159


def test_pcm_is_served_as_it_is_and_a_copy_is_made_once(tmp_path):
    second = example_call.samples()[:, :8000].T
    soundfile.write(tmp_path / "recording.wav", second, example_call.RATE, subtype="ULAW")
    first = playable(tmp_path / "recording.wav")
    stamp = first.stat().st_mtime_ns
    assert playable(tmp_path / "recording.wav") == first
    assert first.stat().st_mtime_ns == stamp
    assert playable(first) == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["recording.wav", "sound.wav"]


def test_many_who_ask_at_once_each_get_the_whole_of_it(tmp_path):
    sound = np.tile(example_call.samples(), 4)
    soundfile.write(tmp_path / "recording.wav", sound.T, example_call.RATE, subtype="ULAW")
    together = Barrier(3)

    def ask(_):
        together.wait()
        return read(playable(tmp_path / "recording.wav"))[1].shape

    with ThreadPoolExecutor(3) as several:
        assert list(several.map(ask, range(3))) == [sound.shape] * 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["recording.wav", "sound.wav"]


def test_what_cannot_be_decoded_is_one_clear_line_and_leaves_nothing(tmp_path):
    (tmp_path / "recording.mp3").write_bytes(b"not sound at all")
    with pytest.raises(ScorerError, match=r"recording\.mp3: cannot be made to play"):
        playable(tmp_path / "recording.mp3")
    assert [p.name for p in tmp_path.iterdir()] == ["recording.mp3"]


@pytest.fixture
def client(home, tmp_path):
    key = example_call.shelve(home, tmp_path)
    served = Starlette(routes=ROUTES, middleware=guard("localhost"))
    client = TestClient(served, base_url="http://localhost")
    client.sound = f"/audio/{key}?ticket={ticket.issue(LOCAL, key)}"
    return client


def test_a_printed_answer_rests_on_what_decided_it_and_on_why_it_was_changed(home, tmp_path):
    """Not on a moment in which nobody could tell, nor on one that a person overruled."""
    judgements = json.loads(json.dumps(example_call.scorecard().to_dict()))["judgements"]
    restates = judgements[1]
    unclear = {"turn": 6, "quote": "Precisely.", "start": 29.0, "end": 29.3}
    restates["moments"].append(
        {**restates["moments"][0], "outcome": "cannot_tell", "opened": unclear, "response": None}
    )
    key = example_call.shelve(home, tmp_path, judgements=judgements)
    store = Store(home=home)
    [lets_finish] = [each for each in store.judged(key) if each.criterion == "lets_finish"]
    store.edit(lets_finish.id, "met", "the line lagged")
    store.resolve(key, "resolved", "the van came at noon")
    client = TestClient(Starlette(routes=ROUTES), base_url="http://localhost")
    sheet = client.get(f"/scorecard/{key}?ticket={ticket.issue(LOCAL, key)}").text
    rows = {row.partition("</td>")[0].rpartition(">")[2]: row for row in sheet.split("<tr>")}
    assert "So you ordered oak" in rows["Says it back and checks"]
    assert "Precisely." not in rows["Says it back and checks"]
    assert "the line lagged" in rows["Lets the customer finish"]
    assert "<b>Outcome</b> Resolved" in sheet
    [decided] = [line for line in sheet.split("</p>") if "<b>Outcome</b>" in line]
    assert "Machine: Promised · you decided, " in decided
    assert decided.endswith(": the van came at noon</span>")
    assert "I will see this through" not in rows["Lets the customer finish"]
    assert "The table came with the wrong legs" in rows["Lets the customer finish"]


def test_a_printed_outcome_is_without_what_was_taken_back(home, tmp_path):
    key, store = example_call.shelve(home, tmp_path), Store(home=home)
    client = TestClient(Starlette(routes=ROUTES), base_url="http://localhost")

    def printed():
        return client.get(f"/scorecard/{key}?ticket={ticket.issue(LOCAL, key)}").text

    before, noor = printed(), store.seen_by(Person("noor", "admin"))
    noor.resolve(key, "promised")
    assert "noor agreed, " in printed()
    noor.take_back_resolution(key)
    assert printed() == before


def test_sound_goes_out_by_ranges(client):
    whole = client.get(client.sound)
    assert whole.status_code == 200
    assert whole.headers["accept-ranges"] == "bytes"
    part = client.get(client.sound, headers={"Range": "bytes=16044-16143"})
    assert part.status_code == 206
    assert part.content == whole.content[16044:16144]
    assert "content-encoding" not in part.headers  # compressed bytes would not be these


def test_nobody_waits_while_the_store_looks_for_a_recording(client, monkeypatch):
    def recording(store, key):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return found(store, key)

    found = Store.recording
    monkeypatch.setattr(Store, "recording", recording)
    assert client.get(client.sound).status_code == 200


@pytest.mark.parametrize("key", ["nothere", "%2e%2e", "..%2Fcalls%2Ffeedfeedfeedfeed", "."])
def test_no_other_file_can_be_asked_for(client, key):
    assert client.get(f"/audio/{key}?ticket={ticket.issue(LOCAL, key)}").status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "player/__init__.py",
        "player/player.css",
        "player/..%2Fserver.py",
        "rows/missing.js",
        "%2e%2e/pages.js",
        "../x/y.js",
    ],
)
def test_only_the_scripts_are_served(client, path):
    assert client.get(f"/scripts/v/{path}").status_code in (400, 404)


def test_scripts_are_modules_that_a_browser_keeps_until_they_change(client):
    response = client.get(f"/scripts/{scripts._VERSION}/player/view.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert "export default" in response.text
    assert "immutable" in response.headers["cache-control"]
    old = client.get("/scripts/of-another-version/player/view.js")
    assert old.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", ["", *(door.name for door in DOORS)])
def test_a_page_brings_what_it_is_drawn_with(client, page):
    served = client.get(f"/{page}?key=a&team=b")
    assert served.headers["cache-control"] == "no-cache"  # an upgrade is seen at once
    loaded = re.findall(r'<script type="module"[^>]* src="\./static/js/(\w+)\.', served.text)
    wanted = ["index", "Html", "BidiComponent", "Button", "PageLink"]
    assert loaded[:5] == wanted  # or Streamlit calls them otherwise by now
    assert ("ArrowVegaLiteChart" in loaded) == (page in ("team", "calibration"))
    assert all((opening._STATIC / path).is_file() for path in opening.modules(page))


def test_a_foreign_name_for_this_machine_is_refused(client):
    """DNS rebinding: a page elsewhere that points its own name here must not hear calls."""
    response = client.get(client.sound, headers={"Host": "evil.example"})
    assert response.status_code == 400


def test_a_port_that_is_taken_is_one_clear_line():
    with socket.socket() as holder:
        holder.bind(("localhost", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(ScorerError, match=f"port {port} is taken"):
            serve(port)
