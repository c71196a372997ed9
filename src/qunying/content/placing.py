"""Where and when an item is to be seen: what a place needs, whether a plan is whole."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import State, lock_item
from qunying.content.models import ContentItem, Placement, Variant
from qunying.content.platforms import PLATFORMS, group_platform
from qunying.kernel.problems import Kind, Problem

APPROVED = (State.SCHEDULED, State.PUBLISHED, State.MEASURED)
MOVABLE = (State.IDEA, State.DRAFT, State.REVIEW, *APPROVED)
FIRST_DAY, LAST_DAY = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class PlacementNotFound(Problem):
    """There is no such place."""

    code = "placement_not_found"
    kind = Kind.NOT_FOUND
    message = _("This item has no such place.")


class PlacementDone(Problem):
    """It is out already, or on its way."""

    code = "placement_done"
    kind = Kind.CONFLICT
    message = _("This is “{state}” and cannot be moved any more.")


class TimeNotPossible(Problem):
    """The time has passed, or is absurd."""

    code = "placement_time"
    kind = Kind.INVALID
    message = _("Choose a time that has not passed.")


def check_time(planned_at: datetime, now: datetime, item: ContentItem) -> None:
    """See to it that a place gets a sensible time: a scheduled item goes out at it.

    Raises:
        TimeNotPossible: when it has passed for what is scheduled, or lies outside this century.
    """
    if not FIRST_DAY <= planned_at < LAST_DAY or (item.state in APPROVED and planned_at < now):
        raise TimeNotPossible


def lock_placement(placement_id: UUID, *states: str) -> Placement:
    """Return a place whose item is locked, while it can still be changed.

    Raises:
        PlacementNotFound, PlacementDone, WrongItemState.
    """
    item_id = Placement.objects.filter(pk=placement_id).values_list("item_id", flat=True).first()
    if item_id is None:
        raise PlacementNotFound
    item = lock_item(item_id)
    placement = Placement.objects.select_related("community").get(pk=placement_id)
    placement.item = item
    if placement.state not in (states or (Placement.State.PLANNED,)):
        raise PlacementDone(state=str(placement.get_state_display()))
    return placement


def variant_for(placement: Placement) -> Variant | None:
    """Return the variant that a place shows: its platform's own, else any group's for a group, else none."""
    variants = {variant.platform: variant for variant in placement.item.variants.all()}
    own = variants.get(placement.platform)
    if own is not None or placement.community_id is None:
        return own
    return next((variants[code] for code in PLATFORMS if code in variants and is_group(code)), None)


def is_group(platform: str) -> bool:
    """Tell whether a platform's variants are posts to a group."""
    return PLATFORMS[platform].shape == "chat" if platform in PLATFORMS else True


def platform_code(community_platform: str) -> str:
    """Return the platform whose limits a community has."""
    return group_platform(community_platform).code


def placements_between(start: datetime, end: datetime) -> QuerySet[Placement]:
    """Return what is planned from ``start`` until before ``end``, with item and community, in order of time."""
    placements = Placement.objects.filter(planned_at__gte=start, planned_at__lt=end)
    hidden = {"item__state": State.WITHDRAWN}
    return placements.exclude(**hidden).select_related("item", "community").order_by("planned_at", "pk")
