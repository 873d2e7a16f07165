"""Essays at the desk, in a real browser: by keys, two readers side by side, the rubric, the formgrader's points."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from browser import Server, axe, jupyter, open_page
from playwright.sync_api import Page, expect
from reading import Essays

from autograder.essays.records import Item

pytestmark = pytest.mark.browser
DESK = "--ServerApp.jpserver_extensions={'autograder.desk': True}"


@contextmanager
def reading(essays: Essays, home: Path) -> Iterator[tuple[Page, Page, Server]]:
    """The pages of two readers, Ann and Ben, side by side, at the essay; and the server."""
    home.mkdir()
    with ExitStack() as stack:
        server = stack.enter_context(jupyter(essays.tiny.root, home, DESK, program="server"))
        ann = stack.enter_context(open_page())
        ben = ann.context.browser.new_page(viewport={"width": 390, "height": 844})  # type: ignore[union-attr]
        for page, name in ((ann, "Ann"), (ben, "Ben")):
            page.goto(server.page("desk"))
            page.goto(server.page("desk#/essays/t1").partition("?")[0])
            page.get_by_label("Your name").fill(name)
            page.keyboard.press("Enter")
            expect(page.locator(".group.current")).to_have_count(1)
        yield ann, ben, server


@pytest.mark.parametrize("width", [1366, 390])
def test_the_focus_goes_with_the_keys_and_is_never_lost(essays: Essays, tmp_path: Path, width: int) -> None:
    essays.rubric(Item("", "the gate", 2), Item("", "the bias", 1))
    (tmp_path / "home").mkdir()
    size = {"width": width, "height": 800}
    with (
        jupyter(essays.tiny.root, tmp_path / "home", DESK, program="server") as server,
        open_page(viewport=size) as page,
    ):
        page.goto(server.page("desk"))
        page.goto(server.page("desk#/essays/t1").partition("?")[0])
        page.get_by_label("Your name").press_sequentially("Ann")
        page.keyboard.press("Enter")
        current = page.locator(".group.current")
        expect(current).to_be_focused()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            assert axe(page) == [], theme
        first = current.get_attribute("aria-label")
        page.keyboard.press("j")
        expect(current).not_to_have_attribute("aria-label", first or "")
        expect(current).to_be_focused()
        page.keyboard.press("Tab")
        expect(current.get_by_role("button").first).to_be_focused()
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            if page.evaluate("document.activeElement.textContent").strip().startswith("Give"):
                break
        page.keyboard.press("Enter")
        expect(current).to_be_focused()
        assert page.evaluate("scrollX") == 0

        page.get_by_role("button", name="Change", exact=True).focus()
        page.keyboard.press("Enter")
        rubric = page.get_by_role("form", name="Rubric")
        expect(rubric).to_be_focused()
        rubric.get_by_role("button", name="Remove").last.focus()
        page.keyboard.press("Enter")
        expect(rubric).to_be_focused()
        assert axe(page) == []
        rubric.get_by_role("button", name="Leave").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name="Rubric")).to_be_focused()
        expect(page.get_by_text("Giving …")).to_have_count(0)
        before = essays.board().standings
        page.get_by_role("link", name="Term").focus()
        for key in ("1", "a", "u"):
            page.keyboard.press(key)
        page.wait_for_timeout(500)
        assert essays.board().standings == before, "keys are the menu's there"
        expect(page.get_by_role("button", name="Forget this")).to_have_count(0)


def test_a_reader_marks_by_keys_another_is_not_overwritten_and_the_rubric_changes_all(
    essays: Essays, tmp_path: Path
) -> None:
    essays.rubric(Item("", "the gate", 2), Item("", "the bias", 1))
    with reading(essays, tmp_path / "home") as (ann, ben, server):
        with httpx.Client(base_url=server.url) as nobody:
            assert nobody.get("/desk/api/essays/t1").status_code == 403
            for part in ("marks", "rubric", "claim"):
                assert nobody.post(f"/desk/api/essays/t1/two/essay/{part}", json={}).status_code == 403
        shared = ann.locator(".group", has_text="Because of the gates.")
        expect(shared).to_have_attribute("aria-current", "true")
        expect(ben.locator(".group.current")).not_to_contain_text("Because of the gates.")
        expect(ben.locator(".group", has_text="Because of the gates.")).to_contain_text("Ann reads it")
        assert ann.locator("script:not([src])").count() == 0, "what students wrote is text"
        assert ben.evaluate("document.documentElement.scrollWidth <= innerWidth")

        for key in ("1", "c"):
            ann.keyboard.press(key)
        ann.keyboard.type("Well *put*.")
        for key in ("Escape", "Enter"):
            ann.keyboard.press(key)
        expect(shared.locator("strong")).to_have_text("2 of 4")
        expect(shared).to_contain_text("Ann")
        board = essays.board()
        assert [board.standings[each].points for each in ("ada", "bob")] == [2, 2]
        assert board.standings["ada"].note == "Well *put*." and board.standings["ada"].by == "Ann"

        theirs = ben.locator(".group.current")
        name = theirs.get_attribute("aria-label")
        student = next(
            s for g in board.groups for s in g.students if f"Answer {board.groups.index(g) + 1}" == name
        )
        ben.evaluate(
            "document.hidden || Object.defineProperty(document, 'hidden', {value: true})"
        )  # it looks no more
        essays.mark(student, "r2", who="Cyd", take=True)
        ben.keyboard.press("1")
        ben.keyboard.press("Enter")
        alert = ben.get_by_role("alert")
        expect(alert).to_contain_text("Cyd has changed it meanwhile. It has 1 of 4")
        assert essays.standing(student).by == "Cyd"
        alert.get_by_role("button", name="Give mine instead").click()
        expect(alert).to_have_count(0)
        expect(ben.get_by_role("article", name=name, exact=True).locator("strong")).to_have_text("2 of 4")
        assert essays.standing(student).by == "Ben" and essays.standing(student).items == ("r1",)

        ann.get_by_role("button", name="Change", exact=True).click()
        ann.get_by_role("form", name="Rubric").get_by_label("Points").first.fill("1,5")
        ann.get_by_role("button", name="Save for all answers").click()
        expect(ann.get_by_text("The points or words of 3 answers have changed.")).to_be_visible()
        expect(shared.locator("strong")).to_have_text("1.5 of 4")

        essays.formgrader("ada", 3.5, "From there.")
        expect(shared).to_contain_text("given in the formgrader")
        ann.get_by_role("button", name="Answer 1", exact=True).click()
        ann.keyboard.press("2")
        ann.keyboard.press("Enter")
        expect(ann.get_by_role("alert")).to_contain_text("in the formgrader it got 3.5 of 4, “From there.”")
        assert essays.standing("ada").points == 3.5 and essays.standing("bob").points == 1.5
        essays.hand_in("bob", "Handed in again.")
        essays.tiny.grade()
        for path in ("", "essays", "assignment/t1"):
            ben.goto(server.page(f"desk#/{path}").partition("?")[0])
            expect(ben.get_by_role("main")).to_contain_text("points by hand of 1 student to confirm")
    lines = (essays.tiny.root / ".autograder/t1.changes.jsonl").read_text().splitlines()
    log = [json.loads(line) for line in lines]
    assert {each["by"] for each in log if each["why"] == "essay"} == {"Ann", "Ben", "Cyd"}
