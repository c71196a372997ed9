"""What a member wrote and is hidden earns nothing while it is; shown again, it earns what it had."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import GROWTH, of_member
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.reasons import CONTENT_HIDDEN
from qunying.rewards.earning.paying import pay_again
from qunying.rewards.earning.returning import TakenBack, take_units
from qunying.rewards.models import Asset, Earning, HiddenContent
from qunying.rewards.points import lock_grant


def note_hiding(content_id: UUID, reference: str, *, is_hidden: bool, changed_at: datetime) -> None:
    """Write down whether a decision hides a content; what is older than what is known changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rewards_hiddencontent AS known (content_id, reference, is_lifted, changed_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (content_id, reference)"
            " DO UPDATE SET is_lifted = excluded.is_lifted, changed_at = excluded.changed_at"
            " WHERE known.changed_at <= excluded.changed_at",
            [content_id, reference, not is_hidden, changed_at],
        )


def settle_hiding(
    content_id: UUID, event_id: UUID, *, command_id: str, actor: Actor, now: datetime
) -> TakenBack:
    """Take back what a content earned while any decision hides it, or give it again when none does any more.

    Counted from what is noted, so that it does not matter how often this runs. The caller holds the content (``lock_orders``).

    Args:
        event_id: the event because of which this is looked at.

    Returns:
        What was taken; less than nothing is what was given again.
    """
    total = TakenBack()
    found = Earning.objects.filter(content_id=content_id, units__gt=0).select_related("rule", "grant")
    earnings = list(found.order_by("earned_at", "number", "id"))
    if HiddenContent.objects.filter(content_id=content_id, is_lifted=False).exists():
        for earning in earnings:  # one after the other: each takes of what the one before has left
            units = _left_of(earning)
            if units > 0:
                take_units(
                    {earning: units},
                    total,
                    command_id=command_id,
                    actor=actor,
                    now=now,
                    reason=CONTENT_HIDDEN,
                )
        return total
    total.points = -sum(each.taken_back for each in earnings if each.asset == Asset.POINTS)
    total.growth = -sum(each.taken_back for each in earnings if each.asset == Asset.GROWTH)
    zone = get_brand().zone
    pay_again(earnings, event_id, command_id=command_id, actor=actor, now=now, zone=zone)
    return total


def _left_of(earning: Earning) -> int:
    """Return how much of an earning its member has not lost yet, by this or by another's hand."""
    left = earning.units - earning.taken_back
    if earning.asset == Asset.GROWTH:
        return min(left, get_balance(of_member(earning.member_id, GROWTH)))
    return min(left, lock_grant(earning.grant_id).left) if earning.grant_id is not None else 0
