"""The whole story of a call, from its recording to the answer of a dispute, by three people."""

from pathlib import Path

import pytest
from test_call_page import AUDIO

from scorer.errors import ScorerError
from scorer.speech import weights

SAMPLE = Path(__file__).parents[1] / "samples" / "refund_vague.wav"
#: Until the sound has moved on from a time.
MOVED = f"""(from) => new Promise((done) => {{
    const audio = {AUDIO};
    const look = () => !audio.paused && audio.currentTime > from && done(audio.currentTime);
    audio.addEventListener("timeupdate", look);
}})"""


def test_from_the_recording_to_the_answered_dispute(as_person, centre):
    try:
        weights.resolve("base")
    except ScorerError as error:
        pytest.skip(str(error))

    rita = as_person("rita", "reviewer")
    rita.goto(centre.address)
    rita.get_by_text("Add recordings").click()
    box = rita.locator(".st-key-about-agent input")
    box.fill("marta")
    box.press("Enter")
    rita.get_by_text("What you add now goes in as team north, agent marta.").wait_for()
    rita.locator("input[type=file]").set_input_files(SAMPLE)
    rita.get_by_text(f"{SAMPLE.name}: ").wait_for()  # its stage
    rita.goto("about:blank")  # the work goes on
    rita.goto(f"{centre.address}/?agent=marta&name=refund")
    rita.get_by_text("✓ 1 call scored").wait_for(timeout=180_000)
    rita.get_by_role("link", name=SAMPLE.name).last.click()
    rita.get_by_role("heading", name="Outcome").wait_for()
    assert "refund" in " ".join(rita.locator(".turn .text").all_inner_texts()).lower()
    decided = ':is([data-outcome="met"], [data-outcome="missed"])'
    judged = rita.locator(f".answer{decided}:has(> .quote.plays, > .moment .quote.plays)").first
    criterion = judged.get_attribute("data-criterion")
    quote = judged.locator(".quote.plays").first
    start = float(quote.get_attribute("data-at"))
    for _ in range(2):  # and again on the second click
        quote.click()
        assert start < rita.evaluate(MOVED, start) < start + 5

    def judgement(page):
        return page.locator(f'.answer[data-criterion="{criterion}"]')

    judgement(rita).get_by_role("button", name="Change").click()
    judgement(rita).get_by_role("radio", name="cannot tell").check()
    judgement(rita).get_by_label("Why should it change?").fill("It could be either.")
    judgement(rita).get_by_role("button", name="Save the change").click()
    judgement(rita).locator(".sides").get_by_text("It could be either.").wait_for()
    rita.locator(".review").get_by_role("button", name="Sign", exact=True).click()
    rita.get_by_text("✓ Signed by rita").wait_for()
    rita.reload()
    judgement(rita).locator(".sides").get_by_text("It could be either.").wait_for()
    rita.get_by_text("✓ Signed by rita").wait_for()

    address = rita.url
    marta = as_person("marta", "agent")
    marta.goto(address)
    judgement(marta).get_by_role("button", name="Dispute").click()
    judgement(marta).get_by_label("What is wrong about it?").fill("I did say so.")
    judgement(marta).get_by_role("button", name="Send").click()
    judgement(marta).get_by_text("You disputed this:").wait_for()

    noor = as_person("noor", "lead")
    noor.goto(f"{centre.address}/?only=Disputed")
    noor.get_by_role("link", name=SAMPLE.name).click()
    judgement(noor).get_by_role("button", name="Answer the dispute").click()
    judgement(noor).get_by_role("radio", name="partly met").check()
    judgement(noor).get_by_label("Why is this the answer?").fill("Heard again: it was said.")
    judgement(noor).get_by_role("button", name="Answer", exact=True).click()
    judgement(noor).get_by_text("noor answered the dispute").first.wait_for(state="attached")
    marta.reload()
    told = judgement(marta).locator(".sides").get_by_text("Heard again: it was said.")
    told.wait_for()
