"""Cadence: whether posts to communities come too often, too close together, twice, or not at all.

Pure: what is planned goes in, warnings come out. Times are wall-clock times of one zone without zone
information, so that a day and a week are those of the people who read.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations, pairwise

# Two texts are the same when they share this part of their pairs of characters (Jaccard).
SAME_TEXT = 0.8
_LINK = re.compile(r"https?://\S+")


class Warns(StrEnum):
    """What a warning is about."""

    TOO_OFTEN_A_DAY = "too_often_a_day"
    TOO_OFTEN_A_WEEK = "too_often_a_week"
    TOO_CLOSE = "too_close"
    SAME_HOUR = "same_hour"
    DUPLICATE = "duplicate"
    EMPTY_WEEK = "empty_week"


@dataclass(frozen=True)
class Post[Key: Hashable]:
    """One post, planned or done.

    Args:
        key: what the caller knows it by.
        community: where it goes.
        at: wall-clock time, without zone.
        text: what it says, title and body; empty when not written yet.
    """

    key: Key
    community: Hashable
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class Rule:
    """The rule of a community.

    Args:
        most_per_day, most_per_week: no more posts than this; 0 means none at all.
        least_per_week: fewer than this is an empty week; 0 asks for nothing.
        hours_between: at least so many hours from one post to the next; 0 asks for nothing.
        duplicate_days: a text may come again after so many days; 0 asks for nothing.
    """

    most_per_day: int = 2
    most_per_week: int = 7
    least_per_week: int = 1
    hours_between: int = 3
    duplicate_days: int = 14


@dataclass(frozen=True)
class CadenceWarning[Key: Hashable]:
    """One thing to look at.

    Args:
        kind: what it is about.
        community: where.
        day: the day, or the Monday of the week.
        keys: the posts that it is about, in order of time; empty for an empty week.
        count: how many posts there are.
        limit: what the rule says.
    """

    kind: Warns
    community: Hashable
    day: date
    keys: tuple[Key, ...]
    count: int
    limit: int


def check_cadence[Key: Hashable](
    posts: Iterable[Post[Key]],
    rules: Mapping[Hashable, Rule],
    *,
    first: date,
    last: date,
) -> list[CadenceWarning[Key]]:
    """Return what is wrong with the posts of the communities that have a rule.

    Args:
        posts: everything planned and done, also some days around the range: what is close to its borders counts.
        rules: the rule of each community that is looked at.
        first, last: the days to warn about, both included; weeks (Monday to Sunday) are judged when they lie in
            the range as a whole.

    Returns:
        Warnings by community in the order of ``rules``, then by day and kind. What concerns two posts is warned
        of on the day of the later one.
    """
    by_community: dict[Hashable, list[Post[Key]]] = defaultdict(list)
    for post in posts:
        by_community[post.community].append(post)
    found: list[CadenceWarning[Key]] = []
    for community, rule in rules.items():
        own = sorted(by_community[community], key=lambda post: post.at)
        warnings = [
            *_too_many(community, own, rule),
            *_too_close(community, own, rule),
            *_twice(community, own, rule),
        ]
        warnings = [warning for warning in warnings if _concerns(warning, first, last)]
        warnings += _empty_weeks(community, own, rule, first, last)
        found += sorted(warnings, key=lambda warning: (warning.day, warning.kind))
    return found


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1: the share of common pairs of neighbouring characters (Jaccard).

    Spaces, signs, case, width and links make no difference.
    """
    return _likeness(_pairs(one), _pairs(other))


def _likeness(first: frozenset[str], second: frozenset[str]) -> float:
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def _concerns[Key: Hashable](warning: CadenceWarning[Key], first: date, last: date) -> bool:
    end = warning.day + timedelta(days=6 if warning.kind is Warns.TOO_OFTEN_A_WEEK else 0)
    return warning.day <= last and end >= first


def _too_many[Key: Hashable](
    community: Hashable, posts: Sequence[Post[Key]], rule: Rule
) -> list[CadenceWarning[Key]]:
    days: dict[date, list[Key]] = defaultdict(list)
    weeks: dict[date, list[Key]] = defaultdict(list)
    for post in posts:
        days[post.at.date()].append(post.key)
        weeks[monday_of(post.at.date())].append(post.key)
    return [
        CadenceWarning(kind, community, day, tuple(keys), len(keys), limit)
        for kind, groups, limit in (
            (Warns.TOO_OFTEN_A_DAY, days, rule.most_per_day),
            (Warns.TOO_OFTEN_A_WEEK, weeks, rule.most_per_week),
        )
        for day, keys in groups.items()
        if len(keys) > limit
    ]


def _too_close[Key: Hashable](
    community: Hashable, posts: Sequence[Post[Key]], rule: Rule
) -> list[CadenceWarning[Key]]:
    """Neighbours with too little time between them; those in one clock hour are told so whatever the rule says."""
    found = []
    for before, after in pairwise(posts):
        hour = after.at.replace(minute=0, second=0, microsecond=0)
        if before.at >= hour:
            kind, limit = Warns.SAME_HOUR, 1
        elif after.at - before.at < timedelta(hours=rule.hours_between):
            kind, limit = Warns.TOO_CLOSE, rule.hours_between
        else:
            continue
        found.append(CadenceWarning(kind, community, after.at.date(), (before.key, after.key), 2, limit))
    return found


def _twice[Key: Hashable](
    community: Hashable, posts: Sequence[Post[Key]], rule: Rule
) -> list[CadenceWarning[Key]]:
    said = [(post, pairs) for post in posts if (pairs := _pairs(post.text))]
    apart = timedelta(days=rule.duplicate_days)
    return [
        CadenceWarning(
            Warns.DUPLICATE, community, after.at.date(), (before.key, after.key), 2, rule.duplicate_days
        )
        for (before, one), (after, other) in combinations(said, 2)
        if after.at - before.at < apart and _likeness(one, other) >= SAME_TEXT
    ]


def _empty_weeks[Key: Hashable](
    community: Hashable, posts: Sequence[Post[Key]], rule: Rule, first: date, last: date
) -> list[CadenceWarning[Key]]:
    counts = Counter(monday_of(post.at.date()) for post in posts)
    monday = monday_of(first + timedelta(days=6))
    found = []
    while monday + timedelta(days=6) <= last:
        if counts[monday] < rule.least_per_week:
            found.append(
                CadenceWarning[Key](
                    Warns.EMPTY_WEEK, community, monday, (), counts[monday], rule.least_per_week
                )
            )
        monday += timedelta(days=7)
    return found


def _pairs(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", _LINK.sub("", text)).casefold()
    signs = "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")
    return (
        frozenset(signs[place : place + 2] for place in range(max(1, len(signs) - 1)))
        if signs
        else frozenset()
    )
