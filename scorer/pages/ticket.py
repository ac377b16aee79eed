"""What lets a page's player ask for the sound: who asks, for which call, and until when, signed.

Streamlit keeps the sign-in in a cookie of a form of its own, which it gives no route the means to
read. So the page, which knows who looks, hands its player a ticket in the sound's address. The
route reads the person from it and asks the store as that person: the policy decides there too. A
ticket is void once its holder has signed out, and never outlives the sign-in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import secrets
import time
from typing import NamedTuple

from scorer.errors import ScorerError
from scorer.store.access import Person


class Visit(NamedTuple):
    """One sign-in of a person: when the provider vouched for them, and until when that counts."""

    since: float = 0.0
    until: float = math.inf


#: Where nobody signs in.
ALWAYS = Visit()

#: Seconds: a working day, so that no one's sound falls silent over a call; a page renews it.
LIFE = 12 * 3600.0

#: Made anew whenever the app starts; pages that are open then ask for a new ticket by themselves.
_KEY = secrets.token_bytes(32)
#: Who signed out of which visit, and until when a ticket of it may be about.
_ended: dict[tuple[str, float], float] = {}


def issue(person: Person, call: str, visit: Visit = ALWAYS, now: float | None = None) -> str:
    """A ticket for a person to hear one call during a visit."""
    until = min((time.time() if now is None else now) + LIFE, visit.until)
    told = [person.name, person.role, sorted(person.teams), person.agent, call, until, visit.since]
    body = json.dumps(told).encode()
    return f"{_text(body)}.{_text(_signature(body))}"


def holder(ticket: str, call: str, now: float | None = None) -> Person:
    """The person that the ticket was issued to. Raises ScorerError unless it is for this call."""
    try:
        body, signature = (base64.urlsafe_b64decode(part) for part in ticket.split("."))
        if not hmac.compare_digest(signature, _signature(body)):
            raise ValueError("not signed by this app")
        name, role, teams, agent, granted, until, since = json.loads(body)
        if granted != call or until < (time.time() if now is None else now):
            raise ValueError("for another call, or from another day")
        if (name, since) in _ended:
            raise ValueError("signed out")
    except ValueError as error:
        raise ScorerError("the page is too old to play this; load it again") from error
    return Person(name, role, frozenset(teams), agent)


def end(name: str, visit: Visit) -> None:
    """Voids every ticket of a visit: its person signed out."""
    now = time.time()
    for past in [each for each, until in _ended.items() if until < now]:
        del _ended[past]
    _ended[name, visit.since] = now + LIFE


def _signature(body: bytes) -> bytes:
    return hmac.digest(_KEY, body, hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
