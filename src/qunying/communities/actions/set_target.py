"""Set what a community wants to reach."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from qunying.communities.models import CommunityTarget
from qunying.communities.profile import CommunityFieldInvalid
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

RATES = {CommunityTarget.Measure.ACTIVITY_RATE, CommunityTarget.Measure.CONVERSION_RATE}
LARGEST = Decimal(10) ** 11


@action
def set_target(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    community_id: UUID,
    measure: str,
    start: date,
    end: date,
    value: Decimal | None,
) -> None:
    """Set the target of a measure for local days, both included; no value takes it away.

    Args:
        measure: ``people``, ``joined``, ``activity_rate``, ``conversion_rate`` or ``sales``.
        value: people, a ratio 0–1, or minor units.

    Raises:
        CommunityNotFound: when there is no such community.
        CommunityFieldInvalid: when the measure does not exist, the days are in the wrong order, or the value is impossible.
    """
    community = get_community(community_id)
    if measure not in CommunityTarget.Measure.values:
        raise CommunityFieldInvalid(field="measure", value=measure[:50])
    if start > end:
        raise CommunityFieldInvalid(field="end", value=end.isoformat())
    if value is not None and not 0 <= value <= (1 if measure in RATES else LARGEST):
        raise CommunityFieldInvalid(field="value", value=str(value)[:50])
    targets = CommunityTarget.objects.filter(community=community, measure=measure, start=start, end=end)
    if value is None:
        targets.delete()
        return
    CommunityTarget.objects.update_or_create(
        community=community, measure=measure, start=start, end=end, defaults={"value": value}
    )
