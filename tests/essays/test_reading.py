"""Essays read side by side: groups, rubrics that change for all, nobody's mark over another's, and the formgrader."""

import io
import threading
from collections import Counter
from datetime import UTC, datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Grade
from reading import ANSWERS, STUB, Essays
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tiny_course import marks

from autograder.commands.grade import write_feedback
from autograder.commands.requests import list_changes
from autograder.core.errors import WrongUse
from autograder.course.runtime import alone
from autograder.desk.state import overview
from autograder.essays import claims as leases
from autograder.essays.answers import proposed, questions_of
from autograder.essays.board import State, open_board
from autograder.essays.claims import claim, read_claims, release
from autograder.essays.marking import Done, Hindrance, Order, Refusal, Wanted, mark, set_rubric
from autograder.essays.records import Item, Rubric, Start
from autograder.essays.shown import show


def log(essays: Essays, student: str) -> list[str]:
    """The changes of a student's grade, without their times."""
    out = io.StringIO()
    assert list_changes(essays.tiny.root, "t1", student, out=out) == 0
    return [line.split(f"  {student}  ")[1] for line in out.getvalue().splitlines()]


def test_answers_that_differ_in_blanks_only_are_one_group_and_blank_ones_need_nobody(essays: Essays) -> None:
    board = essays.board()
    groups = {each.students: each.answer.blank for each in board.groups}
    assert groups == {("ada", "bob"): False, ("cyd",): True, ("dan",): False, ("eva",): False}
    assert {student: each.state for student, each in board.standings.items()} == {
        "ada": State.WAITING,
        "bob": State.WAITING,
        "cyd": State.BLANK,
        "dan": State.WAITING,
        "eva": State.WAITING,
    }


def test_the_question_comes_with_its_text_its_model_answer_and_the_rubric_stated_there(
    essays: Essays,
) -> None:
    question = essays.question
    assert question.title == "Why?" and "Say why." in question.prompt and question.most == 4
    assert question.model.startswith("**Model answer.**") and "SOLUTION" not in question.model
    assert [(each.points, each.text) for each in question.proposed] == [
        (2, "the gate, with $f$"),
        (1, "the bias, in numbers"),
        (1, "what follows"),
    ]
    assert proposed("**Rubric.** 2 the gate; 1 the bias.", 4) == (), "it is worth three points, not four"
    path = essays.tiny.root / "source/t1/two.ipynb"
    text = path.read_text().replace("<!-- BEGIN SOLUTION -->", "### BEGIN MARK SCHEME")
    path.write_text(text.replace("<!-- END SOLUTION -->", "### END MARK SCHEME"))
    assert essays.question == question, "nbgrader's marks around a scheme are no part of it, and no heading"
    assert proposed("- 2 the gate\n- 2 the bias", 4) == ()


def test_what_students_wrote_is_shown_as_safe_html(essays: Essays) -> None:
    with essays.course.gradebook() as book:
        shown = show(essays.course, book, "t1", essays.question)
    html = {each.students: each.html for each in shown.groups}
    assert "<em>gates</em>" in html[("ada", "bob")]
    assert "<script>" not in html[("dan",)] and "<math" in html[("dan",)]
    assert "<math" in shown.model and "<h2>Why?</h2>" in shown.prompt


def test_a_group_gets_its_points_at_once_and_the_page_has_items_and_words(essays: Essays) -> None:
    essays.rubric()
    done = essays.mark("ada bob", "r1", note="Well *put*.", who="Ann")
    assert isinstance(done, Done) and [each.points for each in done.standings] == [2, 2]
    for student in ("ada", "bob"):
        with essays.gradebook() as book:
            grade = book.find_grade("essay", "two", "t1", student)
            assert (grade.manual_score, grade.needs_manual_grade) == (2, False)
            said = book.find_comment("essay", "two", "t1", student).comment
        assert said == "- +2: the gate\n\nWell *put*."
        assert log(essays, student)[-1] == "5 -> 7  essay read by Ann: essay"
    write_feedback(essays.tiny.root, "t1", out=io.StringIO())
    page = (essays.tiny.root / "feedback/ada/t1/two.html").read_text()
    assert "two: 7 of 9 points" in page and "+2: the gate" in page and "Well <em>put</em>." in page
    assert essays.tiny.grades()["ada"]["essay"] == "2"


def test_an_item_changes_every_answer_that_has_it_and_keeps_who_read_it(essays: Essays) -> None:
    essays.rubric()
    essays.mark("ada bob", "r1", "r2")
    essays.mark("dan", "r2", note="No gate.")
    essays.mark("eva", adjust=0.25)
    done = essays.rubric(Item("r1", "the gate", 1.5), Item("r2", "the bias, too", 1), who="ben")
    assert isinstance(done, Done) and sorted(each.student for each in done.standings) == ["ada", "bob", "dan"]
    standings = essays.board().standings
    assert [standings[student].points for student in ("ada", "bob", "dan", "eva")] == [2.5, 2.5, 1, 0.25]
    assert {standings[student].by for student in ("ada", "bob", "dan", "eva")} == {"ann"}
    assert standings["dan"].comment == "- +1: the bias, too\n\nNo gate."
    assert log(essays, "ada")[-1] == "8 -> 7.5  essay read by ben: essay: rubric"
    essays.rubric(Item("r2", "the bias, too", 1), Item("", "new", 1))
    board = essays.board()
    assert board.standings["ada"].items == ("r2",) and board.standings["ada"].points == 1
    assert [each.id for each in board.rubric.items] == ["r2", "r3"]
    essays.rubric(Item("r2", "no bias", -1), start=Start.FULL)
    assert essays.standing("ada").points == 3 and essays.standing("eva").points == 4, (
        "never above the maximum"
    )


def test_an_item_in_the_place_of_another_gets_none_of_its_answers(essays: Essays) -> None:
    """Ids are never given twice, so an answer does not have what nobody gave it."""
    essays.rubric()
    essays.mark("ada", "r2")
    essays.rubric(Item("r1", "the gate", 2), Item("", "another thing", 1.5))
    board = essays.board()
    assert [each.id for each in board.rubric.items] == ["r1", "r3"]
    assert (board.standings["ada"].items, board.standings["ada"].points) == ((), 0)
    essays.rubric(Item("r1", "the gate", 2))
    essays.rubric(Item("r1", "the gate", 2), Item("", "a third", 1))
    assert essays.board().rubric.items[1].id == "r4", "whoever has seen r3 means what it was"


def test_a_stale_mark_is_refused_with_what_is_there_and_nothing_of_its_group_is_written(
    essays: Essays,
) -> None:
    essays.rubric()
    board = essays.board()
    orders = {student: Order(board.standings[student].token, Wanted(("r2",))) for student in ("ada", "bob")}
    essays.mark("bob", "r1", who="ben")
    refused = mark(essays.course, "t1", essays.question, orders, "ann")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.STALE
    (there,) = refused.standings
    assert (there.student, there.points, there.by) == ("bob", 2, "ben")
    assert essays.standing("ada").state is State.WAITING
    old = essays.board().rubric.version - 1
    refused = set_rubric(essays.course, "t1", essays.question, Start.ZERO, [], old, "ann")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.STALE and len(refused.rubric.items) == 2
    refused = essays.mark("ada", "r9")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.NO_ITEM


def test_two_readers_at_once_lose_nothing(essays: Essays, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two who saw the same, one is refused, and every answer has the points of the other."""
    monkeypatch.setattr("autograder.essays.marking.PATIENCE", 60)  # the machine may be shared
    essays.rubric()
    board = essays.board()
    results: dict[tuple[str, str], Done | Refusal] = {}

    def read(who: str, item: str) -> None:
        for student, there in board.standings.items():
            order = {student: Order(there.token, Wanted((item,)))}
            results[(who, student)] = mark(essays.course, "t1", essays.question, order, who)

    readers = [threading.Thread(target=read, args=each) for each in (("ann", "r1"), ("ben", "r2"))]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    for student, there in essays.board().standings.items():
        done = [who for who in ("ann", "ben") if isinstance(results[(who, student)], Done)]
        assert done == [there.by] and there.points == {"ann": 2, "ben": 1}[there.by]
        refused = results[("ben" if there.by == "ann" else "ann", student)]
        assert isinstance(refused, Refusal) and refused.why is Hindrance.STALE
    assert essays.board().count(State.READ) == 5


def test_what_the_formgrader_gave_is_shown_and_is_overwritten_only_when_asked_for(essays: Essays) -> None:
    essays.rubric()
    essays.mark("dan", "r1")
    essays.formgrader("dan", 3.5)
    essays.formgrader("eva", 1, "From there.")
    dan, eva = essays.standing("dan"), essays.standing("eva")
    assert dan.elsewhere and dan.points == 3.5 and dan.state is State.READ
    assert eva.elsewhere and eva.comment == "From there." and eva.items == ()
    refused = essays.mark("dan", "r2")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.ELSEWHERE
    left = essays.rubric(Item("r1", "the gate", 1))
    assert isinstance(left, Done) and left.left == ("dan",) and essays.standing("dan").points == 3.5
    assert isinstance(essays.mark("dan", "r1", over=True), Done)
    assert essays.standing("dan").points == 1 and not essays.standing("dan").elsewhere
    assert log(essays, "dan")[-2:] == [
        "7 -> 8.5  by hand by formgrader",
        "8.5 -> 6  essay read by ann: essay",
    ]
    essays.formgrader("dan", None)
    assert essays.standing("dan").state is State.WAITING, "taken back in the formgrader"
    essays.formgrader("cyd", None, "A word though it is blank.")
    refused = essays.mark("cyd")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.ELSEWHERE, "words are not lost either"


def test_extra_credit_of_the_formgrader_stays(essays: Essays) -> None:
    with essays.gradebook() as book:
        book.find_grade("essay", "two", "t1", "ada").extra_credit = 0.5
    essays.rubric()
    done = essays.mark("ada", "r1")
    assert isinstance(done, Done) and (done.standings[0].points, done.standings[0].extra) == (2, 0.5)
    assert log(essays, "ada")[-1] == "5 -> 7.5  essay read by ann: essay"


def test_a_mark_can_be_taken_back(essays: Essays) -> None:
    essays.rubric()
    essays.mark("ada cyd", "r1", note="no")
    board = essays.board()
    orders = {student: Order(board.standings[student].token, None) for student in ("ada", "cyd")}
    done = mark(essays.course, "t1", essays.question, orders, "ann")
    assert isinstance(done, Done)
    assert [(each.state, each.points, each.comment) for each in done.standings] == [
        (State.WAITING, None, ""),
        (State.BLANK, 0, ""),
    ]


def test_work_handed_in_again_asks_to_be_looked_at_again_and_says_whether_the_answer_is_the_same(
    essays: Essays,
) -> None:
    essays.rubric()
    essays.mark("ada bob", "r1")
    essays.hand_in("ada", "Because of the *gates*.", last="def last(items):\n    return items[0]")
    essays.hand_in("bob", "Something else.")
    essays.tiny.grade()
    ada, bob = essays.standing("ada"), essays.standing("bob")
    assert (ada.state, ada.same, ada.points) == (State.AGAIN, True, 2)
    assert (bob.state, bob.same, bob.points) == (State.AGAIN, False, 2)
    essays.rubric(Item("r1", "the gate", 1))
    assert essays.standing("bob").state is State.AGAIN, "a change of the rubric has read nothing"
    assert isinstance(essays.mark("bob"), Done)
    assert essays.standing("bob").state is State.READ and essays.standing("bob").same


def test_the_desk_counts_points_to_confirm_apart_from_answers_that_nobody_has_read(essays: Essays) -> None:
    essays.rubric()
    essays.mark("ada bob", "r1")
    essays.hand_in("ada", "Something else.")
    essays.tiny.grade()
    (found,) = overview(essays.course).assignments
    assert (found.essays, found.answers, found.again) == (3, 2, 1)
    essays.mark("ada dan eva", "r1")
    (found,) = overview(essays.course).assignments
    assert (found.essays, found.answers, found.again) == (0, 0, 0)


def test_a_penalty_for_late_work_follows_the_points(essays: Essays) -> None:
    (essays.tiny.root / "course.toml").write_text(
        '[late]\npercent = 10\nof = "score"\n[assignments.t1]\ndue = "2026-03-01"\n'
    )
    (essays.tiny.root / "submitted/ada/t1/timestamp.txt").write_text("2026-03-02 20:00:00 UTC")
    essays.tiny.grade()
    essays.rubric()
    essays.mark("ada", "r1", "r2")
    assert log(essays, "ada")[-1].endswith("-> 7.2  essay read by ann: essay"), "8 points less a tenth"


def asked_of_the_database(essays: Essays, points: float) -> Counter[str]:
    """What a change of the rubric's first item sends: statements and commits."""
    sent: Counter[str] = Counter()

    def statement(*_: object) -> None:
        sent["statements"] += 1

    def commit(_: object) -> None:
        sent["commits"] += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    try:
        assert isinstance(essays.rubric(Item("r1", "the gate", points)), Done)
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)
    return sent


def test_a_change_of_the_rubric_asks_the_database_as_often_for_five_answers_as_for_two(
    essays: Essays,
) -> None:
    """Answer by answer, each with its own transaction, a class took half a minute on a server."""
    (essays.tiny.root / "course.toml").write_text(
        '[late]\npercent = 10\nof = "score"\n[assignments.t1]\ndue = "2026-03-01"\n'
    )
    for student in ANSWERS:
        (essays.tiny.root / f"submitted/{student}/t1/timestamp.txt").write_text("2026-03-02 20:00:00 UTC")
    essays.tiny.grade()
    essays.rubric()
    essays.mark("ada bob", "r1")
    of_two = asked_of_the_database(essays, 1.5)
    essays.mark("cyd dan eva", "r1")
    assert asked_of_the_database(essays, 1.0) == of_two
    with essays.gradebook() as book:
        entry = book.find_submission("t1", "eva")
        assert entry.score == 6 and entry.late_submission_penalty == pytest.approx(0.6)
        kept = {each["student"]: each["penalty"] for each in essays.tiny.journal()}
    assert kept == {student: pytest.approx(0.6) for student in ANSWERS}


def test_a_lease_keeps_two_readers_apart_until_it_ends(
    essays: Essays, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, key = essays.course, essays.question.key
    group, other = (each.key for each in essays.board().groups[:2])
    assert claim(course, "t1", key, group, "ann").by == "ann"
    assert claim(course, "t1", key, group, "ben").by == "ann", "it is told whose it is"
    refused = essays.mark("ada bob", who="ben")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.CLAIMED
    assert refused.claim is not None and refused.claim.by == "ann" and refused.claim.until > datetime.now(UTC)
    assert claim(course, "t1", key, group, "ben", take=True).by == "ben"
    assert isinstance(essays.mark("ada bob", who="ann", take=True), Done)
    claim(course, "t1", key, other, "ben")
    assert list(read_claims(course, "t1").of(key)) == [other], "a reader has one group at a time"
    release(course, "t1", key, "ben")
    assert not read_claims(course, "t1").of(key)
    monkeypatch.setattr(leases, "LEASE", -leases.LEASE)
    claim(course, "t1", key, group, "ann")
    assert not read_claims(course, "t1").of(key), "it is over"


def test_while_a_run_has_the_course_a_mark_is_refused_and_nothing_is_lost(
    essays: Essays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.essays.marking.PATIENCE", 0.1)
    with alone(essays.course):
        refused = essays.mark("ada")
    assert isinstance(refused, Refusal) and refused.why is Hindrance.BUSY
    assert essays.standing("ada").state is State.WAITING


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([Item("", " \n", 1)], "expected 1 to 400"),
        ([Item("", "x", float("nan"))], "worth nan points"),
        ([Item("r1", "x", 1), Item("r1", "y", 1)], "one id"),
        ([Item("../x", "x", 1)], "expected r1, r2"),
        ([Item("", "x", 1)] * 41, "expected 40 at most"),
    ],
)
def test_a_rubric_that_cannot_be_right_is_refused_with_what_was_expected(
    essays: Essays, items: list[Item], said: str
) -> None:
    with pytest.raises(WrongUse, match=said):
        set_rubric(essays.course, "t1", essays.question, Start.ZERO, items, 0, "ann")


def test_marks_that_cannot_be_right_are_refused(essays: Essays) -> None:
    with pytest.raises(WrongUse, match="besides the rubric"):
        essays.mark("ada", adjust=float("inf"))
    with pytest.raises(WrongUse, match="reader's name"):
        essays.mark("ada", who=" ")
    with pytest.raises(WrongUse, match="expected 10000 at most"):
        essays.mark("ada", note="x" * 10_001)
    stranger = {"zoe": Order("", Wanted())}
    with pytest.raises(WrongUse, match="zoe: there is no graded answer"):
        mark(essays.course, "t1", essays.question, stranger, "ann")


def test_points_are_never_below_zero_or_above_the_maximum() -> None:
    rubric = Rubric(Start.FULL, (Item("r1", "no gate", -3),))
    assert (
        rubric.points(("r1",), 0, 2) == 0
        and rubric.points((), 1, 2) == 2
        and rubric.points((), -0.5, 2) == 1.5
    )


def test_the_stub_alone_is_blank_and_a_word_more_is_an_answer(essays: Essays) -> None:
    essays.hand_in("fay", f"\n {STUB}\n\n")
    essays.hand_in("gil", f"{STUB} Gates!")
    essays.tiny.grade()
    board = essays.board()
    blank = next(each.students for each in board.groups if each.answer.blank)
    assert blank == ("cyd", "fay") and board.standings["fay"].state is State.WAITING, (
        "nbgrader takes it for an answer"
    )
    assert board.standings["gil"].state is State.WAITING


def test_code_that_people_read_and_tasks_are_questions_too(essays: Essays) -> None:
    """As nbgrader keeps them; of a task, the answer is what the student put behind it."""
    with essays.gradebook() as book:
        book.add_grade_cell("plan", "two", "t1", max_score=3, cell_type="code")
        book.add_solution_cell("plan", "two", "t1")
        book.add_task_cell("draw", "two", "t1", max_score=2, cell_type="markdown")
        for student, names in (("ada", ("plan", "draw")), ("bob", ("plan",))):
            notebook = book.find_submission_notebook("two", "t1", student)
            for name in names:
                cell = book.find_graded_cell(name, "two", "t1")
                book.db.add(Grade(cell=cell, notebook=notebook))
    for student, code in (("ada", "x = 1\ny = 2   "), ("bob", "x = 1\ny = 2")):
        path = essays.tiny.root / f"autograded/{student}/t1/two.ipynb"
        path.chmod(0o644)
        notebook = nbformat.read(path, 4)
        output = new_output("stream", text="drawn\n")
        notebook.cells += [
            new_code_cell(
                code, metadata=marks("plan", grade=True, solution=True, points=3), outputs=[output]
            ),
            new_markdown_cell("Draw it.", metadata=marks("draw", task=True, points=2)),
            new_markdown_cell("My *drawing*.", id="student-9"),
            new_markdown_cell("The end."),
        ]
        nbformat.write(notebook, path)
    with essays.course.gradebook() as book:
        found = {each.cell: each for each in questions_of(essays.course, book, "t1")}
        plan, draw = (open_board(essays.course, book, "t1", found[name]) for name in ("plan", "draw"))
    assert found["draw"].task and not found["plan"].task
    (answer,) = (group.answer for group in draw.groups)
    assert answer.source == "My *drawing*." and not answer.blank
    assert [group.students for group in plan.groups] == [("ada", "bob")]
    assert plan.groups[0].answer.printed == "drawn\n"
    token = plan.standings["ada"].token
    done = mark(essays.course, "t1", found["plan"], {"ada": Order(token, Wanted((), 2.5))}, "ann")
    assert isinstance(done, Done) and done.standings[0].points == 2.5
