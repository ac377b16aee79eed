"""A review as people make it: by different persons, each in a browser of their own."""

import json
import re

import example_call
import pytest
from served_app import Served
from test_call_page import AUDIO, wait_until

FINISH = '[data-criterion="lets_finish"]'


def open_call(page, centre):
    page.goto(f"{centre.address}/call?key={centre.key}")
    page.locator(".review").wait_for()
    return page


def test_nobody_sees_a_call_without_signing_in(browser, centre):
    context = browser.browser.new_context()
    page = context.new_page()
    page.goto(f"{centre.address}/call?key={centre.key}")
    page.get_by_role("button", name="Sign in").wait_for()
    assert page.get_by_text("oak_legs.wav").count() == 0
    context.close()


def test_a_review_from_change_to_answered_dispute(as_person, centre):
    rita = open_call(as_person("rita", "reviewer"), centre)
    rita.wait_for_function(f"{AUDIO}?.readyState >= 1")
    judged = rita.locator(FINISH)
    judged.locator(".quote.plays").first.click()
    wait_until(rita, "!audio.paused && audio.currentTime > 32.5")

    judged.get_by_role("button", name="Change").click()
    judged.get_by_role("radio", name="missed").check()
    judged.get_by_label("Why should it change?").fill("Both times the customer was cut short.")
    judged.get_by_role("button", name="Save the change").click()
    sides = judged.locator(".sides")
    sides.wait_for()
    assert sides.inner_text().split("\n")[:2] == ["Machine", "partly met"]
    assert "missed" in sides.locator(".counts").inner_text()
    assert rita.get_by_role("button", name="missed (as rita decided)").count() == 1
    assert rita.evaluate(f"!{AUDIO}.paused")  # judging stops no sound

    rita.locator(".review").get_by_role("button", name="Sign", exact=True).click()
    rita.get_by_text("✓ Signed by rita").wait_for()

    rita.reload()
    rita.locator(".sides").get_by_text("Both times the customer was cut short.").wait_for()
    rita.get_by_text("✓ Signed by rita").wait_for()

    marta = open_call(as_person("marta", "agent"), centre)
    assert marta.get_by_role("button", name="Change").count() == 0
    judged = marta.locator(FINISH)
    judged.get_by_role("button", name="Dispute").click()
    judged.get_by_label("What is wrong about it?").fill("The line lagged; I waited for a pause.")
    judged.get_by_role("button", name="Send").click()
    judged.get_by_text("You disputed this:").wait_for()

    # Whoever decided cannot answer; somebody else does.
    rita.reload()
    judged = rita.locator(FINISH)
    judged.get_by_role("button", name="Answer the dispute").click()
    judged.get_by_label("Why is this the answer?").fill("I stay with it.")
    judged.get_by_role("button", name="Answer", exact=True).click()
    rita.get_by_role("alert").get_by_text("ask a colleague to answer").wait_for()
    assert judged.get_by_label("Why is this the answer?").input_value() == "I stay with it."

    noor = as_person("noor", "lead")
    noor.goto(f"{centre.address}/?only=Disputed")
    noor.get_by_role("link", name="oak_legs.wav").click()
    judged = noor.locator(FINISH)
    judged.get_by_text("marta disputed this:").wait_for()
    judged.get_by_role("button", name="Answer the dispute").click()
    judged.get_by_role("radio", name="partly met").check()
    judged.get_by_label("Why is this the answer?").fill("The lag is on the recording.")
    judged.get_by_role("button", name="Answer", exact=True).click()
    judged.get_by_text("noor answered the dispute").wait_for(state="attached")
    assert judged.locator(".asked").count() == 0
    noor.get_by_text("changed since").wait_for()  # rita's signature was under another answer

    marta.reload()
    judged = marta.locator(FINISH)
    judged.get_by_text("history (").click()
    judged.get_by_text("The lag is on the recording.").first.wait_for()


def test_what_became_of_the_customer_is_said_without_a_mouse(as_person, centre):
    rita = open_call(as_person("rita", "reviewer"), centre)
    rita.wait_for_function(f"{AUDIO}?.readyState >= 1")
    became = rita.locator(".outcome .fact").first
    became.locator("summary").click()
    became.locator(".quote.plays").first.click()
    wait_until(rita, "!audio.paused")
    rita.locator(".outcome").get_by_role("button", name="Agree").press("Enter")
    became.get_by_text("rita agreed, ").wait_for()
    rita.keyboard.press("o")
    form = rita.locator(".outcome form")
    assert form.get_by_role("radio", name="Promised").is_checked()
    form.get_by_role("radio", name="Not resolved").check()
    form.get_by_label("Why should it change?").fill("She gave up.")
    rita.keyboard.press("Escape")
    rita.keyboard.press("o")
    assert form.get_by_role("radio", name="Not resolved").is_checked()
    form.get_by_label("Why should it change?").press("Control+Enter")
    became.get_by_text(
        re.compile(r"^Machine: Promised · rita decided, .*: She gave up.$")
    ).wait_for()
    assert became.locator(".value").inner_text() == "Not resolved"
    assert became.get_by_text("as the machine had it").first.is_visible()  # what was unfolded stays
    change = became.get_by_role("button", name="Change")
    assert change.evaluate("(button) => button === button.getRootNode().activeElement")
    assert became.get_by_role("button", name="Agree").count() == 0
    assert rita.evaluate(f"!{AUDIO}.paused")  # saying it stops no sound

    marta = open_call(as_person("marta", "agent"), centre)
    assert marta.locator(".outcome .value").first.inner_text() == "Not resolved"
    assert marta.locator(".outcome button").get_by_text("Change").count() == 0
    marta.get_by_text("All calls").click()
    marta.locator(".row").get_by_text("Not resolved").wait_for()


def test_who_agreed_with_the_outcome_takes_it_back_without_a_mouse(as_person, centre):
    """And who comes too late, as somebody has said something else meanwhile, is told so."""
    noor = open_call(as_person("noor", "lead"), centre)
    became = noor.locator(".outcome .fact").first
    agree, back, change = (
        became.get_by_role("button", name=each) for each in ("Agree", "Take back", "Change")
    )

    def agrees():
        agree.press("Enter")
        back.wait_for()

    def takes_back():
        back.press("Enter")
        back.wait_for(state="detached")
        assert change.evaluate("(button) => button === button.getRootNode().activeElement")

    before = became.inner_text()
    assert back.count() == 0
    agrees()
    assert became.inner_text() != before
    takes_back()
    assert became.inner_text() == before
    assert agree.get_attribute("aria-pressed") == "false"
    noor.locator(".review summary", has_text="history").click()
    noor.get_by_text("noor took back what they said of “Outcome”").wait_for()

    agrees()
    rita = open_call(as_person("rita", "reviewer"), centre)
    rita.keyboard.press("o")
    form = rita.locator(".outcome form")
    form.get_by_role("radio", name="Unclear").check()
    form.get_by_label("Why should it change?").fill("Nobody says it.")
    form.get_by_label("Why should it change?").press("Control+Enter")
    rita.locator(".outcome").get_by_text(": Nobody says it.").wait_for()
    assert rita.locator(".outcome button").get_by_text("Take back").count() == 0
    takes_back()
    noor.get_by_role("alert").get_by_text("the last word on this is not yours").wait_for()
    assert became.locator(".value").inner_text() == "Unclear"


def test_a_note_stands_at_its_turn_and_the_agent_replies(as_person, centre):
    rita = open_call(as_person("rita", "reviewer"), centre)
    rita.get_by_role("button", name="Write a note on Agent at 0:12").click()
    rita.get_by_role("textbox", name="Note on Agent at 0:12").fill("Warm and quick.")
    rita.get_by_role("button", name="Keep").click()
    rita.locator("#turn-2 .thread").get_by_text("Warm and quick.").wait_for()

    marta = open_call(as_person("marta", "agent"), centre)
    said = marta.locator("#turn-2 .thread")
    said.get_by_role("button", name="Reply").click()
    said.get_by_role("textbox", name="Reply").fill("Thank you.")
    said.get_by_role("button", name="Send").click()
    said.get_by_text("Thank you.").wait_for()


def test_a_link_to_a_filtered_list_shows_the_same_list(as_person, centre):
    noor = as_person("noor", "lead")
    noor.goto(centre.address)
    noor.get_by_label("Agent").fill("somebody else")
    noor.keyboard.press("Enter")
    noor.get_by_text("No call fits.").wait_for()
    noor.wait_for_url("**/?agent=somebody+else")
    noor.goto(f"{centre.address}/?order=Queue")
    noor.get_by_text("Where a person's ear matters most").wait_for()
    noor.goto(f"{centre.address}/?agent=marta&team=north&name=oak")
    for kept in ("marta", "north"):
        noor.locator(f"input[value={kept}]").wait_for()
    noor.get_by_role("link", name="oak_legs.wav").click()
    noor.locator(".review").wait_for()
    noor.get_by_text("All calls").click()  # leads back to the list as it was left
    noor.locator("input[value=marta]").wait_for()


def test_a_call_of_another_team_is_as_good_as_not_there(as_person, centre):
    other = as_person("sven", "reviewer", team="south")
    other.goto(f"{centre.address}/call?key={centre.key}")
    other.get_by_text("no such call here").wait_for()


def test_what_is_typed_survives_a_second_form(as_person, centre):
    page = open_call(as_person("rita", "reviewer"), centre)
    restates, finish = page.locator('[data-criterion="restates"]'), page.locator(FINISH)
    history = finish.locator("summary", has_text="history")
    before = int(re.sub(r"\D", "", history.inner_text())) if history.count() else 0
    restates.get_by_role("button", name="Change").click()
    restates.get_by_label("Why should it change?").fill("half a thought")
    page.keyboard.press("Escape")
    assert restates.get_by_label("Why should it change?").count() == 0
    finish.get_by_role("button", name="Agree").click()
    finish.get_by_text(f"history ({before + 1})").wait_for(state="attached")
    restates.get_by_role("button", name="Change").click()
    assert restates.get_by_label("Why should it change?").input_value() == "half a thought"
    page.keyboard.press("Escape")
    finish.get_by_role("button", name="Agree").click()
    restates.get_by_role("button", name="Change").click()
    restates.get_by_label("Why should it change?").press("End")
    page.keyboard.type(" and its end", delay=100)  # the page answers the other in the midst of it
    finish.get_by_text(f"history ({before + 2})").wait_for()
    told = restates.get_by_label("Why should it change?").input_value()
    assert told == "half a thought and its end"


def test_a_reason_waits_until_it_is_sent_or_thrown_away(as_person, centre):
    """In plain sight where its form is closed, and still there after other pages or a reload."""
    page = open_call(as_person("rita", "reviewer"), centre)
    answer = page.locator('[data-criterion="restates"]')
    change, why = answer.get_by_role("button", name="Change"), "Why should it change?"
    waits = answer.get_by_text("Not sent yet: “half a thought”")
    change.click()
    answer.get_by_role("radio", name="partly met").check()
    answer.get_by_label(why).fill("half a thought")
    page.keyboard.press("Escape")
    waits.wait_for()
    page.locator(FINISH).get_by_role("button", name="Change").click()  # to another judgement
    page.keyboard.press("Escape")
    page.get_by_text("All calls").click()
    page.get_by_role("link", name="oak_legs.wav").click()
    waits.wait_for()
    page.reload()
    waits.wait_for()
    change.click()
    assert answer.get_by_label(why).input_value() == "half a thought"
    assert answer.get_by_role("radio", name="partly met").is_checked()
    answer.get_by_role("button", name="Throw away").click()
    waits.wait_for(state="detached")
    change.click()
    assert answer.get_by_label(why).input_value() == ""
    assert answer.get_by_role("radio", name="met", exact=True).is_checked()
    answer.get_by_label(why).fill("a whole one")
    answer.get_by_role("radio", name="partly met").check()
    answer.get_by_role("button", name="Save the change").click()
    answer.locator(".sides").wait_for()
    page.reload()
    answer.locator(".sides").wait_for()
    assert page.get_by_text("Not sent yet").count() == 0


def test_who_agreed_by_mistake_takes_it_back(as_person, centre):
    page = open_call(as_person("rita", "reviewer"), centre)
    answer = page.locator('[data-criterion="takes_charge"]')
    back = answer.get_by_role("button", name="Take back")
    assert back.count() == 0
    answer.get_by_role("button", name="Agree").click()
    answer.get_by_text("rita agreed, ").wait_for()
    back.click()
    answer.get_by_text("history (2)").click()
    answer.get_by_text("rita took back what they said of").wait_for()
    assert answer.get_by_text("rita agreed, ").count() == back.count() == 0
    assert answer.get_by_role("button", name="Agree").get_attribute("aria-pressed") == "false"


def test_to_sign_while_a_dispute_is_open_is_asked_first(as_person, centre):
    """Also where the dispute came while the page was open."""
    rita = open_call(as_person("rita", "reviewer"), centre)
    signed = rita.get_by_text("✓ Signed by rita")
    marta = open_call(as_person("marta", "agent"), centre)
    judged = marta.locator('[data-criterion="takes_charge"]')
    judged.get_by_role("button", name="Dispute").click()
    judged.get_by_label("What is wrong about it?").fill("I did take charge.")
    judged.get_by_role("button", name="Send").click()
    judged.get_by_text("You disputed this:").wait_for()

    review = rita.locator(".review")
    sign = review.get_by_role("button", name=re.compile("^Sign( again)?$"))
    sign.click()
    review.get_by_role("alert").get_by_text("a dispute on this call is still open").wait_for()
    sign.click()
    review.get_by_text(
        "1 dispute on this call is still open. Signing does not settle it"
    ).wait_for()
    rita.keyboard.press("Escape")
    assert signed.count() == 0
    sign.click()
    review.get_by_role("button", name="Sign all the same").click()
    signed.wait_for()


def test_what_became_of_a_promise_is_said_and_its_quote_plays(as_person, centre):
    page = open_call(as_person("rita", "reviewer"), centre)
    page.wait_for_function(f"{AUDIO}?.readyState >= 1")
    promise = page.locator(".promise")
    promise.locator(".quote.plays").click()
    wait_until(page, "!audio.paused && audio.currentTime > 56.5")
    promise.get_by_role("button", name="Kept late").click()
    promise.get_by_label("What happened?").fill("the van was late")
    promise.get_by_role("button", name="Save").click()
    promise.get_by_text("the van was late").wait_for()
    assert promise.get_attribute("data-status") == "late"
    promise.get_by_role("button", name="Kept", exact=True).click()
    page.locator('.promise[data-status="kept"]').wait_for()
    pressed = promise.locator('[aria-pressed="true"]')
    assert pressed.all_inner_texts() == ["Kept"]
    assert page.evaluate(f"!{AUDIO}.paused")  # saying it stops no sound


def test_a_review_by_keyboard_from_call_to_call(browser, tmp_path_factory):
    """The queue, a critical point, the signature and the next call, without the mouse."""
    home, scratch = tmp_path_factory.mktemp("queue"), tmp_path_factory.mktemp("scratch")
    card = json.loads(json.dumps(example_call.scorecard().to_dict()))
    for judgement in card["judgements"]:
        judgement["confidence"] = 0.4
    example_call.shelve(home, scratch, seed=1, judgements=card["judgements"])
    card["judgements"][0].update(critical=True, proposed=True)
    first = example_call.shelve(home, scratch, seed=2, judgements=card["judgements"])
    with Served(home) as app:
        page = browser.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{app.address}/?order=Queue")
        rows = page.locator("a.name")
        for only, count in (("To confirm", 1), ("", 2)):
            page.get_by_label("Only").select_option(only)
            rows.nth(count - 1).wait_for()
            rows.nth(count).wait_for(state="detached")  # in place of those before, not below them
        rows.first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/call?key={first}")
        page.get_by_role("button", name="Decide the critical point").press("Enter")
        assert page.evaluate("document.activeElement.shadowRoot.activeElement.innerText") == "Agree"
        page.keyboard.press("Enter")
        agreed = page.locator(".answer .people").get_by_text("you agreed").first
        agreed.wait_for()
        page.keyboard.press("d")
        here = page.locator(".answer:focus")
        criterion = here.get_attribute("data-criterion")
        page.keyboard.press("a")
        here.get_by_text("you agreed").first.wait_for()  # and the focus is still there
        assert here.get_attribute("data-criterion") == criterion
        page.keyboard.press("u")
        assert here.get_attribute("data-criterion") == card["judgements"][0]["criterion"]
        page.get_by_role("button", name="Sign", exact=True).first.press("Enter")
        page.locator(".actions .signed").wait_for()
        page.keyboard.press("n")
        page.wait_for_url(lambda url: "key=" in url and first not in url)
        page.get_by_role("button", name="Sign", exact=True).first.wait_for()
        page.keyboard.press("p")
        page.wait_for_url(f"**/call?key={first}")
        page.go_back()
        page.wait_for_url(lambda url: first not in url)
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_the_way_of_a_screen_reader(browser, centre, scheme):
    """axe-core finds nothing of ours: names, roles, contrast, order of headings."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install '.[dev]'"
    )
    streamlits = {"presentation-role-conflict", "region"}  # its uploader, its skip link
    context = browser.browser.new_context(color_scheme=scheme)
    context.add_cookies([centre.cookie(email="rita", role="reviewer", team="north")])
    page = context.new_page()
    page.goto(centre.address)
    page.locator(".row").wait_for()
    page.get_by_text("Add recordings").click()
    page.get_by_text("Whose calls are they").wait_for()
    found = {each["id"]: each for each in axe.Axe().run(page).response["violations"]}
    page.locator("a.name").click()
    page.locator(".review").wait_for()
    page.get_by_role("button", name="Change").first.click()
    page.locator(".promise").get_by_role("button", name="Not kept").click()
    found |= {each["id"]: each for each in axe.Axe().run(page).response["violations"]}
    context.close()
    told = {
        name: [(node["target"], node["html"], node["failureSummary"]) for node in each["nodes"]]
        for name, each in found.items()
        if name not in streamlits
    }
    assert told == {}
