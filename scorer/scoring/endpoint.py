"""An OpenAI-compatible endpoint on the user's own network, and no other.

A call's words leave the machine only here, so the address is held against what a private network
is (RFC 1918, RFC 4193, loopback, link-local) when the connection stands and before a word is sent:
a name that resolves elsewhere is refused, whatever it is called. No proxy is used, no redirect
followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from scorer.errors import ScorerError

_PATIENCE = 120.0  # seconds for one answer, however it comes
_LARGEST = 1 << 20  # bytes of an answer
_BUSY = (429, 503)  # is asked once more,
_PAUSE = 2.0  # so many seconds later
_NOT_FOR_US = (401, 403)  # and so it will be the next time
_TOKENS = 400  # that an answer may have
_ANYWHERE = "name one inside, or say --judge-anywhere"
# Written out: what Python calls private is wider (RFC 5737, Teredo) and differs by its version.
_PRIVATE = tuple(
    ipaddress.ip_network(one)
    for one in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7",  # RFC 1918 and RFC 4193
        "127.0.0.0/8", "::1/128",  # loopback
        "169.254.0.0/16", "fe80::/10",  # link-local
    )
)  # fmt: skip


class Unanswered(Exception):  # noqa: N818 (it is an answer too, if not the one hoped for)
    """The endpoint gave no answer; the message says what it did instead: "answered 500".

    `lasting` where the next question would fare the same, or cost as long a wait. `remedy` is what
    to do about it, where that is known.
    """

    def __init__(self, did: str, lasting: bool = False, remedy: str = "") -> None:
        super().__init__(did)
        self.lasting, self.remedy = lasting, remedy


class _Patience:
    """Hangs up once the time is over: a socket's own limit holds for one read, and an answer that
    comes a byte at a time would never end."""

    def __init__(self, connection: http.client.HTTPConnection, until: float) -> None:
        self._line, self.over = connection.sock, False  # the connection may forget it, still read
        self._clock = threading.Timer(max(0.0, until - time.monotonic()), self._hang_up)
        self._clock.daemon = True

    def __enter__(self) -> _Patience:
        self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clock.cancel()

    def _hang_up(self) -> None:
        self.over = True
        with suppress(OSError):  # it has just ended by itself
            self._line.shutdown(socket.SHUT_RDWR)


class Endpoint:
    """`url` is the base, such as `http://llm.internal:8000/v1`.

    Raises ScorerError where it is no such address, or is plainly a public one.
    """

    def __init__(self, url: str, key: str | None = None, anywhere: bool = False) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ScorerError(f"{url}: no address of a judge; write http://HOST:PORT/v1")
        self.url = url.rstrip("/")
        self.host = parts.hostname
        self._port, self._secure = port, parts.scheme == "https"
        self._path = parts.path.rstrip("/") + "/chat/completions"
        self._key, self._anywhere = key, anywhere
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return  # a name: what it resolves to is seen once connected
        if not anywhere and not private(str(address)):
            where = _elsewhere(self.host, str(address))
            raise ScorerError(f"the judge at {self.host} {where}: {_ANYWHERE}")

    def reach(self) -> None:
        """Connects and hangs up. Raises ScorerError where nobody is there, or in the open."""
        connection = self._connection()
        try:
            connection.connect()
            self._hold_against_network(connection)
        except (OSError, http.client.HTTPException) as fault:
            raise ScorerError(
                f"no judge at {self.host} ({_said(fault)}): start it, or score without --judge"
            ) from None
        except Unanswered as refusal:
            raise ScorerError(f"the judge at {self.host} {refusal}: {refusal.remedy}") from None
        finally:
            connection.close()

    def chat(self, model: str, task: str, question: str) -> str:
        """The model's reply to a task and a question, at temperature 0.

        Raises:
            Unanswered: nobody answered, not with a reply, or not from a private network.
        """
        asked = {
            "model": model,
            "messages": [
                {"role": "system", "content": task},
                {"role": "user", "content": question},
            ],
            "temperature": 0,
            "seed": 0,
            "max_tokens": _TOKENS,
            "response_format": {"type": "json_object"},
        }
        answer = self._post(json.dumps(asked).encode())
        try:
            reply = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            reply = None
        if not isinstance(reply, str):
            raise Unanswered("answered, but not in the form of the OpenAI API")
        return reply

    def _post(self, body: bytes) -> Any:
        until = time.monotonic() + _PATIENCE
        status, content = self._exchange(body, until)
        if status in _BUSY and time.monotonic() + _PAUSE < until:
            time.sleep(_PAUSE)
            status, content = self._exchange(body, until)
        if status in _NOT_FOR_US:
            raise Unanswered(f"answered {status}", lasting=True, remedy=self._about_the_key())
        if status != 200:
            raise Unanswered(f"answered {status}")
        if len(content) > _LARGEST:
            raise Unanswered(f"sent more than {_LARGEST >> 20} MiB")
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise Unanswered("sent no JSON") from None

    def _exchange(self, body: bytes, until: float) -> tuple[int, bytes]:
        """One question and the status and content of what came back by then."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        connection = self._connection()
        try:
            connection.connect()
            self._hold_against_network(connection)
            with _Patience(connection, until) as patience:
                try:
                    connection.request("POST", self._path, body, headers)
                    response = connection.getresponse()
                    content = response.read(_LARGEST + 1)
                except (OSError, http.client.HTTPException):
                    if not patience.over:
                        raise
            if patience.over:
                raise TimeoutError
        except TimeoutError:
            raise Unanswered(f"gave no answer in {_PATIENCE:.0f} seconds", lasting=True) from None
        except (OSError, http.client.HTTPException) as fault:
            raise Unanswered(f"gave no answer ({_said(fault)})") from None
        finally:
            connection.close()
        return response.status, content

    def _about_the_key(self) -> str:
        if self._key:
            return "check the key in SCORER_JUDGE_KEY"
        return "it wants a key: set SCORER_JUDGE_KEY"

    def _connection(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self.host, self._port, timeout=_PATIENCE, context=context
            )
        return http.client.HTTPConnection(self.host, self._port, timeout=_PATIENCE)

    def _hold_against_network(self, connection: http.client.HTTPConnection) -> None:
        """Who is really at the other end, before anything is sent."""
        peer = connection.sock.getpeername()[0]
        if not self._anywhere and not private(peer):
            raise Unanswered(_elsewhere(self.host, peer), lasting=True, remedy=_ANYWHERE)


def private(address: str) -> bool:
    """Whether an IP address belongs to this machine or to a private network."""
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return any(found.version == one.version and found in one for one in _PRIVATE)


def _said(fault: Exception) -> str:
    return fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)


def _elsewhere(host: str, address: str) -> str:
    where = "" if host == address else f"stands at {address} and "
    return f"{where}is not on a private network, and calls would leave yours"
