"""A lead's Monday morning, with real clicks: look, open, hear, mark, write down, take along."""

import re
from datetime import date
from pathlib import Path

import by_keys
import pytest
from served_app import Served

from scorer.demo.fill import fill
from scorer.store.access import Person
from scorer.store.listing import Filter
from scorer.store.store import Store
from scorer.store.tallies import Among

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(scope="module")
def generated(browser, tmp_path_factory):  # noqa: ARG001  no server where there is no browser
    """The app with sign-in and two weeks of generated calls, of which eight can be heard."""
    home = tmp_path_factory.mktemp("generated")
    store = Store(home=home)
    fill(store, date.today(), 10, samples=SAMPLES)
    with Served(home, people=True) as served:
        served.store = store
        yield served


@pytest.fixture
def lead(browser, generated):
    """Opens pages as Lena, who leads two of the teams."""
    contexts = []

    def open_at(path, role="lead", teams=("North", "Harbor"), name="lena"):
        opened = browser.browser.new_context(viewport={"width": 1280, "height": 1000})
        opened.add_cookies([generated.cookie(email=name, role=role, team=list(teams))])
        opened.set_default_timeout(20_000)
        contexts.append(opened)
        page = opened.new_page()
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.faults = faults
        page.goto(generated.address + path)
        return page

    yield open_at
    for context in contexts:
        for page in context.pages:
            assert page.faults == []
        context.close()


def test_a_figure_opens_to_its_calls(lead):
    page = lead("/team?team=North")
    page.get_by_role("heading", name="Team North").wait_for()
    page.get_by_text("Three that stand together").wait_for()
    card = page.locator(".st-key-card-resolved")
    card.get_by_text("The figures").click()
    row = card.locator("table.figures tbody tr").last
    number = row.get_by_role("link").first
    count = int(number.inner_text())
    number.click()
    page.get_by_text("Only calls:").wait_for()
    assert "resolved" in page.get_by_text("Only calls:").inner_text()
    by_keys.rest(page)
    page.locator(".row").first.wait_for()
    shown = page.locator(".row").count()
    told = page.get_by_text(re.compile(r"^\d+ to \d+ of \d+$"))
    assert (int(told.inner_text().split()[-1]) if told.count() else shown) == count
    page.go_back()
    page.get_by_role("heading", name="Team North").wait_for()


def test_the_menu_leads_from_page_to_page_and_the_team_goes_along(lead):
    page = lead("/team?team=North")
    page.get_by_role("heading", name="Team North").wait_for()
    by_keys.rest(page)
    page.get_by_text("Rules that hurt").last.click()
    page.get_by_role("heading", name="Rules that hurt").wait_for()
    page.get_by_text(re.compile(r"rules?, given \d+ times?")).wait_for()
    page.locator("select[name=rule]").select_option(index=1)
    page.locator(".clip a").first.click()
    page.locator(".review").wait_for()


def test_a_moment_plays_and_goes_into_a_playlist_that_can_be_shared(lead, generated):
    page = lead("/moments?team=All+teams&kind=Misery&heard=true")
    clip = page.locator(".clip").filter(has=page.locator(".quote.plays")).first
    clip.wait_for()
    page.evaluate(
        "() => { const play = Audio.prototype.play;"
        " Audio.prototype.play = function () { window.heard = this; return play.call(this); }; }"
    )
    clip.locator(".quote.plays").last.click()
    page.wait_for_function("window.heard && !window.heard.paused && window.heard.currentTime > 0.2")
    said = clip.locator(".words").last.inner_text()

    page.get_by_role("button", name="Add to a playlist").first.click()
    page.get_by_label("Its name, if new").fill("Monday meeting")
    page.get_by_label("Why it is worth hearing").fill("Hear how it turns")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Open the playlist").click()
    page.get_by_role("heading", name="Monday meeting").wait_for()
    page.get_by_text("1. Hear how it turns").wait_for()
    page.locator(".clip .words").filter(has_text=said.strip("“”")[:30]).first.wait_for()
    address = page.url

    playlist, more = address.partition("key=")[2], generated.store.clips.of("misery", heard=True)
    mine = generated.store.seen_by(Person("lena", "lead", frozenset({"North", "Harbor"}))).playlists
    for each in [one for one in more if one.team in ("North", "Harbor")][1:3]:  # beside the first
        first, last = each.lines[0], each.lines[-1]
        mine.add(playlist, each.key, (first.place, last.place), (first.start, last.end), "More")
    page.reload()
    page.get_by_role("button", name="Play all").focus()
    page.keyboard.press("Enter")
    clips = page.locator(".clip")
    plays = page.locator(".clip[data-plays]")
    for place in range(clips.count()):
        plays.get_by_role("heading", name=f"{place + 1}.").wait_for()
        page.keyboard.press("n")
    page.get_by_text("That was all of it.").wait_for()
    plays.wait_for(state="detached")
    page.keyboard.press("Space")  # on the button, which has the focus still
    plays.wait_for()
    page.keyboard.press("Escape")
    plays.wait_for(state="detached")

    other = lead(address.removeprefix(generated.address), role="reviewer", name="rita")
    other.get_by_text("1. Hear how it turns").wait_for()
    assert other.get_by_role("button", name="Take out").count() == 0
    outside = lead(address.removeprefix(generated.address), role="reviewer", teams=["Meadow"])
    outside.get_by_text(re.compile(r"^\d clips? more from calls that are not yours")).wait_for()
    assert outside.locator(".clip").count() == 0

    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Take out").first.is_visible()
    assert page.get_by_text("1. Hear how it turns").is_visible()
    page.emulate_media(media="screen")
    while count := page.locator(".clip").count():
        page.get_by_role("button", name="Take out").first.click()
        page.locator(".clip").nth(count - 1).wait_for(state="detached")
    page.get_by_text("Nothing in it yet.").wait_for()


def test_all_that_was_said_can_be_searched(lead):
    page = lead("/moments")
    page.get_by_label("Search all that was said").fill('"account number"')
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("turns.* with ")).wait_for()
    page.locator(".clip .words").filter(has_text="account number").first.wait_for()
    page.wait_for_url("**words=*")


def test_a_promise_is_marked_given_away_and_its_history_kept(lead, generated):
    page = lead("/promises?team=North&state=Open")
    entry = page.locator("[class*=st-key-card-promise]").first
    entry.wait_for()
    number = re.search(r"card-promise-(\d+)", entry.get_attribute("class")).group(1)
    entry.get_by_role("button", name="More").click()
    page.get_by_label("Who sees to it").fill("Amira")
    page.get_by_label("A word with it").fill("she knows the story")
    page.get_by_role("button", name="Give", exact=True).click()
    mine = page.locator(f".st-key-card-promise-{number}")
    mine.get_by_text("Seen to by Amira").wait_for()
    mine.get_by_role("button", name="Kept", exact=True).click()
    mine.wait_for(state="detached")
    page.get_by_role("radio", name="Kept (").check()
    mine.get_by_text("kept, says lena").wait_for()
    mine.get_by_role("button", name="More").click()
    page.get_by_text("lena: given to Amira: she knows the story").wait_for()
    page.get_by_text(re.compile("lena: kept")).wait_for()
    told = generated.store.ledger.history(int(number))
    assert [(s.author, s.status or s.owner) for s in told] == [("lena", "Amira"), ("lena", "kept")]


def test_a_complaint_gets_a_cause_a_lesson_and_an_owner(lead, generated):
    page = lead("/complaints?team=Harbor&open=true")
    entry = page.locator("[class*=st-key-card-complaint]").first
    entry.wait_for()
    quote = entry.get_by_text("“").first.inner_text()
    entry.get_by_role("button", name="Write what it taught").click()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("nothing was written").wait_for()
    page.get_by_label("Cause").fill("the van was full")
    page.get_by_label("Lesson, or what was done").fill("load it the evening before")
    page.get_by_label("Who owns it").fill("the depot")
    page.get_by_role("button", name="Write it down").click()
    entry.get_by_text(quote, exact=True).wait_for(state="detached")  # no longer waiting
    page.goto(f"{generated.address}/complaints?team=Harbor")
    page.get_by_text("Lesson: load it the evening before").wait_for()
    page.get_by_text("Owner: the depot").wait_for()
    taught = generated.store.complaints.counts()
    assert sum(row["taught"] for row in taught.values()) == 1


def test_a_bad_answer_waits_until_somebody_wrote_what_was_done(lead, generated):
    page = lead("/surveys?team=North")
    page.get_by_text("with a bad answer about whom nobody wrote yet").wait_for()
    by_keys.rest(page)
    before = page.locator("[class*=st-key-card-complaint]").count()
    assert before
    page.get_by_role("button", name="Write what was done").first.click()
    page.get_by_label("Lesson, or what was done").fill("called her, and sent the refund")
    page.get_by_role("button", name="Write it down").click()
    page.wait_for_function(
        f"document.querySelectorAll('[class*=st-key-card-complaint]').length === {before - 1}"
    )
    found = generated.store.complaints.surveyed(open_only=False)
    assert [e.written.author for e in found if e.written] == ["lena"]


def test_what_is_due_leads_to_where_it_is_done(lead, generated):
    overdue = {
        team: generated.store.ledger.entries("overdue", date.today(), Among(team))
        for team in ("North", "Harbor", "Meadow")
    }
    team, waiting = next((team, entries) for team, entries in overdue.items() if entries)
    page = lead(f"/team?team={team}", teams=[team])
    due = page.locator(".st-key-card-due")
    due.get_by_text("overdue").click()
    page.get_by_role("heading", name="Promises").wait_for()
    page.locator("[class*=st-key-card-promise]").first.wait_for()
    entries = page.locator("[class*=st-key-card-promise]")
    entries.nth(min(len(waiting), 15) - 1).wait_for()
    by_keys.rest(page)
    shown = [each.get_attribute("class") for each in entries.all()]
    for each, classes in zip(waiting, shown, strict=False):
        assert f"st-key-card-promise-{each.number}" in classes.split()
    page.wait_for_url("**state=Overdue*")
    page.get_by_role("radio", name="Broken (").check()
    page.wait_for_url("**state=Broken*")


def test_an_agent_finds_their_promises_and_no_figures_of_others(lead):
    page = lead("/team", role="agent", teams=["North"])
    page.get_by_text("This page is for team leads.").wait_for()
    assert page.locator("table.figures").count() == 0


def test_promises_complaints_and_playlists_without_a_mouse(lead, generated):
    page = lead("/promises?team=Harbor&state=Open")
    entry = page.locator("[class*=st-key-card-promise]").first
    number = int(re.search(r"card-promise-(\d+)", entry.get_attribute("class")).group(1))
    by_keys.rest(page)
    by_keys.press(page, "More")
    by_keys.fill(page, "Who sees to it", "Bruno")
    by_keys.press(page, "Give", "Space")
    mine = page.locator(f".st-key-card-promise-{number}")
    mine.get_by_text("Seen to by Bruno").wait_for()
    page.reload()
    mine.wait_for()
    by_keys.rest(page)
    by_keys.press(page, "Broken", "Space")
    mine.wait_for(state="detached")
    told = generated.store.ledger.history(number)
    assert [(each.author, each.status or each.owner) for each in told] == [
        ("lena", "Bruno"), ("lena", "broken")
    ]  # fmt: skip

    page.goto(f"{generated.address}/complaints?team=North&open=true")
    page.locator("[class*=st-key-card-complaint]").first.wait_for()
    by_keys.rest(page)
    by_keys.press(page, "Write what it taught")
    by_keys.fill(page, "Cause", "the letter came too late")
    by_keys.fill(page, "Lesson, or what was done", "send it a week before")
    by_keys.press(page, "Write it down")
    page.get_by_role("dialog").wait_for(state="detached")
    page.goto(f"{generated.address}/complaints?team=North")
    page.get_by_text("Lesson: send it a week before").wait_for()

    page.goto(f"{generated.address}/moments?team=North&kind=Misery")
    page.locator(".clip").first.wait_for()
    by_keys.rest(page)
    by_keys.press(page, "Add to a playlist", "Space")
    by_keys.fill(page, "Its name, if new", "Without a mouse")
    by_keys.fill(page, "Why it is worth hearing", "Hear the pause")
    by_keys.press(page, "Add")
    page.get_by_role("link", name="Open the playlist").wait_for()
    by_keys.press(page, "Open the playlist")
    page.get_by_text("1. Hear the pause").wait_for()


def test_every_page_holds_at_200_percent(lead, generated):
    page = lead("/team?team=North")
    page.set_viewport_size({"width": 640, "height": 500})  # as 1280 by 1000 are at 200 %
    keys = [entry.key for entry in generated.store.calls(Filter(team="North"))[:3]]
    mine = generated.store.seen_by(Person("lena", "lead", frozenset({"North", "Harbor"})))
    session = mine.calibration.open("At 200 %", keys, ["listening"])
    mine.calibration.close(session)
    for address, there in (
        ("/team?team=North", "Three that stand together"),
        ("/moments?team=North", "Only what can be heard"),
        ("/promises?team=North&state=Open", "Kept late"),
        ("/complaints?team=North", "With a lesson"),
        ("/rules?team=North", "What was said"),
        ("/surveys?team=North", "Month by month"),
        (f"/session?session={session}", "Nobody answered"),
        ("/rubrics?do=Try", "What is made of it"),
        ("/?order=Queue", "A signed call leaves the queue"),
    ):
        page.goto(generated.address + address)
        page.get_by_text(there).first.wait_for()
        by_keys.rest(page)
        wide = page.evaluate(
            "[...document.querySelectorAll('[data-testid=stMain]')]"
            ".map((main) => main.scrollWidth - main.clientWidth)"
        )
        assert wide == [0], address  # nothing to scroll sideways


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_a_leads_pages_is_in_the_way_of_a_screen_reader(lead, generated, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install '.[dev]'"
    )
    page = lead("/team?team=North")
    page.emulate_media(color_scheme=scheme)
    for address, there in (
        ("/team?team=North", "Three that stand together"),
        ("/moments?team=North", "Add to a playlist"),
        ("/rules?team=North", "Predicted satisfaction on these calls"),
        ("/rubrics?do=Try", "It took little effort"),
    ):
        page.goto(generated.address + address)
        page.get_by_text(there).first.wait_for()
        by_keys.rest(page)
        found = axe.Axe().run(page).response["violations"]
        told = [
            (each["id"], [node["html"] for node in each["nodes"]])
            for each in found
            if each["id"] != "region"  # Streamlit's own
        ]
        assert told == [], address
