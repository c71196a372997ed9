"""Three campaigns: one of the past with its report, one that runs, one that waits for approval.

The orders and sales of the finished one are the real ones of 2011: nobody was really written to, so there is no effect to find, and its
report has to say so. Only the claims and redemptions are played, and the report is marked for it.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.campaigns.actions.add_lesson import add_lesson
from qunying.campaigns.actions.approve_campaign import approve_campaign
from qunying.campaigns.actions.claim_offer import claim_offer
from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.actions.confirm_audience import confirm_audience
from qunying.campaigns.actions.create_campaign import create_campaign
from qunying.campaigns.actions.finish_task import finish_task
from qunying.campaigns.actions.launch_campaign import launch_campaign
from qunying.campaigns.actions.mark_simulated import mark_simulated
from qunying.campaigns.actions.submit_campaign import submit_campaign
from qunying.campaigns.plan import Plan
from qunying.campaigns.queries.count_audience import count_audience
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.queries.list_arm import list_arm
from qunying.kernel.clock import local_day
from qunying.messages.actions.create_template import create_template as write_message
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.queries.get_default_channel import get_default_channel
from qunying.rewards.actions.create_template import create_template as create_offer
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.wording import Wording
from qunying.sample.people import staff
from qunying.sample.timeline import CURRENCY, INSTALLER, LAUNCHED_AT, PLANNED_AT, ZONE, command
from qunying.shop.queries.list_orders import list_orders

CLAIMING_SHARE = 0.15
THRESHOLD_MINOR = 15_000
MEASUREMENT_DAYS = 60
END_OF_FIRST = LAUNCHED_AT + timedelta(days=MEASUREMENT_DAYS)


def write_messages(now: datetime) -> dict[str, UUID]:
    """Write the texts that the campaigns send, and return their ids."""
    texts = {
        "autumn": (
            "秋季答谢",
            "老朋友，送您一张满减券",
            "{{ name }}，感谢您一直以来的支持！\n这张满减券专为您准备，点此领取：{{ link }}",
        ),
        "winter": ("冬季新品", "冬季新品先看", "{{ name }}，冬季新品已上架，凭券下单更划算：{{ link }}"),
        "post": ("社群福利帖", "本周群福利", "本周群友福利已上线，点此领取：{{ link }}"),
    }
    written = {}
    for key, (name, subject, body) in texts.items():
        made = write_message(
            command_id=command(f"message:{key}"),
            actor=staff("operator"),
            now=now,
            name=name,
            purpose="promotion",
            subject=subject,
            body=body,
            variables={"name": "亲爱的顾客"},
        )
        written[key] = made.template_id
    return written


def _offer(key: str, now: datetime, **terms: Any) -> UUID:
    wording = Wording(currency=CURRENCY, audience="targeted", validity="days", valid_days=60, **terms)
    return create_offer(command_id=command(f"offer:{key}"), actor=staff("operator"), now=now, wording=wording)


def _plan_and_submit(key: str, plan: Plan, now: datetime) -> UUID:
    author = staff("operator")
    campaign_id = create_campaign(
        command_id=command(f"plan:{key}"), actor=author, now=now, plan=plan
    ).campaign_id
    confirm_audience(
        command_id=command(f"confirm:{key}"),
        actor=author,
        now=now,
        campaign_id=campaign_id,
        count=count_audience(campaign_id, now),
    )
    submit_campaign(command_id=command(f"submit:{key}"), actor=author, now=now, campaign_id=campaign_id)
    return campaign_id


def _approve_and_launch(key: str, campaign_id: UUID, now: datetime) -> None:
    approve_campaign(
        command_id=command(f"approve:{key}"),
        actor=staff("manager"),
        now=now,
        campaign_id=campaign_id,
        remark="预算与对照组合理，同意。",
    )
    launch_campaign(
        command_id=command(f"launch:{key}"), actor=staff("operator"), now=now, campaign_id=campaign_id
    )
    dispatch_due(clock=lambda: now)


def run_the_past_one(segment_id: UUID, message_id: UUID) -> UUID:
    """Plan, launch, play and close the campaign of autumn 2011."""
    offer_id = _offer(
        "autumn",
        PLANNED_AT,
        name="秋季满150减20",
        kind="amount_off",
        amount_minor=2_000,
        threshold_minor=THRESHOLD_MINOR,
        total=600,
    )
    day = local_day(LAUNCHED_AT, ZONE)
    plan = Plan(
        name="秋季老客答谢",
        goal_metric="orders_per_member",
        goal_target=1_000,
        goal_by=day + timedelta(days=MEASUREMENT_DAYS),
        starts_on=day,
        ends_on=day + timedelta(days=30),
        audience_kind="segment",
        segment_id=segment_id,
        theme="秋日感恩，老友同享",
        selling_points="满 150 减 20；只给近期买过的老客",
        offer_id=offer_id,
        channel_id=get_default_channel().id,
        message_template_id=message_id,
        budget_minor=1_000_000,
        measurement_days=MEASUREMENT_DAYS,
        expected_claim_basis_points=1_500,
        expected_redemption_basis_points=6_000,
    )
    campaign_id = _plan_and_submit("autumn", plan, PLANNED_AT)
    _approve_and_launch("autumn", campaign_id, LAUNCHED_AT)
    mark_simulated(
        command_id=command("mark:autumn"),
        actor=INSTALLER,
        now=LAUNCHED_AT,
        campaign_id=campaign_id,
        what_was_planted="领取与核销为模拟；订单与销售额是 2011 年的真实数据，没有植入任何效果。Claims and redemptions are"
        " simulated; orders and sales are the real ones of 2011, with no effect planted.",
    )
    play_claims(campaign_id)
    close_campaign(
        command_id=command("close:autumn"), actor=staff("operator"), now=END_OF_FIRST, campaign_id=campaign_id
    )
    for task in get_campaign(campaign_id).tasks.all():
        finish_task(
            command_id=command(f"task:{task.id}"), actor=staff("operator"), now=END_OF_FIRST, task_id=task.id
        )
    add_lesson(
        command_id=command("lesson:autumn"),
        actor=staff("manager"),
        now=END_OF_FIRST,
        campaign_id=campaign_id,
        kind="lesson",
        area="planning",
        text="老客本来就会买：没有对照组，这些订单都会被当成活动的功劳。下次把券发给沉睡会员，并把对照组提高到 30%。",
    )
    return campaign_id


def play_claims(campaign_id: UUID) -> None:
    """Let some treated members claim, and use the coupon for their next real order that is large enough."""
    for member_id in list_arm(campaign_id, "treatment"):
        chance = int.from_bytes(hashlib.sha256(member_id.bytes + b"autumn").digest()[:4]) / 2**32
        if chance >= CLAIMING_SHARE:
            continue
        claimed_at = LAUNCHED_AT + timedelta(hours=2 + 200 * chance / CLAIMING_SHARE)
        claimed = claim_offer(
            command_id=command(f"claim:{member_id}"),
            actor=INSTALLER,
            now=claimed_at,
            campaign_id=campaign_id,
            member_id=member_id,
        )
        order = next(_large_orders(member_id, claimed_at), None)
        if order is not None:
            context: dict[str, Any] = {
                "actor": INSTALLER,
                "coupon_id": claimed.coupon_id,
                "order_number": order.number,
            }
            reserve_coupon(
                command_id=command(f"reserve:{member_id}"),
                now=order.placed_at,
                total_minor=order.total_minor,
                **context,
            )
            redeem_coupon(
                command_id=command(f"redeem:{member_id}"), now=order.placed_at, order_id=order.id, **context
            )


def _large_orders(member_id: UUID, after: datetime) -> Iterator[Any]:
    """The member's real orders after an instant that the coupon counts for, earliest first."""
    orders = reversed(list_orders(member_id, size=200).rows)
    return (
        order
        for order in orders
        if after < order.placed_at < END_OF_FIRST and order.total_minor >= THRESHOLD_MINOR
    )


def run_the_present_one(segment_id: UUID, message_id: UUID, now: datetime) -> UUID:
    """Plan and launch a campaign that runs from today."""
    offer_id = _offer(
        "winter",
        now,
        name="冬季新品九折券",
        kind="percent_off",
        percent_basis_points=1_000,
        cap_minor=1_500,
        total=300,
    )
    day = local_day(now, ZONE)
    plan = Plan(
        name="冬季新品尝鲜",
        goal_metric="sales_per_member",
        goal_target=1_500,
        goal_by=day + timedelta(days=30),
        starts_on=day,
        ends_on=day + timedelta(days=21),
        audience_kind="segment",
        segment_id=segment_id,
        theme="冬日新意",
        selling_points="九折，最高减 15；新品先买",
        offer_id=offer_id,
        channel_id=get_default_channel().id,
        message_template_id=message_id,
        budget_minor=400_000,
        holdout_basis_points=3_000,
        measurement_days=30,
    )
    campaign_id = _plan_and_submit("winter", plan, now)
    _approve_and_launch("winter", campaign_id, now)
    return campaign_id


def submit_the_next_one(communities: list[UUID], post_id: UUID, now: datetime) -> UUID:
    """Plan a campaign for the communities whose budget waits for a second person."""
    offer_id = _offer(
        "community",
        now,
        name="群友满100减10",
        kind="amount_off",
        amount_minor=1_000,
        threshold_minor=10_000,
        total=400,
    )
    day = local_day(now, ZONE) + timedelta(days=7)
    plan = Plan(
        name="社群周年庆",
        goal_metric="claims",
        goal_target=150,
        goal_by=day + timedelta(days=14),
        starts_on=day,
        ends_on=day + timedelta(days=14),
        audience_kind="communities",
        community_ids=tuple(communities),
        theme="一起走过的一年",
        selling_points="群友专享满减，周年庆限时",
        offer_id=offer_id,
        channel_id=get_default_channel().id,
        message_template_id=post_id,
        budget_minor=400_000,
        measurement_days=30,
    )
    return _plan_and_submit("community", plan, now)
