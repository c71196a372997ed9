"""Take a badge from a member."""

from datetime import datetime
from uuid import UUID

from qunying.honours.awarding import BadgeNotHeld, find_badge, tell
from qunying.honours.events import BADGE_REVOKED
from qunying.honours.models import Honour
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import lock_member
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
    row = Honour.objects.filter(badge=badge, member=member, revoked_at=None).first()
    if row is None:
        raise BadgeNotHeld(badge=badge.name)
    row.revoked_at, row.revoked_by, row.revoke_reason, row.withheld = now, actor.key, reason, True
    row.save()
    record(tell(BADGE_REVOKED, badge, member.pk, now, reason=reason))
