"""A plain table: readable by every browser and every ear, with links that open figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

#: Stands on every page once (`layout.enter`).
STYLE = """
.figures { border-collapse: collapse; width: 100%; font-size: 0.92rem; line-height: 1.45; }
.figures th, .figures td { text-align: left; padding: 0.28rem 0.8rem 0.28rem 0; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.figures th { font-weight: 600; }
.figures thead th { opacity: 0.75; }
.figures .few { opacity: 0.72; }
.figures a { color: inherit; text-decoration: underline; text-decoration-thickness: 1px;
  text-underline-offset: 3px;
  text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); }
.figures a:hover { text-decoration-thickness: 2px; }
.scrolls { overflow-x: auto; }
.scrolls + .scrolls { margin-top: 1.2rem; }
.alike .figures { table-layout: fixed; min-width: 34rem; }
.alike .figures th:first-child { width: 40%; }
.behind summary { cursor: pointer; font-size: 0.88rem; opacity: 0.8; padding: 0.2rem 0; }
.behind summary:hover { opacity: 1; }
.behind[open] summary { margin-bottom: 0.4rem; }
.faint { opacity: 0.72; font-size: 0.88rem; }
.tried { margin-bottom: 0.8rem; font-size: 0.95rem; line-height: 1.5; overflow-wrap: anywhere; }
.tried p { margin: 0 0 0.15rem; }
.tried.card { padding: 0.6rem 0.9rem; border-radius: 0.6rem;
  border: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a field of a table; `href` opens its calls, `few` marks a small number."""

    text: str
    href: str = ""
    few: bool = False


Rows = Iterable[Sequence[Cell | str]]


def table(name: str, head: Sequence[str], rows: Rows) -> None:
    """Shows a table whose first column names the rows. `name` says what it is about."""
    st.html(_table(name, head, rows))


def tables(several: Iterable[tuple[str, Sequence[str], Rows]]) -> None:
    """Shows tables one below the other, as one element: many small ones are slow to draw."""
    st.html(f'<div class="alike">{"".join(_table(*each) for each in several)}</div>')


def behind(several: Iterable[tuple[str, Sequence[str], Rows]]) -> None:
    """The tables behind a picture, folded: the browser unfolds them by itself."""
    inside = "".join(_table(*each) for each in several)
    st.html(f'<details class="behind"><summary>The figures</summary>{inside}</details>')


def _table(name: str, head: Sequence[str], rows: Rows) -> str:
    body = "".join(f"<tr>{_first(row[0])}{''.join(map(_field, row[1:]))}</tr>" for row in rows)
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    return (
        f'<div class="scrolls"><table class="figures" aria-label="{escape(name)}">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _first(cell: Cell | str) -> str:
    return f'<th scope="row">{_inside(cell)}</th>'


def _field(cell: Cell | str) -> str:
    few = ' class="few"' if isinstance(cell, Cell) and cell.few else ""
    return f"<td{few}>{_inside(cell)}</td>"


def _inside(cell: Cell | str) -> str:
    if isinstance(cell, str):
        return escape(cell)
    text = escape(cell.text)
    return f'<a href="{escape(cell.href)}">{text}</a>' if cell.href else text
