"""The segments there are."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from qunying.kernel.paging import Page, cut_page
from qunying.segments.models import Segment, SegmentChange, SegmentMember, SegmentVersion


def list_segments(*, search: str = "", kind: str = "", archived: bool = False) -> QuerySet[Segment]:
    """Return segments by name.

    Args:
        search: part of the name or the short name; empty for all.
        kind: ``rule``, ``static`` or empty for both.
        archived: the archived ones instead of those in use.
    """
    found = Segment.objects.select_related("owner").filter(archived_at__isnull=not archived)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(slug__icontains=search))
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("name", "id")


def list_segment_members(
    segment_id: UUID, *, cursor: str | None = None, size: int = 50
) -> Page[SegmentMember]:
    """Return one page of who was in the segment at its last refresh, the latest to enter first."""
    rows = SegmentMember.objects.filter(segment_id=segment_id)
    return cut_page(rows, order_by="-entered_at", cursor=cursor, size=size)


def list_segment_changes(
    segment_id: UUID, *, cursor: str | None = None, size: int = 50
) -> Page[SegmentChange]:
    """Return one page of who entered and left, the latest first."""
    return cut_page(
        SegmentChange.objects.filter(segment_id=segment_id), order_by="-id", cursor=cursor, size=size
    )


def list_segment_versions(segment_id: UUID) -> Sequence[SegmentVersion]:
    """Return every rule that the segment has had, the latest first."""
    return list(SegmentVersion.objects.filter(segment_id=segment_id).order_by("-version"))


def list_segments_of(member_id: UUID) -> Sequence[Segment]:
    """Return the segments that a member was in at their last refresh, by name."""
    inside = SegmentMember.objects.filter(member_id=member_id).values("segment_id")
    return list(Segment.objects.filter(pk__in=inside, archived_at__isnull=True).order_by("name"))
