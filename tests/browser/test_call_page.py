"""Listening to a call: every quote plays, again on every click, and the keyboard is enough."""

import example_call
import pytest
from playwright.sync_api import expect

from scorer.store.store import Store

FEELING = example_call.FEELING.opened
AUDIO = """(() => {
    const find = (root) => root.querySelector("audio") ?? within(root);
    const within = (root) => [...root.querySelectorAll("*")]
        .map((element) => element.shadowRoot && find(element.shadowRoot)).find(Boolean);
    return find(document);
})()"""


@pytest.fixture
def call(page, app):
    """The example call, ready to play."""
    page.goto(f"{app.address}/call?key={app.key}")
    page.wait_for_function(f"{AUDIO}?.readyState >= 1")
    return page


def at(page):
    """Where the sound is, in seconds."""
    return page.evaluate(f"{AUDIO}.currentTime")


def playing(page):
    return page.evaluate(f"!{AUDIO}.paused")


def wait_until(page, condition):
    page.wait_for_function(f"(() => {{ const audio = {AUDIO}; return {condition}; }})()")


def quote(page, text):
    return page.locator(".evidence").get_by_role("button", name=text).first


def test_a_call_opens_from_the_list(page, app):
    page.goto(app.address)
    page.get_by_text("oak_legs.wav").click()
    page.wait_for_url(f"**/call?key={app.key}")
    page.get_by_role("heading", name="oak_legs.wav").wait_for()


def test_the_list_is_walked_by_keys_as_soon_as_it_is_there(page, app, tmp_path):
    example_call.shelve(app.home, tmp_path, seed=9, id="another.wav")
    page.goto(app.address)
    rows, here = page.locator("a.name"), page.locator("a.name:focus")
    rows.nth(1).wait_for()
    page.keyboard.press("j")
    assert here.inner_text() == rows.first.inner_text()
    page.keyboard.press("ArrowDown")
    assert here.inner_text() == rows.nth(1).inner_text()
    field = page.get_by_label("Agent")
    field.fill("")
    field.press("j")  # typed, and no command
    assert here.count() == 0
    page.reload()
    rows.nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    assert here.inner_text() == rows.first.inner_text()


def test_a_call_is_scrolled_and_walked_by_keys_as_soon_as_it_is_there(call):
    call.keyboard.press("ArrowDown")
    call.wait_for_function("document.querySelector('.stMain').scrollTop > 0")
    before = at(call)
    call.keyboard.press("j")
    assert at(call) > before
    call.keyboard.press("d")
    assert call.locator(".answer:focus").count() == 1


def test_evidence_plays_at_its_time_and_again_on_a_second_click(call):
    button = quote(call, FEELING.quote)
    button.click()
    wait_until(call, f"!audio.paused && audio.currentTime > {FEELING.start + 0.5}")
    assert at(call) < FEELING.start + 5
    button.click()
    assert FEELING.start - 0.05 <= at(call) < FEELING.start + 0.5  # back at the quote
    wait_until(call, f"audio.currentTime > {FEELING.start + 0.5}")  # and on from there


def test_without_a_recording_nothing_offers_to_play(page, app, tmp_path):
    """It reads as a call that came as words does: moments still lead to their turns."""
    key = example_call.shelve(app.home, tmp_path, seed=8, id="let_go.wav")
    Store(home=app.home).let_go(key)
    page.goto(f"{app.address}/call?key={key}")
    page.get_by_role("region", name="Player").get_by_text("No recording").wait_for()
    assert page.get_by_text("The sound could not be loaded").count() == 0
    controls = page.locator(".controls")
    assert controls.get_by_role("button").count() == controls.get_by_label("Speed").count() == 0
    assert page.locator(".quote").count() > 5
    assert page.locator(".quote.plays, .turn button.when").count() == 0
    page.locator(".call").focus()
    page.keyboard.press("j")
    assert page.locator(".turn[aria-current]").count() == 1


def test_a_click_never_runs_the_page_again(page, app):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{app.address}/call?key={app.key}")
    page.wait_for_function(f"{AUDIO}?.readyState >= 1")
    page.wait_for_timeout(500)
    before = len(sent)
    assert before > 0  # the first run was asked for
    quote(page, FEELING.quote).click()
    page.locator(".turn .text").nth(5).click()
    page.locator(".mark").first.click()
    page.keyboard.press("j")
    wait_until(page, "!audio.paused")
    page.wait_for_timeout(500)
    assert len(sent) == before


def test_the_sound_comes_by_ranges(page, app):
    with page.expect_response(f"**/audio/{app.key}?*") as response:
        page.goto(f"{app.address}/call?key={app.key}")
    assert response.value.status == 206
    page.wait_for_function(f"{AUDIO}?.readyState >= 1")
    assert page.evaluate(f"{AUDIO}.duration") == pytest.approx(example_call.DURATION, abs=0.01)


def test_a_word_of_the_transcript_plays(call):
    word = example_call.TURNS[3].words[4]
    call.locator(".turn").nth(3).locator(".word").nth(4).click()
    assert word.start - 0.05 <= at(call) < word.start + 0.5


def test_a_turn_plays_from_its_time(call):
    call.get_by_role("button", name="Play Agent at 0:24").click()
    assert 24.5 - 0.05 <= at(call) < 25


def test_the_transcript_follows_the_sound(call):
    quote(call, "So you ordered oak").click()
    current = call.locator(".turn[aria-current]")
    current.get_by_text("both times").wait_for()
    assert current.count() == 1
    call.locator(".word[data-now]").wait_for()


def test_both_turns_show_where_both_speak(call):
    call.evaluate(f"{AUDIO}.currentTime = 33.5")
    call.wait_for_function(
        "[...document.querySelectorAll('*')].some((e) => e.shadowRoot"
        "?.querySelectorAll('.turn[aria-current]').length === 2)"
    )


def test_the_keyboard_is_enough(call):
    call.locator(".call").focus()
    call.keyboard.press("Space")
    wait_until(call, "!audio.paused")
    call.keyboard.press("Space")
    wait_until(call, "audio.paused")
    before = at(call)
    call.keyboard.press("ArrowRight")
    assert at(call) == pytest.approx(before + 5, abs=0.1)
    call.keyboard.press("ArrowLeft")
    call.keyboard.press("ArrowLeft")
    assert at(call) == pytest.approx(max(before - 5, 0), abs=0.1)
    call.keyboard.press(">")
    assert call.evaluate(f"{AUDIO}.playbackRate") == 1.25
    call.keyboard.press("<")
    call.keyboard.press("<")
    assert call.evaluate(f"{AUDIO}.playbackRate") == 0.75


def test_j_and_k_walk_the_moments_in_order(call):
    times = [float(mark.get_attribute("data-at")) for mark in call.locator(".mark").all()]
    distinct = sorted(set(times))
    call.locator(".call").focus()
    for expected in distinct[:3]:
        call.keyboard.press("j")
        assert expected - 0.05 <= at(call) < expected + 0.6
    call.keyboard.press("k")
    assert distinct[1] - 0.05 <= at(call) < distinct[1] + 0.6


def test_after_a_click_the_space_bar_pauses(call):
    quote(call, FEELING.quote).click()
    wait_until(call, "!audio.paused")
    call.keyboard.press("Space")
    wait_until(call, "audio.paused")


def test_by_tab_the_space_bar_plays_the_quote_in_focus(call):
    button = quote(call, FEELING.quote)
    button.focus()
    call.keyboard.press("Space")
    wait_until(call, f"!audio.paused && audio.currentTime >= {FEELING.start}")


def test_a_mark_says_its_story_and_plays(call):
    mark = call.get_by_role("button", name="Misery at 0:33: Lets the customer finish, missed")
    mark.click()
    assert example_call.TALKED_OVER.response.start - 0.05 <= at(call)
    assert "Misery at 0:33" in call.get_by_role("status").filter(has_text="Misery").inner_text()


def test_the_waveform_is_a_slider(call):
    track = call.get_by_role("slider", name="Position in the call")
    box = track.bounding_box()
    call.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    assert at(call) == pytest.approx(0.8 * example_call.DURATION, abs=0.5)
    expect(track).to_have_attribute("aria-valuetext", "1:00 of 1:15")  # once it is drawn


def test_what_callers_say_is_text_and_never_markup(call):
    assert "<b>Goodbye</b> & take care." in call.locator(".turn").last.inner_text()
    assert call.locator(".turn b").count() == 0


def test_scrolling_by_hand_lets_go_of_the_sound_until_asked(page, app):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{app.address}/call?key={app.key}")
    page.locator(".scroller").hover()
    page.mouse.wheel(0, 120)
    back = page.get_by_role("button", name="Follow the sound")
    back.click()
    assert back.is_hidden()


def test_the_page_holds_at_200_percent_and_on_a_narrow_screen(page, app):
    for width in (640, 375):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(f"{app.address}/call?key={app.key}")
        page.locator(".call").wait_for()
        over = page.evaluate("document.querySelector('.stMain').scrollWidth - innerWidth")
        assert over <= 0  # nothing has to be scrolled sideways
        assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_a_link_to_a_call_that_is_gone_says_so(page, app):
    page.goto(f"{app.address}/call?key=gone")
    page.get_by_text("gone: no such call here").wait_for()
    page.get_by_text("All calls").click()
    page.get_by_text("Scored calls").wait_for()


@pytest.mark.parametrize(("width", "height"), [(900, 700), (1280, 640)])
def test_beside_the_evidence_the_player_stays_in_sight(call, width, height):
    """Half the page is not left empty where there are two columns, however narrow or low."""
    call.set_viewport_size({"width": width, "height": height})
    transcript, evidence = call.locator(".transcript"), call.locator(".evidence")
    beside = transcript.bounding_box()["x"] + transcript.bounding_box()["width"]
    assert evidence.bounding_box()["x"] >= beside
    call.locator(".answer").last.scroll_into_view_if_needed()
    expect(call.locator(".player")).to_be_in_viewport(ratio=0.9)
    expect(transcript).to_be_in_viewport(ratio=0.5)
