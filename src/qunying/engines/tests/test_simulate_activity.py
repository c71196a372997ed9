"""Simulated outcomes beside what can be worked out: binomial, hypergeometric, Poisson, and sums that must be exact."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from qunying.engines.simulate_activity import (
    Claims,
    Deck,
    Draw,
    Odds,
    Outcome,
    Packet,
    Rights,
    SimulatedPrize,
    Spread,
    Teams,
    simulate_activity,
)

RUNS = 2_000
BIG = 10**9


def near(found: Spread, law: Any) -> bool:
    """The mean within five standard errors, the quantiles on those of the law or beside them."""
    error = 5 * law.std() / np.sqrt(RUNS) + 1e-9
    slack = 1 + 0.15 * law.std()
    ends = abs(found.low - law.ppf(0.05)) <= slack and abs(found.high - law.ppf(0.95)) <= slack
    return bool(abs(found.mean - law.mean()) <= error and ends)


def of(outcome: Outcome, key: str) -> Spread:
    return next(prize.given for prize in outcome.prizes if prize.key == key)


def test_odds_are_binomial_and_thinned_poisson() -> None:
    odds = Odds([SimulatedPrize("a", BIG, 100, 0.02), SimulatedPrize("b", BIG, 1, 0.3)])
    certain = simulate_activity(odds, [50.0] * 40, runs=RUNS, is_certain=True)
    assert near(of(certain, "a"), stats.binom(2_000, 0.02))
    assert near(of(certain, "b"), stats.binom(2_000, 0.3))
    assert certain.cost_minor.mean == pytest.approx(100 * of(certain, "a").mean + of(certain, "b").mean)
    chancy = simulate_activity(odds, [50.0] * 40, runs=RUNS)
    assert near(of(chancy, "b"), stats.poisson(600))


def test_a_deck_is_hypergeometric_and_whole_when_all_is_drawn() -> None:
    deck = Deck([SimulatedPrize("a", 30, 100), SimulatedPrize("b", 200, 5)], turns=1_000)
    part = simulate_activity(deck, [20.0] * 20, runs=RUNS, is_certain=True)
    assert near(of(part, "a"), stats.hypergeom(1_000, 30, 400))
    assert near(of(part, "b"), stats.hypergeom(1_000, 200, 400))
    whole = simulate_activity(deck, [200.0] * 8, runs=50)
    assert whole.turns == Spread(1_000, 1_000, 1_000)
    assert whole.cost_minor == Spread(4_000, 4_000, 4_000)
    assert [prize.stock_out for prize in whole.prizes] == [1, 1]
    assert whole.missed.mean == pytest.approx(whole.asked.mean - 1_000)


def test_stock_ends_and_the_fallback_steps_in() -> None:
    prizes = [SimulatedPrize("a", 5, 100, 0.5), SimulatedPrize("b", 8, 1, 0.1)]
    found = simulate_activity(Odds(prizes, "b"), [10.0] * 10, runs=200)
    a, b = found.prizes
    assert a.given == Spread(5, 5, 5)
    assert b.given == Spread(8, 8, 8)
    assert a.stock_out == b.stock_out == 1
    assert a.hours is not None
    assert b.hours is not None
    assert 1 <= a.hours <= b.hours <= 5
    assert found.cost_minor == Spread(508, 508, 508)


def test_packets_draws_and_claims() -> None:
    packet = simulate_activity(Packet(10_000, 50), [100.0], runs=100)
    assert packet.cost_minor == Spread(10_000, 10_000, 10_000)
    half = simulate_activity(Packet(10_000, 50), [25.0], runs=RUNS, is_certain=True)
    assert half.cost_minor.mean == pytest.approx(5_000, rel=0.1)
    assert half.cost_minor.low < half.cost_minor.mean < half.cost_minor.high
    draw = Draw([SimulatedPrize("first", 1, 500), SimulatedPrize("second", 10, 10)])
    few = simulate_activity(draw, [4.0], runs=10, is_certain=True)
    assert [prize.given.mean for prize in few.prizes] == [1, 3]
    claims = simulate_activity(Claims(100, 0.4, 10), [1_000.0], runs=RUNS)
    assert claims.cost_minor.mean == pytest.approx(10 * stats.binom(100, 0.4).mean(), rel=0.02)
    assert claims.prizes[0].hours == 1


def test_rights_and_teams() -> None:
    few = simulate_activity(Rights(10_000, 0.4, 10), [100.0] * 5, runs=RUNS, is_certain=True)
    assert near(of(few, "right"), stats.binom(500, 0.4))
    assert few.cost_minor.mean == pytest.approx(10 * of(few, "right").mean)
    rush = simulate_activity(Rights(100, 0.5, 10), [1_000.0, 1_000.0], runs=RUNS)
    assert rush.cost_minor == Spread(1_000, 1_000, 1_000)
    assert rush.turns.mean == pytest.approx(200, rel=0.05)  # those who let theirs go were served as well
    assert rush.prizes[0].hours == 1

    two_hours = Teams(size=3, hours=2, count=BIG, used=1, cost_minor=5)
    slow = simulate_activity(two_hours, [1.0] * 300, runs=RUNS)
    others = stats.poisson(2)
    people = 1 * others.pmf(0) + 2 * others.pmf(1) + 3 * others.sf(1)
    assert of(slow, "team").mean == pytest.approx(300 / people * others.sf(1), rel=0.02)
    assert slow.cost_minor.mean == pytest.approx(5 * slow.turns.mean)
    full = simulate_activity(Teams(3, 2, 7, 0.5, 4), [900.0], runs=RUNS)
    assert of(full, "team") == Spread(7, 7, 7)
    assert full.cost_minor.mean == pytest.approx(4 * stats.binom(21, 0.5).mean(), rel=0.03)


def test_the_same_seed_gives_the_same_and_nonsense_is_refused() -> None:
    odds = Odds([SimulatedPrize("a", 10, 1, 0.1)])
    assert simulate_activity(odds, [3.0] * 2_000, runs=20, seed=7) == simulate_activity(
        odds, [3.0] * 2_000, runs=20, seed=7
    )
    for arrivals in ([], [-1.0], [float("inf")]):
        with pytest.raises(ValueError, match="arrivals"):
            simulate_activity(odds, arrivals)
    with pytest.raises(ValueError, match="runs"):
        simulate_activity(odds, [1.0], runs=0)
