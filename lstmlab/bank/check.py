"""Everything that can be wrong with a lesson's questions, told with its line: for whoever writes a bank.

    python -m lstmlab.bank.check [LESSON or FILE.toml ...]

Reads the banks (of all lessons if none is named), runs the code of each question and pitfall, and looks for each concept
in its own sentence. data/README.md names it; the tests call `faults` for every lesson.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from lstmlab.bank.load import Bank, BankError, lessons, parse_bank
from lstmlab.bank.matching import look
from lstmlab.bank.run_code import holds
from lstmlab.bank.toml_file import BankFile, read_bank


def faults(name: str, text: str) -> list[str]:
    """A line for each mistake in the bank `text` of lesson `name`: 'file.toml:12: what, and what to write'."""
    try:
        bank, source = parse_bank(name, text), read_bank(name, text)
    except BankError as error:
        return str(error).splitlines()
    return [*_answers(bank, source), *_pitfalls(bank, source), *_concepts(bank, source)]


def _answers(bank: Bank, source: BankFile) -> Iterator[str]:
    for kind in ("predict", "choice"):
        for number, table in enumerate(source.tables.get(kind, [])):
            try:
                _ = bank.questions[table["key"]].answer
            except ValueError as error:
                yield f"{source.at(kind, number, 'asks')}: {kind} {error}"


def _pitfalls(bank: Bank, source: BankFile) -> Iterator[str]:
    for number, pitfall in enumerate(bank.pitfalls.values()):
        for field, code, wanted in (("right", pitfall.right, True), ("wrong", pitfall.wrong, False)):
            try:
                came = holds(pitfall.setup, code, pitfall.holds)
            except Exception as error:  # the author's code may raise anything
                yield (
                    f"{source.at('pitfall', number, 'setup')}: pitfall {pitfall.key!r}: `setup` raises "
                    f"{type(error).__name__}: {error}; mend it."
                )
                break
            if came != wanted:
                says = "false, or raises," if wanted else "true"
                yield (
                    f"{source.at('pitfall', number, field)}: pitfall {pitfall.key!r}: after `{field}` the expression "
                    f"{pitfall.holds!r} is {says} and must {'be true' if wanted else 'not be'}; mend one of the two."
                )


def _concepts(bank: Bank, source: BankFile) -> Iterator[str]:
    for number, prompt in enumerate(bank.prompts.values()):
        for entry, concept in enumerate(prompt.concepts):
            if not look(concept.text, concept.words, concept.text).found:
                yield (
                    f"{source.at('explain', number, 'concepts', entry)}: explain {prompt.key!r}: none of the words "
                    f"{concept.words!r} stands in the concept itself; add some that do."
                )


def _source(name: str) -> tuple[str, str] | str:
    """Name and text of a bank; or what is wrong with what was named."""
    path = Path(name)
    if path.suffix == ".toml":
        return (
            (path.stem, path.read_text(encoding="utf-8"))
            if path.is_file()
            else f"{path}: found no such file."
        )
    if name not in lessons():
        return f"found no lesson {name!r}; name one of {', '.join(lessons())}, or a file that ends in .toml."
    return name, (files("lstmlab") / "data" / f"{name}.toml").read_text(encoding="utf-8")


def main(names: list[str]) -> int:
    """Returns 0 where all is well, 1 where there are faults, 2 where nothing is called so."""
    sources = [_source(name) for name in names or lessons()]
    if missing := [source for source in sources if isinstance(source, str)]:
        print("\n".join(missing), file=sys.stderr)
        return 2
    found = [fault for source in sources if not isinstance(source, str) for fault in faults(*source)]
    print("\n".join(found) if found else f"{len(sources)} banks, nothing wrong.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
