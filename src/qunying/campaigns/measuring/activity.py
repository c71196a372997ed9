"""What reached the members of each arm, and what they did with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from qunying.messages.events import COMMUNITY_POSTED, MESSAGE_CLICKED, MESSAGE_SENT
from qunying.rewards.events import (
    COUPON_CLAIMED,
    COUPON_PARTLY_RETURNED,
    COUPON_REDEEMED,
    COUPON_ROLLED_BACK,
    OFFER_UNDONE,
    OFFER_USED,
)
from qunying.stream.lake import Analysis

OTHERS = "others"
_BY_MEMBERS = (
    MESSAGE_SENT.name,
    MESSAGE_CLICKED.name,
    COUPON_CLAIMED.name,
    COUPON_REDEEMED.name,
    COUPON_ROLLED_BACK.name,
    COUPON_PARTLY_RETURNED.name,
    OFFER_USED.name,
    OFFER_UNDONE.name,
)


@dataclass(frozen=True)
class Activity:
    """What happened in one arm. Numbers of members count everybody once; ``claims`` and ``redemptions`` count
    coupons.

    messages: sent. reached: members with a message, or in a community with a post. discount_minor: given at
    the checkout by coupons and automatic offers, undone redemptions taken off.
    """

    messages: int = 0
    reached: int = 0
    clicked: int = 0
    claimed: int = 0
    claims: int = 0
    redeemed: int = 0
    redemptions: int = 0
    discount_minor: int = 0


def activity_per_arm(
    analysis: Analysis, assigned: pa.Table, campaign_id: UUID, until: datetime | None = None
) -> dict[str, Activity]:
    """Return what a campaign's events say per arm; members who were never assigned are in the arm ``others``.

    Args:
        analysis: the stream.
        assigned: the table of ``assigned_table``.
        campaign_id: whose events.
        until: leave out what happened later.
    """
    events = analysis.events.filter(analysis.events.campaign_id == str(campaign_id))
    if until is not None:
        events = events.filter(events.occurred_at <= ibis.literal(until, type="timestamp('UTC')"))
    counted = _counted(analysis, assigned, events)
    reached = _reached(analysis, assigned, events)
    arms = {arm for arm, _name in counted} | set(reached)
    return {arm: _activity(arm, counted, reached.get(arm, 0)) for arm in arms}


@dataclass(frozen=True)
class _Count:
    events: int = 0
    members: int = 0
    amount: int = 0


def _counted(analysis: Analysis, assigned: pa.Table, events: ir.Table) -> dict[tuple[str, str], _Count]:
    audience = ibis.memtable(assigned).select("member_id", "arm")
    told = events.filter(events.name.isin(_BY_MEMBERS) & events.member_id.notnull())
    joined = told.select("name", "member_id", "amount").left_join(audience, "member_id")
    rows = (
        joined.mutate(arm=joined.arm.fill_null(OTHERS))
        .group_by(["arm", "name"])
        .agg(
            events=lambda table: table.count(),
            members=lambda table: table.member_id.nunique(),
            amount=lambda table: table.amount.sum().fill_null(0),
        )
    )
    return {
        (row["arm"], row["name"]): _Count(int(row["events"]), int(row["members"]), int(row["amount"]))
        for row in analysis.connection.to_pyarrow(rows).to_pylist()
    }


def _reached(analysis: Analysis, assigned: pa.Table, events: ir.Table) -> dict[str, int]:
    """Count per arm who got a message, or was in a community that got a post."""
    audience = ibis.memtable(assigned)
    messaged = events.filter(events.name == MESSAGE_SENT.name).select("member_id")
    posted = events.filter(events.name == COMMUNITY_POSTED.name).select("community_id")
    by_message = audience.semi_join(messaged, "member_id").select("member_id", "arm")
    by_post = audience.semi_join(posted, "community_id").select("member_id", "arm")
    both = by_message.union(by_post, distinct=True)
    rows = analysis.connection.to_pyarrow(both.group_by("arm").agg(members=both.count())).to_pylist()
    return {row["arm"]: int(row["members"]) for row in rows}


def _activity(arm: str, counted: Mapping[tuple[str, str], _Count], reached: int) -> Activity:
    def of(name: str) -> _Count:
        return counted.get((arm, name), _Count())

    claimed, redeemed = of(COUPON_CLAIMED.name), of(COUPON_REDEEMED.name)
    undone, reduced = of(COUPON_ROLLED_BACK.name), of(COUPON_PARTLY_RETURNED.name)
    offered, offers_undone = of(OFFER_USED.name), of(OFFER_UNDONE.name)
    return Activity(
        messages=of(MESSAGE_SENT.name).events,
        reached=reached,
        clicked=of(MESSAGE_CLICKED.name).members,
        claimed=claimed.members,
        claims=claimed.events,
        redeemed=redeemed.members,
        redemptions=redeemed.events - undone.events,
        discount_minor=redeemed.amount
        - abs(undone.amount)
        - abs(reduced.amount)
        + offered.amount
        - abs(offers_undone.amount),
    )
