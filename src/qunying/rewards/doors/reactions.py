"""What rewards do by themselves when something has happened."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.actors import system
from qunying.kernel.acts import Act
from qunying.members.queries.get_member import list_own_ids, resolve_member_id
from qunying.rewards.actions.carry_balances_over import carry_balances_over
from qunying.rewards.actions.earn_for_event import earn_for_event
from qunying.rewards.actions.give_carried_back import give_carried_back
from qunying.rewards.actions.refresh_tiers import refresh_tiers
from qunying.rewards.actions.settle_hidden_content import settle_hidden_content
from qunying.rewards.actions.settle_late_discounts import settle_late_discounts
from qunying.rewards.actions.take_back_for_return import take_back_for_return
from qunying.rewards.earning.earning_events import EARNING_EVENTS
from qunying.rewards.earning.occasions import happening_of
from qunying.rewards.earning.terms import HIDINGS, RETURNS
from qunying.stream.react import StreamEvent, reaction

EARNING_AGE = timedelta(days=90)
# What lowers the price of an order that is paid.
PRICED = ("reward_offer_used", "coupon_redeemed", "points_spent")


# One reaction for all, so that an order and its return, a post and its hiding, are read in the order of the stream.
@reaction(*EARNING_EVENTS, *RETURNS, *HIDINGS, *PRICED, max_age=EARNING_AGE)
def earn(event: StreamEvent, now: datetime) -> None:
    """Pay what an event earns, or take back what had been earned by what it returns, hides, or says was not paid."""
    if event.name in HIDINGS:
        _settle_hidden(event, now)
        return
    if event.name in PRICED:
        _settle_discounts(event, now)
        return
    happening = happening_of(event)
    if happening is None:
        return
    act = take_back_for_return if event.name in RETURNS else earn_for_event
    act(command_id=f"earn:{event.id}", actor=system("earning"), now=now, happening=happening)


def _settle_discounts(event: StreamEvent, now: datetime) -> None:
    number = event.properties.get("order_number", "")
    if number:
        settle_late_discounts(
            command_id=f"earn:{event.id}",
            actor=system("earning"),
            now=now,
            order_number=number,
            order_id=event.order_id,
        )


def _settle_hidden(event: StreamEvent, now: datetime) -> None:
    if event.content_id is not None:
        settle_hidden_content(
            command_id=f"earn:{event.id}",
            actor=system("earning"),
            now=now,
            event_id=event.id,
            content_id=event.content_id,
            reference=event.properties.get("reference", ""),
            is_hidden=HIDINGS[event.name],
            changed_at=event.occurred_at,
        )


@reaction("growth_granted", "growth_taken_back", "members_merged", max_age=EARNING_AGE)
def follow_growth(event: StreamEvent, now: datetime) -> None:
    """Let the tier follow the growth value, and what two members had when they become one."""
    if event.member_id is not None:
        refresh_tiers(
            command_id=f"tier:{event.id}",
            actor=system("tiers"),
            now=now,
            member_ids=[resolve_member_id(event.member_id)],
        )


# What comes to somebody who was merged meanwhile comes over as well.
MOVED = (
    "points_granted",
    "points_matured",
    "points_refunded",
    "points_taken_back",
    "points_restored",
    "points_released",
)


@reaction("members_merged", "merge_undone", *MOVED, max_age=EARNING_AGE)
def follow_merges(event: StreamEvent, now: datetime) -> None:
    """Let points, money and chances follow a merge, and its undoing."""
    if event.member_id is None:
        return
    act = Act(command_id=f"merge:{event.id}", actor=system("merges"), now=now)
    if event.name == "merge_undone":
        give_carried_back(**act, kept_id=event.member_id, merged_id=UUID(event.properties["merged"]))
    elif len(list_own_ids(resolve_member_id(event.member_id))) > 1:
        carry_balances_over(**act, member_id=event.member_id)
