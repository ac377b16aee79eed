"""Leads' pages run without a browser, and what they show: texts, tables, and links to the list."""

import io
import json
import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import polars as pl
from streamlit.testing.v1 import AppTest

from scorer.store.access import Person

WEDNESDAY = date(2026, 11, 25)
NORTH = Person("lena", "lead", frozenset({"North"}))
EVERYWHERE = Person("nora", "lead", frozenset({"North", "Harbor", "Meadow"}))
#: The span that the page shows unless another is chosen: eight weeks, the last one whole.
SINCE, UNTIL = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)


def run(page, /, chosen=None, **query):
    """Runs a page at an address; `chosen` are widgets' values by key."""
    test = AppTest.from_string(
        f"from scorer.pages import {page}\n{page}.page()", default_timeout=60
    )
    for name, value in query.items():
        test.query_params[name] = value
    for name, value in (chosen or {}).items():
        test.session_state[name] = value
    test.run()
    assert not test.exception, test.exception
    return test


def texts(test):
    kinds = ("title", "header", "subheader", "markdown", "text", "caption", "warning", "info")
    return [element.value for kind in kinds for element in getattr(test, kind)]


def tables(test):
    """By its name, each table as rows of (text, link)."""
    found = {}
    for each in test.get("html"):
        body = each.proto.body
        if 'class="figures"' not in body:
            continue
        for one in body.split("<table ")[1:]:
            name = unescape(re.search(r'aria-label="([^"]*)"', one).group(1))
            rows = re.findall(r"<tr>(.*?)</tr>", one.partition("<tbody>")[2])
            cells = [re.findall(r"<t[hd].*?</t[hd]>", row) for row in rows]
            found[name] = [list(map(cell, row)) for row in cells]
    return found


def charts(test):
    """Each chart: what it looks like, and the rows in it."""
    for each in test.get("vega_lite_chart"):
        rows = [pl.read_ipc_stream(io.BytesIO(data.data.data)) for data in each.proto.datasets]
        yield json.loads(each.proto.spec), [row for found in rows for row in found.to_dicts()]


def cell(html):
    link = re.search(r'href="([^"]*)"', html)
    return unescape(re.sub(r"<[^>]*>", "", html)), unescape(link.group(1)) if link else ""


def links(test):
    """Every (text, address) in tables and in texts that leads to the list of calls."""
    found = [each for rows in tables(test).values() for row in rows for each in row if each[1]]
    for text in texts(test):
        found += re.findall(r"\[([^\]]*)\]\((/\?[^)]*)\)", text)
    return [(text, address) for text, address in found if address.startswith("/?")]


def listed(store, address):
    """How many calls the list shows at an address."""
    asked = dict(parse_qsl(urlsplit(address).query))
    team = asked.pop("team", "")
    test = AppTest.from_function(_narrowed, kwargs={"team": team})
    for name, value in asked.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    assert not test.warning  # an address that asks wrongly is left out with one
    return len(store.calls(test.session_state["wanted"]))


def _narrowed(team):
    """A page that asks of the list what its address does. It runs by itself, so it imports here."""
    import streamlit as st

    from scorer.pages.opened import narrowed
    from scorer.store.listing import Filter

    st.session_state["wanted"] = narrowed(Filter(team=team))


def clips(test):
    """Every clip on the page."""
    told = [json.loads(each.proto.json) for each in test.get("bidi_component")]
    return [clip for data in told for clip in data.get("clips", [])]


def offered(test):
    """By its name in the address, each field of the bars of choices: its value and options."""
    told = [json.loads(each.proto.json) for each in test.get("bidi_component")]
    return {field["name"]: field for data in told for field in data.get("fields", [])}
