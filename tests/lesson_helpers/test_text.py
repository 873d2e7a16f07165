"""The letters that lesson 9 learns from: names without their script, a manual, counts, Roman numerals."""

import math
import random

import pytest

from lstmlab.tasks.letters import RANGES, SCRIPTS, count_loss, letters, manual, roman, sign_names


def test_names_are_one_word_belong_to_one_script_and_come_in_any_order():
    pairs = sign_names()
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names) > 600
    assert {script for _, script in pairs} == set(range(len(SCRIPTS))) and len(SCRIPTS) == len(RANGES)
    assert all(name.isascii() and name.isalpha() and name.isupper() for name in names)
    assert [script for _, script in pairs] != sorted(script for _, script in pairs)


def test_the_names_are_the_same_each_time_and_leave_the_random_state_alone():
    state = random.getstate()
    assert sign_names(20, seed=3) == sign_names(20, seed=3) != sign_names(20, seed=4)
    assert random.getstate() == state
    assert len(sign_names(20)) == 20 * len(SCRIPTS)


def test_letters_become_numbers_padded_with_zero():
    ids, lengths = letters(["AZ", "B"])
    assert ids.tolist() == [[1, 2], [26, 0]] and lengths.tolist() == [2, 1]


def test_the_manual_is_ascii_long_enough_and_its_test_part_is_not_learned():
    text, held_out = manual()
    assert text.isascii() and held_out.isascii() and len(held_out) == 20_000
    assert len(text) > 200_000 and held_out[:2000] not in text


def test_counting_a_coin_costs_one_bit_and_counting_a_pattern_nothing():
    coin = "".join(random.Random(0).choices("ab", k=4000))
    assert count_loss(coin[:2000], coin[2000:], 0) == pytest.approx(math.log(2), abs=0.01)
    assert count_loss("ab" * 500, "ab" * 50, 1) < 0.01
    assert count_loss("ab" * 500, "ab" * 50, 0) == pytest.approx(math.log(2), abs=0.01)


def test_a_character_never_seen_still_has_a_chance():
    assert 0 < count_loss("aaaa", "abab", 2) < 10


def test_the_chances_of_all_characters_sum_to_one():
    text = "abracadabra"
    chances = [math.exp(-count_loss(text, "ra" + sign, 2)) for sign in "abcdr"]
    assert sum(chances) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "number, written", [(1, "I"), (4, "IV"), (9, "IX"), (40, "XL"), (1987, "MCMLXXXVII"), (3999, "MMMCMXCIX")]
)
def test_numbers_are_written_as_romans_wrote_them(number, written):
    assert roman(number) == written


def test_every_number_has_its_own_numeral_of_at_most_fifteen_signs():
    written = [roman(number) for number in range(1, 4000)]
    assert len(set(written)) == 3999 and max(map(len, written)) == 15


@pytest.mark.parametrize("number", [0, 4000])
def test_numbers_beyond_the_romans_are_refused(number):
    with pytest.raises(ValueError, match="from 1 to 3999"):
        roman(number)
