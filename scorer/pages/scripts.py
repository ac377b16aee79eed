"""The browser's side of the pages: plain modules in folders beside this file, served by address.

The address carries a hash of all of them, so that a browser keeps them for good and still sees an
upgrade at once. Texts reach the page as text, never as HTML (`player/dom.js`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

_PAGES = Path(__file__).parent
_VERSION = hashlib.sha256(
    b"".join(path.read_bytes() for path in sorted(_PAGES.glob("*/*.js")))
).hexdigest()[:12]

#: Where `serve` answers.
ROUTE = "/scripts/{version}/{folder}/{name}"
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}

# Streamlit runs this text as a module of its own, without an address; from there our modules can
# only be reached by a full one.
_LOADER = """
export default async (component) => {{
    const {{ default: mount }} = await import(new URL("{address}", location.origin));
    return mount(component);
}};
"""


def component(script: str, style: str) -> Any:
    """A component by the paths of its script, whose default export mounts it, and of its style."""
    return st.components.v2.component(
        "scorer_" + script.removesuffix(".js").replace("/", "_"),
        css=(_PAGES / style).read_text(encoding="utf-8"),
        js=_LOADER.format(address=f"/scripts/{_VERSION}/{script}"),
    )


async def serve(request: Request) -> Response:
    """`/scripts/{version}/{folder}/{name}`: one of the modules."""
    asked = request.path_params
    path = _PAGES / asked["folder"] / Path(asked["name"]).name
    if not asked["folder"].isidentifier() or path.suffix != ".js" or not path.is_file():
        return PlainTextResponse("no such script", status_code=404)
    kept = _FOR_GOOD if asked["version"] == _VERSION else {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="text/javascript", headers=kept)
