"""Chooses what a student is asked about their own functions; every key was computed from what they handed in."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from autograder.checking.trace import Trace
from autograder.defence.handed_in import HandedIn
from autograder.defence.records import Change, Question, QuestionKind, Sheet
from autograder.defence.tried import Sandbox, one_line_changes

MOST = 5  # questions of a sheet: five minutes of conversation
TRIES = 8  # changes of one function that are tried
SHOWN = 3  # changes in one question
LONGEST = 100  # characters of a line that is asked about
ASKED = ("tensor", "items", "value")  # kinds of variables of which one can say what they are


def sheet(
    student: str, name: str, functions: Sequence[HandedIn], missing: Sequence[str], sandbox: Sandbox
) -> Sheet:
    """A student's questions: at most one on changes and one on an edge, and variables of as many functions as can be."""
    rng = random.Random(f"{sandbox.seed} {student}")
    calls = {each.name: sandbox.calls(each) for each in functions}
    asked = [each for each in functions if any(call.steps or call.raised for call in calls[each.name])]
    rng.shuffle(asked)
    questions = [question for each in asked[:MOST] if (question := _variable(each, calls[each.name], rng))]
    questions = questions[: MOST - 2]
    questions += _first(_edge(each, calls[each.name], rng) for each in reversed(asked))
    questions += _first(_change(each, sandbox, rng) for each in asked)
    more = [_variable(each, calls[each.name], rng, questions) for each in asked]
    questions += [question for question in more if question][: MOST - len(questions)]
    named = {question.function for question in questions}
    questions.sort(key=lambda question: [each.name for each in functions].index(question.function))
    return Sheet(
        student,
        name,
        tuple(questions),
        {each.name: each.source for each in functions if each.name in named},
        (*missing, *(each.name for each in functions if each not in asked)),
    )


def _first(questions: Iterator[Question | None]) -> list[Question]:
    """The first question of those that could be made, in a list; nothing is made beyond it."""
    return list(islice(filter(None, questions), 1))


def _variable(
    handed: HandedIn, calls: Sequence[Trace], rng: random.Random, asked: Sequence[Question] = ()
) -> Question | None:
    """What a variable is after a line of a call that returns; none that was asked for."""
    known = {(q.function, q.variable.line, q.variable.name) for q in asked if q.variable}
    for call in (call for call in calls if not call.raised and not call.narrow):
        steps = [
            step
            for step in call.steps
            if step.kind in ASKED and (handed.name, step.line, step.name) not in known
        ]
        tensors = [step for step in steps if step.kind == "tensor" and step.shape]
        if tensors or steps:
            chosen = rng.choice(tensors or steps)
            return Question(QuestionKind.VARIABLE, handed.name, call.given, chosen)
    return None


def _edge(handed: HandedIn, calls: Sequence[Trace], rng: random.Random) -> Question | None:
    """Where a call raises; else what becomes of a dimension of one."""
    raising = [call for call in calls if call.raised and call.line]
    if raising:
        call = rng.choice(raising)
        return Question(QuestionKind.EDGE, handed.name, call.given, raised=call.raised, line=call.line)
    for call in (call for call in calls if call.narrow):
        steps = [step for step in call.steps if step.kind == "tensor" and step.shape]
        ones = [step for step in steps if 1 in step.shape]
        if ones or steps:
            return Question(QuestionKind.EDGE, handed.name, call.given, rng.choice(ones or steps))
    return None


def _change(handed: HandedIn, sandbox: Sandbox, rng: random.Random) -> Question | None:
    """Which of three changes the checks would not notice; None for a function that does not pass them itself."""
    if sandbox.check(handed).failed:
        return None
    changes = [each for each in one_line_changes(handed.source) if len(each[0].old) <= LONGEST]
    passed: list[Change] = []
    caught: dict[str, Change] = {}
    for change, mutant in rng.sample(changes, min(TRIES, len(changes))):
        failed = sandbox.check(handed, mutant.source).failed
        if failed and change.line not in {other.line for other in caught.values()}:
            caught.setdefault(failed[0], Change(change.line, change.old, change.new, failed[0]))
        elif not failed:
            passed.append(change)
        if len(caught) >= SHOWN - 1 and passed:
            break
    shown = [*passed[:1], *list(caught.values())[: SHOWN - len(passed[:1])]]
    if not caught or len(shown) < 2:
        return None
    rng.shuffle(shown)
    return Question(QuestionKind.CHANGE, handed.name, changes=tuple(shown))
