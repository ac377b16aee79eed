"""What lets a page's player ask for the sound: who asks, for which call, and until when, signed.

Streamlit keeps the sign-in in a cookie of a form of its own, which it gives no route the means to
read. So the page, which knows who looks, hands its player a ticket in the sound's address. The
route reads the person from it and asks the store as that person: the policy decides there too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time

from scorer.errors import ScorerError
from scorer.store.access import Person

#: Seconds: a working day, so that no one's sound falls silent over a call; a page renews it.
LIFE = 12 * 3600.0

#: Made anew whenever the app starts; pages that are open then ask for a new ticket by themselves.
_KEY = secrets.token_bytes(32)


def issue(person: Person, call: str, now: float | None = None) -> str:
    """A ticket for a person to hear one call."""
    until = (time.time() if now is None else now) + LIFE
    told = [person.name, person.role, sorted(person.teams), person.agent, call, until]
    body = json.dumps(told).encode()
    return f"{_text(body)}.{_text(_signature(body))}"


def holder(ticket: str, call: str, now: float | None = None) -> Person:
    """The person that the ticket was issued to. Raises ScorerError unless it is for this call."""
    try:
        body, signature = (base64.urlsafe_b64decode(part) for part in ticket.split("."))
        if not hmac.compare_digest(signature, _signature(body)):
            raise ValueError("not signed by this app")
        name, role, teams, agent, granted, until = json.loads(body)
        if granted != call or until < (time.time() if now is None else now):
            raise ValueError("for another call, or from another day")
    except ValueError as error:
        raise ScorerError("the page is too old to play this; load it again") from error
    return Person(name, role, frozenset(teams), agent)


def _signature(body: bytes) -> bytes:
    return hmac.digest(_KEY, body, hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
