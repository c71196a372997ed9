"""A member scans a live code and joins the first of its communities that has room."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.actions.join_by_link import Joined
from qunying.communities.joining import CommunityFull, let_in
from qunying.communities.models import GroupMember, LiveCode, Restriction
from qunying.communities.queries.find_restriction import MemberRestricted, find_restriction
from qunying.communities.queries.list_live_codes import get_open_live_code, list_routes
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, lock_living_member


class LiveCodeFull(Problem):
    """All communities of the live code are full."""

    code = "live_code_full"
    kind = Kind.CONFLICT
    message = _("All groups of “{name}” are full. We will open another one soon.")


@action
def join_by_live_code(*, command_id: str, actor: Actor, now: datetime, token: str, member_id: UUID) -> Joined:
    """Let a member into the first community of a live code that has room; who is in one of them stays there.

    Raises:
        LiveCodeNotFound: when the code is closed or unknown.
        LiveCodeFull: when there is room nowhere.
        MemberNotFound: when there is no such member.
        MemberRestricted: when the member is kept out of all that have room.
    """
    code = get_open_live_code(token)
    # With the member's row held, two scans at once cannot give the same member two places.
    member_id = lock_living_member(member_id).id
    at_home = GroupMember.objects.filter(
        community__in=code.targets.values("community"), member__in=list_own_ids(member_id), left_at=None
    ).first()
    if at_home is not None:
        return Joined(at_home.community_id, already=True)
    return Joined(_first_with_room(code, member_id, now), already=False)


def _first_with_room(code: LiveCode, member_id: UUID, now: datetime) -> UUID:
    """Let the member in and return where. The count before the lock only spares locks; the one behind it decides."""
    kept_out = False
    for route in list_routes(code.id):
        if route.room < 1:
            continue
        if find_restriction(member_id, route.community_id, now, takes=Restriction.Takes.JOINING):
            kept_out = True
            continue
        invited_by = code.guide.name if code.guide else ""
        try:
            let_in(route.community_id, member_id, source=code.source, now=now, invited_by=invited_by)
        except CommunityFull:
            continue
        return route.community_id
    if kept_out:
        raise MemberRestricted
    raise LiveCodeFull(name=code.name)
