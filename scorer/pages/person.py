"""Who is looking: the one person of this machine, or whoever signed in, by the claims they carry.

Sign-in is OpenID Connect by `st.login`, and on where the secrets have an `[auth]` section. What a
claim is called differs from provider to provider, so `[people]` beside it may name them. A claim
within another is named by a path, as in `realm_access.roles`.

    [people]
    name = "email"        # whose name stands under an edit; must differ from person to person
    role = "role"         # a word or a list of them; the first that is known counts
    teams = "team"        # a word or a list
    agent = "agent_id"    # the name that the person's own calls carry
    hours = 12            # after which the provider is asked again

    [people.roles]        # only where the provider's words are others than ours
    "qa-team" = "reviewer"
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, get_args

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from scorer.errors import ScorerError
from scorer.pages import ticket
from scorer.pages.ticket import Visit
from scorer.store.access import LOCAL, Person, Role

#: Where `[people]` names no claim. These never repeat within one provider; a full name may.
_NAMES = ("email", "preferred_username", "sub")
#: Streamlit remembers a sign-in for 30 days. Somebody may leave the centre before, or the team.
_HOURS = 12.0
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


def signs_in() -> bool:
    """Whether people sign in here; else this machine has one person, who may do everything."""
    return "auth" in _secrets()


def check() -> None:
    """Raises ScorerError where a sign-in is asked for that cannot work."""
    if not signs_in():
        return
    missing = [name for name in _NEEDED if not _secrets()["auth"].get(name)]
    if missing:
        raise ScorerError(
            f".streamlit/secrets.toml: [auth] lacks {', '.join(missing)}; see docs/pages.md"
        )
    if find_spec("authlib") is None:
        raise ScorerError(
            "the sign-in needs Authlib; run pip install 'call-quality-scorer[sign-in]'"
        )


def who() -> Person | None:
    """The person of this page, None while nobody has signed in or it is too long ago.

    Raises ScorerError for somebody who is known to the sign-in and has no role here.
    """
    if not signs_in():
        return LOCAL
    claims, named = st.user.to_dict(), _secrets().get("people", {})
    if not claims.get("is_logged_in") or not fresh(claims, _hours()):
        return None
    return from_claims(claims, named)


def visit() -> Visit:
    """The sign-in under which this page is seen; one without an end where nobody signs in."""
    if not signs_in():
        return ticket.ALWAYS
    claims: Mapping[str, Any] = st.user.to_dict()
    since = float(claims.get("iat") or 0)
    return Visit(since, since + _hours() * 3600)


def pass_to(looking: Person, what: str) -> str:
    """A ticket of this visit for one thing; kept a while, so that what it opens goes on playing."""
    kept = st.session_state.setdefault("tickets", {})
    if what not in kept or kept[what][1] < time.time():
        renewed = time.time() + ticket.LIFE / 2
        kept[what] = (ticket.issue(looking, what, visit()), renewed)
    return str(kept[what][0])


def leave() -> None:
    """Signs out, and voids what was handed to this person's pages."""
    try:
        looking = who()
    except ScorerError:
        looking = None
    if looking is not None:
        ticket.end(looking.name, visit())
    st.logout()


def fresh(claims: Mapping[str, Any], hours: float) -> bool:
    """Whether the provider vouched for them (`iat`) within so many hours."""
    return time.time() - float(claims.get("iat") or 0) < hours * 3600


def from_claims(claims: Mapping[str, Any], named: Mapping[str, Any]) -> Person:
    """A person from what the provider vouches for; `named` is the secrets' `[people]`.

    Raises ScorerError where the claims give no name or no role of ours.
    """
    asked = [named["name"]] if "name" in named else _NAMES
    name = next((str(found) for claim in asked if (found := _claim(claims, claim))), "")
    ours = {role: role for role in get_args(Role)} | dict(named.get("roles", {}))
    roles = [ours[word] for word in _words(claims, named.get("role", "role")) if word in ours]
    if not roles:
        claim, said = (
            named.get("role", "role"),
            ", ".join(_words(claims, named.get("role", "role"))),
        )
        raise ScorerError(
            f"{name or 'you'}: signed in, but without a role here. Ask whoever runs the sign-in: "
            f"the claim {claim} says {said or 'nothing'}, and should say one of {', '.join(ours)}"
        )
    teams = frozenset(_words(claims, named.get("teams", "team")))
    agent = _claim(claims, named.get("agent", "agent_id"))
    return Person(name, roles[0], teams, str(agent or ""))


def _hours() -> float:
    return float(_secrets().get("people", {}).get("hours", _HOURS))


def _words(claims: Mapping[str, Any], claim: str) -> list[str]:
    """A claim that is one word with some providers and a list with others."""
    found = _claim(claims, claim) or []
    return [found] if isinstance(found, str) else [str(each) for each in found]


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by the path to it where it stands within another."""
    if name in claims:
        return claims[name]
    first, _, rest = name.partition(".")
    within = claims.get(first)
    return _claim(within, rest) if rest and isinstance(within, Mapping) else None


def _secrets() -> Mapping[str, Any]:
    try:
        return {name: st.secrets[name] for name in ("auth", "people") if name in st.secrets}
    except StreamlitSecretNotFoundError:
        return {}
