"""Giving prizes: each through the action of the noun that keeps its like. What cannot be given is owed, not lost."""

from uuid import UUID

from qunying.activities.events import PRIZE_WON
from qunying.activities.limits import chance_asset
from qunying.activities.models import Activity, Award, Participation
from qunying.activities.purse import pay
from qunying.activities.rules import Prize
from qunying.activities.words import Words, by_the_rules
from qunying.fulfilment.actions.request_fulfilment import request_fulfilment
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_points import grant_points
from qunying.stream.record import NewEvent, record

SOURCE = "activities"


def award_prize(
    activity: Activity,
    member_id: UUID,
    prize: Prize,
    words: Words,
    *,
    participation: Participation | None = None,
    serial: int | None = None,
) -> Award:
    """Write down that a member has won a prize, and give it at once where that can be done."""
    award = Award(
        id=new_id(),
        activity=activity,
        participation=participation,
        member_id=member_id,
        prize=prize.key,
        name=prize.name,
        kind=prize.kind,
        amount=prize.amount,
        template_id=UUID(prize.template_id) if prize.template_id else None,
        stock_serial=serial,
        won_at=words["now"],
    )
    hand_over(award, words)
    award.save(force_insert=True)
    event = NewEvent(
        type=PRIZE_WON,
        occurred_at=words["now"],
        received_at=words["now"],
        member_id=member_id,
        campaign_id=activity.campaign_id,
        amount_minor=prize.worth_minor or None,
        currency=activity.currency if prize.worth_minor else None,
        properties={
            "activity_id": str(activity.id),
            "kind": activity.kind,
            "prize": prize.key,
            "award_id": str(award.id),
        },
    )
    record(event)
    return award


def hand_over(award: Award, words: Words) -> None:
    """Give what an award is of and set its state; the caller saves it.

    A refusal (the coupon has run out, the member's rewards are suspended meanwhile) leaves it owed, with the reason.
    """
    if award.kind == Award.Kind.GOODS:
        _queue(award, by_the_rules(words))
        award.state = Award.State.QUEUED
        return
    try:
        award.reference = _give(award, by_the_rules(words))
    except Problem as problem:
        award.state, award.problem = Award.State.OWED, problem.code
        return
    award.state, award.problem, award.done_at = Award.State.GIVEN, "", words["now"]


def _queue(award: Award, words: Words) -> None:
    """Have goods sent; the member says where to."""
    request_fulfilment(
        **words,
        source=SOURCE,
        source_id=award.id,
        member_id=award.member_id,
        title=award.name,
        quantity=max(1, award.amount),
        occasion=award.activity.title,
        due_at=award.activity.claim_until,
    )


def _give(award: Award, words: Words) -> UUID:
    activity = award.activity
    match award.kind:
        case Award.Kind.POINTS:
            return grant_points(
                **words,
                member_id=award.member_id,
                amount=award.amount,
                reason=activity.title,
                campaign_id=activity.campaign_id,
            ).grant_id
        case Award.Kind.COUPON:
            return claim_coupon(
                **words,
                template_id=award.template_id or UUID(int=0),
                member_id=award.member_id,
                campaign_id=activity.campaign_id,
            ).coupon_id
        case Award.Kind.MONEY:
            return pay(activity, award.member_id, award.amount, words, part=str(award.id))
        case _:
            asset = chance_asset(activity.id)
            lines = (
                Line(of_brand(asset, Purpose.ISSUANCE), -award.amount),
                Line(of_member(award.member_id, asset), award.amount),
            )
            entry = Entry(kind="chances_given", part=str(award.id), lines=lines)
            return post(**words, entry=entry)
