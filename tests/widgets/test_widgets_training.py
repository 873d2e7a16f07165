"""The training explorer: it trains as torch does, repeats itself, obeys mouse and keys, and rests unseen."""

import re
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
import traitlets
from widget_page import largest

from lstmlab import widgets
from lstmlab.tasks import long_range
from lstmlab.widgets.learning import STREAK, TASKS, Draws, Run, example
from lstmlab.widgets.training import RUNS, STARTS, TrainingExplorer

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]

# Trains one run by the module's own functions: losses, rights and weights.
LEARN = """([settings, seed, updates]) => {
  const trainer = new exports.Trainer(exports.fresh(settings, seed));
  for (let k = 0; k < updates; k++) trainer.update();
  const {weights, losses, rights} = trainer.state;
  return {weights: Array.from(weights), losses, rights};
}"""
TOLD = ".lw-told"
QUICK = {"task": "parity", "length": 10, "units": 4}


def _learned(shown, explorer, seed, updates):
    return shown.page.evaluate(LEARN, [asdict(explorer.settings), seed, updates])


@pytest.mark.parametrize("clip", [0.0, 0.05])
@pytest.mark.parametrize("task", TASKS)
def test_the_first_updates_are_those_of_torch(show, task, clip):
    shown = show(TrainingExplorer())
    explorer = TrainingExplorer(task, length=12, units=5, clip=clip, lr=0.03)
    for seed, updates in ((0, 0), (3, 1), (96, 6)):
        got = _learned(shown, explorer, seed, updates)
        losses, weights = explorer.learn(seed, updates)
        # Both are float64, so they differ by rounding only; of weights that are not trained not even by that.
        assert largest(got["weights"], weights) <= (1e-9 if updates else 0)
        assert got["losses"] == pytest.approx(losses, abs=1e-10)
    free = Run(replace(explorer.settings, clip=0.0), 96)
    for _ in range(6):
        free.update()
    assert (largest(free.weights().tolist(), weights) > 1e-4) == bool(clip), "the clipping did clip"
    shown.page.close()


@pytest.mark.parametrize("task", TASKS)
def test_the_sequence_that_is_shown_is_the_one_that_python_draws(show, task):
    shown = show(TrainingExplorer())
    explorer = TrainingExplorer(task, length=57)
    got, wanted = shown.call("example", task, 57), example(explorer.settings)
    assert len(wanted.x) == 57 and largest(got["x"], wanted.x.flatten()) == 0
    assert largest(got["y"], wanted.y) == 0
    shown.page.close()


def test_at_length_100_temporal_order_is_task_6a_of_1997_and_the_others_are_those_of_the_lessons():
    draws, kinds = Draws(5), set()
    for _ in range(200):
        sequence = TASKS["temporal order"].draw(100, draws, None)
        symbols = sequence.x.argmax(1).tolist()
        marks = [step for step, symbol in enumerate(symbols) if symbol in (4, 5)]
        assert 100 <= len(symbols) <= 110 and symbols[0] == 6 and symbols[-1] == 7
        assert 10 <= marks[0] <= 20 and 50 <= marks[1] <= 60 and len(marks) == 2
        assert sequence.y.item() == 2 * (symbols[marks[0]] - 4) + symbols[marks[1]] - 4
        kinds.add((len(symbols), *marks))
    assert [len({kind[part] for kind in kinds}) for part in range(3)] == [11, 11, 11]
    adding = TASKS["adding"].draw(30, draws, None)
    assert adding.x[:, 1].sum() == 2 and adding.x[:15, 1].sum() == 1
    assert (adding.x[:, 0] * adding.x[:, 1]).sum() == pytest.approx(adding.y.item())
    parity = TASKS["parity"].draw(20, draws, None)
    assert torch.equal(parity.y, (parity.x[:, 0] > 0).long().cumsum(0) % 2)


def test_biases_are_set_as_lesson_7_sets_them():
    run = Run(TrainingExplorer(forget_bias=2.0, input_bias=-1.0).settings, 4)
    before = [weight.clone() for weight in run.lstm.parameters()]
    long_range.set_biases(run.lstm, forget=2.0, input=-1.0)
    assert all(torch.equal(*pair) for pair in zip(before, run.lstm.parameters(), strict=True))


def _told(shown):
    return shown.page.locator(TOLD).all_inner_texts()


def _until(shown, pattern, seconds=60):
    shown.page.wait_for_function(
        "([part, pattern]) => [...document.querySelectorAll(part)].every(({textContent}) => "
        "new RegExp(pattern).test(textContent))",
        arg=[TOLD, pattern],
        timeout=1000 * seconds,
    )


def _at_rest(shown):
    """Whether no worker is left; a browser ends one when it has finished what it is at."""
    for _ in range(20):
        if not shown.page.workers:
            return True
        shown.page.wait_for_timeout(75)
    return False


def _button(shown, name):
    return shown.page.get_by_role("button", name=name)


def test_play_trains_four_runs_until_each_is_solved_and_says_after_how_many_sequences(show):
    shown = show(TrainingExplorer(**QUICK, lr=0.05))
    assert "not trained yet: press Play" in shown.status() and _told(shown) == ["untrained"] * RUNS
    _button(shown, "Play").click()
    _until(shown, "^solved after")
    shown.settled()
    solved = [int(told.removeprefix("solved after ").replace(",", "")) for told in _told(shown)]
    assert f"4 of 4 runs have solved the task. Sequences it took: {solved[0]:,}" in shown.status()
    assert [one["solved"] for one in shown.sent()["results"]] == solved
    assert _button(shown, "Play").is_visible() and _at_rest(shown)
    widget = TrainingExplorer(**QUICK, lr=0.05)
    widget.set_state(shown.sent())
    assert f"When last heard of: seed 0 after {solved[0]:,} sequences solved" in widget.picture().alt
    widget.lr = 0.04
    assert "last heard" not in widget.picture().alt, "that was with other settings"
    # The last 2000 were right and the one before them was not; the same seed gives the same run anywhere.
    widget = TrainingExplorer(**QUICK, lr=0.05)
    for seed, sequences in enumerate(solved):
        rights = _learned(shown, widget, seed, sequences // 16)["rights"]
        whole = STREAK // 16
        assert rights[-whole:] == [1] * whole and rights[-whole - 1] < 1
    assert shown.faults == []
    shown.page.close()


def test_a_run_that_fails_is_shown_as_failed(show):
    shown = show(TrainingExplorer("parity", length=10, units=2, lr=1e-4))
    _button(shown, "Play").click()
    _until(shown, "^not solved after 32,000$")
    shown.settled()
    assert (
        "0 of 4 runs have solved the task. Not solved after 32,000 sequences: seed 0, 1, 2, 3."
        in shown.status()
    )
    assert {one["solved"] for one in shown.sent()["results"]} == {0}
    assert {one["sequences"] for one in shown.sent()["results"]} == {32_000}
    assert shown.page.locator(f"{TOLD}.failed").count() == RUNS
    shown.page.close()


def test_paused_and_gone_on_with_a_run_is_the_same_as_in_one_go(show):
    shown = show(TrainingExplorer(length=20))
    for least in (100, 1000):
        _button(shown, "Play").click()
        shown.page.wait_for_function(
            f"parseInt(document.querySelector('{TOLD}').textContent.replace(',', '')) > {least}"
        )
        _button(shown, "Pause").click()
        assert _at_rest(shown)
    _button(shown, "Step").click()
    one = shown.sent()["results"][2]
    again = _learned(shown, TrainingExplorer(length=20), 2, one["sequences"] // 16)
    assert one["loss"] == again["losses"][-1] and one["solved"] == 0
    shown.page.close()


def test_all_is_done_by_keys_alone(show):
    shown = show(TrainingExplorer(length=12))
    press = shown.page.keyboard.press
    _button(shown, "Step").focus()
    for _ in range(12):
        press("Space")
    assert _told(shown) == ["192 sequences"] * RUNS
    press("Shift+Tab")
    press("Enter")  # Play
    shown.page.wait_for_function(f"document.querySelector('{TOLD}').textContent !== '192 sequences'")
    press("Enter")
    assert _button(shown, "Play").is_visible()
    press("Tab")
    press("Tab")
    press("Enter")  # Restart
    assert _told(shown) == ["untrained"] * RUNS
    assert "the last run, with the same settings" in shown.page.locator(".lw-legend").inner_text()
    assert shown.page.locator("path.last").count() == RUNS
    press("Tab")
    press("Tab")
    press("Tab")
    press("Enter")  # the second run
    assert shown.sent()["run"] == 1 and _button(shown, "seed 1").get_attribute("aria-pressed") == "true"
    shown.page.get_by_role("slider", name="step").press("Home")
    shown.settled()
    assert shown.sent()["step"] == 0 and "the gradient at lag 11 is" in shown.status()
    shown.page.get_by_role("combobox", name="task").press("a")  # as a reader types it
    shown.page.wait_for_function("window.model.get('task') === 'adding'")
    assert shown.sent()["length"] == STARTS["adding"]["length"]
    assert shown.faults == []
    shown.page.close()


def test_in_the_pictures_a_step_is_chosen_and_the_sentence_has_torchs_numbers(show):
    widget = TrainingExplorer(unit=3)
    shown = show(widget)
    mouse = shown.page.mouse
    box = shown.page.locator(".lw-reach").bounding_box()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 11, box["y"] + 50, steps=4)
    mouse.up()
    shown.settled()
    assert shown.sent()["step"] == 0
    alt = TrainingExplorer(unit=3, step=0).picture().alt
    lag, value = re.search(r"the gradient at lag (\d+) is (\S+)e", shown.status()).groups()
    assert lag == "99" and f"by the input at lag 99 is {value}e" in alt
    gate = re.search(r"forget gate (\S+),", shown.status())[1]
    assert f"the forget gate of unit 3 is {gate} " in alt
    _button(shown, "seed 2").click()
    assert shown.sent()["run"] == 2
    shown.page.close()


def test_a_moved_setting_begins_anew_beside_the_last_run_and_reset_puts_all_back(show):
    shown = show(TrainingExplorer(length=12))
    for _ in range(10):
        _button(shown, "Step").click()
    bias = shown.page.get_by_role("slider", name="forget bias")
    bias.press("Home")
    assert _told(shown) == ["untrained"] * RUNS
    legend = shown.page.locator(".lw-legend")
    assert "the last run, with forget bias 3 instead of forget bias −2" in legend.inner_text()
    bias.press("ArrowRight")
    assert "forget bias 3 instead of forget bias −1.9" in legend.inner_text()
    shown.receive(length=157, clip=0)
    assert (
        "length 12, forget bias 3, clip norm to 1 instead of length 157, forget bias −1.9, clip norm to off"
        in (legend.inner_text())
    )
    _button(shown, "Reset").click()
    assert shown.sent()["forget_bias"] == 3.0 and bias.input_value() == "3"
    assert shown.page.locator("path.last").count() == 0
    _button(shown, "Step").click()
    assert _told(shown) == ["16 sequences"] * RUNS
    shown.page.evaluate(
        "window.model.set = () => {}"
    )  # as where a model tells of no change, when there is none
    _button(shown, "Reset").click()
    assert _told(shown) == ["untrained"] * RUNS
    shown.receive(task="parity", length=20)
    shown.settled()
    assert "no published number" in shown.page.locator(".lw-facts").inner_text()
    assert shown.page.locator("path.last").count() == 0, "a run of another task is no comparison"
    shown.page.close()


def test_the_published_number_stands_beside_its_own_task_only(show):
    shown = show(TrainingExplorer())
    facts = shown.page.locator(".lw-facts")
    assert "Published for this task (6a) in 1997: 31,390 sequences" in facts.inner_text()
    shown.receive(length=50)
    shown.settled()
    assert "31,390, is for length 100" in facts.inner_text()
    shown.page.close()


HIDE = {
    "closed": "window.close_view()",
    "taken away without a word": "document.querySelector('.lw').remove()",
    "in a tab that is not shown": "document.querySelector('.lw').parentElement.style.display = 'none'",
    "scrolled away": "document.body.insertAdjacentHTML('afterbegin', '<div style=\"height: 4000px\"></div>')",
}


@pytest.mark.parametrize("how", HIDE)
def test_nothing_is_computed_for_a_widget_that_nobody_can_see(show, how):
    shown = show(TrainingExplorer())
    _button(shown, "Play").click()
    _until(shown, "sequences")
    assert len(shown.page.workers) >= 1
    shown.page.evaluate(HIDE[how])
    assert _at_rest(shown)
    if how == "in a tab that is not shown":
        before = _told(shown)
        shown.page.evaluate("document.querySelector('.lw').parentElement.style.display = ''")
        shown.page.wait_for_function(f"document.querySelector('{TOLD}').textContent !== '{before[0]}'")
        assert len(shown.page.workers) >= 1 and _button(shown, "Pause").is_visible()
    shown.page.close()


FORBIDDEN = {
    "by the page's policy": """document.head.insertAdjacentHTML('beforeend',
      `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">`)""",
    "by a browser without them": "void delete window.Worker",
}


@pytest.mark.parametrize("how", FORBIDDEN)
def test_where_no_worker_may_start_the_page_trains_itself_says_so_and_stays_awake(show, how):
    shown = show(TrainingExplorer())
    shown.page.evaluate(FORBIDDEN[how])
    _button(shown, "Play").click()
    _until(shown, "sequences")
    assert shown.page.workers == []
    assert (
        "No web worker can be started here: the page itself trains"
        in shown.page.locator(".lw-facts").inner_text()
    )
    _button(shown, "Pause").click()
    one = shown.sent()["results"][1]
    again = _learned(shown, TrainingExplorer(), 1, one["sequences"] // 16)
    assert one["loss"] == again["losses"][-1]
    shown.page.close()


def test_while_it_trains_the_page_itself_has_little_to_do(show):
    shown = show(TrainingExplorer())
    meter = shown.page.context.new_cdp_session(shown.page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked():
        metrics = meter.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    _button(shown, "Play").click()
    _until(shown, "sequences")
    before, start = worked(), shown.page.evaluate("performance.now()")
    shown.page.wait_for_timeout(1500)
    seconds = (shown.page.evaluate("performance.now()") - start) / 1000
    assert (worked() - before) / seconds < 0.4
    shown.page.close()


def test_it_lives_in_a_page_of_the_book_that_is_opened_from_a_disk(show, tmp_path):
    widget = TrainingExplorer(**QUICK)
    shown = show(widget)
    state = {name: widget.get_state(name)[name] for name in (*widget.MOVED, "results", "_starts", "_names")}
    shutil.copy(ROOT / "book/static/training.js", tmp_path)
    (tmp_path / "page.html").write_text(
        "<!doctype html><div id=place></div><script>lstmBook = {modules: {}}</script><script src=training.js></script>"
    )
    shown.page.goto((tmp_path / "page.html").as_uri())
    shown.page.evaluate(
        """state => lstmBook.modules.training.default.render({el: document.getElementById('place'), model: {
          get: name => state[name], set: (name, value) => { state[name] = value; }, save_changes() {}, on() {}, off() {},
        }})""",
        state,
    )
    _button(shown, "Play").click()
    _until(shown, "sequences|solved")
    assert "No web worker" not in shown.page.locator(".lw-facts").inner_text() and shown.faults == []
    shown.page.close()


@pytest.mark.parametrize(
    "arguments, say",
    [
        ({"task": "copying"}, "task='copying'; pass one of 'temporal order'"),
        ({"length": 9}, "length=9; pass 10 to 200"),
        ({"units": 17}, "units=17; pass 2 to 16"),
        ({"lr": 1.0}, "lr=1.0; pass 0.0001 to 0.1"),
        ({"clip": -1.0}, "clip=-1.0; pass 0 to 100"),
        ({"forget_bias": 9.0}, "forget_bias=9.0; pass -2 to 6"),
        ({"seed": -1}, "seed=-1; pass 0 to 96"),
        ({"run": 4}, "run=4; pass 0 to 3"),
        ({"unit": 8}, "unit=8; pass 0 to 7"),
        ({"step": 100}, "step=100; pass 0 to 99"),
        ({"length": "50"}, "expected an int, not the str '50'"),
        ({"bias": 3}, "no argument bias; pass some of task, length"),
    ],
)
def test_bad_arguments_of_the_training_explorer_get_told_what_to_pass(arguments, say):
    with pytest.raises((traitlets.TraitError, TypeError), match=re.escape(say)):
        widgets.TrainingExplorer(**arguments)
