"""Promise a member a tier for a while."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.entries import check_reason
from qunying.members.queries.get_member import get_living_member
from qunying.rewards.actions.refresh_tiers import refresh_tiers
from qunying.rewards.models import MemberTier
from qunying.rewards.tiers.drafting import policies_in_force
from qunying.rewards.tiers.refreshing import find_standings, lock_standings, write_standings


class NoSuchTier(Problem):
    """The policy in force has no such tier."""

    code = "no_such_tier"
    kind = Kind.INVALID
    message = _("There is no tier “{level}” at present.")


class PromiseOver(Problem):
    """The promise would end before it begins."""

    code = "promise_over"
    kind = Kind.INVALID
    message = _("A promise ends in the future.")


@action
def promise_tier(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, level: str, until: datetime, reason: str
) -> str:
    """Let a member have at least a tier until an instant, and return the tier that they have now.

    Afterwards they have what their growth value gives. The command keeps who promised it and why.

    Raises:
        MemberNotFound, NoSuchTier, PromiseOver, ReasonNotFit.
    """
    check_reason(reason)
    member = get_living_member(member_id)
    dated = policies_in_force(now)
    if not dated or level not in {each.code for each in dated[-1].policy.levels}:
        raise NoSuchTier(level=level[:40])
    if until <= now:
        raise PromiseOver
    lock_standings([member.id])
    write_standings(find_standings([member.id], now))
    MemberTier.objects.filter(pk=member.id).update(floor=level, floor_until=until)
    refresh_tiers(command_id=command_id, actor=actor, now=now, member_ids=[member.id])
    return MemberTier.objects.get(pk=member.id).level
