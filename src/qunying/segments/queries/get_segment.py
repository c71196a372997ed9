"""From an id or a short name to the segment."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.segments.models import Segment


class SegmentNotFound(Problem):
    """No segment has this id or short name."""

    code = "segment_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such segment.")


def get_segment(segment_id: UUID) -> Segment:
    """Return a segment.

    Raises:
        SegmentNotFound: when there is none with this id.
    """
    found = Segment.objects.select_related("owner").filter(pk=segment_id).first()
    if found is None:
        raise SegmentNotFound(segment=str(segment_id))
    return found


def find_segment(slug: str) -> Segment | None:
    """Return the segment with this short name, archived or not, or None."""
    return Segment.objects.filter(slug=slug).first()


def get_segment_by_slug(slug: str) -> Segment:
    """Return the segment with this short name.

    Raises:
        SegmentNotFound: when there is none.
    """
    found = find_segment(slug)
    if found is None:
        raise SegmentNotFound(segment=slug[:80])
    return found
