"""Give a badge to a member."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.honours.actions.write_badge import BadgeRetired
from qunying.honours.awarding import find_badge, tell
from qunying.honours.events import BADGE_AWARDED
from qunying.honours.models import Badge, Honour
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import list_own_ids, lock_living_member
from qunying.stream.record import record


class BadgeByRule(Problem):
    """The badge follows its rule; staff cannot give it to somebody who has not reached it."""

    code = "badge_by_rule"
    kind = Kind.CONFLICT
    message = _("“{badge}” is given by its rule. Staff can only give back what they have withheld.")


class BadgeHeld(Problem):
    """The member holds the badge."""

    code = "badge_held"
    kind = Kind.CONFLICT
    message = _("This member holds “{badge}” already.")


@action
def give_badge(
    *, command_id: str, actor: Actor, now: datetime, badge_id: UUID, member_id: UUID, reason: str
) -> UUID:
    """Honour a member with a badge, with a reason that they read, and return the honour's id.

    A badge by rule that staff had withheld is given back: from the next counting on it follows its rule again.

    Raises:
        BadgeNotFound, BadgeRetired, MemberNotFound, BadgeByRule, BadgeHeld, and the problems of texts.
    """
    reason = checked_text(reason, field="reason", max_length=200)
    badge, member = find_badge(badge_id, lock=True), lock_living_member(member_id)
    if badge.state == Badge.State.RETIRED:
        raise BadgeRetired(name=badge.name)
    rows = list(Honour.objects.filter(badge=badge, member_id__in=list_own_ids(member.pk)))
    if any(row.revoked_at is None for row in rows):
        raise BadgeHeld(badge=badge.name)
    row = max(rows, key=lambda one: (one.withheld, one.member_id == member.pk), default=None)
    if badge.measure and (row is None or not row.withheld):
        raise BadgeByRule(badge=badge.name)
    row = row or Honour(badge=badge, member=member)
    row.reason, row.awarded_at, row.awarded_by, row.withheld = reason, now, actor.key, False
    row.revoked_at, row.revoked_by, row.revoke_reason = None, "", ""
    row.save()
    record(tell(BADGE_AWARDED, badge, member.pk, now, level=str(row.level)))
    return row.pk
