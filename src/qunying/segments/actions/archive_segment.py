"""A segment is put away, or taken out again."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.segments.actions.create_segment import SegmentSaved
from qunying.segments.models import Segment
from qunying.segments.queries.check_rule import referred_segments
from qunying.segments.queries.get_segment import SegmentNotFound


class SegmentInUse(Problem):
    """Another segment's rule refers to it."""

    code = "segment_in_use"
    kind = Kind.CONFLICT
    message = _("“{name}” is used by the segment “{other}”. Change that rule first.")


@action
def archive_segment(
    *, command_id: str, actor: Actor, now: datetime, segment_id: UUID, restore: bool = False
) -> SegmentSaved:
    """Take a segment out of the lists; its history stays. ``restore`` puts it back.

    Raises:
        SegmentNotFound: when there is no such segment.
        SegmentInUse: when the rule of another segment refers to it.
    """
    segment = Segment.objects.select_for_update(of=("self",)).filter(pk=segment_id).first()
    if segment is None:
        raise SegmentNotFound(segment=str(segment_id))
    if not restore:
        for name, rule in Segment.objects.filter(archived_at=None, kind=Segment.Kind.RULE).values_list(
            "name", "rule"
        ):
            if segment.slug in {slug for _place, slug in referred_segments(rule)}:
                raise SegmentInUse(name=segment.name, other=name)
    segment.archived_at = None if restore else (segment.archived_at or now)
    segment.save(update_fields=["archived_at"])
    return SegmentSaved(segment.id, segment.slug, segment.rule_version)
