"""Who may see, open and hear which call: every role on every page and route."""

import re
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import example_call
import pytest
import test_lead_pages
import test_team_pages
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_pages import call_page, calls_page, listed, run, texts

from scorer.errors import ScorerError
from scorer.pages import navigation, person, review, ticket
from scorer.pages.person import from_claims
from scorer.pages.server import ROUTES, serve
from scorer.store import jobs
from scorer.store.access import LOCAL, Person
from scorer.store.store import Store

METADATA = {"team": "north", "agent": "marta"}
NORTH, SOUTH = frozenset({"north"}), frozenset({"south"})

#: Person, whether they see Marta's call in the list, may open it, may hear it, may upload.
PEOPLE = [
    (Person("rita", "reviewer", NORTH), True, True, True, True),
    (Person("sven", "reviewer", SOUTH), False, False, False, True),
    (Person("noor", "lead", NORTH), True, True, True, True),
    (Person("lars", "lead", SOUTH), False, False, False, True),
    (Person("marta", "agent"), True, True, True, False),
    (Person("m.dahl@centre.example", "agent", agent="marta"), True, True, True, False),
    (Person("timo", "agent", NORTH), False, False, False, False),
    (Person("olga", "operator"), True, False, False, True),
    (Person("ada", "admin"), True, True, True, True),
    (LOCAL, True, True, True, True),
]
IDS = [f"{who.role}-{who.name}" for who, *_ in PEOPLE]


def playlist_page():
    from scorer.pages import playlist

    playlist.page()


@pytest.fixture
def key(home, tmp_path):
    return example_call.shelve(home, tmp_path, metadata=METADATA)


@pytest.mark.parametrize(("who", "lists", "opens", "hears", "uploads"), PEOPLE, ids=IDS)
def test_each_role_on_each_page_and_route(
    home, key, monkeypatch, who, lists, opens, hears, uploads
):
    monkeypatch.setattr(person, "who", lambda: who)
    monkeypatch.setattr(jobs, "start_worker", lambda: None)
    seen = run(calls_page)
    assert ("Scored calls" in texts(seen)) == lists
    assert ("Add recordings" in [panel.label for panel in seen.expander]) == uploads
    assert ("Start here." in " ".join(texts(seen))) == (uploads and not lists)
    assert [row["key"] for row in listed(seen)["rows"]] == [key] * lists
    assert listed(seen)["opens"] == opens
    opened = run(call_page, key=key)
    refused = [text for text in texts(opened) if "no such call" in text or "cannot read" in text]
    assert bool(refused) != opens
    assert bool(opened.get("bidi_component")) == opens
    playlists = Store(home=home).playlists
    playlist = playlists.new("For Monday")
    playlists.add(playlist, key, (0, 0))
    assert bool(run(playlist_page, key=playlist).get("bidi_component")) == opens

    client = TestClient(Starlette(routes=ROUTES))
    heard = client.get(f"/audio/{key}?ticket={ticket.issue(who, key)}")
    assert heard.status_code == (200 if hears else 404)
    asked = {"ticket": ticket.issue(who, "upload"), "name": "a.wav"}
    taken = client.post("/upload", params=asked, content=b"sound")
    assert taken.status_code == (200 if uploads else 400)


def test_no_page_or_route_is_left_out():
    """What is added has to be opened by every role here or beside here."""
    beside = {page.__name__.removesuffix("_page") for page, *_ in test_team_pages.SEES}
    beside |= {*test_lead_pages.PAGES, "nights"}
    assert {door.name for door in navigation.DOORS} == {"calls", "call", "playlist", *beside}
    addresses = {route.path.split("/")[1] for route in ROUTES}
    # Nothing of any call is in them: modules, and the frame into which a page's content comes.
    everybodys = {"scripts", "", *(door.name for door in navigation.DOORS)}
    assert addresses == {"audio", "upload", "sheet", "scorecard", *everybodys}


@pytest.mark.parametrize("who", [who for who, *_ in PEOPLE], ids=IDS)
def test_whose_uploads_each_role_sees(monkeypatch, tmp_path, who):
    monkeypatch.setattr(person, "who", lambda: who)
    (tmp_path / "sound").write_bytes(b"sound")
    for by in (Person("rita", "reviewer", NORTH), Person("noor", "lead", NORTH)):
        [job] = jobs.submit(by, [(f"of-{by.name}.wav", tmp_path / "sound")], start=False)
        jobs.save(replace(job, state="failed", error="no sound in it"))
    shown = " ".join(texts(run(calls_page)))
    sees_all = who.role in ("operator", "admin")
    for name in ("rita", "noor"):
        assert (f"of-{name}.wav" in shown) == (sees_all or who.name == name)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (Person("rita", "reviewer", NORTH), {"judge", "note", "reply", "sign", "answer"}),
        (Person("noor", "lead", NORTH), {"judge", "note", "reply", "sign", "answer"}),
        # A lead who took the call is a colleague like any other, on this call.
        (Person("marta", "lead", NORTH), {"note", "reply"}),
        (Person("marta", "agent"), {"reply", "dispute"}),
        (LOCAL, {"judge", "note", "reply", "sign", "answer"}),
    ],
    ids=lambda value: getattr(value, "role", None),
)
def test_only_what_a_person_may_do_is_offered(home, key, who, may):
    store = Store(home=home).seen_by(who)
    shown = review.panel(store, store.card(key), store.history(key), "", 0)
    asked = {"judge", "note", "reply", "sign", "answer", "dispute"}
    assert set(shown["may"]) & asked == may


def test_nobody_hears_a_call_without_a_ticket_for_it(key):
    client = TestClient(Starlette(routes=ROUTES))
    other = ticket.issue(LOCAL, "another")
    good = ticket.issue(LOCAL, key)
    old = ticket.issue(LOCAL, key, now=0.0)
    forged = "W10=." + good.split(".")[1]
    for bad in ("", other, old, forged, good[:-6] + "AAAAA=", "no ticket", "a.b.c", "é.é"):
        assert client.get(f"/audio/{key}", params={"ticket": bad}).status_code == 403, bad
    assert client.get(f"/audio/{key}", params={"ticket": good}).status_code == 200


def test_a_ticket_names_its_holder():
    who = Person("rita", "reviewer", NORTH, "r.berg")
    assert ticket.holder(ticket.issue(who, "abc"), "abc") == who


def test_a_ticket_is_void_once_its_holder_signed_out(monkeypatch):
    monkeypatch.setattr(ticket, "_ended", {})
    who, now = Person("rita", "reviewer", NORTH), time.time()
    here, there = (ticket.Visit(now - hours, now + 3600) for hours in (1, 2))
    left, kept = ticket.issue(who, "abc", here), ticket.issue(who, "abc", there)
    ticket.end("rita", here)
    with pytest.raises(ScorerError, match="load it again"):
        ticket.holder(left, "abc")
    assert ticket.holder(kept, "abc") == who  # the same person at another desk
    with pytest.raises(ScorerError, match="load it again"):  # no ticket outlives its sign-in
        ticket.holder(kept, "abc", now=now + 3601)


def test_a_person_is_made_of_what_the_sign_in_vouches_for():
    claims = {"email": "rita@centre.example", "role": "reviewer", "team": ["north", "west"]}
    assert from_claims(claims, {}) == Person(
        "rita@centre.example", "reviewer", frozenset({"north", "west"})
    )
    named = {
        "name": "upn",
        "role": "groups",
        "teams": "unit",
        "agent": "extension",
        "roles": {"qa-team": "reviewer"},
    }
    claims = {"upn": "rb", "groups": ["staff", "qa-team"], "unit": "north", "extension": "1234"}
    assert from_claims(claims, named) == Person("rb", "reviewer", NORTH, "1234")


@pytest.mark.parametrize("role", [None, "boss", ["staff"], ""])
def test_somebody_without_a_role_is_told_so(role):
    with pytest.raises(ScorerError, match=r"r@c\.example: signed in, but without a role") as told:
        from_claims({"email": "r@c.example", "role": role}, {})
    assert f"the claim role says {''.join(role or []) or 'nothing'}, and should" in str(told.value)


def test_a_claim_may_stand_within_another():
    named = {"role": "realm_access.roles", "teams": "a.b"}
    claims = {
        "sub": "rb",
        "realm_access": {"roles": ["x", "lead"]},
        "a.b": "north",
        "a": {"b": "west"},
    }
    assert from_claims(claims, named) == Person("rb", "lead", NORTH)
    assert person._claim({"a": "text"}, "a.b") is None


def test_the_secrets_in_the_docs_make_people_of_their_providers_claims():
    text = (Path(__file__).parents[2] / "docs" / "pages.md").read_text()
    blocks = [tomllib.loads(found) for found in re.findall(r"```toml\n(.*?)```", text, re.S)]
    shipped, keycloak, entra = (block["people"] for block in blocks)
    assert set(person._NEEDED) == set(blocks[0]["auth"])
    claims = {"email": "rb", "role": "qa-team", "team": "north", "agent_id": "17"}
    assert from_claims(claims, shipped) == Person("rb", "reviewer", NORTH, "17")
    claims = {"email": "rb", "realm_access": {"roles": ["offline_access", "lead"]}, "team": "north"}
    assert from_claims(claims, keycloak) == Person("rb", "lead", NORTH)
    claims = {"preferred_username": "rb", "roles": ["agent"], "groups": ["north"]}
    assert from_claims(claims, entra) == Person("rb", "agent", NORTH)


def test_a_sign_in_lasts_a_working_day(monkeypatch):
    now = time.time()
    assert person.fresh({"iat": now - 11 * 3600}, 12)
    for old in ({"iat": now - 13 * 3600}, {}, {"iat": None}):
        assert not person.fresh(old, 12)
    claims = {"is_logged_in": True, "email": "r@c.example", "role": "lead", "iat": now - 7200}
    monkeypatch.setattr(person.st, "user", SimpleNamespace(to_dict=lambda: claims))
    for hours, there in ((3, True), (1, False)):
        secrets = {"auth": {}, "people": {"hours": hours}}
        monkeypatch.setattr(person, "_secrets", lambda secrets=secrets: secrets)
        assert (person.who() is not None) == there


def test_a_sign_in_that_cannot_work_is_said_before_serving(monkeypatch):
    whole = dict.fromkeys(person._NEEDED, "x")
    monkeypatch.setattr(person, "_secrets", lambda: {"auth": {**whole, "client_id": ""}})
    with pytest.raises(ScorerError, match=r"secrets\.toml: \[auth\] lacks client_id; see"):
        serve(0)
    monkeypatch.setattr(person, "_secrets", lambda: {"auth": whole})
    monkeypatch.setattr(person, "find_spec", lambda name: None)  # noqa: ARG005  as find_spec is called
    with pytest.raises(ScorerError, match=r"needs Authlib; run pip install"):
        serve(0)


def test_somebody_without_a_role_sees_why_and_nothing_else(key, monkeypatch):
    def nobody():
        return from_claims({"email": "r@c.example"}, {})

    monkeypatch.setattr(person, "who", nobody)
    for page in (calls_page, call_page):
        shown = run(page, key=key)
        assert texts(shown)[0] == "Calls"
        assert "without a role here" in texts(shown)[1]
        assert len(texts(shown)) == 2
        assert [button.label for button in shown.button] == ["Sign out"]


def test_a_full_name_is_no_name_to_sign_with():
    """Two people may share it; then one of them could answer the dispute of the other."""
    with pytest.raises(ScorerError, match="without a name"):
        from_claims({"name": "Anna Smith", "role": "reviewer"}, {})


def test_without_a_sign_in_it_listens_on_this_machine_only():
    with pytest.raises(ScorerError, match=r"0\.0\.0\.0: without a sign-in"):
        serve(0, "0.0.0.0")
