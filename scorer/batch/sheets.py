"""Reports as pages of HTML that stand alone, from the templates beside this file."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def sheet(template: str, **values: Any) -> str:
    """The template filled in; what is put into it is text, never markup, unless marked `safe`."""
    loader = PackageLoader("scorer.batch", "templates")
    escape = select_autoescape(default=True)
    made = Environment(loader=loader, autoescape=escape, undefined=StrictUndefined)
    return made.get_template(template).render(**values)
