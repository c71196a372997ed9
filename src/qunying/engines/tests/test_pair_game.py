"""The game of pairs: what is dealt, and how a play stands."""

from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.pair_game import board_of, deal


@given(st.integers(3, 10), st.binary(min_size=32, max_size=32), st.integers(1, 10**9))
def test_a_deck_has_two_of_each_and_follows_from_secret_and_play(pictures, secret, play):
    deck = deal(pictures, secret, play)
    assert sorted(deck) == sorted([*range(pictures), *range(pictures)])
    assert deck == deal(pictures, secret, play)


def test_orders_of_plays_differ():
    assert len({tuple(deal(6, bytes(32), play)) for play in range(1, 101)}) > 95


def test_how_a_play_stands():
    deck = [0, 1, 0, 1]
    begun = board_of(deck, [])
    assert (begun.shown, begun.moves, begun.is_open(1)) == ((), 0, False)
    first = board_of(deck, [1])
    assert (first.shown, first.moves, first.is_open(1), first.is_open(2)) == ((1,), 0, True, False)
    missed = board_of(deck, [1, 2])
    assert (missed.shown, missed.moves, missed.paired, missed.is_open(1)) == ((1, 2), 1, frozenset(), False)
    found = board_of(deck, [1, 2, 1, 3])
    assert (found.paired, found.is_open(3), found.is_done) == (frozenset({1, 3}), True, False)
    done = board_of(deck, [1, 2, 1, 3, 2, 4])
    assert (done.moves, done.is_done) == (3, True)
