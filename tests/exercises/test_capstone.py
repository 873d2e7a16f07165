"""The capstone: words that only the examiner has, weights that are handed in, and what a model earns."""

import csv
import hashlib
import importlib.util
import io
import json
import shutil
import struct
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import torch
from safetensors.torch import load_file, save, save_file
from torch import nn

from autograder.auditing.check_run import run_checks
from autograder.auditing.exercise_source import read_source
from autograder.checking.examine import examine
from autograder.checking.registry import find
from autograder.checking.report import as_text
from autograder.checking.stock.answers import function_in
from autograder.cli import main
from autograder.commands.grade import grade_assignment
from exercises.a9_capstone import given as words
from exercises.a9_capstone import weights as reading
from exercises.a9_capstone.shared import encode_words
from exercises.a9_capstone.trials import BASELINE, STRETCH, TARGET, credit

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "exercises" / "a9_capstone" / "answers"
FILE = reading.FILE
GOOD = (ANSWERS / FILE).read_bytes()
A9 = "a9_capstone"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("capstone_tool", ROOT / "tools" / "capstone.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---------------------------------------------------------------- the words


def test_the_list_of_given_letters_is_what_the_key_gives(tool):
    assert tool.LETTERS.read_text(encoding="utf-8") == tool.letters(tool.key())


def test_the_key_is_in_the_hidden_tests_and_nowhere_that_students_look(tool):
    places = [
        ROOT / name for name in ("autograder", "lstmlab", "notebooks", "release", "tools", "docs", "tests")
    ]
    files = [
        path
        for place in places
        for path in place.rglob("*")
        if path.suffix in (".py", ".ipynb", ".txt", ".md")
    ]
    assert len(files) > 100
    assert not [path for path in files if tool.key() in path.read_text(encoding="utf-8")]


def test_the_words_are_the_same_in_every_python(tool):
    drawn = (words.training_words(50, 3), words.validation_words(50), words.held_out_words(tool.key(), 50))
    digest = hashlib.sha256(json.dumps(drawn).encode()).hexdigest()
    assert digest[:16] == "7bc8a86166f64f53"


def test_the_examiners_words_have_letters_that_nobody_was_given(tool):
    texts, scripts = words.held_out_words(tool.key(), 2000)
    given = {
        script: {*words._given("training")[script], *words._given("validation")[script]}
        for script in words.SCRIPTS
    }
    letters = [
        (words.SCRIPTS[k], letter)
        for text, k in zip(texts, scripts, strict=True)
        for letter in text.split(" ")
    ]
    new = sum(letter not in given[script] for script, letter in letters) / len(letters)
    assert 0.45 < new < 0.55
    assert {*texts}.isdisjoint(words.validation_words()[0])
    assert torch.tensor(scripts).bincount().tolist() == [200] * 10


def test_another_key_reserves_other_letters(tool):
    one, other = (words.split(key)["Yi"][2] for key in (tool.key(), "another"))
    assert len({*one} & {*other}) < len(one) / 2


# ---------------------------------------------------------------- how hard it is


def linear(features, count=6000):
    """The share of right examiner's words of a linear layer on these features of (ids, lengths)."""
    tool_key = read_source(ROOT, "script_scores").hidden.partition('KEY = "')[2].partition('"')[0]
    (seen, labels), (test, truth) = words.training_words(count), words.held_out_words(tool_key, 2000)
    x, y = features(*encode_words(seen, words.ALPHABET)), torch.tensor(labels)
    torch.manual_seed(0)
    model = nn.Linear(x.shape[1], 10)
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    for _ in range(150):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    hits = model(features(*encode_words(test, words.ALPHABET))).argmax(1) == torch.tensor(truth)
    return hits.double().mean().item()


def test_lengths_and_letters_alone_do_not_get_beyond_the_baseline():
    lengths = linear(lambda ids, n: nn.functional.one_hot(n.clamp(max=59), 60).float())
    letters = linear(lambda ids, n: nn.functional.one_hot(ids, 29)[..., 1:].sum(1).float())
    assert 0.15 < lengths < 0.3 < 0.65 < letters < BASELINE + 0.01 < TARGET - 0.1


def test_every_right_word_more_earns_more_between_baseline_and_stretch():
    shares = [k / 1000 for k in range(1001)]
    earned = [credit(share) for share in shares]
    assert earned == sorted(earned)
    inside = [credit(k / 1000) for k in range(round(1000 * BASELINE), round(1000 * STRETCH) + 1)]
    assert all(a < b for a, b in pairwise(inside))
    assert credit(BASELINE) == 0 and credit(TARGET) == 0.75 and credit(STRETCH) == 1


def test_the_weights_of_the_reference_earn_everything_under_five_seeds(monkeypatch):
    monkeypatch.chdir(ANSWERS)
    written = read_source(ROOT, "script_scores")
    function = function_in(written.reference, "script_scores", "<reference>")
    began = time.process_time()
    trials = [
        run_checks("script_scores", function, seed, written.properties(), written.points) for seed in range(5)
    ]
    assert [trial.score for trial in trials] == [1.0] * 5
    assert time.process_time() - began < 10
    assert len(GOOD) < 200_000


@pytest.mark.slow
@pytest.mark.long
def test_the_reference_trains_to_the_stretch_in_two_minutes(tool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    began = time.process_time()
    tool.reference()["train"](seed=7)
    assert time.process_time() - began < 120
    written = read_source(ROOT, "script_scores")
    function = function_in(written.reference, "script_scores", "<reference>")
    assert run_checks("script_scores", function, 1, written.properties(), written.points).score == 1


# ---------------------------------------------------------------- any model will do


class Any(nn.Module):
    """A model whose middle is given as a function of (model, letters, ids, lengths)."""

    def __init__(self, features, out, **layers):
        super().__init__()
        self.embedding, self.head = nn.Embedding(29, features, padding_idx=0), nn.Linear(out, 10)
        for name, layer in layers.items():
            setattr(self, name, layer)


def packed(x, lengths):
    return nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)


def masked(ids):
    return (ids > 0).unsqueeze(-1)


def transformer(m, x, ids, lengths):
    return (m.layer(x, src_key_padding_mask=ids == 0) * masked(ids)).sum(1) / lengths[:, None]


MODELS = {
    "bag of letters": (lambda: Any(8, 8), lambda m, x, ids, n: x.sum(1)),
    "GRU": (
        lambda: Any(8, 12, gru=nn.GRU(8, 12, batch_first=True)),
        lambda m, x, ids, n: m.gru(packed(x, n))[1][-1],
    ),
    "two RNN layers": (
        lambda: Any(6, 9, rnn=nn.RNN(6, 9, 2, batch_first=True, dropout=0.5), norm=nn.LayerNorm(9)),
        lambda m, x, ids, n: m.norm(m.rnn(packed(x, n))[1][-1]),
    ),
    "convolution": (
        lambda: Any(8, 12, conv=nn.Conv1d(8, 12, 3, padding=1), norm=nn.BatchNorm1d(12)),
        lambda m, x, ids, n: m.norm((m.conv(x.mT).mT * masked(ids)).sum(1)),
    ),
    "attention": (
        lambda: Any(8, 8, layer=nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.3)),
        transformer,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_an_untrained_model_of_any_kind_earns_all_but_what_right_words_earn(name, tmp_path, monkeypatch):
    make, middle = MODELS[name]
    torch.manual_seed(1)
    save_file(make().state_dict(), tmp_path / FILE)
    monkeypatch.chdir(tmp_path)

    def script_scores(weights, ids, lengths):
        model = make()
        model.load_state_dict(weights)
        model.eval()
        with torch.no_grad():
            return model.head(middle(model, model.embedding(ids), ids, lengths))

    written = read_source(ROOT, "script_scores")
    for seed in range(3):
        trial = run_checks("script_scores", script_scores, seed, written.properties(), written.points)
        assert trial.failed == ("The words for validation are read.", "The examiner's words are read.")
        assert trial.score < 0.3


# ---------------------------------------------------------------- files that are not what they should be


def pickled():
    buffer = io.BytesIO()
    torch.save({"embedding.weight": torch.zeros(29, 4)}, buffer)
    return buffer.getvalue()


def changed(**entries):
    return save({**load_file(ANSWERS / FILE), **{k.replace("__", "."): v for k, v in entries.items()}})


def unreadable_header():
    head = b'{"embedding.weight":{"dtype":"F32","shape":[29,16],"data_offsets":[0,99999999]}}'
    return struct.pack("<Q", len(head)) + head


def odd_entry(dtype, shape, size):
    """The good file with another entry, of zeros, whose name begins with letters that show nothing or turn a line."""
    head = json.loads(GOOD[8 : 8 + struct.unpack("<Q", GOOD[:8])[0]])
    data = GOOD[8 + struct.unpack("<Q", GOOD[:8])[0] :]
    head["\u202e\nx"] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + size]}
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + data + bytes(size)


FILES = {
    "cut off": (GOOD[:30_000], "is cut off or damaged (30000 bytes)"),
    "cut within the header": (GOOD[:60], "is cut off or damaged"),
    "lying header": (unreadable_header(), "is cut off or damaged"),
    "empty": (b"", "is empty"),
    "huge": (changed(more=torch.zeros(100_000)), "and 256 kB are allowed: make the model smaller"),
    "pickled": (pickled(), "was written by torch.save or pickle"),
    "old pickle": (b"\x80\x04K\x01.", "was written by torch.save or pickle"),
    "text": (b"these are my weights\n", "is no safetensors file"),
    "header of 10^18 bytes": (struct.pack("<Q", 10**18) + b"{}", "is no safetensors file"),
    "wrong shape": (
        changed(embedding__weight=torch.zeros(28, 16)),
        "has the shape (28, 16); expected (29, ...)",
    ),
    "other classes": (
        changed(head__weight=torch.zeros(12, 80)),
        "has the shape (12, 80); expected (10, ...)",
    ),
    "bias of another size": (changed(head__bias=torch.zeros(12)), "head.bias in"),
    "float8": (
        odd_entry("F8_E4M3", [4], 4),
        "??x in a9_capstone.safetensors has the dtype torch.float8_e4m3fn",
    ),
    "a hundred dimensions": (odd_entry("F32", [1] * 100, 4), "has a shape that no layer has"),
    "an empty one of any size": (odd_entry("F32", [2**40, 0], 0), "has a shape that no layer has"),
    "whole numbers": (changed(embedding__weight=torch.ones(29, 16).long()), "has the dtype torch.int64"),
    "complex NaN": (changed(more=torch.full((2,), complex("nan"))), "holds NaN or infinite numbers"),
    "NaN": (changed(lstm__bias_ih_l0=torch.full((160,), torch.nan)), "lstm.bias_ih_l0 in"),
    "other names": (
        save({"fc.weight": torch.zeros(10, 3)}),
        "has no entry 'embedding.weight', but fc.weight",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_of_weights_is_told_what_to_do(name, tmp_path, monkeypatch):
    content, words_said = FILES[name]
    (tmp_path / FILE).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    written = read_source(ROOT, "script_scores")
    function = function_in(written.reference, "script_scores", "<reference>")
    report = examine(find("script_scores"), function)
    assert report.share == 0 and words_said in " ".join(as_text(report).split())
    assert run_checks("script_scores", function, 1, written.properties(), written.points).score == 0


@pytest.mark.parametrize(
    "scores",
    [
        "torch.zeros(len(ids), 10)",
        "torch.arange(10.0).expand(len(ids), 10)",
        "lengths[:, None] * torch.ones(10)",
    ],
)
def test_scores_for_which_no_weights_are_read_come_to_nothing(scores, monkeypatch):
    """As the notebook says: else a constant would earn a quarter of the points."""
    monkeypatch.chdir(ANSWERS)
    source = f"import torch\ndef script_scores(weights, ids, lengths):\n    return {scores}\n"
    function = function_in(source, "script_scores", "<constant>")
    written = read_source(ROOT, "script_scores")
    trial = run_checks("script_scores", function, 1, written.properties(), written.points)
    assert (trial.score, trial.mistake) == (0, "the weights that are handed over are not used")


def test_a_file_of_another_name_or_none_is_told_where_it_should_be(tmp_path):
    said = [reading.read_weights(tmp_path).problem]
    (tmp_path / "model.pt").write_bytes(pickled())
    said.append(reading.read_weights(tmp_path).problem)
    (tmp_path / "a9_capstone (1).safetensors").write_bytes(GOOD)
    said.append(reading.read_weights(tmp_path).problem)
    (tmp_path / FILE).mkdir()
    said.append(reading.read_weights(tmp_path).problem)
    for words_said, expected in zip(
        said,
        ("beside the notebook. Train", "'model.pt', is not read", "rename that to", "no ordinary"),
        strict=True,
    ):
        assert expected in words_said.replace("is not an ordinary", "no ordinary")


def test_half_precision_and_counters_are_welcome():
    content = save({k: v.half() for k, v in load_file(ANSWERS / FILE).items()} | {"steps": torch.tensor(3)})
    assert not reading._understood(content).problem


def test_the_weights_lie_beside_the_file_that_is_checked(tmp_path, capsys):
    written = read_source(ROOT, "script_scores")
    (tmp_path / "mine.py").write_text(written.reference)
    for sandbox in ("off", "auto"):
        command = ["--course", str(ROOT), "check", "script_scores", str(tmp_path / "mine.py"), "--json"]
        assert main([*command, "--sandbox", sandbox]) == 1
        assert json.loads(capsys.readouterr().out)["score"] == 0
    shutil.copy(ANSWERS / FILE, tmp_path)
    for sandbox in ("off", "auto"):
        assert main([*command, "--sandbox", sandbox]) == 0
        assert json.loads(capsys.readouterr().out)["score"] == 1


# ---------------------------------------------------------------- a class


def answered(**cells):
    """The reference solution's notebook with some cells replaced."""
    notebook = nbformat.read(ROOT / "source" / A9 / f"{A9}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in cells:
            cell.source = cells[name]
    return notebook


TRAINS = "import time\ndef train():\n    time.sleep(1)\ntrain()\nraise RuntimeError('trained while graded')"
OPENS = """
def script_scores(weights, ids, lengths):
    import os
    found = [os.path.join(a, f) for a, _, fs in os.walk(".") for f in fs]
    raise ValueError(found)
"""
CLASS = {
    "right": (answered(), {FILE: GOOD}),
    "no-file": (answered(), {}),
    "cut-off": (answered(), {FILE: GOOD[:50_000]}),
    "pickled": (answered(), {FILE: pickled()}),
    "renamed": (answered(), {"a9_capstone (2).safetensors": GOOD}),
    "weaker": (
        answered(),
        {FILE: changed(lstm__bias_ih_l0=load_file(ANSWERS / FILE)["lstm.bias_ih_l0"] + 1.0)},
    ),
    "huge": (answered(), {FILE: bytes(17 * 2**20)}),
    "mismatched": (answered(), {FILE: changed(lstm__weight_ih_l0=torch.zeros(8, 16))}),
    "trains": (answered(train=TRAINS), {FILE: GOOD}),
    "module": (
        answered(),
        {FILE: GOOD, "safetensors.py": b"raise SystemExit", "torch.safetensors/x.safetensors": b""},
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("capstone") / "course"
    shutil.copytree(ROOT / "source" / A9, root / "source" / A9)
    for student, (notebook, files) in CLASS.items():
        folder = root / "submitted" / student / A9
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{A9}.ipynb")
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 30\n")
    return root


@pytest.fixture(scope="module")
def rows(course):
    root = course
    out = io.StringIO()
    assert grade_assignment(root, A9, workers=2, out=out) in (0, 1), out.getvalue()
    with (root / "reports" / A9 / "grades.csv").open(newline="", encoding="utf-8") as file:
        found = {row["student_id"]: row for row in csv.DictReader(file)}
    pages = {s: " ".join((root / "feedback" / s / A9 / f"{A9}.html").read_text().split()) for s in found}
    return found, pages


def test_code_and_weights_together_earn_full_marks_in_two_kernels(rows):
    found, _ = rows
    assert (
        float(found["right"]["script_scores-visible"]) == 3
        and float(found["right"]["script_scores-hidden"]) == 7
    )


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("no-file", "there is no a9_capstone.safetensors beside the notebook"),
        ("cut-off", "is cut off or damaged"),
        ("pickled", "was written by torch.save or pickle"),
        ("renamed", "rename that to a9_capstone.safetensors"),
        ("huge", "more than the 16 MB allowed; make it smaller"),
        ("mismatched", "RuntimeError"),
    ],
)
def test_a_file_that_cannot_be_used_costs_its_question_and_is_explained(rows, student, said):
    found, pages = rows
    row = found[student]
    assert (float(row["encode_words-visible"]), float(row["read_words-hidden"])) == (2, 2)
    assert (float(row["script_scores-visible"]), float(row["script_scores-hidden"])) == (0, 0)
    assert said in pages[student]


def test_the_top_of_a_page_says_why_and_what_a_part_is_missing(rows):
    found, pages = rows
    top = {student: page.partition("Your notebook")[0] for student, page in pages.items()}
    assert (
        "ten scores. There is no a9_capstone.safetensors beside the notebook. Train a model" in top["no-file"]
    )
    assert 0 < float(found["weaker"]["script_scores-hidden"]) < 7
    assert "The words for validation are read. 8" in top["weaker"]
    assert "of 2000 words are right, which earns" in top["weaker"]
    assert "properties hold.<" not in top["weaker"]


def test_a_cell_that_trains_while_it_is_graded_costs_nothing_else(rows):
    found, _ = rows
    assert float(found["trains"]["script_scores-hidden"]) == 7


def test_no_file_of_a_students_becomes_a_module_of_the_examiners(rows):
    found, _ = rows
    assert float(found["module"]["script_scores-hidden"]) == 7


def test_hidden_words_and_the_key_are_on_no_page(rows, tool):
    _, pages = rows
    for page in pages.values():
        assert tool.key() not in page and "held_out(" not in page


def test_stock_nbgrader_finds_the_weights_beside_the_notebook_and_gives_the_same(rows, course):
    found, _ = rows
    for command in (("autograde", A9, "--student", "right", "--force"), ("export",)):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=course,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (course / "autograded" / "right" / A9 / FILE).read_bytes() == GOOD
    with (course / "grades.csv").open(newline="", encoding="utf-8") as file:
        stock = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert stock["right"] == float(found["right"]["score"]) == 18, (
        "two of twenty points are for a person to give"
    )


def test_the_release_has_the_notebook_and_no_weights():
    assert [path.name for path in (ROOT / "release" / A9).iterdir()] == [f"{A9}.ipynb"]
