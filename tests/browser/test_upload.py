"""Bringing a recording in: the empty page says how, and a bad file says why."""

from pathlib import Path

import pytest

from scorer.errors import ScorerError
from scorer.speech import weights

SAMPLE = Path(__file__).parents[1] / "samples" / "refund_vague.wav"


def test_an_empty_page_says_what_to_do_first(page, empty):
    page.goto(empty.address)
    page.get_by_text("Start here.").wait_for()
    assert page.get_by_text("Scored calls").count() == 0


def test_a_bad_file_says_why_and_the_page_can_be_left_meanwhile(page, empty, tmp_path):
    path = tmp_path / "notes*of*monday.wav"
    path.write_text("this is a letter, not a call")
    page.goto(empty.address)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("On the way").wait_for()
    page.goto("about:blank")
    page.goto(empty.address)
    told = page.get_by_text("Not scored.")
    told.wait_for(timeout=60_000)
    assert "notes*of*monday.wav" in told.inner_text()
    page.get_by_role("button", name="Dismiss").click()
    told.wait_for(state="detached")


def test_a_recording_becomes_a_call_that_plays(page, empty):
    """The whole walk: upload, progress, scorecard, and a quote that is heard where it was said."""
    try:
        weights.resolve("base")
    except ScorerError as error:
        pytest.skip(str(error))
    page.goto(empty.address)
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_text(f"{SAMPLE.name}: ").wait_for()  # its stage
    page.get_by_role("link", name=SAMPLE.name).click(timeout=180_000)
    page.get_by_role("heading", name="Outcome").wait_for()
    quote = page.locator(".evidence .quote.plays").first
    quote.click()
    start = float(quote.get_attribute("data-at"))
    moved = """(audio, start) => new Promise((done) => audio.addEventListener("timeupdate",
        () => audio.currentTime > start && done(audio.currentTime)))"""
    assert start < page.locator("audio").evaluate(moved, start) < start + 5
    said = " ".join(page.locator(".turn .text").all_inner_texts())
    assert "refund" in said.lower()
