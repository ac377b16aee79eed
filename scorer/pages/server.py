"""One process that serves the pages, the recordings' sound and the player's scripts.

The sound goes out by ranges, so that a jump into an hour-long call loads only what is played.
"""

from __future__ import annotations

import logging
import socket
import threading

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from scorer import paths
from scorer.errors import ScorerError
from scorer.pages import opening, person, scripts, sheets, ticket
from scorer.pages.arrivals import arrive
from scorer.pages.navigation import DOORS
from scorer.pages.questions import questions
from scorer.pages.sound import playable
from scorer.pages.theme import THEME
from scorer.store.store import Store

LOCAL = ("localhost", "127.0.0.1")

#: A browser may keep a recording while the ticket in its address lasts; but they are people's
#: voices, so no proxy may.
_SOUND = {"Cache-Control": "private, max-age=3600"}


def sound(request: Request) -> Response:
    """`/audio/{key}`: the recording of a call in a form that browsers play; understands Range.

    Only with a page's ticket, and only what the person who looks at that page may hear. Runs in a
    thread, as it is no coroutine: it asks the database, and transcodes a recording the first time.
    """
    key = request.path_params["key"]
    try:
        asks = ticket.holder(request.query_params.get("ticket", ""), key)
    except ScorerError as error:
        return PlainTextResponse(str(error), status_code=403)
    try:
        path = playable(Store().seen_by(asks).recording(key))
    except (ScorerError, OSError) as error:
        return PlainTextResponse(str(error), status_code=404)
    return FileResponse(path, media_type="audio/wav", headers=_SOUND)


#: What is served beside the pages.
ROUTES = (
    Route("/audio/{key}", sound),
    Route("/upload", arrive, methods=["POST"]),
    Route(scripts.ROUTE, scripts.serve),
    Route("/sheet/{plan:int}", sheets.sheet),
    Route("/scorecard/{key}", sheets.scorecard),
    *opening.routes([door.name for door in DOORS]),
)


def guard(address: str) -> list[Middleware]:
    """While it listens on this machine only, a request must name this machine too: a web page
    elsewhere could otherwise reach it by pointing its own name at 127.0.0.1.
    """
    if address not in LOCAL:
        return []
    return [Middleware(TrustedHostMiddleware, allowed_hosts=list(LOCAL))]


def build(address: str = "localhost") -> st.App:
    """The application as an ASGI app."""
    return st.App(paths.shipped("app.py"), routes=ROUTES, middleware=guard(address))


def serve(port: int = 8501, address: str = "localhost") -> None:
    """Serves until stopped.

    Raises ScorerError when the port is taken, where the sign-in cannot work, and where it would
    listen beyond this machine without one: whoever reached it could do everything.
    """
    if address not in LOCAL and not person.signs_in():
        raise ScorerError(
            f"{address}: without a sign-in the app listens on this machine only; "
            "set one up (docs/pages.md, Sign-in) or leave --address out"
        )
    person.check()
    _check_free(port, address)
    Store().close()  # a store that cannot be opened is said here, not to whoever opens a page
    threading.Thread(target=questions, daemon=True).start()  # read before somebody waits for them
    # Streamlit takes the settings below for a change made while it runs, and asks for a restart.
    logging.getLogger("streamlit.config").addFilter(lambda said: "[server]" not in said.msg)
    print(f"Calls are at http://{address}:{port}  (Ctrl+C stops)", flush=True)
    build(address).run(
        config={
            **THEME,
            "server.port": port,
            "server.address": address,
            "server.headless": True,
            "server.fileWatcherType": "none",
            "server.maxUploadSize": 1,  # MB; recordings come by `/upload`, and never to memory
            "browser.gatherUsageStats": False,  # nothing leaves the machine
            # Streamlit would sweep the whole heap after each run of a page: 100 ms in which nobody
            # is served. Python collects by itself.
            "runner.postScriptGC": False,
            "client.toolbarMode": "minimal",
            "logger.hideWelcomeMessage": True,
        }
    )


def _check_free(port: int, address: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise ScorerError(
                f"port {port} is taken, perhaps by the app itself: "
                f"open http://{address}:{port}, or choose another with --port"
            ) from error
