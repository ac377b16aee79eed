"""Bringing a recording in: the empty page says how, and a bad file says why."""


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
