"""A person of a group who is no known member becomes one, so that what is decided about them has somebody to hold on to."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import GroupMember
from qunying.communities.person import anonymous_id_of
from qunying.communities.roster_matching import scoped_user_id
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.actions.create_member import MAX_NAME_LENGTH, create_member
from qunying.members.actions.link_anonymous import AnonymousTaken, link_anonymous
from qunying.members.queries.get_member import find_member_by_identity, list_own_ids


class StayNotFound(Problem):
    """Nobody stays or stayed in a community under this id."""

    code = "community_stay_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such person in a community.")


@action
def take_up_person(*, command_id: str, actor: Actor, now: datetime, stay_id: int) -> UUID:
    """Make a person of a group a member who is known by their id on the platform, and return the member's id.

    Their stays in all communities of the platform become the member's, and so does what they did there. Who is a member
    already stays that one. When they turn out to be somebody else, merging the two carries everything over.

    Args:
        stay_id: any of their stays.

    Raises:
        StayNotFound: when there is no such stay.
    """
    stay = (
        GroupMember.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community")
        .filter(pk=stay_id)
        .first()
    )
    if stay is None:
        raise StayNotFound
    if stay.member_id is not None:
        return stay.member_id
    context: dict[str, Any] = {"command_id": command_id, "actor": actor, "now": now}
    platform, person = stay.community.platform_id, stay.platform_user_id
    identity = ("platform_user", scoped_user_id(platform, person))
    known = find_member_by_identity(*identity)
    member_id = (
        known.id
        if known
        else create_member(
            **context, name=" ".join(stay.nickname.split())[:MAX_NAME_LENGTH], identities=[identity]
        ).member_id
    )
    with suppress(AnonymousTaken):
        link_anonymous(**context, anonymous_id=anonymous_id_of(platform, person), member_id=member_id)
    _take_over_stays(platform, person, member_id)
    return member_id


def _take_over_stays(platform: str, person: str, member_id: UUID) -> None:
    """Make all stays of a person the member's, except where the member is in already as another person."""
    stays = GroupMember.objects.filter(
        community__platform=platform, platform_user_id=person, member__isnull=True
    )
    elsewhere = GroupMember.objects.filter(member__in=list_own_ids(member_id), left_at=None)
    stays.exclude(left_at=None, community__in=elsewhere.values("community")).update(member_id=member_id)
