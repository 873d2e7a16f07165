"""Every command that a page shows is run, here or by a test that is named; every link leads somewhere."""

import ast
import contextlib
import os
import re
import signal
import subprocess
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest
from docs_stage import PAGES, ROOT, Block, Stage, as_printed, blocks
from postgres import free_port

from autograder import cli

# What is run by another test: a pattern of the command, and that test. All else is run here.
ELSEWHERE = {
    r"make lab.*": "project/test_docs.py::test_make_lab_serves_the_lesson_that_was_asked_for",
    r"make grade": "grading/test_examples.py::test_every_submission_is_recorded_with_the_score_it_was_designed_to_get",
    r"make (test|test-all)|\S*mypy": "project/test_docs.py::test_ci_types_the_command_that_the_pages_show",
    r"pre-commit install": "project/test_habits.py::test_the_hooks_run_without_a_network",
    r"make seeds": (
        "lessons/test_seeds.py::test_every_source_of_chance_is_moved_and_asserts_that_guard_a_seed_are_named"
    ),
    r"make audit": (
        "exercises/test_audit.py::test_no_right_answer_is_rejected_no_wrong_one_accepted_and_each_mistake_is_named"
    ),
    r"make env|py -3.11 .*|.*pip install .*requirements.txt|.*pip install --no-deps -e .*": (
        "project/test_environment.py::test_the_second_run_installs_nothing_and_a_changed_lock_installs_again"
    ),
    r"\.venv\\Scripts\\python tools\\reader_copy.py work": (
        "lessons/test_reader_copy.py::test_a_reader_gets_notebooks_and_texts_and_no_source_of_a_lesson"
    ),
    r"\.venv\\Scripts\\jupyter lab .*": "project/test_docs.py::test_make_lab_serves_the_lesson_that_was_asked_for",
    r"pip install .*nbautograder\[.*": "project/test_docs.py::test_extras_that_a_page_names_are_extras",
    r".*pip install .*jupyterhub.*|mkdir -p /srv.*|chmod .*|HUB_.*jupyterhub .*": (
        "project/test_hub.py::test_a_teacher_gives_out_two_students_hand_in_and_the_teacher_grades"
    ),
    r"jupyter-repo2docker .*": "project/test_binder.py::test_repo2docker_makes_a_dockerfile_of_it",
    r".*nbgrader release_feedback .*": (
        "grading/test_exchange.py::test_work_goes_out_comes_in_and_its_feedback_is_fetched_by_the_student"
    ),
    r"dask .*|autograder grade .*--cluster .*": (
        "scale/test_cluster.py::test_a_cluster_gives_the_same_gradebook_as_this_machine"
    ),
    r"autograder grade .*--db postgresql.*": "scale/test_postgres.py::test_the_gradebook_holds_what_sqlite_would_hold",
    r".*autograder extend .*": (
        "grading/test_late.py::test_an_extension_counts_at_once_and_is_kept_through_everything"
    ),
    r".*autograder (request|requests|decide|changes)( .*|)": (
        "grading/test_disputes.py::"
        "test_a_disputed_grade_from_the_question_to_the_decision_with_every_change_in_the_log"
    ),
    r".*autograder return .*": (
        "results/test_there_and_back.py::test_moodle_finds_the_participant_in_the_paths_that_go_back"
    ),
    r".*autograder essays .*": "essays/test_spreadsheet.py::test_marks_go_out_to_a_spreadsheet_and_come_back",
    r".*autograder (roster --from|export a3_gates --to) lti": (
        "results/test_lti.py::test_scores_go_back_with_their_words_and_what_waits_is_pending"
    ),
    r"make wheels|docker (build|run) .*": "project/test_container.py::test_the_steps_install_a_grader_that_starts",
    r".*autograder policy.*": (
        "grading/test_late.py::test_a_policy_made_after_grading_says_who_changes_and_is_applied_to_all_or_to_nobody"
    ),
    r".*autograder desk": (
        "desk/test_desk_page.py::test_a_class_is_collected_graded_regraded_and_returned_at_the_desk_alone"
    ),
    r".*autograder collect .*--from ilias .*": (
        "submissions/test_collect.py::test_another_platforms_source_is_one_class_and_one_entry_point"
    ),
    r"autograder kernels install .*|nbgrader autograde .*kernel_name.*": (
        "kernels/test_kernels.py::test_stock_autograde_gives_the_same_scores_in_warm_kernels"
    ),
}
# The programs that may be run here; another one has to be looked at first.
HARMLESS = re.compile(
    r"(\.venv/bin/)?(autograder|nbgrader|ruff) |\.venv/bin/lint-imports$|\.venv/bin/python -m pytest "
    r"|make (release|notebooks|bundle)$|git clone |cd |cp gradebook.db |tar -czf grading.tar.gz "
)
INLINE = re.compile(r"`((?:\.venv/bin/)?autograder|make) ([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def elsewhere(command: str) -> str | None:
    """The test that runs a command."""
    return next((test for pattern, test in ELSEWHERE.items() if re.fullmatch(pattern, command)), None)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """One for all pages, as a reader has one copy for them all."""
    stage = Stage(tmp_path_factory.mktemp("docs") / "stage")
    stage.hand_in()
    return stage


@pytest.mark.timeout(1800)  # a page's commands may be many
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_to_type_works_and_prints_what_it_says(page: Path, stage: Stage) -> None:
    for block in blocks(page):
        printed = "".join(play(stage, block, command) for command in block.commands)
        assert not block.printed or as_printed(block.printed, printed), (
            f"{block.name} says that it prints\n{block.printed}\nand it printed\n{printed}"
        )


def play(stage: Stage, block: Block, command: str) -> str:
    """Runs a command of a page; what it printed."""
    if elsewhere(command):
        return ""
    assert block.language == "sh" and HARMLESS.match(command), (
        f"{block.name}: nothing says how {command!r} is tested. Add it to ELSEWHERE or, if it does no harm, to HARMLESS."
    )
    if command.startswith("cd "):
        return ""  # the stage is that folder
    if command.startswith("git clone"):
        command = command.replace("ADDRESS", str(ROOT)).replace(" course", f" {stage.root.parent / 'course'}")
    status, printed = stage.run(command)
    assert status == 0, (
        f"{block.name}: {command}\nended with {status}:\n{printed}\nBefore that:\n{stage.log[-3000:]}"
    )
    return printed


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_a_test_that_is_said_to_run_a_command_exists(test: str) -> None:
    file, name = test.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_exception_is_needed_by_some_page() -> None:
    commands = [command for page in PAGES for block in blocks(page) for command in block.commands]
    unused = [pattern for pattern in ELSEWHERE if not any(re.fullmatch(pattern, each) for each in commands)]
    assert unused == []


def test_commands_in_the_text_are_commands_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)) | {"alone"}
    wrong = []
    for page in PAGES:
        for program, rest in INLINE.findall(page.read_text(encoding="utf-8")):
            words = rest.split()
            target = program == "make" and (words[0] in targets or "=" in words[0])
            if not target and (program == "make" or not _parses(words)):
                wrong.append(f"{page.name}: {program} {rest}")
    assert wrong == []


def _parses(words: list[str]) -> bool:
    """Whether `autograder` takes them; a subcommand by itself only has to exist."""
    with contextlib.suppress(SystemExit), contextlib.redirect_stderr(None), contextlib.redirect_stdout(None):
        cli._parser().parse_args(words if len(words) > 1 else [*words, "--help"])
        return True
    return len(words) == 1 and words[0] in str(cli._parser().format_help())


def test_ci_types_the_command_that_the_pages_show() -> None:
    assert re.search(r"^make .*test", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    recipes = (ROOT / "Makefile").read_text()
    assert "\ntest: env-dev lint" in recipes and "\ntest-all: env-dev lint" in recipes
    assert "\n\t$(BIN)/mypy\n" in recipes


def test_extras_that_a_page_names_are_extras() -> None:
    extras = tomllib.loads((ROOT / "autograder/pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    named = {
        extra
        for page in PAGES
        for group in re.findall(r"nbautograder\[([\w,]+)\]", page.read_text(encoding="utf-8"))
        for extra in group.split(",")
    }
    assert named and named <= set(extras)


def test_make_lab_serves_the_lesson_that_was_asked_for(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage")
    port = free_port()
    options = f"--no-browser --ServerApp.port={port} --ServerApp.port_retries=0 --IdentityProvider.token=t"
    command = ["make", "lab", "LESSON=notebooks/03_gates.ipynb", f"LAB_ARGS={options}"]
    log = tmp_path / "log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            command, cwd=stage.root, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        url, end = f"http://127.0.0.1:{port}/?token=t", time.monotonic() + 120
        while True:
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(url) as answer:
                assert answer.url.split("?")[0].endswith("/lab/tree/notebooks/03_gates.ipynb")
                return
            time.sleep(0.3)
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal_group(process)
        process.wait(60)


def signal_group(process: subprocess.Popen[bytes]) -> None:
    """Ends make and the server it started."""
    os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_link_of_a_page_leads_to_a_file_and_to_a_heading_that_is_there(page: Path) -> None:
    wrong = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            wrong.append(target)
    assert wrong == []


def anchors(page: Path) -> set[str]:
    """The names by which GitHub's pages link to headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_each_reader_has_a_page_and_the_readme_names_them() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        assert f"({page.relative_to(ROOT)})" in readme, f"the README does not lead to {page.name}"
