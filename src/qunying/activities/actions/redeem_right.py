"""The shop confirms that a right was used."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.events import RIGHT_REDEEMED
from qunying.activities.models import Right
from qunying.activities.queries.list_rights import UnknownRight
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import require_living


class RightExpired(Problem):
    """The time for the shop to confirm is over."""

    code = "right_expired"
    kind = Kind.CONFLICT
    message = _("This right has expired.")


class RightNotReserved(Problem):
    """The right waits for its team, or has ended."""

    code = "right_not_reserved"
    kind = Kind.CONFLICT
    message = _("This right is “{state}”.")


class RightUsed(Problem):
    """Another order has used the right."""

    code = "right_used"
    kind = Kind.CONFLICT
    message = _("This right was used before, by order “{order_number}”.")


@dataclass(frozen=True)
class RightRedeemed:
    """The right, and the price that the shop was to take, in minor units."""

    right_id: UUID
    order_number: str
    total_minor: int
    currency: str


@action
def redeem_right(
    *, command_id: str, actor: Actor, now: datetime, right_id: UUID, order_number: str
) -> RightRedeemed:
    """Confirm that an order used a right. The same order again gets the same answer.

    Raises:
        UnknownRight, BadText.
        MemberErased: whose right it was is gone.
        RightExpired: also when nobody has swept it up yet.
        RightUsed, RightNotReserved: another order was first; it waits for its team, was cancelled.
    """
    number = checked_text(order_number, field=str(_("order number")), max_length=100)
    right = _lock(right_id)
    if right.state == Right.State.REDEEMED and right.order_number != number:
        raise RightUsed(order_number=right.order_number)
    if right.state == Right.State.EXPIRED:
        raise RightExpired
    if right.state != Right.State.REDEEMED:
        if right.state != Right.State.RESERVED or right.expires_at is None:
            raise RightNotReserved(state=str(right.get_state_display()))
        if right.expires_at <= now:
            raise RightExpired
        require_living(right.member_id)
        failpoint("activities.right_checked")
        right.state, right.order_number, right.ended_at = Right.State.REDEEMED, number, now
        right.save(update_fields=["state", "order_number", "ended_at"])
        told = {"right_id": str(right.id), "total_minor": str(right.total_minor), "order_number": number}
        tell(RIGHT_REDEEMED, right.activity, now, right.member_id, **told)
    return RightRedeemed(right.id, number, right.total_minor, right.currency)


def _lock(right_id: UUID) -> Right:
    """Return a right, held until the transaction ends: it is redeemed, cancelled or expires once."""
    rights = Right.objects.select_related("activity")
    if not disabled_guard("activities.right_guard"):
        rights = rights.select_for_update(of=["self"])
    right = rights.filter(pk=right_id).first()
    if right is None:
        raise UnknownRight
    return right
