"""Role by action, at the real doors: what is allowed works, all else is refused."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from store_cards import PEAKS

from scorer.errors import ScorerError
from scorer.store import access
from scorer.store.access import Person
from scorer.store.schema import promises
from scorer.store.store import Filter, Store
from scorer.store.surveys import Survey

ROLES = ("reviewer", "lead", "agent", "operator", "admin")

#: Who may do what with a call, written out a second time on purpose: "teams" are calls of one's
#: teams, "own" are calls that one took, "" is refused.
ALLOWED = {
    #           reviewer  lead     agent  operator admin
    "list":     ("teams", "teams", "own", "all", "all"),
    "read":     ("teams", "teams", "own", "",    "all"),
    "search":   ("teams", "teams", "own", "",    "all"),
    "listen":   ("teams", "teams", "own", "",    "all"),
    "judge":    ("teams", "teams", "",    "",    "all"),
    "resolve":  ("teams", "teams", "",    "",    "all"),
    "note":     ("teams", "teams", "",    "",    "all"),
    "reply":    ("teams", "teams", "own", "",    "all"),
    "sign":     ("teams", "teams", "",    "",    "all"),
    "dispute":  ("",      "",      "own", "",    ""),
    "answer":   ("teams", "teams", "",    "",    "all"),
    "follow":   ("teams", "teams", "own", "",    "all"),
    "compare":  ("",      "teams", "",    "",    "all"),
    "survey":   ("",      "",      "",    "all", "all"),
    "let_go":   ("",      "",      "",    "all", "all"),
    "erase":    ("",      "",      "",    "",    "all"),
}  # fmt: skip

#: Which of three calls are within each reach for a person `me` of team North.
CALLS = {"mine": ("North", "me"), "ours": ("North", "Ann"), "theirs": ("South", "Cid")}
REACH = {"": (), "own": ("mine",), "teams": ("mine", "ours"), "all": ("mine", "ours", "theirs")}


def act(store, admin, action, key):
    """Takes the action on the call; raises, or finds nothing, where it is not allowed."""
    judgement = admin.judged(key)[0].id
    if action == "list":
        assert key in [entry.key for entry in store.calls()]
        assert key in [entry.key for entry in store.calls(Filter(text="call"))]
    elif action == "read":
        doors = (store.card, store.peaks, store.judged, store.history, store.versions)
        for door in (*doors, store.resolution):
            door(key)
    elif action == "search":
        assert key in [hit.key for hit in store.search("bill")]
    elif action == "listen":
        store.recording(key)
    elif action == "judge":
        store.edit(judgement, "met", "heard it")
    elif action == "resolve":
        store.resolve(key, "promised")
        store.take_back_resolution(key)
    elif action == "note":
        store.note(key, "well done")
    elif action == "reply":
        store.note(key, "thanks", reply_to=admin.note(key, "well done"))
    elif action == "sign":
        store.sign(key)
    elif action == "dispute":
        store.dispute(judgement, "not so")
    elif action == "answer":
        agent = admin.card(key)["metadata"]["agent"]
        number = admin.seen_by(Person("x", "agent", agent=agent)).dispute(judgement, "not so")
        store.answer(number, "met", "you are right")
    elif action == "follow":
        with admin._database.read() as connection:
            rows = connection.execute(promises.select().order_by(promises.c.id)).mappings().all()
        entries = {entry.key: place for place, entry in enumerate(reversed(list(admin.calls())))}
        store.follow(rows[entries[key]]["id"], "kept")
    elif action == "compare":
        assert key in store.frame("judgements")["key"].to_list()
    elif action == "survey":
        assert store.survey([Survey(key, "csat", 4, 1, 5, datetime.now(UTC))]) == []
    elif action == "let_go":
        store.let_go(key)
    elif action == "erase":
        store.remove(key)


@pytest.mark.parametrize("action", ALLOWED)
@pytest.mark.parametrize("role", ROLES)
def test_role_by_action(role, action, home, make_call):
    reach = REACH[ALLOWED[action][ROLES.index(role)]]
    root = Store(home=home)
    admin = root.seen_by(Person("root", "admin"))
    keys = {
        name: root.keep(*make_call(name, team=team, agent=agent), PEAKS)
        for name, (team, agent) in CALLS.items()
    }
    me = root.seen_by(Person("me", role, frozenset({"North"})))
    # Nobody judges a call that they took themselves.
    own = {"mine"} if action in ("judge", "resolve", "sign", "answer") else set()
    for name, key in keys.items():
        if name in set(reach) - own:
            act(me, admin, action, key)
        else:
            with pytest.raises((ScorerError, AssertionError)):
                act(me, admin, action, key)
    root.close()


@pytest.mark.parametrize("role", ROLES)
def test_what_concerns_no_single_call(role, home, tmp_path):
    me = Store(home=home).seen_by(Person("me", role, frozenset({"North"})))
    for door in (
        lambda: me.run_started({}),
        lambda: me.failed("a.wav", "r", "m", "broken"),
        lambda: me.done(["0" * 64], "r", "m"),
        me.forgive,
        me.runs,
        me.failing,
        me.check,
        me.sweep,
        lambda: me.backup(tmp_path / "backup", recordings=False),
        lambda: me.remove_before(datetime(2000, 1, 1, tzinfo=UTC)),
    ):
        if role in ("operator", "admin"):
            door()
        else:
            with pytest.raises(ScorerError, match=f"{role}s cannot"):
                door()
    if role == "admin":
        assert me.audit()
    else:
        with pytest.raises(ScorerError, match=f"{role}s cannot inspect"):
            me.audit()
    me.close()


#: For which team's calls each role may bring recordings in.
UPLOADS = {"reviewer": "North", "lead": "North", "agent": "", "operator": "all", "admin": "all"}


@pytest.mark.parametrize("team", ["North", "South", ""])
@pytest.mark.parametrize("role", ROLES)
def test_an_upload_goes_to_a_team_within_reach(role, team, home, make_call):
    me = Store(home=home).seen_by(Person("me", role, frozenset({"North"})))
    path, card = make_call(team=team)
    if UPLOADS[role] in ("all", team or "-"):
        assert me.keep(path, card, PEAKS)
        [entry] = me.calls()
        assert entry.team == team
    else:
        with pytest.raises(ScorerError, match=r"not a team of yours|no team|agents cannot"):
            me.keep(path, card, PEAKS)
    me.close()


def test_to_have_the_recording_is_no_right_to_the_call(store, keep, make_call):
    """Else somebody could draw a call of another team, with all that was said of it, to theirs."""
    key = keep("sound", team="South", agent="Cid")
    me = store.seen_by(Person("me", "reviewer", frozenset({"North"})))
    with pytest.raises(ScorerError, match="here already, with another team"):
        me.keep(*make_call("sound", team="North", agent="Ann", rubrics="r2"), PEAKS)
    [entry] = store.calls()
    assert (entry.team, entry.agent) == ("South", "Cid")
    assert len(store.versions(key)) == 1
    both = store.seen_by(Person("me", "reviewer", frozenset({"North", "South"})))
    assert both.keep(*make_call("sound", team="South", customer="C-1", rubrics="r2"), PEAKS) == key
    assert len(store.versions(key)) == 2


def test_the_team_of_an_upload():
    one = Person("me", "reviewer", frozenset({"North"}))
    two = Person("me", "lead", frozenset({"North", "West"}))
    assert access.uploads_to(one, "") == "North"
    assert access.uploads_to(two, "West") == "West"
    assert access.uploads_to(Person("ada", "admin"), "") == ""
    for person, team, told in (
        (two, "", "no team is said; choose North or West"),
        (two, "South", "South: not a team of yours; choose North or West"),
        (Person("me", "reviewer"), "North", "you are in no team yet; ask whoever runs the sign-in"),
        (Person("me", "agent", frozenset({"North"})), "North", "agents cannot upload here"),
    ):
        with pytest.raises(ScorerError, match=told):
            access.uploads_to(person, team)


def test_a_call_out_of_reach_and_one_that_is_not_there_give_the_same_answer(keep, store):
    key = keep(team="South", agent="Cid")
    me = store.seen_by(Person("me", "reviewer", frozenset({"North"})))
    with pytest.raises(ScorerError) as hidden:
        me.card(key)
    with pytest.raises(ScorerError) as missing:
        me.card("0" * 16)
    assert str(hidden.value).replace(key, "") == str(missing.value).replace("0" * 16, "")


def test_a_person_without_a_team_reaches_no_call(keep, store):
    keep(team="", agent="")
    for teams in (frozenset(), frozenset({""})):
        assert not store.seen_by(Person("me", "lead", teams)).calls()


def test_a_person_needs_a_name_and_a_known_role():
    with pytest.raises(ScorerError, match="without a name"):
        Person(" ", "agent")
    with pytest.raises(ScorerError, match="no such role"):
        Person("me", "root")


def test_the_policy_speaks_of_known_roles_and_actions_only():
    assert set(access.POLICY) == set(get_args(access.Role)) == set(ROLES)
    for allowed in access.POLICY.values():
        assert set(allowed) <= set(get_args(access.Action))
        assert set(allowed.values()) <= set(get_args(access.Reach))
    for action in get_args(access.Action):
        assert any(action in allowed for allowed in access.POLICY.values()), action
