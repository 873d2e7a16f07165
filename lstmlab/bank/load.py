"""The questions of a lesson, read from `data/<lesson>.toml`.

They are not in the notebook because a reader who is to predict must not see the answer in the code above the
question. `quiz.quiz.Quiz` loads a bank; every item reads as plain text and as static HTML by itself. The glossary is
written from the terms of all banks. data/README.md says how to write one.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeVar

from lstmlab.bank.items import Card, Concept, Myth, Pitfall, Prompt, Question, Term
from lstmlab.bank.matching import alternatives, look
from lstmlab.bank.run_code import Run
from lstmlab.bank.toml_file import BankError, BankFile, read_bank
from lstmlab.storage.explanations import file_name

__all__ = [
    "CARD_LEVELS", "LEVELS", "Bank", "BankError", "Card", "Concept", "Myth", "Pitfall", "Prompt", "Question",
    "Term", "lessons", "load_bank", "parse_bank",
]  # fmt: skip

LEVELS = ("easy", "medium", "hard")
CARD_LEVELS = ("beginner", "intermediate")
Keyed = TypeVar("Keyed", Question, Card, Prompt, Myth, Pitfall, Term)


@dataclass(frozen=True)
class Bank:
    """All items of one lesson, in the order of its file."""

    name: str
    questions: dict[str, Question]
    cards: tuple[Card, ...]
    prompts: dict[str, Prompt]
    myths: dict[str, Myth]
    pitfalls: dict[str, Pitfall]
    terms: tuple[Term, ...] = ()


def lessons() -> tuple[str, ...]:
    """The names of all banks, '00_start_here' first."""
    names = (path.name for path in (files("lstmlab") / "data").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name[0].isdigit()))


def load_bank(name: str) -> Bank:
    """Read `data/<name>.toml`. Raises BankError, a ValueError, with the line of each mistake in the file."""
    source = files("lstmlab") / "data" / f"{name}.toml"
    if not source.is_file():
        raise ValueError(f"no questions for {name!r}: lstmlab/data/{name}.toml is missing.")
    return parse_bank(name, source.read_text(encoding="utf-8"))


def parse_bank(name: str, text: str) -> Bank:
    """Build a Bank from the text of its file. Raises BankError with the line of each mistake."""
    source = read_bank(name, text)
    faults: list[str] = []
    questions = [
        question
        for kind in ("predict", "choice")
        for number, table in enumerate(source.tables.get(kind, []))
        if (question := _question(source, kind, number, table, faults))
    ]
    prompts = [
        _prompt(source, number, table, faults)
        for number, table in enumerate(source.tables.get("explain", []))
    ]
    cards = [Card(**table) for table in source.tables.get("card", [])]
    myths = [Myth(**table) for table in source.tables.get("myth", [])]
    pitfalls = [Pitfall(**table) for table in source.tables.get("pitfall", [])]
    terms = tuple(Term(**table) for table in source.tables.get("term", []))
    _find_doubled(source, faults)
    if faults:
        raise BankError("\n".join(faults))
    return Bank(
        name, _by_key(questions), tuple(cards), _by_key(prompts), _by_key(myths), _by_key(pitfalls), terms
    )


def _by_key(items: list[Keyed]) -> dict[str, Keyed]:
    return {item.key: item for item in items}


def _find_doubled(source: BankFile, faults: list[str]) -> None:
    """Keys that stand twice; predictions and choices share theirs."""
    for kinds in (("predict", "choice"), ("card",), ("explain",), ("myth",), ("pitfall",), ("term",)):
        seen: dict[str, tuple[str, int, str]] = {}
        for kind in kinds:
            field = "name" if kind == "term" else "key"
            for number, table in enumerate(source.tables.get(kind, [])):
                for key in _names(kind, table):
                    place = (kind, number, field)
                    first = seen.setdefault(key, place)
                    if first != place:
                        faults.append(
                            f"{source.at(*place)}: {key!r} stands twice, first at {source.at(*first)}; rename one."
                        )


def _names(kind: str, table: dict[str, Any]) -> tuple[str, ...]:
    """All that must be an item's own: a term's names; the name of the file in which a prompt's answer is kept."""
    if kind == "term":
        return Term(**table).names
    return (file_name(table["key"]).removesuffix(".json") if kind == "explain" else table["key"],)


def _prompt(source: BankFile, number: int, table: dict[str, Any], faults: list[str]) -> Prompt:
    """The prompt of a table, and a fault for words that no text could hold, or that every text would."""
    concepts = tuple(Concept(text=text, words=words) for text, words in table["concepts"])
    prompt = Prompt(**{**table, "concepts": concepts})
    for entry, concept in enumerate(concepts):
        place = f"{source.at('explain', number, 'concepts', entry)}: explain {prompt.key!r}"
        if not all(alternatives(concept.words)):
            faults.append(f"{place}: {concept.words!r} has an alternative without a word; take out a |.")
        given = look(f"{prompt.text}\n{prompt.hint}", concept.words, concept.text)
        if given.words:
            faults.append(
                f"{place}: the prompt itself says {', '.join(given.words)}, so that whoever repeats it would have this "
                "concept ticked; look for other words."
            )
    return prompt


def _question(
    source: BankFile, kind: str, number: int, table: dict[str, Any], faults: list[str]
) -> Question | None:
    """The question of a table, or nothing and a fault when no option, or more than one, would be right."""
    texts, reasons = zip(*table["options"], strict=True)
    fields = {**table, "options": texts, "reasons": reasons, "mistakes": tuple(table.get("mistakes", ()))}
    letter, asks = fields.pop("answer", ""), fields.pop("asks", "")
    setup, hidden, shown = fields.pop("setup", ""), fields.pop("run", ""), table.get("code", "")

    def fault(field: str, text: str) -> None:
        faults.append(f"{source.at(kind, number, field)}: {kind} {table['key']!r}: {text}")

    if len({text.replace("`", "").strip() for text in texts}) < len(texts):
        fault("options", "two options read the same; a reader could not tell them apart.")
    if letter and (asks or hidden or setup):
        fault("answer", "the answer is computed; take out `answer`, or `asks`, `setup` and `run`.")
    if not letter and not asks:
        fault("", 'no answer; add answer = "A", or asks and run, by which it is computed.')
    if asks and not (hidden or shown):
        fault("asks", 'nothing to run; add run = "..." or code = "...".')
    elif asks == "which" and not hidden:
        fault(
            "asks",
            'nothing tells which option is right; add run = "...", true of the right option\'s value _.',
        )
    question = Question(**fields, letter=letter, run=_run(asks, setup, shown, hidden) if asks else None)
    if letter and letter not in tuple(question.letters):
        fault("answer", f"answer {letter!r}; write one of {', '.join(question.letters)}.")
    return question


def _run(asks: str, setup: str, shown: str, hidden: str) -> Run:
    """What is shown is part of what runs: before each option of a "which", before the hidden lines otherwise."""
    if asks == "which":
        return Run(asks=asks, setup=f"{shown}\n{setup}", code=hidden)
    return Run(asks=asks, setup=setup, code=f"{shown}\n{hidden}")
