"""Counting what members did, off one reading of the stream: acts by member, community, day and measure."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import ibis
from ibis.expr import types as ir

from qunying.honours.measures import EVENTS, Measure, Weight
from qunying.stream.lake import Analysis, property_of

_POSTED = ("board_post_published", "board_reply_published")
_LIKED = ("board_post_liked", "board_post_unliked")


def acts_of(analysis: Analysis, zone: str) -> ir.Table:
    """Return acts with how often each was done: member_id, community_id, day, measure, backfill, n.

    Posts that are hidden or deleted count for nobody, nor does what was said and liked below them; nobody counts for liking or
    answering themselves.
    """
    events = analysis.events.filter(analysis.events.member_id.notnull())
    day = analysis.local_time(events.occurred_at, zone).date()
    events = events.mutate(day=day)
    posts = _posts(events)
    parts = [_acts(events.filter(events.name == name), measure) for measure, name in EVENTS.items()]
    parts += [
        _acts(posts.filter(posts.name == name), measure)
        for measure, name in zip((Measure.POSTS, Measure.REPLIES), _POSTED, strict=True)
    ]
    accepted = events.filter(events.name == "board_answer_accepted")
    parts.append(_acts(accepted.semi_join(posts, "content_id"), Measure.ANSWERS))
    parts += [_acts(_answered(posts), Measure.PEOPLE), _acts(_likes(events, posts), Measure.LIKES)]
    return ibis.union(*parts)


def _acts(rows: ir.Table, measure: Measure) -> ir.Table:
    counted = rows.group_by("member_id", "community_id", "day", "backfill").agg(n=rows.count())
    return counted.mutate(measure=ibis.literal(str(measure)))


def _posts(events: ir.Table) -> ir.Table:
    """Return what was posted on boards and is shown today."""
    changes = events.filter(
        events.name.isin(("board_post_hidden", "board_post_restored", "board_post_deleted"))
    )
    last = changes.group_by("content_id").agg(
        hidden=changes.occurred_at.max(where=changes.name == "board_post_hidden"),
        restored=changes.occurred_at.max(where=changes.name == "board_post_restored"),
        deleted=changes.occurred_at.max(where=changes.name == "board_post_deleted"),
    )
    gone = last.filter(
        last.deleted.notnull()
        | (last.hidden.notnull() & (last.restored.isnull() | (last.restored < last.hidden)))
    )
    return events.filter(events.name.isin(_POSTED)).anti_join(gone, "content_id")


def _authors(posts: ir.Table) -> ir.Table:
    return posts.select(post=posts.content_id, author=posts.member_id)


def _answered(posts: ir.Table) -> ir.Table:
    """Return for each day who replied to whom, each pair once."""
    replies = posts.filter(posts.name == _POSTED[1])
    answer = property_of(replies.properties, "reply_to").nullif("")
    replies = replies.mutate(to=answer.coalesce(property_of(replies.properties, "thread")))
    authors = _authors(posts)
    pairs = replies.join(authors, replies.to == authors.post)
    pairs = pairs.filter(pairs.author != pairs.member_id)
    return pairs.select(
        "community_id", "day", "backfill", member_id=pairs.author, by=pairs.member_id
    ).distinct()


def _likes(events: ir.Table, posts: ir.Table) -> ir.Table:
    """Return likes that were not taken back, on the day of the last one."""
    clicks = events.filter(events.name.isin(_LIKED))
    liked = clicks.group_by("content_id", "member_id").agg(
        left=clicks.name.cases((_LIKED[0], 1), else_=-1).sum(),
        day=clicks.day.max(),
        community_id=clicks.community_id.max(),
        backfill=clicks.backfill.min(),
    )
    authors = _authors(posts)
    found = liked.filter(liked.left > 0).join(authors, liked.content_id == authors.post)
    found = found.filter(found.author != found.member_id)
    return found.select("community_id", "day", "backfill", member_id=found.author)


def count_for_badges(analysis: Analysis, acts: ir.Table) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Return by member and measure how often: with imported history, and without."""
    totals = acts.group_by("member_id", "measure").agg(
        whole=acts.n.sum(), fresh=acts.n.sum(where=~acts.backfill)
    )
    return {
        (UUID(row["member_id"]), row["measure"]): (row["whole"], row["fresh"] or 0)
        for row in analysis.connection.to_pyarrow(totals).to_pylist()
    }


def score(
    analysis: Analysis,
    acts: ir.Table,
    weights: Mapping[Measure, Weight],
    *,
    since: date | None,
    by_community: bool,
) -> dict[UUID | None, dict[UUID, dict[str, int]]]:
    """Return the points of each member by measure, by community (None: everywhere).

    The score of a member is the sum over measures and days of points × min(acts of the day, per_day).

    Args:
        analysis: an open reading of the stream.
        acts: what ``acts_of`` returned.
        weights: points by measure; what is missing counts nothing.
        since: the first day that counts; None for all.
        by_community: in each community, rather than everywhere.
    """
    if not weights:  # nothing counts: the formula has no points for anything
        return {}
    counted = acts.filter(acts.measure.isin([str(measure) for measure in weights]))
    if since is not None:
        counted = counted.filter(counted.day >= ibis.date(since.isoformat()))
    keys = ["member_id", "day", "measure"]
    if by_community:
        counted = counted.filter(counted.community_id.notnull())
        keys.append("community_id")
    days = counted.group_by(keys).agg(n=counted.n.sum())
    cap = days.measure.cases(*((str(m), weight.per_day or 10**9) for m, weight in weights.items()), else_=0)
    points = days.measure.cases(*((str(m), weight.points) for m, weight in weights.items()), else_=0)
    days = days.mutate(points=points * ibis.least(days.n, cap))
    groups = [key for key in keys if key != "day"]
    sums = days.group_by(groups).agg(points=days.points.sum())
    found: dict[UUID | None, dict[UUID, dict[str, int]]] = {}
    for row in analysis.connection.to_pyarrow(sums).to_pylist():
        place: Any = row.get("community_id")
        members = found.setdefault(UUID(place) if place else None, {})
        if row["points"]:
            members.setdefault(UUID(row["member_id"]), {})[row["measure"]] = int(row["points"])
    return found
