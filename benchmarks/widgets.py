"""How soon a widget answers, against the same figure by `interact` and matplotlib: `make bench-widgets`.

JupyterLab in headless Chromium. For each widget 45 moves of a slider by key, from the key to the painted frame;
a drag of two seconds with 125 events; and the first paint after its cell was run. Then all of it again through a
proxy that adds 150 ms to each round trip, as a distant server would. Prints a table for docs/performance.md; names of
widgets measure only those, `--delay 0` or `--delay 150` only one of the two. Of the TrainingExplorer, which
moves without a hand, it measures the page's frames while four runs learn, and how long that takes.
"""

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from browser import IDLE, Server, jupyter, open_page
from nbformat.v4 import new_code_cell, new_notebook
from network_delay import DELAY, delayed

MOVES, EVENTS, SECONDS = 45, 125, 2.0
SET_UP = f"""import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import interact_figures as figures, ipywidgets, torch, lstmlab
from lstmlab.widgets import *
lstmlab.use_style()
torch.manual_seed(0)"""
# Closed, the widget computes the same numbers and sends nothing: what is measured is the picture that comes.
INTERACT = """w.close()
@ipywidgets.interact(v={spec})
def show(v):
    {move}
    display(figures.{figure}(w))"""


@dataclass(frozen=True)
class Case:
    """A widget, a slider of it by its accessible name, what is watched; and the same figure by `interact`."""

    name: str
    code: str
    slider: str
    picture: str
    spec: str  # the same slider, as `interact` takes it
    move: str  # what it does to the widget `w`
    figure: str  # of `interact_figures`


@dataclass(frozen=True)
class Run:
    """One cell to measure; without a slider's name it is `interact`."""

    code: str
    slider: str | None
    picture: str
    before: str = ""  # done in the cell before it, and not measured


LARGE = "GateExplorer(torch.nn.LSTM(1, 4), torch.randn(200, 1))"
WALK = "StateStepper(torch.nn.RNN(3, 8), torch.randn(60, 3))"
BIAS, STEP = "(-6.0, 6.0, 0.05)", "(0, 59)"
CASES = [
    Case("GateExplorer", "GateExplorer()", "forget gate, bias", ".lw-chart", BIAS, "w.set('f', bias=v)", "gates"),
    Case("GateExplorer, 4 units x 200 steps", LARGE, "forget gate, bias", ".lw-chart", BIAS, "w.set('f', bias=v)",
         "gates"),
    Case("GradientExplorer", "GradientExplorer()", "forget bias", ".lw-lags", "(-2.0, 8.0, 0.1)", "w.forget_bias = v",
         "gradients"),
    Case("ShapeExplorer", "ShapeExplorer()", "hidden_size", ".lw-boxes", "(1, 16)", "w.hidden_size = v", "shapes"),
    Case("PackingExplorer", "PackingExplorer()", "length of a", ".lw-packed", "(1, 12)",
         "w.lengths = [v, *w.lengths[1:]]", "packing"),
    Case("StackExplorer", "StackExplorer(steps=8)", "steps", ".lw-stack", "(2, 8)", "w.steps = v", "stack"),
    Case("StateStepper, 8 units x 60 steps", WALK, "time step", ".lw-unrolled", STEP, "w.step = v", "stepper"),
    Case("UnitExplorer, 1000 letters read anew", "UnitExplorer(text=(UnitExplorer().passage * 2)[:1000])", "clamp to",
         ".lw-texts", "(-3.0, 3.0, 0.05)", "w.value = {'clamp': 'every letter', 'to': v}", "units"),
]  # fmt: skip


def chosen(wanted: list[str]) -> list[Case]:
    """The cases of these widgets; all of them unless names are given."""
    return [case for case in CASES if not wanted or case.name.split(",")[0] in wanted]


def pair(case: Case) -> tuple[Run, Run]:
    """The widget, and its like by `interact`."""
    like = INTERACT.format(spec=case.spec, move=case.move, figure=case.figure)
    return Run(case.code, case.slider, case.picture), Run(like, None, ".widget-output", f"w = {case.code}")


# Notes when the key or the pointer moved, and when the picture that followed was painted. A browser draws in one
# task: callbacks of requestAnimationFrame, style, layout, paint. So a message that was posted in such a callback
# arrives when that frame has been painted, and for a change made outside of one the next frame is waited for.
WATCH = """([root]) => {
  window.moved = 0; window.paints = [];
  for (const type of ['keydown', 'pointermove'])
    document.addEventListener(type, event => { window.moved = event.timeStamp; }, true);
  document.addEventListener('input', event => { window.input = event.timeStamp; }, true);
  const frame = window.requestAnimationFrame, done = new MessageChannel();
  let drawing = false, changed = false;
  done.port1.onmessage = () => {
    drawing = false;
    if (changed) window.paints.push([window.moved, performance.now()]);
    changed = false;
  };
  const begin = () => { if (!drawing) { drawing = true; done.port2.postMessage(0); } };
  window.requestAnimationFrame = callback => frame.call(window, time => { begin(); callback(time); });
  new MutationObserver(() => {
    if (changed) return;
    changed = true;
    if (!drawing) frame.call(window, begin);
  }).observe(document.querySelector(root), {subtree: true, childList: true, attributes: true});
}"""
FIRST = """async picture => {
  const start = performance.now(), {commands, shell} = window.jupyterapp;
  const seen = new Promise(done => {
    const look = () => document.querySelector(`.jp-OutputArea ${picture}`) ? setTimeout(() => done(performance.now()))
                                                                          : requestAnimationFrame(look);
    look();
  });
  shell.currentWidget.content.activeCellIndex = 1;
  commands.execute('notebook:run-cell');
  return await seen - start;
}"""


@dataclass(frozen=True)
class Figures:
    """Milliseconds, and pictures painted in the drag; `work` is CPU time of the page's main thread for a move."""

    median: float
    p95: float
    pictures: int
    last: float
    first: float
    work: float


def measure(page, server: Server, notebook: str, case: Run) -> Figures:
    page.goto(server.page(f"lab/tree/{notebook}?reset"))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_function(IDLE)
    page.evaluate("""window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0""")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget.content.widgets[0].model.executionCount > 0"
    )
    page.wait_for_function(IDLE)
    first = page.evaluate(FIRST, "img" if case.slider is None else case.picture)
    page.wait_for_timeout(1500)
    output = page.locator(".jp-NotebookPanel")
    slider = (
        output.get_by_role("slider", name=case.slider, exact=True)
        if case.slider
        else output.get_by_role("slider").first
    )
    slider.scroll_into_view_if_needed()
    page.evaluate(WATCH, [f".jp-OutputArea {case.picture}"])
    slider.focus()
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    before, times = worked(meter), []
    for move in range(MOVES):
        page.evaluate("window.paints = []")
        page.keyboard.press("ArrowRight" if move % 2 else "ArrowLeft")  # to and fro: some sliders are short
        page.wait_for_function("window.paints.length > 0")
        if (
            not case.slider
        ):  # its output may change before the new picture comes, when the kernel is done: that counts
            page.wait_for_function(IDLE)
            page.wait_for_timeout(350)
        page.wait_for_timeout(30)
        moved, painted = page.evaluate(f"window.paints.at({0 if case.slider else -1})")
        times.append(painted - moved)
    work = 1000 * (worked(meter) - before) / MOVES
    track = slider if case.slider else output.locator(".noUi-target").first
    pictures, last = drag(page, track, slider)
    return Figures(
        statistics.median(times), statistics.quantiles(times, n=20)[-1], pictures, last, first, work
    )


def worked(meter) -> float:
    """CPU seconds of the page's main thread so far: unlike the clock, the same on a busy machine."""
    metrics = meter.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def drag(page, track, grip) -> tuple[int, float]:
    """Drag for two seconds; return the pictures painted meanwhile, and how late the last one was.

    `grip` is taken hold of: a native slider jumps to the pointer, the one of `interact` has a handle to grip.
    """
    box, hold = track.bounding_box(), grip.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(hold["x"] + hold["width"] / 2, hold["y"] + hold["height"] / 2)
    page.mouse.down()
    page.evaluate("[window.paints, window.input, window.start] = [[], 0, performance.now()]")
    for event in range(EVENTS):
        share = abs(((event / 40) % 2) - 1)  # to and fro
        page.mouse.move(box["x"] + box["width"] * (0.1 + 0.8 * share), middle)
        ahead = SECONDS * 1000 * (event + 1) / EVENTS - page.evaluate("performance.now() - window.start")
        page.wait_for_timeout(max(0.0, ahead))
    pictures = page.evaluate("window.paints.filter(([, painted]) => painted < window.start + 2000).length")
    # The last event that changed something: a native slider says which; of the others it is the last movement.
    page.wait_for_timeout(5000)  # for what is still on its way
    moved, painted = page.evaluate("[window.input || window.moved, window.paints.at(-1)[1]]")
    page.mouse.up()
    return pictures, painted - moved


LEARNS = "TrainingExplorer"
# Notes each frame of some seconds, presses Play, notes them again, and waits for the end of all runs.
PLAY = """async seconds => {
  const root = document.querySelector('.jp-OutputArea [data-kind=training]');
  const told = () => [...root.querySelectorAll('.lw-told')].map(node => node.textContent);
  const watch = () => new Promise(done => {
    const frames = [];
    const look = now => {
      frames.push(now);
      if (now - frames[0] < 1000 * seconds) requestAnimationFrame(look);
      else done(frames.slice(1).map((at, k) => at - frames[k]));
    };
    requestAnimationFrame(look);
  });
  const idle = await watch(), begun = performance.now();
  [...root.querySelectorAll('button')].find(node => node.textContent.includes('Play')).click();
  const busy = await watch();
  while (!told().every(text => text.includes('solved'))) await new Promise(done => setTimeout(done, 50));
  return [idle, busy, performance.now() - begun, told()];
}"""
WATCHED = 3  # seconds


def learning(page, server: Server, notebook: str) -> str:
    """What a page's frames and its main thread have to bear while the training explorer's runs learn."""
    page.goto(server.page(f"lab/tree/{notebook}?reset"))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_function(IDLE)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".jp-OutputArea [data-kind=training] .lw-told")
    page.wait_for_function(IDLE)
    page.locator("[data-kind=training]").scroll_into_view_if_needed()
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.wait_for_timeout(1500)
    before = worked(meter)
    idle, busy, took, told = page.evaluate(PLAY, WATCHED)
    share = 1000 * (worked(meter) - before) / (took + 1000 * WATCHED)
    frames = [
        f"{len(gaps) / WATCHED:.0f} frames a second, p95 {statistics.quantiles(gaps, n=20)[-1]:.0f} ms"
        for gaps in (idle, busy)
    ]
    return (
        f"{LEARNS}: {frames[0]} from one to the next before Play; {frames[1]} while four runs learn. The page's main "
        f"thread works {share:.0%} of the time. After {took / 1000:.1f} s: {'; '.join(told)} sequences."
    )


def write_notebook(folder: Path, name: str, run: Run) -> str:
    """A notebook of two cells, and its name."""
    kernel = {"name": "python3", "display_name": "Python 3"}  # or JupyterLab asks which one
    cells = [new_code_cell(f"{SET_UP}\n{run.before}"), new_code_cell(run.code)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{name}.ipynb")
    return f"{name}.ipynb"


HEAD = """| delay, ms | figure | median / p95, ms | by interact | times | pictures in a 2 s drag | by interact \
| last event to paint, ms | by interact | run to first paint, ms | CPU of a move, ms |
| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def row(delay: int, name: str, ours: Figures, theirs: Figures) -> str:
    cells = [
        str(delay), name, f"{ours.median:.0f} / {ours.p95:.0f}", f"{theirs.median:.0f} / {theirs.p95:.0f}",
        f"{theirs.median / ours.median:.0f}", str(ours.pictures), str(theirs.pictures),
        f"{ours.last:.0f}", f"{theirs.last:.0f}", f"{ours.first:.0f}", f"{ours.work:.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("widget", nargs="*", help="its class; all unless given")
    parser.add_argument("--delay", type=int, choices=(0, 150), help="milliseconds; both unless given")
    options = parser.parse_args(arguments)
    if cases := chosen(options.widget):
        print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as home:
        course = Path(home) / "course"
        course.mkdir()
        with jupyter(course, Path(home)) as server, delayed(server) as far:
            for place, delay in ((server, 0), (far, round(1000 * DELAY))):
                if options.delay not in (None, delay):
                    continue
                for number, case in enumerate(cases):
                    found = []
                    for side, run in zip(("widget", "interact"), pair(case), strict=True):
                        name = write_notebook(course, f"{side}{delay}-{number}", run)
                        with open_page() as page:
                            found.append(measure(page, place, name, run))
                    print(row(delay, case.name, *found), flush=True)
            if not options.widget or LEARNS in options.widget:
                name = write_notebook(course, LEARNS, Run(f"{LEARNS}()", None, ""))
                with open_page() as page:
                    print(learning(page, server, name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
