"""Take a badge from a member."""

from datetime import datetime
from uuid import UUID

from qunying.honours.awarding import BadgeNotHeld, find_badge, tell
from qunying.honours.events import BADGE_REVOKED
from qunying.honours.models import Honour
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import list_own_ids, lock_member
from qunying.stream.record import record


@action
def revoke_badge(
    *, command_id: str, actor: Actor, now: datetime, badge_id: UUID, member_id: UUID, reason: str
) -> None:
    """Take a badge from a member, with a reason that they read; no rule gives it again until staff gives it back.

    Raises:
        BadgeNotFound, MemberNotFound, BadgeNotHeld, and the problems of texts.
    """
    reason = checked_text(reason, field="reason", max_length=200)
    badge, member = find_badge(badge_id, lock=True), lock_member(member_id)
    rows = Honour.objects.filter(badge=badge, member_id__in=list_own_ids(member.pk), revoked_at=None)
    taken = {"revoked_at": now, "revoked_by": actor.key, "revoke_reason": reason, "withheld": True}
    if not rows.update(**taken):
        raise BadgeNotHeld(badge=badge.name)
    record(tell(BADGE_REVOKED, badge, member.pk, now, reason=reason))
