"""Decks: sums are exact, no place in the row is better than another, the promise binds every card."""

import math
import random
import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qunying.engines.fair_numbers import SeededNumbers, canonical, hash_of
from qunying.engines.sealed_deck import build_deck, commit_deck, split_packet


def _salt(number: int) -> bytes:
    return number.to_bytes(32)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 200), st.integers(0, 10**7), st.integers(0, 10**6))
def test_shares_sum_to_the_total_and_none_is_empty(shares, above, number):
    deck = split_packet(shares + above, shares, _salt(number))
    assert (len(deck), sum(deck)) == (shares, shares + above)
    assert min(deck) >= 1


@pytest.mark.full
def test_ten_thousand_packets_sum_exactly():
    draws = random.Random(7)
    for number in range(10_000):
        shares = draws.randint(1, 100)
        total = shares + draws.randint(0, 100_000)
        deck = split_packet(total, shares, _salt(number))
        assert sum(deck) == total
        assert min(deck) >= 1


def _spread(packets: int) -> list[float]:
    """The standard deviation at each of ten places, of shares whose mean is 1,000."""
    decks = [split_packet(10_000, 10, _salt(number)) for number in range(packets)]
    places = list(zip(*decks, strict=True))
    assert all(abs(statistics.fmean(place) - 1_000) < 6 * 700 / math.sqrt(packets) for place in places)
    return [statistics.stdev(place) for place in places]


def test_every_place_has_the_same_spread():
    spread = _spread(1_500)
    assert max(spread) / min(spread) < 1.2  # unshuffled the last place has 1.3 times the spread of the first


@pytest.mark.full
def test_every_place_has_the_same_spread_at_length():
    spread = _spread(40_000)
    assert max(spread) / min(spread) < 1.04


@pytest.mark.parametrize(("total", "shares"), [(5, 6), (10, 0), (10, -1), (200_000, 100_001)])
def test_a_packet_that_cannot_be(total, shares):
    with pytest.raises(ValueError, match="share"):
        split_packet(total, shares, _salt(1))


def test_a_prize_deck_holds_its_prizes_and_blanks():
    deck = build_deck({"first": 1, "second": 3}, 20, _salt(4))
    assert Counter(deck) == {"first": 1, "second": 3, "": 16}
    assert deck == build_deck({"second": 3, "first": 1}, 20, _salt(4))
    assert deck != build_deck({"first": 1, "second": 3}, 20, _salt(5))
    for prizes, size in [({"a": 3}, 2), ({"": 1}, 3), ({"a": -1}, 3), ({}, 0)]:
        with pytest.raises(ValueError):  # noqa: PT011 - four reasons
            build_deck(prizes, size, _salt(1))


def _places_of_the_first_prize(decks: int) -> float:
    counts = Counter(build_deck({"first": 1}, 10, _salt(number)).index("first") for number in range(decks))
    return float(stats.chisquare([counts[place] for place in range(10)]).pvalue)


def test_the_first_prize_lies_anywhere():
    assert _places_of_the_first_prize(3_000) > 0.001


@pytest.mark.full
def test_the_first_prize_lies_anywhere_at_length():
    assert _places_of_the_first_prize(200_000) > 0.001


def test_the_promise_binds_cards_rules_and_salt():
    promise = commit_deck([5, 7], "rules", _salt(1))
    assert promise == commit_deck([5, 7], "rules", _salt(1))
    others = [([7, 5], "rules", _salt(1)), ([5, 7], "other", _salt(1)), ([5, 7], "rules", _salt(2))]
    assert promise not in {commit_deck(*other) for other in others}
    with pytest.raises(ValueError, match="32 bytes"):
        commit_deck([1], "rules", b"short")


def test_numbers_below_a_bound_are_equally_likely():
    row = SeededNumbers(b"seed", "test")
    counts = Counter(row.below(7) for _ in range(7_000))
    assert stats.chisquare([counts[n] for n in range(7)]).pvalue > 0.001
    with pytest.raises(ValueError, match="bound"):
        row.below(0)
    with pytest.raises(ValueError, match="empty"):
        SeededNumbers(b"", "test")


def test_hashes_need_a_single_spelling():
    assert canonical({"b": 1, "a": ["ü", None, True]}) == b'{"a":["\\u00fc",null,true],"b":1}'
    assert hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})
    for loose in (0.5, {1: "a"}, [b"x"]):
        with pytest.raises(TypeError):
            canonical(loose)
