"""What becomes of prizes and rights that were held for review: registered with vetting."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.activities.goods import GoodsSettings
from qunying.activities.kinds import kind_of
from qunying.activities.models import Award, Right, RightUnit, State
from qunying.activities.prizes import HELD_PRIZE, hand_over
from qunying.activities.rights import HELD_RIGHT, expiry_of, release, units_of_one
from qunying.activities.settling import give_money_back
from qunying.activities.taking_back import set_aside_again
from qunying.kernel.acts import Act
from qunying.kernel.problems import Problem
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.vetting.subjects import Subject, register_subject


def register() -> None:
    """Tell vetting about prizes and rights to buy."""
    prize = Subject(gettext_lazy("Prize of an activity"), _tell_prizes, _give_prize, _refuse_prize)
    right = Subject(gettext_lazy("Right to buy"), _tell_rights, _give_right, _refuse_right)
    register_subject(HELD_PRIZE, prize)
    register_subject(HELD_RIGHT, right)


def _tell_prizes(award_ids: Collection[UUID]) -> dict[UUID, str]:
    awards = Award.objects.filter(pk__in=award_ids).select_related("activity")
    text = _("{activity}: {prize}")
    return {
        award.id: award.name
        if award.name == award.activity.title
        else text.format(activity=award.activity.title, prize=award.name)
        for award in awards
    }


def _tell_rights(right_ids: Collection[UUID]) -> dict[UUID, str]:
    rights = Right.objects.filter(pk__in=right_ids).select_related("activity")
    return {right.id: right.activity.title for right in rights}


def _give_prize(award_id: UUID, act: Act) -> None:
    """Give it, or owe it when that cannot be done any more; a refusal that was overturned is as if there had been none."""
    award = _lock_prize(award_id)
    if award.state not in {Award.State.HELD, Award.State.REFUSED}:
        return
    if award.state == Award.State.REFUSED:
        set_aside_again(award, act)
    hand_over(award, act)
    award.save()


def _refuse_prize(award_id: UUID, act: Act) -> None:
    """Keep the unit of a refused prize out of the draw: nobody else has won it. Its money goes back."""
    award = _lock_prize(award_id)
    if award.state == Award.State.HELD:
        award.state = Award.State.REFUSED
        award.save(update_fields=["state"])
        if award.activity.state == State.SETTLED:
            give_money_back(award.activity, act)


def _lock_prize(award_id: UUID) -> Award:
    held = Award.objects.select_for_update(of=["self"]).select_related("activity")
    return held.get(pk=award_id)


def _give_right(right_id: UUID, act: Act) -> None:
    """Let its time begin, unless the member has given it up. After a refusal that was overturned, if there is stock left."""
    right = _lock_right(right_id)
    if right.state not in {Right.State.HELD, Right.State.REFUSED}:
        return
    if right.state == Right.State.REFUSED:
        try:
            _take_again(right, act)
        except Problem:  # sold out, or the sale is over: there is nothing to give
            return
    settings: GoodsSettings = kind_of(right.activity.kind).read(right.activity)
    right.state, right.ended_at = Right.State.RESERVED, None
    right.expires_at = expiry_of(settings, act["now"])
    right.save(update_fields=["state", "expires_at", "ended_at"])


def _take_again(right: Right, act: Act) -> None:
    needed = units_of_one(right.activity, kind_of(right.activity.kind).read(right.activity))
    requests = [UnitRequest(stock.pool_id, count) for stock, count in needed.items()]
    taken = {found.pool_id: found.serials for found in take_serials(**act, requests=requests)}
    RightUnit.objects.bulk_create(
        RightUnit(right=right, stock=stock, serial=serial)
        for stock in needed
        for serial in taken[stock.pool_id]
    )


def _refuse_right(right_id: UUID, act: Act) -> None:
    """Let its units go to the next who asks."""
    right = _lock_right(right_id)
    if right.state == Right.State.HELD:
        release(right, Right.State.REFUSED, act)


def _lock_right(right_id: UUID) -> Right:
    return Right.objects.select_for_update(of=["self"]).select_related("activity").get(pk=right_id)
