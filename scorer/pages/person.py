"""Who is looking: the one person of this machine, or whoever signed in, by the claims they carry.

Sign-in is OpenID Connect by `st.login`, and on where the secrets have an `[auth]` section. What a
claim is called differs from provider to provider, so `[people]` beside it may name them:

    [people]
    name = "email"        # whose name stands under an edit; must differ from person to person
    role = "role"         # a word or a list of them; the first that is known counts
    teams = "team"        # a word or a list
    agent = "agent_id"    # the name that the person's own calls carry

    [people.roles]        # only where the provider's words are others than ours
    "qa-team" = "reviewer"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from scorer.errors import ScorerError
from scorer.store.access import LOCAL, Person, Role

#: Where `[people]` names no claim. These never repeat within one provider; a full name may.
_NAMES = ("email", "preferred_username", "sub")


def signs_in() -> bool:
    """Whether people sign in here; else this machine has one person, who may do everything."""
    return "auth" in _secrets()


def who() -> Person | None:
    """The person of this page, None while nobody has signed in.

    Raises ScorerError for somebody who is known to the sign-in and has no role here.
    """
    if not signs_in():
        return LOCAL
    if not st.user.get("is_logged_in"):
        return None
    return from_claims(st.user.to_dict(), _secrets().get("people", {}))


def from_claims(claims: Mapping[str, Any], named: Mapping[str, Any]) -> Person:
    """A person from what the provider vouches for; `named` is the secrets' `[people]`.

    Raises ScorerError where the claims give no name or no role of ours.
    """
    asked = [named["name"]] if "name" in named else _NAMES
    name = next((str(claims[claim]) for claim in asked if claims.get(claim)), "")
    ours = {role: role for role in get_args(Role)} | dict(named.get("roles", {}))
    roles = [ours[word] for word in _words(claims, named.get("role", "role")) if word in ours]
    if not roles:
        raise ScorerError(
            f"{name or 'you'}: signed in, but without a role here; ask whoever runs the sign-in "
            "for one"
        )
    teams = frozenset(_words(claims, named.get("teams", "team")))
    agent = claims.get(named.get("agent", "agent_id"))
    return Person(name, roles[0], teams, str(agent or ""))


def _words(claims: Mapping[str, Any], claim: str) -> list[str]:
    """A claim that is one word with some providers and a list with others."""
    found = claims.get(claim) or []
    return [found] if isinstance(found, str) else [str(each) for each in found]


def _secrets() -> Mapping[str, Any]:
    try:
        return {name: st.secrets[name] for name in ("auth", "people") if name in st.secrets}
    except StreamlitSecretNotFoundError:
        return {}
