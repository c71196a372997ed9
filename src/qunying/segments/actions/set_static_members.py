"""A fixed list gets its members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.resolve_members import present_ids
from qunying.segments.membership import replace_members
from qunying.segments.models import Segment, SegmentMember
from qunying.segments.queries.find_listed import find_listed
from qunying.segments.queries.get_segment import SegmentNotFound

MOST_ENTRIES = 200_000
SHOWN_UNMATCHED = 1000


class SegmentHasRule(Problem):
    """Members of a segment by rule come and go by the rule."""

    code = "segment_has_rule"
    kind = Kind.INVALID
    message = _("“{name}” is a segment by rule; its members cannot be set by hand.")


class ListTooLong(Problem):
    """More entries than one call takes."""

    code = "segment_list_too_long"
    kind = Kind.INVALID
    message = _("At most {limit} entries at once.")


@dataclass(frozen=True)
class StaticMembersSet:
    """How many are on the list now, who came and went, and the entries that fit nobody (at most 1000 of
    them)."""

    segment_id: UUID
    count: int
    entered: int
    left: int
    unmatched: list[str]
    unmatched_count: int


@action
def set_static_members(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    segment_id: UUID,
    entries: list[str],
    mode: Literal["replace", "add", "remove"] = "replace",
) -> StaticMembersSet:
    """Set, add or remove members of a fixed list.

    Args:
        entries: member ids, customer numbers, e-mail addresses, phones or platform ids, in any mixture; what
            fits nobody is reported. Who may not see names finds nobody by a contact.
        mode: whether the entries are the whole list, additions to it, or to be taken off it.

    Raises:
        SegmentNotFound: when there is no such segment.
        SegmentHasRule: when it is not a fixed list.
        ListTooLong: when there are more than 200,000 entries.
    """
    if len(entries) > MOST_ENTRIES:
        raise ListTooLong(limit=MOST_ENTRIES)
    segment = Segment.objects.select_for_update(of=("self",)).filter(pk=segment_id).first()
    if segment is None:
        raise SegmentNotFound(segment=str(segment_id))
    if segment.kind == Segment.Kind.RULE:
        raise SegmentHasRule(name=segment.name)
    listed = find_listed(entries, actor)
    wanted = dict.fromkeys(listed.member_ids)
    if mode != "replace":
        stored = list(SegmentMember.objects.filter(segment=segment).values_list("member_id", flat=True))
        known_as = present_ids(stored)
        present = [known_as[member_id] for member_id in stored]
        if mode == "add":
            wanted = dict.fromkeys([*present, *wanted])
        else:
            wanted = dict.fromkeys(member_id for member_id in present if member_id not in wanted)
    moves = replace_members(segment, list(wanted), as_of=get_analysis_time(now), now=now)
    return StaticMembersSet(
        segment_id,
        moves.count,
        moves.entered,
        moves.left,
        listed.unmatched[:SHOWN_UNMATCHED],
        len(listed.unmatched),
    )
