"""`autograder new KIND NAME`: a skeleton that passes its own checks, to be changed from there.

A kind is a folder of files with `.txt` behind their names, in which NAME (and ASSIGNMENT, NUMBER, LINK, CLASS, TITLE)
stand for what is asked for: `templates/KIND/` of the course, or of this package, which has `assignment` and the kinds of
exercises. A file `X.append.txt` is added to the end of X, which has to be there; `KIND/then.txt` is printed last.
Two lines of `KIND/names.txt` say which names will do: a regular expression, and an example.
Nothing that is there is overwritten. What has `KIND/cells.py.txt` is an exercise: these cells are put into the
assignment's master, behind those of its last exercise.
"""

from __future__ import annotations

import keyword
import re
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.text import natural_order

TEMPLATES = Path(__file__).parent / "templates"
THEN, NAMES, CELLS = "then.txt", "names.txt", "cells.py.txt"
APPEND = ".append"
CELL = re.compile(r"^# %%", re.MULTILINE)
GRADE_ID = re.compile(r'"grade_id": "([^"]+)"')
NEXT = {
    "exercise": "make notebooks; autograder audit {name}; autograder release {assignment}",
    "assignment": "autograder new exercise {name} MY_FUNCTION; make notebooks",
}


def new(course: Path, kind: str, names: list[str], *, out: TextIO | None = None) -> int:
    """Writes the skeleton and prints each file. Returns 0, or 2 for wrong use, when nothing is written."""
    try:
        words = _words(course, kind, names)
        files = _files(course, kind, words)
        if _is_exercise(course, kind):
            files |= _with_cells(course, kind, words)
    except WrongUse as error:
        print(error, file=out)
        return 2
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        print(f"wrote {path.relative_to(course)}", file=out)
    print(_then(course, kind, words), file=out)
    return 0


def _then(course: Path, kind: str, words: dict[str, str]) -> str:
    """What the author does next."""
    for own in (folder / THEN for folder in _folders(course, kind)):
        if own.exists():
            return _put(own.read_text(encoding="utf-8"), words).rstrip()
    then = NEXT.get(kind, "make notebooks; make test")
    return f"Then: {then.format(name=words['NAME'], assignment=words.get('ASSIGNMENT', ''))}"


def _folders(course: Path, kind: str) -> list[Path]:
    """Where a kind's template may be: the course's own comes first."""
    return [folder for folder in (course / "templates" / kind, TEMPLATES / kind) if folder.is_dir()]


def _is_exercise(course: Path, kind: str) -> bool:
    """Whether a kind belongs into an assignment that is there."""
    return any((folder / CELLS).exists() for folder in _folders(course, kind))


def _words(course: Path, kind: str, names: list[str]) -> dict[str, str]:
    """What stands for what in the templates. Raises WrongUse."""
    exercise = _is_exercise(course, kind)
    usage = f"autograder new {kind} {'ASSIGNMENT ' * exercise}NAME"
    if len(names) != 1 + exercise:
        raise WrongUse(f"found {len(names)} names, {' '.join(names)}; type: {usage}")
    name = names[-1]
    word = re.sub(r"^\d+_", "", name)  # a lesson's number comes first
    if not word.isidentifier() or keyword.iskeyword(word) or not word.islower():
        raise WrongUse(f"found the name {name!r}; expected small letters, digits and _, such as my_cell")
    words = {
        "NAME": name,
        "CLASS": "".join(part.capitalize() for part in name.split("_")),
        "TITLE": _title(name),
    }
    if exercise:
        if not (course / "source" / f"{names[0]}.py").exists():
            known = (
                ", ".join(sorted((path.stem for path in course.glob("source/*.py")), key=natural_order))
                or "none"
            )
            raise WrongUse(
                f"found no source/{names[0]}.py; expected an assignment ({known}),"
                f" or type: autograder new assignment {names[0]}"
            )
        words |= {"ASSIGNMENT": names[0], "LINK": _link(course, names[0])}
    return words


def _files(course: Path, kind: str, words: dict[str, str]) -> dict[Path, str]:
    """The skeleton's files and their texts. Raises WrongUse where one is there already."""
    known = _folders(course, kind)
    if not known:
        kinds = {path.name for each in (TEMPLATES, course / "templates") for path in each.glob("*/")}
        raise WrongUse(f"found no template for {kind!r}; expected one of {', '.join(sorted(kinds))}")
    if (known[0] / NAMES).exists():
        fits, example = (known[0] / NAMES).read_text(encoding="utf-8").splitlines()
        if not re.fullmatch(fits, words["NAME"]):
            raise WrongUse(
                f"found the name {words['NAME']!r}; expected one such as {example};"
                f" type: autograder new {kind} {example}"
            )
    files, added = {}, {}
    for path in sorted(known[0].rglob("*.txt")):
        place = path.relative_to(known[0]).as_posix()
        if place in (THEN, NAMES, CELLS):
            continue
        target, text = place.removesuffix(".txt"), _put(path.read_text(encoding="utf-8"), words)
        if target.endswith(APPEND):
            end = course / _put(target.removesuffix(APPEND), words)
            if not end.exists():
                raise WrongUse(f"found no {end.relative_to(course)}; expected it, to add to it")
            added[end] = end.read_text(encoding="utf-8") + text
        else:
            files[course / _put(target, words)] = text
    there = [str(path.relative_to(course)) for path in files if path.exists()]
    if there:
        raise WrongUse(f"found {', '.join(there)} already; take another name, or delete them")
    return files | added


def _title(name: str) -> str:
    """`11_my_word` is "11. My word"."""
    word = re.sub(r"^\d+_", "", name)
    number = name.removesuffix(word).rstrip("_")
    said = word.replace("_", " ").capitalize()
    return f"{int(number)}. {said}" if number else said


def _with_cells(course: Path, kind: str, words: dict[str, str]) -> dict[Path, str]:
    """The assignment's master with the exercise's cells behind those of its last one, or behind the imports."""
    path = course / "source" / f"{words['ASSIGNMENT']}.py"
    text = path.read_text(encoding="utf-8")
    template = next(folder / CELLS for folder in _folders(course, kind) if (folder / CELLS).exists())
    new_cells = _put(template.read_text(encoding="utf-8"), words)
    for grade_id in GRADE_ID.findall(new_cells):
        if f'"grade_id": "{grade_id}"' in text:
            raise WrongUse(f"found a cell {grade_id} in {path} already; take another name")
    starts = [found.start() for found in CELL.finditer(text)] + [len(text)]
    cells = [text[start:end] for start, end in pairwise(starts)]
    last = max((n for n, cell in enumerate(cells) if re.search(r"^score\(", cell, re.MULTILINE)), default=-1)
    if last < 0:
        last = next((n for n, cell in enumerate(cells) if '"grade_id": "imports"' in cell), len(cells) - 1)
    number = 1 + sum(bool(re.search(r"^# ## \d+\.", cell, re.MULTILINE)) for cell in cells[: last + 1])
    new_cells = _put(new_cells, {"NUMBER": str(number)})
    after = [
        re.sub(r"^# ## (\d+)\.", lambda found: f"# ## {int(found[1]) + 1}.", cell, flags=re.MULTILINE)
        for cell in cells[last + 1 :]
    ]
    before = "".join(cells[: last + 1]).rstrip("\n")
    return {path: f"{text[: starts[0]]}{before}\n\n\n{new_cells}\n{''.join(after)}"}


def _link(course: Path, assignment: str) -> str:
    """A section of the assignment's lesson for the first mistakes to point at; the author chooses better ones."""
    found = re.match(r"[a-z](\d+)_", assignment)
    lessons = sorted(course.glob(f"notebooks/{int(found[1]):02d}_*.py")) if found else []
    for path in lessons:
        heading = re.search(r"^# ## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if heading:
            anchor = heading[1].replace("`", "").replace(" ", "-")
            return f"notebooks/{path.stem}.ipynb#{anchor}"
    return "notebooks/LESSON.ipynb#Section"


def _put(text: str, words: dict[str, str]) -> str:
    return re.sub(rf"(?<![A-Z])({'|'.join(words)})(?![A-Z])", lambda found: words[found[1]], text)
