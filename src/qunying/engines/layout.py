"""Comparing options by weighted criteria and laying purposes out over them, with the reasons.

The comparison is the weighted sum model (Fishburn 1967, "Additive Utilities with Incomplete Product Sets"): scores on
one scale times weights that add up to one. Steadiness is one-at-a-time sensitivity: a choice is steady when no single
weight, halved or raised by half, would change it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

MAX_SCORE = 5.0
SHIFTS = (0.5, 1.5)


@dataclass(frozen=True)
class Option:
    """Something to choose.

    Attributes:
        key: its name.
        scores: criterion → 0–5, 5 is best.
        purposes: what it can serve.
        group_capacity: people in one group; None when one is enough for all.
        share: how much of the audience it reaches, 0–1; for the number of groups.
    """

    key: str
    scores: Mapping[str, float]
    purposes: frozenset[str] = frozenset()
    group_capacity: int | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Ranked:
    """An option with its points: ``total`` 0–100 is the sum of ``parts``."""

    key: str
    total: float
    parts: Mapping[str, float]


@dataclass(frozen=True)
class Placement:
    """The option chosen for a purpose.

    Attributes:
        purpose: what for.
        key: the option.
        total: its points, 0–100.
        runner_up: the next best for the purpose, None when there is none.
        lead: points ahead of the runner-up (of 0 when there is none).
        because: criteria that put it ahead of the runner-up, strongest first, with the points gained; without a
            runner-up its strongest criteria.
        steady: whether it stays first when any one weight is halved or raised by half.
        groups: how many groups the audience needs there.
    """

    purpose: str
    key: str
    total: float
    runner_up: str | None
    lead: float
    because: tuple[tuple[str, float], ...]
    steady: bool
    groups: int


def rank(options: Sequence[Option], weights: Mapping[str, float]) -> list[Ranked]:
    """Return the options, best first; equal ones in the order of their keys.

    Args:
        options: with a score for every criterion that has a weight.
        weights: criterion → importance, not negative; at least one above 0.

    Raises:
        ValueError: when weights are negative or all 0, or a score is missing or outside 0–5.
    """
    if any(weight < 0 for weight in weights.values()) or not sum(weights.values()):
        raise ValueError("weights must not be negative, and at least one above 0")
    whole = sum(weights.values())
    ranked = []
    for option in options:
        for criterion in weights:
            if not 0 <= option.scores.get(criterion, -1) <= MAX_SCORE:
                raise ValueError(f"{option.key} needs a score of 0 to 5 for {criterion}")
        parts = {
            criterion: 100 * weight / whole * option.scores[criterion] / MAX_SCORE
            for criterion, weight in weights.items()
        }
        ranked.append(Ranked(option.key, sum(parts.values()), parts))
    return sorted(ranked, key=lambda one: (-one.total, one.key))


def lay_out(
    options: Sequence[Option], weights: Mapping[str, float], purposes: Sequence[str], people: int
) -> list[Placement]:
    """Return the best option for each purpose, in the order of the purposes; those that nothing serves are left out.

    Args:
        options: what there is.
        weights: as for :func:`rank`.
        purposes: what has to be served.
        people: size of the audience.

    Raises:
        ValueError: as for :func:`rank`, or when ``people`` is negative.
    """
    if people < 0:
        raise ValueError("people must not be negative")
    by_key = {option.key: option for option in options}
    placements = []
    for purpose in purposes:
        fitting = [option for option in options if purpose in option.purposes]
        if not fitting:
            continue
        ranked = rank(fitting, weights)
        first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
        placements.append(
            Placement(
                purpose=purpose,
                key=first.key,
                total=first.total,
                runner_up=second.key if second else None,
                lead=first.total - second.total if second else 0.0,
                because=_reasons(first, second),
                steady=_is_steady(fitting, weights, first.key),
                groups=_groups(by_key[first.key], people),
            )
        )
    return placements


def _reasons(first: Ranked, second: Ranked | None) -> tuple[tuple[str, float], ...]:
    gains = {name: points - (second.parts[name] if second else 0.0) for name, points in first.parts.items()}
    ahead = [(name, gain) for name, gain in gains.items() if gain > 0]
    return tuple(sorted(ahead, key=lambda pair: (-pair[1], pair[0]))[:3])


def _is_steady(options: Sequence[Option], weights: Mapping[str, float], key: str) -> bool:
    for criterion, weight in weights.items():
        for shift in SHIFTS:
            shifted = {**weights, criterion: weight * shift}
            if any(shifted.values()) and rank(options, shifted)[0].key != key:
                return False
    return True


def _groups(option: Option, people: int) -> int:
    reached = ceil(people * option.share)
    if option.group_capacity is None:
        return 1 if reached else 0
    return ceil(reached / option.group_capacity)
