"""End what a restriction took."""

from datetime import datetime

from django.db.models import Q

from qunying.communities.events import COMMUNITY_JOINED, RESTRICTION_LIFTED
from qunying.communities.models import GroupMember, Restriction
from qunying.communities.queries.find_restriction import find_restriction
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import is_erased, lock_member
from qunying.stream.record import NewEvent, record

RESTORED = "restored"


@action
def lift_restriction(*, command_id: str, actor: Actor, now: datetime, reference: str) -> bool:
    """End the restriction that was set with a reference; the row stays, with who and when.

    The stays that a ban ended go on as if they had not been interrupted, unless the member is in again already, or was erased. What
    another ban keeps them out of waits until that one is lifted.

    Returns:
        Whether there was one to lift; one that has ended by itself is lifted too.
    """
    found = Restriction.objects.filter(reference=reference, lifted_at=None).first()
    if found is None:
        return False
    member = lock_member(found.member_id)
    restriction = Restriction.objects.select_for_update().filter(pk=found.pk, lifted_at=None).first()
    if restriction is None:
        return False
    restriction.lifted_at, restriction.lifted_by = now, actor.key
    restriction.save(update_fields=["lifted_at", "lifted_by"])
    for stay in _resume(restriction, now):
        back = NewEvent(
            type=COMMUNITY_JOINED,
            occurred_at=now,
            received_at=now,
            member_id=stay.member_id,
            community_id=stay.community_id,
            properties={"source": RESTORED, "role": stay.role},
        )
        record(back)
    event = NewEvent(
        type=RESTRICTION_LIFTED,
        occurred_at=now,
        received_at=now,
        member_id=member.id,
        community_id=restriction.community_id,
        properties={"kind": restriction.kind, "reference": reference},
    )
    record(event)
    return True


def _resume(restriction: Restriction, now: datetime) -> list[GroupMember]:
    if is_erased(restriction.member_id):
        return []
    stays = GroupMember.objects.select_for_update().filter(
        pk__in=restriction.ended_stays, left_at__isnull=False
    )
    resumed = []
    for stay in stays.order_by("pk"):
        present = GroupMember.objects.filter(community_id=stay.community_id, left_at=None)
        if present.filter(Q(member=stay.member_id) | Q(platform_user_id=stay.platform_user_id)).exists():
            continue
        other = find_restriction(
            restriction.member_id, stay.community_id, now, takes=Restriction.Takes.JOINING
        )
        if other is not None:
            _hand_on(stay, other)
            continue
        stay.left_at = None
        stay.save(update_fields=["left_at"])
        resumed.append(stay)
    return resumed


def _hand_on(stay: GroupMember, other: Restriction) -> None:
    """Let the ban that keeps somebody out of a community bring them back one day, when the one that ended their stay is lifted."""
    other.ended_stays = [*other.ended_stays, stay.pk]
    other.save(update_fields=["ended_stays"])
