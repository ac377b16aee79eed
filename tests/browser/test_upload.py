"""Bringing a recording in: the empty page says how, and a bad file says why."""


def test_an_empty_page_says_what_to_do_first(page, empty):
    page.goto(empty.address)
    page.get_by_text("Start here.").wait_for()
    assert page.get_by_text("Scored calls").count() == 0


def test_what_is_refused_says_why_beside_the_others(page, empty, tmp_path):
    page.goto(empty.address)
    form = page.get_by_role("textbox", name="Form of the file names")
    form.fill("{team}_{agent}")
    form.press("Enter")
    names = {"north_marta.txt": "a letter", "monday.txt": "a letter", "calls.csv": "when,who\n"}
    for name, text in names.items():
        (tmp_path / name).write_text(text)
    files = [tmp_path / name for name in names]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_text("calls.csv: needs a column file and any of").wait_for()
    assert page.get_by_text("On the way").count() == 0  # as nobody's they would be of no use
    page.locator("input[type=file]").set_input_files(files[:2])
    page.get_by_text("monday.txt: its name is not of the form {team}_{agent}").wait_for()
    page.get_by_text("north_marta.txt").first.wait_for()  # on its way
    page.get_by_role("button", name="Dismiss").click(timeout=60_000)
    page.get_by_text("Not scored.").wait_for(state="detached")


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
