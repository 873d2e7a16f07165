"""The minutes that lessons state are those that their words, code and questions take."""

from pathlib import Path

import pytest

from tools import minutes

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.py"))
LONGEST = 60


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_states_its_minutes_and_takes_an_hour_at_most(name) -> None:
    lesson, mistakes = minutes.measure(name)
    assert (lesson.stated, mistakes.stated) == (lesson.rounded, mistakes.rounded), "python tools/minutes.py"
    assert lesson.rounded <= LONGEST


def test_within_the_first_hour_a_reader_has_a_model_of_their_own_on_real_data() -> None:
    first, _ = minutes.measure("00_start_here")
    before, _ = minutes.measure("01_sequences", until="mine = fit_linear(")
    assert before.measured > 5 and first.measured + before.measured < 60
    with pytest.raises(ValueError, match="no code cell of 01_sequences holds 'a model of steam'"):
        minutes.measure("01_sequences", until="a model of steam")


def test_words_code_and_questions_that_are_shown_count_and_nothing_else(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(minutes, "LESSONS", tmp_path)
    prose = "# " + "word " * 260
    cells = [
        "# *About 7 minutes, and 2 more for the common\n# mistakes.*",
        prose,
        "# ## Common mistakes\n#\n" + prose,
    ]
    cells += ["# ## What next\n#\n# ### Sources\n#\n" + prose]
    text = "\n\n".join(f"# %% [markdown]\n{cell}" for cell in cells)
    code = "\n".join(f"a = {number}" for number in range(20))
    text = text.replace(
        "# ## Common",
        f'# ## Code\n\n# %%\n{code}\n\n# %% tags=["hide-input"]\n{code}\n\n# %% [markdown]\n# ## Common',
    )
    (tmp_path / "03_gates.py").write_text(f"{text}\n\n# %% tags=['hide-input']\nquiz.predict('stale')\n")
    lesson, mistakes = minutes.measure("03_gates")
    assert (lesson.stated, mistakes.stated) == (7, 2)
    assert lesson.prose == pytest.approx(2, abs=0.2) and lesson.code == 2
    assert mistakes.prose == pytest.approx(2, abs=0.2) and mistakes.code == mistakes.quiz == 0


def test_a_question_counts_with_its_words_and_the_time_to_choose() -> None:
    bank = minutes.load_bank("03_gates")
    key, question = next(iter(bank.questions.items()))
    longer = minutes._answering(bank, "predict", key)
    words = len(" ".join([question.text, *question.options]).split())
    assert minutes.CHOOSING + words / minutes.WORDS < longer < 3
