"""A page as the browser first gets it: Streamlit's own, with the modules it will draw with named.

Streamlit loads what draws an element when the first one of its kind arrives, and React shows what
came of that at most twice a second (`FALLBACK_THROTTLE_MS` of React 18): elements of several kinds
that arrive together stand still for half a second, with nothing to do. With modules that are there
before the first element they are drawn at once. Where a later Streamlit calls them otherwise, they
are left out, and loaded as they would be without this.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

_STATIC = Path(streamlit.__file__).parent / "static"
#: What every page draws with, and what some of them need at once besides.
_EVERYWHERE = ("Html", "BidiComponent", "Button", "PageLink")
_BESIDES = {
    "team": ("ArrowVegaLiteChart",),
    "calibration": ("ArrowVegaLiteChart", "Table"),
    "session": ("Table", "Selectbox", "ButtonGroup", "TextInput"),
    "rubrics": ("TextArea", "ButtonGroup"),
    "plan": ("LinkButton",),
}


def modules(page: str) -> list[str]:
    """Where the browser finds what draws a page, relative to it."""
    names = (*_EVERYWHERE, *_BESIDES.get(page, ()))
    found = [path for name in names for path in sorted(_STATIC.glob(f"static/js/{name}.*.js"))]
    return [f"./{path.relative_to(_STATIC).as_posix()}" for path in found]


@lru_cache(maxsize=32)
def html(page: str) -> str:
    """Streamlit's page, which loads the modules right after its own."""
    whole = (_STATIC / "index.html").read_text(encoding="utf-8")
    tags = "".join(
        f'<script type="module" crossorigin src="{path}"></script>\n' for path in modules(page)
    )
    return whole.replace("</head>", f"{tags}</head>", 1)


async def opened(request: Request) -> HTMLResponse:
    """`/` and `/{page}`."""
    page = request.url.path.strip("/")
    return HTMLResponse(html(page), headers={"Cache-Control": "no-cache"})


def routes(pages: list[str]) -> list[Route]:
    """One for each page, by its name in the address; the first of them also stands at `/`."""
    return [Route(f"/{page}", opened) for page in ("", *pages)]
