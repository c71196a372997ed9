"""How a member's tier follows their growth value: pure, through time, under policies that come one after the other.

A policy has *levels* from the lowest up. A level is *entered* when growth value (and, if asked, orders) reach its entry; it is
*kept* while they reach its keep. What counts:

- ``lifetime``: everything ever;
- ``rolling``: what was earned in the last ``days``;
- ``period``: to enter, what was earned in the last ``months``, since the last downgrade, and since the last upgrade where
  ``resets``; to keep, what was earned since the present period began.

A return lowers the value in the window in which it happens (in a rolling window: together with what it returns) and never below
zero, so a return of what an earlier window had earned cannot become a debt of this one.

Without a validity (``lifetime``, ``rolling``) a level that is not kept any more ends after ``grace_days``, at once when there are none.
With one (``period``) it stays until its period is over, then ends after ``grace_days`` unless it was kept. ``warning_days``
before an end, whoever would lose the level is warned; who has kept it by then, or keeps it later, is not.

A new policy never changes the past: before its first instant the one before holds, and a period that was promised under the
old one stays as promised until it is over.

``advance`` steps from mark to mark (movements, ends, warnings, policies): when or how often it is asked changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from qunying.engines.local_ends import local_day_end, months_later

type Window = Literal["lifetime", "rolling", "period"]
type Kind = Literal["joined", "upgraded", "kept", "downgraded", "warned", "grace_began", "grace_ended"]


@dataclass(frozen=True, slots=True)
class Level:
    """One tier: what it takes to enter and to keep it, in growth value and in orders."""

    code: str
    enter: int
    keep: int = 0
    enter_orders: int = 0
    keep_orders: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """How tiers are entered, kept and lost; see the module's text. Levels from the lowest up; the lowest asks nothing."""

    levels: tuple[Level, ...]
    window: Window = "lifetime"
    days: int = 0
    months: int = 0
    resets: bool = False
    grace_days: int = 0
    warning_days: int = 0

    def __post_init__(self) -> None:
        if not self.levels or self.levels[0].enter or self.levels[0].enter_orders:
            raise ValueError("the lowest level is everybody's")
        entries = [level.enter for level in self.levels]
        if entries != sorted(set(entries)) or len({level.code for level in self.levels}) < len(self.levels):
            raise ValueError("every level asks more than the one below and has a name of its own")
        if any(not 0 <= level.keep <= level.enter for level in self.levels):
            raise ValueError("keeping a level asks no more than entering it")
        if any(not level.keep_orders >= 0 for level in self.levels):
            raise ValueError("orders are counted from zero")
        if (self.window == "rolling") != (self.days > 0) or (self.window == "period") != (self.months > 0):
            raise ValueError("a rolling window has days, a period has months, a lifetime neither")
        if min(self.grace_days, self.warning_days) < 0:
            raise ValueError("days are not negative")

    def index(self, code: str) -> int:
        """Return the place of a level; one that is not there any more is the lowest."""
        for place, level in enumerate(self.levels):
            if level.code == code:
                return place
        return 0


@dataclass(frozen=True, slots=True)
class Movement:
    """Growth value that came or went at an instant, or orders; of a return, ``origin`` is when that was earned."""

    at: datetime
    growth: int = 0
    orders: int = 0
    origin: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands. ``at`` is up to when this is true; ``policy`` the number of the policy their period is promised under.

    floor, floor_until: a level that somebody has promised them until then.
    """

    level: str
    since: datetime
    at: datetime
    policy: int = 0
    period_start: datetime | None = None
    reset_at: datetime | None = None
    valid_until: datetime | None = None
    grace_until: datetime | None = None
    is_warned: bool = False
    floor: str = ""
    floor_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a member's tier, with the growth value and orders that decided it."""

    at: datetime
    kind: Kind
    old: str
    new: str
    growth: int
    orders: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A policy and the instant from which it holds."""

    number: int
    since: datetime
    policy: Policy


def start(first: Dated) -> Standing:
    """Return where everybody stands when the first policy begins, before anything has counted."""
    return Standing(first.policy.levels[0].code, first.since, first.since, first.number)


def advance(
    policies: Sequence[Dated], standing: Standing, movements: Sequence[Movement], now: datetime, zone: str
) -> tuple[Standing, list[Change]]:
    """Return where a member stands at ``now``, and what happened since ``standing.at``.

    Args:
        policies: by ``since``, oldest first; the first one began no later than the standing.
        movements: all of the member's up to ``now``, also those from before, by ``at``.
        zone: whose days end; grace and validity last until a day is over.
    """
    changes: list[Change] = []
    is_new = (
        standing.at == policies[0].since and standing.period_start is None and standing.since == standing.at
    )
    if is_new:
        standing = _decide(policies, standing, movements, standing.at, zone, changes)
    at = standing.at
    while (mark := _next_mark(policies, standing, movements, at, now)) is not None:
        at = mark
        standing = _decide(policies, standing, movements, at, zone, changes)
    # Once more for the present: a movement may have been written down late, under a time that was passed already.
    at = max(at, now)
    standing = _decide(policies, standing, movements, at, zone, changes)
    return replace(standing, at=at), changes


def next_check(
    policies: Sequence[Dated], standing: Standing, movements: Sequence[Movement]
) -> datetime | None:
    """Return when a standing may change by time alone, or None when only a movement can change it."""
    end = datetime.max.replace(tzinfo=standing.at.tzinfo)
    return _next_mark(policies, standing, movements, standing.at, end)


def growth_to_enter(
    policy: Policy, standing: Standing, movements: Sequence[Movement], at: datetime
) -> tuple[int, int]:
    """Return the growth value and the orders that count towards entering a level at an instant."""
    begin = None
    if policy.window == "rolling":
        begin = at - timedelta(days=policy.days)
    elif policy.window == "period":
        begin = at - timedelta(days=round(policy.months * 365.25 / 12))
        begin = max(begin, standing.reset_at or begin)
    return _count(movements, begin, at, together=policy.window == "rolling")


def growth_to_keep(
    policy: Policy, standing: Standing, movements: Sequence[Movement], at: datetime
) -> tuple[int, int]:
    """Return the growth value and the orders that count towards keeping the present level at an instant."""
    if policy.window == "period":
        return _count(movements, standing.period_start, at, together=False)
    return growth_to_enter(policy, standing, movements, at)


def _count(
    movements: Sequence[Movement], begin: datetime | None, at: datetime, *, together: bool
) -> tuple[int, int]:
    """Sum what came after ``begin`` and up to ``at``, never below zero; ``together``: a return leaves with what it returns."""
    growth = orders = 0
    for each in movements:
        if each.at > at:
            break
        when = (each.origin or each.at) if together or each.growth > 0 or each.orders > 0 else each.at
        if begin is not None and when <= begin:
            continue
        growth += each.growth
        orders += each.orders
        if not together:
            growth, orders = max(0, growth), max(0, orders)
    return max(0, growth), max(0, orders)


def _at(policies: Sequence[Dated], instant: datetime) -> Dated:
    return next((each for each in reversed(policies) if each.since <= instant), policies[0])


def _numbered(policies: Sequence[Dated], number: int) -> Dated:
    return next((each for each in policies if each.number == number), policies[0])


def _next_mark(
    policies: Sequence[Dated],
    standing: Standing,
    movements: Sequence[Movement],
    after: datetime,
    now: datetime,
) -> datetime | None:
    """Return the next instant after ``after``, up to ``now``, at which something may change."""
    promised = _numbered(policies, standing.policy).policy
    marks = [each.since for each in policies]
    end = standing.valid_until
    marks += [each for each in (end, standing.grace_until, standing.floor_until) if each]
    if end and standing.grace_until is None and promised.warning_days and not standing.is_warned:
        marks.append(end - timedelta(days=promised.warning_days))
    for each in movements:
        if each.at > after:
            marks.append(each.at)
            break
    for days in {each.policy.days for each in policies if each.policy.window == "rolling"}:
        window = timedelta(days=days)
        marks += [(each.origin or each.at) + window for each in movements]
    return min((mark for mark in marks if after < mark <= now), default=None)


def _decide(
    policies: Sequence[Dated],
    standing: Standing,
    movements: Sequence[Movement],
    at: datetime,
    zone: str,
    changes: list[Change],
) -> Standing:
    """Return the standing at one mark and add what happened there."""
    current = _at(policies, at)
    if standing.floor_until is not None and standing.floor_until <= at:
        standing = replace(standing, floor="", floor_until=None)
    growth, orders = growth_to_enter(current.policy, standing, movements, at)
    target = max(_entered(current.policy, growth, orders), _floor(current.policy, standing, at))
    if target > current.policy.index(standing.level):
        level = current.policy.levels[target].code
        changes.append(Change(at, "upgraded", standing.level, level, growth, orders))
        return _begin(standing, current, level, at, at, zone)
    if current.policy.index(standing.level) == 0:
        if standing.policy == current.number and standing.valid_until is standing.grace_until is None:
            return standing
        return replace(standing, policy=current.number, valid_until=None, grace_until=None, is_warned=False)
    if current.policy.window != "period" and (standing.valid_until or at) <= at:
        # A period promised before is over, or there was none.
        open_ended = (
            replace(standing, valid_until=None, grace_until=None) if standing.valid_until else standing
        )
        return _keep_now(open_ended, current, movements, at, zone, changes)
    if standing.valid_until is None:  # its first period
        return _begin(standing, current, standing.level, at, at, zone, same=True)
    return _keep_period(policies, standing, current, movements, at, zone, changes)


def _keep_now(
    standing: Standing,
    current: Dated,
    movements: Sequence[Movement],
    at: datetime,
    zone: str,
    changes: list[Change],
) -> Standing:
    """Keep or lose a level that has no validity."""
    policy = current.policy
    if standing.policy != current.number:
        standing = replace(standing, policy=current.number)
    growth, orders = growth_to_keep(policy, standing, movements, at)
    place = policy.index(standing.level)
    if _keeps(policy, place, growth, orders) or _floor(policy, standing, at) >= place:
        if standing.grace_until is not None:
            changes.append(Change(at, "grace_ended", standing.level, standing.level, growth, orders))
        if standing.grace_until is None and not standing.is_warned:
            return standing
        return replace(standing, grace_until=None, is_warned=False)
    if policy.grace_days and standing.grace_until is None:
        changes.append(Change(at, "grace_began", standing.level, standing.level, growth, orders))
        return replace(standing, grace_until=local_day_end(at, policy.grace_days, zone), is_warned=True)
    if standing.grace_until is not None and at < standing.grace_until:
        return standing
    return _fall(standing, current, growth, orders, at, zone, changes)


def _keep_period(
    policies: Sequence[Dated],
    standing: Standing,
    current: Dated,
    movements: Sequence[Movement],
    at: datetime,
    zone: str,
    changes: list[Change],
) -> Standing:
    """Warn before the end of a period; at its end keep the level, or let it end after the grace."""
    promised = _numbered(policies, standing.policy).policy
    end = standing.valid_until or at
    growth, orders = growth_to_keep(promised, standing, movements, at)
    place = promised.index(standing.level)
    is_kept = _keeps(promised, place, growth, orders) or _floor(promised, standing, at) >= place
    if at < end:
        due = promised.warning_days and at >= end - timedelta(days=promised.warning_days)
        is_warned = bool(due) and not is_kept
        if is_warned and not standing.is_warned:
            changes.append(Change(at, "warned", standing.level, standing.level, growth, orders))
        return replace(standing, is_warned=is_warned)
    if is_kept:
        changes.append(Change(at, "kept", standing.level, standing.level, growth, orders))
        # In the grace, the new period begins where the old one ended, so that nobody gains by waiting.
        return _begin(standing, current, standing.level, end, at, zone, same=True)
    if promised.grace_days and standing.grace_until is None:
        changes.append(Change(at, "grace_began", standing.level, standing.level, growth, orders))
        grace_until = local_day_end(end, promised.grace_days, zone, is_end=True)
        return replace(standing, grace_until=grace_until, is_warned=True)
    if standing.grace_until is not None and at < standing.grace_until:
        return standing
    return _fall(standing, current, growth, orders, at, zone, changes)


def _fall(
    standing: Standing,
    current: Dated,
    growth: int,
    orders: int,
    at: datetime,
    zone: str,
    changes: list[Change],
) -> Standing:
    """Go down to the highest lower level that what was counted keeps."""
    policy = current.policy
    place = policy.index(standing.level)
    lower = max((low for low in range(place) if _keeps(policy, low, growth, orders)), default=0)
    level = policy.levels[max(lower, min(_floor(policy, standing, at), place))].code
    changes.append(Change(at, "downgraded", standing.level, level, growth, orders))
    return _begin(standing, current, level, at, at, zone)


def _begin(
    standing: Standing,
    current: Dated,
    level: str,
    period_start: datetime,
    at: datetime,
    zone: str,
    *,
    same: bool = False,
) -> Standing:
    """Return the standing at the beginning of a level or of another period of it."""
    policy = current.policy
    is_lasting = policy.window == "period" and policy.index(level) > 0
    is_up = policy.index(level) > policy.index(standing.level)
    # Who lost a level begins anew as well: what did not keep it must not win it back at once.
    resets = not same and (policy.resets or not is_up)
    return replace(
        standing,
        level=level,
        since=standing.since if same else at,
        policy=current.number,
        period_start=period_start,
        reset_at=at if resets else standing.reset_at,
        valid_until=months_later(period_start, policy.months, zone) if is_lasting else None,
        grace_until=None,
        is_warned=False,
    )


def _entered(policy: Policy, growth: int, orders: int) -> int:
    return max(
        place
        for place, level in enumerate(policy.levels)
        if growth >= level.enter and orders >= level.enter_orders
    )


def _keeps(policy: Policy, place: int, growth: int, orders: int) -> bool:
    level = policy.levels[place]
    return place == 0 or (growth >= level.keep and orders >= level.keep_orders)


def _floor(policy: Policy, standing: Standing, at: datetime) -> int:
    is_promised = standing.floor and (standing.floor_until is None or at < standing.floor_until)
    return policy.index(standing.floor) if is_promised else 0
