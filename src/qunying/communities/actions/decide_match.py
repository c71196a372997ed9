"""Staff decide who a person of a roster is."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import GroupMember, MatchDoubt
from qunying.communities.person import anonymous_id_of
from qunying.communities.profile import CommunityFieldInvalid
from qunying.communities.roster_matching import scoped_user_id
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.actions.add_identity import IdentityTaken, add_identity
from qunying.members.actions.link_anonymous import AnonymousTaken, link_anonymous
from qunying.members.actions.merge_members import merge_members
from qunying.members.queries.get_member import find_member_by_identity, get_living_member, list_own_ids


class DoubtNotFound(Problem):
    """There is no such question, or it is answered."""

    code = "match_doubt_not_found"
    kind = Kind.NOT_FOUND
    message = _("This question is answered already, or does not exist.")


class InAlready(Problem):
    """The member is in the community as somebody else."""

    code = "member_in_already"
    kind = Kind.CONFLICT
    message = _("This member is in the community already, as “{person}”. End one of the two stays first.")


@action
def decide_match(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    doubt_id: int,
    decision: str,
    member_id: UUID | None = None,
) -> None:
    """Answer whether a person of a roster is a member.

    ``accepted``: the suggested one; ``other``: the one given; ``rejected``: not the suggested one. A person who is
    recognised is remembered by their id on the platform, and their history becomes the member's.

    Raises:
        DoubtNotFound: when it is answered already.
        CommunityFieldInvalid: when there is no such decision, or ``other`` comes without a member.
        MemberNotFound: when there is no such member.
        InAlready: when the member is in the community as another person.
    """
    if decision not in MatchDoubt.Decision.values or (decision == "other" and member_id is None):
        raise CommunityFieldInvalid(field="decision", value=decision[:50])
    doubt = (
        MatchDoubt.objects.select_for_update(of=("self", "stay"))
        .select_related("stay__community")
        .filter(pk=doubt_id, decision="")
        .first()
    )
    if doubt is None:
        raise DoubtNotFound
    answer = {"decided_at": now, "decided_by": actor.key}
    if decision == MatchDoubt.Decision.REJECTED:
        MatchDoubt.objects.filter(pk=doubt.pk).update(decision=decision, **answer)
        return
    chosen = get_living_member(member_id if decision == "other" and member_id else doubt.member_id)
    _recognise(doubt.stay, chosen.id)
    platform, person = doubt.stay.community.platform_id, doubt.stay.platform_user_id
    context: dict[str, Any] = {"command_id": command_id, "actor": actor, "now": now, "member_id": chosen.id}
    _merge_taken_up(platform, person, chosen.id, command_id, actor, now)
    with suppress(IdentityTaken):
        add_identity(**context, type="platform_user", value=scoped_user_id(platform, person))
    with suppress(AnonymousTaken):
        link_anonymous(**context, anonymous_id=anonymous_id_of(platform, person))
    MatchDoubt.objects.filter(pk=doubt.pk).update(decision=decision, decided_member=chosen, **answer)
    MatchDoubt.objects.filter(stay=doubt.stay, decision="").update(
        decision=MatchDoubt.Decision.REJECTED, decided_member=chosen, **answer
    )


def _merge_taken_up(
    platform: str, person: str, member_id: UUID, command_id: str, actor: Actor, now: datetime
) -> None:
    """Merge a member who is known by nothing but the person's id on the platform: they were taken up for want of the real one."""
    other = find_member_by_identity("platform_user", scoped_user_id(platform, person))
    if other is None or other.id == member_id or other.identities.count() > 1:
        return
    merge_members(command_id=command_id, actor=actor, now=now, kept_id=member_id, merged_id=other.id)


def _recognise(stay: GroupMember, member_id: UUID) -> None:
    """Make the stay the member's, and earlier stays of the same person in the community with it.

    Raises:
        InAlready: when the member is in as another person.
    """
    others = GroupMember.objects.filter(community=stay.community_id)
    twin = others.filter(member__in=list_own_ids(member_id), left_at=None).exclude(pk=stay.pk).first()
    if twin is not None and stay.left_at is None:
        raise InAlready(person=twin.nickname or twin.platform_user_id)
    GroupMember.objects.filter(pk=stay.pk).update(member_id=member_id)
    others.filter(platform_user_id=stay.platform_user_id, member=None, left_at__isnull=False).update(
        member_id=member_id
    )
