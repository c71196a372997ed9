"""Giving prizes: each through the action of the noun that keeps its like. What cannot be given is owed, not lost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.events import PRIZE_WON
from qunying.activities.limits import chance_asset
from qunying.activities.models import Activity, Award, Participation
from qunying.activities.purse import pay
from qunying.activities.rules import Prize
from qunying.activities.stock import take_unit, take_units
from qunying.activities.suspecting import list_signs
from qunying.fulfilment.actions.request_fulfilment import request_fulfilment
from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import run_soon
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_points import grant_points
from qunying.stream.record import NewEvent, record
from qunying.vetting.actions.file_case import file_case

SOURCE = "activities"
HELD_PRIZE = "activity_prize"
MOST_AT_ONCE = 50


def award_prize(
    activity: Activity,
    member_id: UUID,
    prize: Prize,
    act: Act,
    *,
    participation: Participation | None = None,
    serial: int | None = None,
) -> Award:
    """Write down that a member has won a prize, and give it at once where that can be done.

    What looks like cheating is held for review instead.
    """
    award = new_award(activity, member_id, prize, act["now"], participation=participation, serial=serial)
    signs = list_signs(activity, [member_id], act["now"]).get(member_id)
    if not signs:
        hand_over(award, act)
    award.save(force_insert=True)
    if signs:
        _hold(award, signs, act)
    record(won(award, prize))
    return award


def award_first_left(
    activity: Activity,
    member_id: UUID,
    prizes: Iterable[Prize],
    act: Act,
    *,
    participation: Participation | None = None,
) -> Award | None:
    """Award the first of some prizes of which there is one left, out of stock; None when they are used up."""
    for prize in prizes:
        serial = take_unit(activity, prize.key, act)
        if serial is not None:
            return award_prize(activity, member_id, prize, act, participation=participation, serial=serial)
    return None


def award_prizes(
    activity: Activity,
    winners: Sequence[tuple[UUID, Prize]],
    act: Act,
    *,
    parts: Sequence[Participation] = (),
) -> list[Award]:
    """Write down who has won what, in their order. Prizes that are counted come out of stock; all of them, or none.

    A few are given at once. Many are owed until a job has given them, each in a transaction of its own
    (``activities.give_prizes``): nothing is lost and nothing given twice, whenever it is interrupted.

    Args:
        parts: for what each was won, where that is known.

    Raises:
        SoldOut: there are not so many of a prize, and nobody has won.
    """
    counts = Counter(prize.key for _member, prize in winners)
    serials = take_units(activity, counts, act)
    units = [next(serials[prize.key], None) for _member, prize in winners]
    won_for: Sequence[Participation | None] = parts or [None] * len(winners)
    if len(winners) <= MOST_AT_ONCE:
        return [
            award_prize(activity, member, prize, act, participation=part, serial=serial)
            for (member, prize), serial, part in zip(winners, units, won_for, strict=True)
        ]
    now = act["now"]
    awards = [
        new_award(activity, member, prize, now, participation=part, serial=serial)
        for (member, prize), serial, part in zip(winners, units, won_for, strict=True)
    ]
    Award.objects.bulk_create(awards, batch_size=1_000)
    signs = list_signs(activity, {award.member_id for award in awards}, now)
    for award in awards:
        if award.member_id in signs:
            _hold(award, signs[award.member_id], act)
    record(*(won(award, prize) for award, (_member, prize) in zip(awards, winners, strict=True)))
    run_soon("activities.give_prizes")
    return awards


def _hold(award: Award, signs: list[str], act: Act) -> None:
    """Hold a prize for review."""
    award.state = Award.State.HELD
    award.save(update_fields=["state"])
    file_case(
        **by_the_rules(act),
        subject_kind=HELD_PRIZE,
        subject_id=award.id,
        member_id=award.member_id,
        reasons=signs,
    )


def new_award(
    activity: Activity,
    member_id: UUID,
    prize: Prize,
    now: datetime,
    *,
    participation: Participation | None = None,
    serial: int | None = None,
) -> Award:
    """Return a prize that somebody has won: neither given nor written down yet, so it is owed."""
    return Award(
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
        state=Award.State.OWED,
        won_at=now,
    )


def won(award: Award, prize: Prize) -> NewEvent:
    """Return the event of a prize that was won."""
    activity = award.activity
    return NewEvent(
        type=PRIZE_WON,
        occurred_at=award.won_at,
        received_at=award.won_at,
        member_id=award.member_id,
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


def hand_over(award: Award, act: Act) -> None:
    """Give what an award is of and set its state; the caller saves it.

    A refusal (the coupon has run out, the member's rewards are suspended meanwhile) leaves it owed, with the reason.
    """
    if award.kind == Award.Kind.GOODS:
        _queue(award, by_the_rules(act))
        award.state = Award.State.QUEUED
        return
    try:
        award.reference = _give(award, by_the_rules(act))
    except Problem as problem:
        award.state, award.problem = Award.State.OWED, problem.code
        return
    award.state, award.problem, award.done_at = Award.State.GIVEN, "", act["now"]


def _queue(award: Award, act: Act) -> None:
    """Have goods sent; the member says where to."""
    request_fulfilment(
        **act,
        source=SOURCE,
        source_id=award.id,
        member_id=award.member_id,
        title=award.name,
        quantity=max(1, award.amount),
        occasion=award.activity.title,
        due_at=award.activity.claim_until,
    )


def _give(award: Award, act: Act) -> UUID:
    activity = award.activity
    match award.kind:
        case Award.Kind.POINTS:
            return grant_points(
                **act,
                member_id=award.member_id,
                amount=award.amount,
                reason=activity.title,
                campaign_id=activity.campaign_id,
            ).grant_id
        case Award.Kind.COUPON:
            return claim_coupon(
                **act,
                template_id=award.template_id or UUID(int=0),
                member_id=award.member_id,
                campaign_id=activity.campaign_id,
            ).coupon_id
        case Award.Kind.MONEY:
            return pay(activity, award.member_id, award.amount, act, part=str(award.id))
        case _:
            asset = chance_asset(activity.id)
            lines = (
                Line(of_brand(asset, Purpose.ISSUANCE), -award.amount),
                Line(of_member(award.member_id, asset), award.amount),
            )
            entry = Entry(kind="chances_given", part=str(award.id), lines=lines)
            return post(**act, entry=entry)
