"""Campaigns for tests, brought through plan, approval and launch by the actions that everybody uses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction

from qunying.campaigns.actions.approve_campaign import approve_campaign
from qunying.campaigns.actions.confirm_audience import confirm_audience
from qunying.campaigns.actions.create_campaign import create_campaign
from qunying.campaigns.actions.launch_campaign import Launched, launch_campaign
from qunying.campaigns.actions.submit_campaign import submit_campaign
from qunying.campaigns.audience import audience_of
from qunying.campaigns.models import Campaign
from qunying.campaigns.plan import Plan
from qunying.communities.models import Community, GroupMember
from qunying.kernel.actors import Actor, system
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.messages.actions.create_template import create_template as create_message
from qunying.rewards.tests.make import make_template as make_coupon_template
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.set_static_members import set_static_members
from qunying.shop.events import ORDER_PAID, ORDER_REFUNDED
from qunying.stream.record import NewEvent, record, record_from_query

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)  # 12:00 in Shanghai
TODAY = date(2026, 3, 10)
AUTHOR, APPROVER = system("author"), system("approver")
_numbers = count(1)


def run(action: Callable[..., Any], *, now: datetime = NOW, actor: Actor = AUTHOR, **arguments: Any) -> Any:
    """Call an action under a command id of its own."""
    return action(command_id=str(new_id()), actor=actor, now=now, **arguments)


def make_audience(size: int, *, consent: bool = True) -> list[Member]:
    """Return members; with consent to the mailbox unless told otherwise."""
    return [make_member(consents={"mailbox": True} if consent else None, now=NOW) for _ in range(size)]


def make_many(size: int) -> list[UUID]:
    """Return the ids of many members, written set-based."""
    people = [Member(first_seen_at=NOW, created_at=NOW) for _ in range(size)]
    Member.objects.bulk_create(people, batch_size=5_000)
    with transaction.atomic():
        record_from_query(
            "SELECT gen_random_uuid(), 'test', id::text, 'member_created', id, NULL::uuid, first_seen_at,"
            " created_at,"
            " NULL::uuid, NULL::uuid, NULL::uuid, NULL, NULL::uuid, NULL::bigint, NULL::bigint, NULL,"
            " '{}'::jsonb, false"
            " FROM members_member WHERE id = ANY(%s)",
            [[person.id for person in people]],
        )
    return [person.id for person in people]


def make_segment(member_ids: Sequence[UUID], *, now: datetime = NOW) -> UUID:
    """Return the id of a fixed list of members."""
    saved = run(create_segment, now=now, name=f"List {next(_numbers)}")
    run(
        set_static_members,
        now=now,
        segment_id=saved.segment_id,
        entries=[str(member_id) for member_id in member_ids],
    )
    return UUID(str(saved.segment_id))


def make_community(member_ids: Sequence[UUID], *, joined_at: datetime = NOW - timedelta(days=9)) -> UUID:
    """Return the id of a community with these members."""
    community = Community.objects.create(
        name=f"Community {next(_numbers)}", kind="customer", platform_id="wecom", created_at=joined_at
    )
    GroupMember.objects.bulk_create(
        [
            GroupMember(
                community=community, member_id=member_id, platform_user_id=str(member_id), joined_at=joined_at
            )
            for member_id in member_ids
        ]
    )
    return community.id


def make_message(*, purpose: str = "promotion") -> UUID:
    """Return the id of a message template with a link."""
    made = run(
        create_message,
        name=f"Message {next(_numbers)}",
        purpose=purpose,
        subject="For you",
        body="Dear {{ name }}: {{ link }}",
        variables={"name": "friend"},
    )
    return UUID(str(made.template_id))


def make_offer(**changes: Any) -> UUID:
    """Return the id of a coupon template that is still a draft: ten yuan off."""
    return make_coupon_template(opened=False, **changes)


def make_plan(**changes: Any) -> Plan:
    """Return a plan for a segment that is filled in as far as it needs to be saved."""
    plan = Plan(
        name=f"Campaign {next(_numbers)}",
        goal_metric="orders_per_member",
        goal_target=1_000,
        goal_by=TODAY + timedelta(days=30),
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=14),
        audience_kind="segment",
        segment_id=new_id(),
    )
    if "audience_kind" not in changes and "segment_id" not in changes:
        changes["segment_id"] = make_segment([])
    return replace(plan, **changes)


def make_campaign(*, now: datetime = NOW, actor: Actor = AUTHOR, **changes: Any) -> Campaign:
    """Return a draft."""
    created = run(create_campaign, now=now, actor=actor, plan=make_plan(**changes))
    return Campaign.objects.get(pk=created.campaign_id)


def make_approved(
    member_ids: Sequence[UUID] = (), *, now: datetime = NOW, with_offer: bool = True, **changes: Any
) -> Campaign:
    """Return an approved campaign for these members, with a message and, unless told otherwise, a coupon."""
    if "audience_kind" not in changes:
        changes["segment_id"] = make_segment(member_ids, now=now)
    changes.setdefault("message_template_id", make_message())
    if with_offer:
        changes.setdefault("offer_id", make_offer())
        changes.setdefault("budget_minor", 100_000)
    campaign = make_campaign(now=now, **changes)
    audience = len(audience_of(campaign, now).members)
    run(confirm_audience, now=now, campaign_id=campaign.id, count=audience)
    run(submit_campaign, now=now, campaign_id=campaign.id)
    run(approve_campaign, now=now, actor=APPROVER, campaign_id=campaign.id)
    campaign.refresh_from_db()
    return campaign


def launch(campaign: Campaign, *, now: datetime = NOW) -> Launched:
    """Launch a campaign and refresh it."""
    launched: Launched = run(launch_campaign, now=now, campaign_id=campaign.id)
    campaign.refresh_from_db()
    return launched


def make_order(
    member_id: UUID, at: datetime, amount_minor: int = 10_000, *, currency: str = "CNY", refund: bool = False
) -> None:
    """Record an order, or a refund, of a member."""
    event = NewEvent(
        type=ORDER_REFUNDED if refund else ORDER_PAID,
        occurred_at=at,
        received_at=at,
        member_id=member_id,
        order_id=new_id(),
        quantity=-1 if refund else 1,
        amount_minor=-amount_minor if refund else amount_minor,
        currency=currency,
    )
    with transaction.atomic():
        record(event)
