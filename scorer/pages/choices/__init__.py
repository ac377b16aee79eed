"""Choices above what a page shows: one component of plain fields, since a widget each is slow to
draw. All of them stand in the address: a link shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

import streamlit as st

from scorer.pages.scripts import component

_choices = component("choices/view.js", "choices/choices.css")


@dataclass(frozen=True, slots=True)
class Choice:
    """A field: its name in the address, and what stands above it.

    A select or segments offer `options`, by their names in the address, in the words of the page;
    the first is chosen where the address says nothing, or `usual`. A select with `any` can also be
    left open. A flag is "true" or "", a word whatever was typed; `hint` stands in it while it is
    empty. `always`: stands in the address also where it is the usual one.
    """

    name: str
    label: str
    options: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["select", "segments", "flag", "word"] = "select"
    any: str = ""
    usual: str = ""
    hint: str = ""
    always: bool = False

    @property
    def unsaid(self) -> str:
        """What it is while nothing was chosen in it."""
        return self.usual or ("" if self.any else next(iter(self.options), ""))

    @property
    def asked(self) -> str:
        """What the address says; what the field does not offer counts as not said."""
        said = st.query_params.get(self.name, "").strip()
        if self.kind == "flag":
            return "true" if said.lower() == "true" else ""
        known = self.kind == "word" or said in self.options
        return said if said and known else self.unsaid

    def put(self, value: str) -> None:
        """Makes the choice, as if by hand."""
        if value == self.unsaid and not self.always:
            st.query_params.pop(self.name, None)
        else:
            st.query_params[self.name] = value


def offered(words: Sequence[str]) -> dict[str, str]:
    """Options that are called in the address as on the page."""
    return {word: word for word in words}


def chosen(fields: Sequence[Choice], key: str = "choices") -> dict[str, str]:
    """Shows the fields; what is chosen in each, by name."""
    asked = {each.name: each.asked for each in fields}
    shown = [
        {
            "name": each.name,
            "label": each.label,
            "kind": each.kind,
            "any": each.any,
            "hint": each.hint,
            "options": list(each.options.items()),
            "value": asked[each.name],
        }
        for each in fields
    ]
    hear = partial(_hear, {each.name: each for each in fields}, key)
    _choices(key=key, data={"fields": shown}, on_chosen_change=hear)
    return asked


def _hear(fields: Mapping[str, Choice], key: str) -> None:
    """Puts what was chosen into the address, which the page is then made from; whatever is listed
    begins at its first page again."""
    told: Mapping[str, Any] = st.session_state[key]["chosen"]
    for name, value in told.items():
        if name in fields:
            fields[name].put(str(value))
    st.query_params.pop("page", None)
