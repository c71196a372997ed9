"""Take over who is in a community from its platform."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Community, GroupMember, MatchDoubt
from qunying.communities.person import anonymous_id_of
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.communities.roster_matching import match_rows
from qunying.communities.roster_merge import UPDATED, RosterMerge
from qunying.communities.roster_rows import RosterRow, find_fault
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.actions.link_anonymous import AnonymousTaken, link_anonymous
from qunying.stream.record import record

__all__ = ["RosterImported", "RosterRow", "RosterRowInvalid", "import_roster"]


class RosterRowInvalid(Problem):
    """A row of the roster says what cannot be; nothing was taken over."""

    code = "roster_row_invalid"
    kind = Kind.INVALID
    message = _("Row {row}, column “{field}”: {reason}. Nothing was taken over.")


@dataclass(frozen=True)
class RosterImported:
    """What the roster changed.

    Attributes:
        rows: how many there were.
        joined, left: people who came and went.
        already_in: people who were in before.
        known_members: people of the roster who are known members for sure.
        repeated: rows about somebody whom an earlier row named.
        changed: people with another role or name, or recognised as a member only now.
        doubtful: people who may be a member: staff decide.
        ignored: rows that tell of people leaving who were never in.
    """

    rows: int
    joined: int
    left: int
    already_in: int
    known_members: int
    repeated: int
    changed: int = 0
    doubtful: int = 0
    ignored: int = 0


@action
def import_roster(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    community_id: UUID,
    rows: list[RosterRow],
    is_complete: bool,
) -> RosterImported:
    """Let in whom the roster names, end the stays that it says have ended, and follow changes of role and name.

    With ``is_complete``, whoever it does not name has left. The same roster twice changes nothing.

    Args:
        rows: people; the first row about a person counts.
        is_complete: whether the roster names everybody who is in.

    Raises:
        CommunityNotFound: when there is no such community.
        RosterRowInvalid: when a row cannot be (times in the future, leaving before joining, no such role).
    """
    for number, row in enumerate(rows, 1):
        if fault := find_fault(row, now):
            raise RosterRowInvalid(row=number, field=fault.field, reason=str(fault.reason))
    community = Community.objects.select_for_update(no_key=True).filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    named = {row.platform_user_id: row for row in reversed(rows)}
    matches = match_rows(community.platform_id, named.values())
    merge = RosterMerge(community, matches, now)
    merge.take(named, is_complete=is_complete)
    GroupMember.objects.bulk_create(merge.arrivals)
    GroupMember.objects.bulk_update(merge.changed.values(), UPDATED, batch_size=500)
    record(*merge.events)
    for stay in merge.matched:
        # A device or person that two members claim stays with the first.
        with suppress(AnonymousTaken):
            link_anonymous(
                command_id=command_id,
                actor=actor,
                now=now,
                anonymous_id=anonymous_id_of(community.platform_id, stay.platform_user_id),
                member_id=stay.member_id,  # type: ignore[arg-type]
            )
    doubtful = _raise_doubts(merge, now)
    left = len(merge.gone) + sum(stay.left_at is not None for stay in merge.arrivals)
    return RosterImported(
        rows=len(rows),
        joined=len(merge.arrivals),
        left=left,
        already_in=merge.already_in,
        known_members=len(matches.sure),
        repeated=len(rows) - len(named),
        changed=len(merge.changed) - len(merge.gone),
        doubtful=doubtful,
        ignored=merge.ignored,
    )


def _raise_doubts(merge: RosterMerge, now: datetime) -> int:
    """Ask staff about people who may be members, unless they have answered for this person and member before."""
    people = {stay.platform_user_id for stay, _doubt in merge.suspects}
    asked = set(
        MatchDoubt.objects.filter(
            stay__community=merge.community, stay__platform_user_id__in=people
        ).values_list("stay__platform_user_id", "member_id")
    )
    fresh = [
        MatchDoubt(
            stay=stay, member_id=doubt.member_id, reason=doubt.reason, evidence=doubt.evidence, raised_at=now
        )
        for stay, doubt in merge.suspects
        if (stay.platform_user_id, doubt.member_id) not in asked
    ]
    MatchDoubt.objects.bulk_create(fresh)
    return len({doubt.stay_id for doubt in fresh})
