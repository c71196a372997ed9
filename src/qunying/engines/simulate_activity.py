"""Play an activity many times before it opens: who wins what, when stock runs out, what it costs.

People come as a Poisson process whose rate changes by the hour. What a turn leads to follows the rules as they are
published: odds are independent draws (multinomial), a sealed deck is drawn without replacement (multivariate
hypergeometric), a red packet is split by the same double-mean method, a scheduled draw gives its prizes to different people.
Rights to buy that are not used come back and go to the next. Whoever comes to a group buy joins the team that waits, or opens
one: with X others coming while a team of n may wait (Poisson), it forms with P(X >= n - 1) and takes up E[min(n, 1 + X)] people.
A prize that has run out is replaced by the fallback, if there is one with units left. Stock-out times are those of the
steps into which the period is divided, at most 336.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc

from qunying.engines.sealed_deck import split_packet

MOST_STEPS = 336
MOST_RUNS = 5_000
LOW, HIGH = 0.05, 0.95
SPLITS = 20  # how many packets are split, from which runs choose one
MOST_SHARES_SPLIT = 5_000

type Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimulatedPrize:
    """A prize: its key, how many there are, what one costs in minor units, and for odds the chance that a turn hits it (0-1)."""

    key: str
    count: int
    cost_minor: int
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Odds:
    """Every turn hits a prize by its chance; ``fallback``: the key of what is given when one has run out."""

    prizes: Sequence[SimulatedPrize]
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Deck:
    """So many turns, whose prizes and blanks were shuffled beforehand; ``fallback`` as with odds."""

    prizes: Sequence[SimulatedPrize]
    turns: int
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Packet:
    """Money in minor units split into shares; each turn opens one."""

    total_minor: int
    shares: int


@dataclass(frozen=True, slots=True)
class Draw:
    """Prizes, the best first, each to another of those who came."""

    prizes: Sequence[SimulatedPrize]


@dataclass(frozen=True, slots=True)
class Claims:
    """So many coupons, one a turn; each is used with a chance (0-1) and then costs so much."""

    count: int
    used: float
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Rights:
    """So many rights to buy, one a turn; each is used with a chance (0-1) and then costs so much, else the next may have it."""

    count: int
    used: float
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Teams:
    """Goods for so many teams of ``size`` (at least 2), each of which has so many hours to be full; used and cost_minor are those
    of the right that everybody in a team has when it is formed.
    """

    size: int
    hours: float
    count: int
    used: float
    cost_minor: int


type Mechanic = Odds | Deck | Packet | Draw | Claims | Rights | Teams


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, and between what 90 of 100 runs lie."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PrizeOutcome:
    """What becomes of a prize. stock_out: share of runs in which none is left. hours: after how many hours that is, at the
    median of those runs; None when it never is.
    """

    key: str
    count: int
    given: Spread
    stock_out: float
    hours: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What many runs of an activity came to. turns: those that were served; missed: those that found nothing left to open."""

    runs: int
    hours: int
    asked: Spread
    turns: Spread
    missed: Spread
    prizes: tuple[PrizeOutcome, ...]
    cost_minor: Spread


def simulate_activity(
    mechanic: Mechanic,
    arrivals: Sequence[float],
    *,
    runs: int = 1_000,
    seed: int = 1,
    is_certain: bool = False,
) -> Outcome:
    """Return what `runs` runs came to.

    Args:
        mechanic: what a turn leads to.
        arrivals: expected turns in each hour.
        runs: 1 to 5,000.
        seed: of the generator; the same arguments give the same outcome.
        is_certain: exactly the expected number comes in each hour (rounded), instead of a Poisson number.

    Raises:
        ValueError: for no hours, negative or infinite numbers, or runs out of range.
    """
    if not arrivals or any(not math.isfinite(rate) or rate < 0 for rate in arrivals):
        raise ValueError("arrivals are numbers of at least 0, one for each hour")
    if not 1 <= runs <= MOST_RUNS:
        raise ValueError(f"between 1 and {MOST_RUNS} runs")
    draw = np.random.default_rng(seed)
    width = -(-len(arrivals) // MOST_STEPS)
    rates = np.array([sum(arrivals[at : at + width]) for at in range(0, len(arrivals), width)])
    come = (
        np.repeat(np.rint(rates).astype(np.int64)[None, :], runs, axis=0)
        if is_certain
        else draw.poisson(rates, size=(runs, len(rates)))
    )
    given, served, cost = _play(draw, mechanic, come, rates / width)
    stocks = _stocks(mechanic)
    asked = come.sum(axis=1)
    return Outcome(
        runs=runs,
        hours=len(arrivals),
        asked=_spread(asked),
        turns=_spread(served),
        missed=_spread(asked - served),
        prizes=tuple(_prize(key, count, given[key], width, len(arrivals)) for key, count in stocks.items()),
        cost_minor=_spread(cost),
    )


def _play(
    draw: np.random.Generator, mechanic: Mechanic, come: Counts, per_hour: NDArray[np.float64]
) -> tuple[dict[str, Counts], Counts, Counts]:
    """Return what of each prize was given by the end of each step (runs, steps), turns served and cost of each run.

    per_hour: turns expected per hour in each step.
    """
    match mechanic:
        case Odds():
            return _play_odds(draw, mechanic, come)
        case Deck():
            return _play_deck(draw, mechanic, come)
        case Packet():
            return _play_packet(draw, mechanic, come)
        case Draw():
            return _play_draw(mechanic, come)
        case Claims():
            return _play_claims(draw, mechanic, come)
        case Rights():
            return _play_rights(draw, mechanic, come)
        case Teams():
            return _play_teams(draw, mechanic, come, per_hour)


def _stocks(mechanic: Mechanic) -> dict[str, int]:
    match mechanic:
        case Packet():
            return {"share": mechanic.shares}
        case Claims():
            return {"coupon": mechanic.count}
        case Rights():
            return {"right": mechanic.count}
        case Teams():
            return {"team": mechanic.count}
        case _:
            return {prize.key: prize.count for prize in mechanic.prizes}


def _spread(values: NDArray[np.generic]) -> Spread:
    numbers = values.astype(np.float64)
    low, high = np.quantile(numbers, (LOW, HIGH))
    return Spread(float(numbers.mean()), float(low), float(high))


def _prize(key: str, count: int, given: Counts, width: int, hours: int) -> PrizeOutcome:
    """Sum up a prize. given: (runs, steps) how many had been given by the end of each step."""
    gone = given >= count
    out = gone[:, -1]
    when = np.argmax(gone, axis=1)[out]
    at = None if not out.any() else min(float(np.median(when) + 1) * width, float(hours))
    return PrizeOutcome(key, count, _spread(given[:, -1]), float(out.mean()), at)


def _shared(
    prizes: Sequence[SimulatedPrize], wanted: Mapping[str, Counts], fallback: str
) -> dict[str, Counts]:
    """Return what was given by the end of each step, seeing what was hit; what is missing goes to the fallback."""
    given = {prize.key: np.minimum(wanted[prize.key], prize.count) for prize in prizes}
    if fallback:
        missing = sum(wanted[prize.key] - given[prize.key] for prize in prizes if prize.key != fallback)
        count = next(prize.count for prize in prizes if prize.key == fallback)
        given[fallback] = np.minimum(wanted[fallback] + missing, count)
    return given


def _cost(prizes: Sequence[SimulatedPrize], given: Mapping[str, Counts]) -> Counts:
    return np.array([prize.cost_minor * given[prize.key][:, -1] for prize in prizes]).sum(
        axis=0, dtype=np.int64
    )


def _play_odds(
    draw: np.random.Generator, odds: Odds, come: Counts
) -> tuple[dict[str, Counts], Counts, Counts]:
    chances = [prize.chance for prize in odds.prizes]
    hits = draw.multinomial(come, [*chances, max(0.0, 1 - sum(chances))]).cumsum(axis=1)
    wanted = {prize.key: hits[:, :, place] for place, prize in enumerate(odds.prizes)}
    given = _shared(odds.prizes, wanted, odds.fallback)
    return given, come.sum(axis=1), _cost(odds.prizes, given)


def _play_deck(
    draw: np.random.Generator, deck: Deck, come: Counts
) -> tuple[dict[str, Counts], Counts, Counts]:
    served = np.minimum(come.cumsum(axis=1), deck.turns)
    steps = np.diff(served, axis=1, prepend=0)
    left = np.full(len(come), deck.turns, dtype=np.int64)
    units = {prize.key: np.full(len(come), prize.count, dtype=np.int64) for prize in deck.prizes}
    wanted = {prize.key: np.zeros(come.shape, dtype=np.int64) for prize in deck.prizes}
    for step in range(come.shape[1]):
        taken, others = steps[:, step].copy(), left.copy()
        for prize in deck.prizes:
            others -= units[prize.key]
            hit = draw.hypergeometric(units[prize.key], others, taken)
            taken -= hit
            units[prize.key] -= hit
            wanted[prize.key][:, step] = prize.count - units[prize.key]
        left -= steps[:, step]
    given = _shared(deck.prizes, wanted, deck.fallback)
    return given, served[:, -1], _cost(deck.prizes, given)


def _play_packet(
    draw: np.random.Generator, packet: Packet, come: Counts
) -> tuple[dict[str, Counts], Counts, Counts]:
    opened = np.minimum(come.cumsum(axis=1), packet.shares)
    last = opened[:, -1]
    if packet.shares > MOST_SHARES_SPLIT:  # then the sum of the first is as good as its mean
        cost = np.rint(packet.total_minor * (last / packet.shares)).astype(np.int64)
    else:
        sums = np.array(
            [
                [0, *np.cumsum(split_packet(packet.total_minor, packet.shares, draw.bytes(32)))]
                for _ in range(SPLITS)
            ]
        )
        cost = sums[draw.integers(0, SPLITS, size=len(come)), last]
    return {"share": opened}, last, cost


def _play_draw(mechanic: Draw, come: Counts) -> tuple[dict[str, Counts], Counts, Counts]:
    """Who wins is chance, how many win is not."""
    left = come.sum(axis=1)
    given = {}
    for prize in mechanic.prizes:
        won = np.minimum(left, prize.count)
        given[prize.key] = np.zeros(come.shape, dtype=np.int64)
        given[prize.key][:, -1] = won
        left = left - won
    return given, come.sum(axis=1), _cost(mechanic.prizes, given)


def _play_claims(
    draw: np.random.Generator, claims: Claims, come: Counts
) -> tuple[dict[str, Counts], Counts, Counts]:
    taken = np.minimum(come.cumsum(axis=1), claims.count)
    used = draw.binomial(taken[:, -1], claims.used)
    return {"coupon": taken}, taken[:, -1], used * claims.cost_minor


def _play_rights(
    draw: np.random.Generator, rights: Rights, come: Counts
) -> tuple[dict[str, Counts], Counts, Counts]:
    """Whoever comes when all are bought finds nothing; of them only a part would have bought."""
    wanted = draw.binomial(come, rights.used).cumsum(axis=1)
    bought = np.minimum(wanted, rights.count)
    asked = come.sum(axis=1)
    late = np.rint((wanted[:, -1] - bought[:, -1]) / rights.used) if rights.used else np.zeros(len(come))
    served = asked - np.minimum(asked, late.astype(np.int64))
    return {"right": bought}, served, bought[:, -1] * rights.cost_minor


def _play_teams(
    draw: np.random.Generator, teams: Teams, come: Counts, per_hour: NDArray[np.float64]
) -> tuple[dict[str, Counts], Counts, Counts]:
    others = per_hour * teams.hours  # who come while a team waits
    forms = pdtrc(teams.size - 2, others)
    takes_up = 1 + sum(pdtrc(place - 1, others) for place in range(1, teams.size))
    opened = np.floor(come / takes_up + draw.random(come.shape)).astype(np.int64)
    formed = np.minimum(draw.binomial(opened, forms).cumsum(axis=1), teams.count)
    served = np.minimum(formed[:, -1] * teams.size, come.sum(axis=1))
    used = draw.binomial(served, teams.used)
    return {"team": formed}, served, used * teams.cost_minor
