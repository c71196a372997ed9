"""Make pending points available."""

from datetime import datetime

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.ledger.accounts import POINTS, Purpose, of_member
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.entries import MAX_ENTRIES, Entry, Line
from qunying.rewards.events import POINTS_MATURED
from qunying.rewards.models import PointsGrant
from qunying.rewards.points import points_end, points_event
from qunying.stream.record import record


@action
def mature_points(*, command_id: str, actor: Actor, now: datetime, limit: int = MAX_ENTRIES) -> int:
    """Move up to ``limit`` grants whose time has come from pending to available and return how many.

    Each matures by one transaction whose id follows from the grant, so it happens once.
    """
    due = PointsGrant.objects.filter(state=PointsGrant.State.PENDING, matures_at__lte=now)
    grants = list(due.select_for_update(skip_locked=True, no_key=True).order_by("matures_at", "id")[:limit])
    zone = get_brand().zone
    entries = [_entry(grant, points_end(grant.valid_days, now, zone)) for grant in grants]
    for grant, key in zip(
        grants, post_entries(command_id=command_id, actor=actor, now=now, entries=entries), strict=True
    ):
        grant.state = PointsGrant.State.AVAILABLE
        grant.matured_by = key
    PointsGrant.objects.bulk_update(grants, ["state", "matured_by"])
    record(
        *(
            points_event(
                POINTS_MATURED,
                now,
                member_id=grant.member_id,
                amount=grant.left,
                campaign_id=grant.campaign_id,
                order_id=grant.order_id,
                reason=grant.reason,
                transaction_id=str(grant.matured_by),
            )
            for grant in grants
        )
    )
    return len(grants)


def _entry(grant: PointsGrant, ends: datetime | None) -> Entry:
    lines = (
        Line(of_member(grant.member_id, POINTS, Purpose.PENDING), -grant.left),
        Line(of_member(grant.member_id, POINTS), grant.left, expires_at=ends),
    )
    key = derived_id("points_matured", str(grant.id))
    return Entry(kind="points_matured", id=key, lines=lines, campaign_id=grant.campaign_id)
