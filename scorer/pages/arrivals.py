"""Recordings as they arrive from the page, a request each, written to the disk as they come.

No more than a piece of one stands in memory, however large and however many they are.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from scorer.errors import ScorerError
from scorer.pages import ticket
from scorer.pages.metadata import Metadata, checked, from_csv, from_name
from scorer.store import jobs
from scorer.store.access import Person

#: The largest recording that is taken in, in MB: a day and a half of a call in mu-law.
LARGEST = 2000
#: What the ticket to upload is for.
UPLOAD = "upload"

_PIECE = 1 << 20
_LARGEST_TABLE = 4 << 20
#: Of how many batches it is remembered what their tables said of the recordings with them.
_BATCHES = 20
_told: OrderedDict[tuple[str, str], dict[str, Metadata]] = OrderedDict()


async def arrive(request: Request) -> Response:
    """`/upload`: a recording is queued to be scored; a CSV tells of the others of its batch.

    The address carries the ticket, the file's name, and what the form said. Answers with a line
    that says what is wrong where the file is refused.
    """
    asked = request.query_params
    name = Path(asked.get("name", "")).name or "recording"
    try:
        asks = ticket.holder(asked.get("ticket", ""), UPLOAD)
    except ScorerError:
        reason = "the page is too old to add recordings; load it again"
        return await _refused(request, 403, f"{name}: {reason}")
    try:
        if name.lower().endswith(".csv"):
            text = await _table(request, name)
            _remember(asks, asked, await to_thread.run_sync(from_csv, name, text))
        else:
            await _queue(request, asks, name)
    except ScorerError as error:
        return await _refused(request, 400, f"{name}: {str(error).removeprefix(f'{name}: ')}")
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    return PlainTextResponse("taken in")


async def _queue(request: Request, asks: Person, name: str) -> None:
    size = 0
    with jobs.arriving(asks, name, _about(asks, name, request.query_params)) as (_, recording):
        async for piece in _pieces(request):
            size += len(piece)
            if size > LARGEST << 20:
                raise ScorerError(
                    f"larger than {LARGEST} MB; score it by `scorer batch` on the machine itself"
                )
            await to_thread.run_sync(recording.write, piece)
    await to_thread.run_sync(jobs.start_worker)


def _about(asks: Person, name: str, asked: QueryParams) -> Metadata:
    """What is known of a recording: the nearer word counts, its table's row before its name."""
    try:
        said = {
            str(field): str(word) for field, word in json.loads(asked.get("about", "{}")).items()
        }
    except (ValueError, AttributeError) as error:
        raise ScorerError("the page sent something unknown; load it again") from error
    pattern = asked.get("pattern", "")
    named = from_name(name, pattern) if pattern else {}
    told = _told.get((asks.name, asked.get("batch", "")), {})
    return {**checked(name, said), **named, **told.get(name, {})}


def _remember(asks: Person, asked: QueryParams, told: dict[str, Metadata]) -> None:
    batch = (asks.name, asked.get("batch", ""))
    _told[batch] = {**_told.get(batch, {}), **told}
    while len(_told) > _BATCHES:
        _told.popitem(last=False)


async def _table(request: Request, name: str) -> str:
    raw = bytearray()
    async for piece in _pieces(request):
        raw += piece
        if len(raw) > _LARGEST_TABLE:
            raise ScorerError(f"{name}: too large for a table of calls; split it")
    return raw.decode("utf-8", "replace")


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces worth a write."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def _refused(request: Request, status: int, reason: str) -> Response:
    """The answer, once the rest was read: a browser reads no answer while it still sends."""
    with suppress(ClientDisconnect, RuntimeError):  # all was read already
        async for _ in request.stream():
            pass
    return PlainTextResponse(reason, status_code=status)
