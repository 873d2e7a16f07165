"""Runs in a lesson's kernel before its first cell: what a cell shows carries, besides, what a page needs of it.

Every sentence that an item of the quiz can answer with is asked of the course's own Python here, by pressing its
buttons. So page and notebook say the same; the page's JavaScript knows only which of them comes when.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import shorten
from typing import Any

from lstmlab.bank.items import Question
from lstmlab.bank.matching import SEEN
from lstmlab.draw.display import inline
from lstmlab.quiz import quiz
from lstmlab.quiz.item_widgets import ChoiceWidget, Item, Note, PredictWidget, RevealWidget
from lstmlab.quiz.review_widgets import Review, ReviewWidget
from lstmlab.quiz.self_test_widget import SelfTest
from lstmlab.quiz.study_widgets import CardsWidget, ExplainWidget, MythWidget, PitfallWidget
from lstmlab.quiz.words import CARDS, EXPLAIN, SUMMARY
from lstmlab.review.schedule import COUNTS
from lstmlab.widgets.base import Explorer

MIME = "application/vnd.lstmlab.book+json"
Spec = dict[str, Any]  # JSON: what a live place of a page is made from


def install(lesson: str) -> None:
    """From here on, whatever the lesson displays carries a Spec under MIME, if a page can bring it to life."""
    _carry(Explorer, _explorer)
    _carry(Item, lambda item: {"lesson": lesson, "traits": _traits(item), **_item(item)})
    _carry(ReviewWidget, lambda widget: {"kind": "session"})
    _carry(SelfTest, lambda widget: {"kind": "selftest", "seed": widget._seed})
    _note(quiz.Quiz, "summary", _summary)
    _note(Review, "today", lambda review: {"kind": "today"})
    _note(Review, "strengths", lambda review: {"kind": "strengths"})
    _carry(Note, lambda note: note.__dict__.get("_book"))


def _carry(shown: type, spec: Callable[[Any], Spec | None]) -> None:
    """Let the MIME bundle of a class hold its Spec."""
    plain = shown._repr_mimebundle_  # type: ignore[attr-defined]

    def bundle(self: Any, **kwargs: Any) -> Any:
        made = plain(self, **kwargs)
        data, *rest = made if isinstance(made, tuple) else (made,)
        found = spec(self)
        data = {**data, MIME: found} if found else data
        return (data, *rest) if rest else data

    shown._repr_mimebundle_ = bundle  # type: ignore[attr-defined]


def _note(owner: type, name: str, spec: Callable[[Any], Spec]) -> None:
    """Let the notes that a method returns hold their Spec."""
    plain = getattr(owner, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = plain(self, *args, **kwargs)
        made.__dict__["_book"] = spec(self)
        return made

    setattr(owner, name, method)


def _traits(widget: Any) -> Spec:
    """The widget's own synced traits: what the page's model starts with."""
    foreign = ("_esm", "_css", "_model_", "_view_", "_dom_", "_anywidget", "layout", "tabbable", "tooltip")
    return {name: value for name, value in widget.get_state().items() if not name.startswith(foreign)}


def _explorer(widget: Explorer) -> Spec:
    # anywidget gives each instance a class of its own, so the module is that of a base.
    modules = (base.__module__ for base in type(widget).__mro__)
    module = next(name for name in modules if name.startswith("lstmlab.widgets."))
    return {"kind": "widget", "module": module.rsplit(".", 1)[-1], "traits": _traits(widget)}


def _item(item: Item) -> Spec:
    return next(SPECS[base] for base in type(item).__mro__ if base in SPECS)(item)


def _pressed(item: Item, button: str, chosen: str = "") -> Spec:
    """What the item shows after a press, as its own Python decides it."""
    item.chosen = chosen
    item.press(button)
    return {"status": item.status, "more": item.more}


def _texts(question: Question) -> dict[str, str]:
    """The options by their letters: a page keeps the text, as letters may be dealt anew."""
    return dict(zip(question.letters, question.options, strict=True))


def _choice(item: ChoiceWidget) -> Spec:
    question = item.question

    def said(button: str, letter: str = "") -> Spec:
        return _pressed(ChoiceWidget(question, {}, lambda *_: ""), button, letter)

    return {
        "kind": "choice",
        "key": question.key,
        "texts": _texts(question),
        "answer": question.answer,
        "none": said("check")["status"],
        "verdicts": {letter: said("check", letter)["status"] for letter in question.letters},
        "counts": inline(COUNTS),
        "hint": said("hint")["status"],
        "solution": said("solution"),
    }


def _predict(item: PredictWidget) -> Spec:
    question = item.question

    def fresh() -> PredictWidget:
        return PredictWidget(question, {}, lambda *_: "")

    return {
        "kind": "predict",
        "key": question.key,
        "texts": _texts(question),
        "answer": question.answer,
        "first": fresh().status,
        "none": _pressed(fresh(), "commit")["status"],
        "kept": {letter: _pressed(fresh(), "commit", letter)["status"] for letter in question.letters},
    }


def _reveal(item: RevealWidget) -> Spec:
    question = item.question
    verdicts = {letter: RevealWidget(question, {question.key: letter}).status for letter in question.letters}
    nothing = RevealWidget(question, {})
    return {
        "kind": "reveal",
        "key": question.key,
        "texts": _texts(question),
        "first": nothing.status,
        "verdicts": {**verdicts, "": _pressed(nothing, "compare")["status"]},
    }


def _cards(item: CardsWidget) -> Spec:
    cards = [[inline(card.front), inline(card.back)] for card in item._deck]
    return {"kind": "cards", "cards": cards, "words": CARDS}


def _myth(item: MythWidget) -> Spec:
    myth = item.myth
    verdicts = {letter: _pressed(MythWidget(myth), "commit", letter) for letter in ("yes", "no")}
    return {
        "kind": "myth",
        "key": myth.key,
        "none": _pressed(MythWidget(myth), "commit")["status"],
        "verdicts": verdicts,
    }


def _pitfall(item: PitfallWidget) -> Spec:
    pitfall = item.pitfall
    return {"kind": "pitfall", "key": pitfall.key, "shown": _pressed(PitfallWidget(pitfall), "show")}


def _explain(item: ExplainWidget) -> Spec:
    concepts = [
        {"text": concept.text, "html": inline(concept.text), "words": concept.words}
        for concept in item.prompt.concepts
    ]
    words = {**EXPLAIN, **SEEN}
    return {"kind": "explain", "key": item.prompt.key, "concepts": concepts, "words": words}


def _summary(asked: quiz.Quiz) -> Spec:
    rows = [
        {
            "key": question.key,
            "answer": _texts(question)[question.answer],
            "quiz": bool(question.level),
            "text": shorten(question.text.replace("`", ""), 90, placeholder=" …"),
        }
        for question in asked.bank.questions.values()
        if question.key in asked._asked
    ]
    return {"kind": "summary", "lesson": asked.bank.name, "asked": rows, "words": SUMMARY}


SPECS: dict[type, Callable[[Any], Spec]] = {
    ChoiceWidget: _choice,
    PredictWidget: _predict,
    RevealWidget: _reveal,
    CardsWidget: _cards,
    MythWidget: _myth,
    PitfallWidget: _pitfall,
    ExplainWidget: _explain,
}
