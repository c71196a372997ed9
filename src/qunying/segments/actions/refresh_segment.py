"""A segment's members are found anew: time passes without any event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.segments.membership import replace_members
from qunying.segments.models import Segment
from qunying.segments.queries.evaluate_rule import evaluate_segment, list_listed
from qunying.segments.queries.get_segment import SegmentNotFound


@dataclass(frozen=True)
class SegmentRefreshed:
    """How many members the segment has, and how many came and went."""

    segment_id: UUID
    count: int
    entered: int
    left: int
    as_of: datetime


@action
def refresh_segment(
    *, command_id: str, actor: Actor, now: datetime, segment_id: UUID, as_of: datetime | None = None
) -> SegmentRefreshed:
    """Find the members of a segment and write down who entered and who left.

    Args:
        as_of: the instant to look back from; the brand's analysis time when left out.

    Raises:
        SegmentNotFound: when there is no such segment.
    """
    instant = as_of or get_analysis_time(now)
    with connection.cursor() as cursor:
        # The transaction waits idly while the events are read, however many there are.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    segment = Segment.objects.select_for_update(of=("self",)).filter(pk=segment_id).first()
    if segment is None:
        raise SegmentNotFound(segment=str(segment_id))
    found = (
        list_listed(segment_id, instant)
        if segment.kind == Segment.Kind.STATIC
        else evaluate_segment(segment_id, instant)
    )
    moves = replace_members(segment, found, as_of=instant, now=now)
    return SegmentRefreshed(segment_id, moves.count, moves.entered, moves.left, instant)
