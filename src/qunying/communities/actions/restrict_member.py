"""Take from a member what they may do, for a time or for good."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.events import COMMUNITY_LEFT, RESTRICTION_SET
from qunying.communities.models import GroupMember, Restriction
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, lock_living_member
from qunying.members.queries.list_existing import list_as_written
from qunying.stream.record import NewEvent, record

TAKEN = {
    Restriction.Kind.MUTE: [Restriction.Takes.SPEAKING],
    Restriction.Kind.BAN: list(Restriction.Takes),
}


class RestrictionInvalid(Problem):
    """There is no such restriction, or it would take nothing."""

    code = "restriction_invalid"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


class RestrictionInThePast(Problem):
    """The restriction would have ended before it begins."""

    code = "restriction_in_the_past"
    kind = Kind.INVALID
    message = _("A restriction must end in the future.")


class RestrictionReferenceUsed(Problem):
    """A restriction with this reference is in force."""

    code = "restriction_reference_used"
    kind = Kind.CONFLICT
    message = _("There is a restriction with this reference already.")


@action
def restrict_member(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    community_id: UUID | None,
    kind: str,
    until: datetime | None,
    reference: str,
    takes: list[str] | None = None,
) -> UUID:
    """Mute a member or keep them out, in a community or everywhere, and return the restriction's id.

    A ban ends the member's stays; lifting it brings them back. A mute survives leaving, rejoining and merging.

    Args:
        community_id: where; None means everywhere.
        kind: ``mute`` or ``ban``.
        until: when it ends by itself; None means when it is lifted.
        reference: what asks for it, e.g. ``penalty:<id>``; lifting goes by it.
        takes: what it takes (``speaking``, ``joining``, ``activities``, ``rank``); None means speaking for a mute and
            everything for a ban.

    Raises:
        MemberNotFound, CommunityNotFound.
        RestrictionInvalid: an unknown kind, or something that cannot be taken.
        RestrictionInThePast: it would be over already.
        RestrictionReferenceUsed: the reference has one in force.
    """
    if kind not in Restriction.Kind.values:
        raise RestrictionInvalid(field="kind", value=kind[:50])
    taken = takes if takes is not None else TAKEN[Restriction.Kind(kind)]
    if wrong := [word for word in taken if word not in Restriction.Takes.values]:
        raise RestrictionInvalid(field="takes", value=wrong[0][:50])
    if until is not None and until <= now:
        raise RestrictionInThePast
    if community_id is not None:
        get_community(community_id)
    member = lock_living_member(member_id)
    if Restriction.objects.filter(reference=reference, lifted_at=None).exists():
        raise RestrictionReferenceUsed
    restriction = Restriction.objects.create(
        member_id=list_as_written([member_id]).get(member_id, member.id),
        community_id=community_id,
        kind=kind,
        takes=sorted({*taken, Restriction.Takes.SPEAKING}),
        reference=reference,
        since=now,
        until=until,
        set_by=actor.key,
    )
    if kind == Restriction.Kind.BAN:
        _end_stays(restriction, list_own_ids(member.id))
    record(_event_of(restriction, member.id))
    return restriction.id


def _event_of(restriction: Restriction, member_id: UUID) -> NewEvent:
    until = restriction.until.isoformat() if restriction.until else ""
    return NewEvent(
        type=RESTRICTION_SET,
        occurred_at=restriction.since,
        received_at=restriction.since,
        member_id=member_id,
        community_id=restriction.community_id,
        properties={"kind": restriction.kind, "until": until, "reference": restriction.reference},
    )


def _end_stays(restriction: Restriction, member_ids: list[UUID]) -> None:
    stays = GroupMember.objects.select_for_update().filter(member__in=member_ids, left_at=None)
    if restriction.community_id is not None:
        stays = stays.filter(community_id=restriction.community_id)
    ended = list(stays.order_by("pk"))
    GroupMember.objects.filter(pk__in=[stay.pk for stay in ended]).update(left_at=restriction.since)
    restriction.ended_stays = [stay.pk for stay in ended]
    restriction.save(update_fields=["ended_stays"])
    left = (
        NewEvent(
            type=COMMUNITY_LEFT,
            occurred_at=restriction.since,
            received_at=restriction.since,
            member_id=stay.member_id,
            community_id=stay.community_id,
        )
        for stay in ended
    )
    record(*left)
