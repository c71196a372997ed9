"""Write down who gets nothing of a campaign; the nouns above do so in their own transactions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import MemberNotFound
from qunying.rewards.models import Bar

# Each is looked up by itself (LATERAL): joined, a table that statistics still hold for empty would be read once for each of them.
_STRANGERS = """
SELECT wanted.member_id FROM unnest(%s::uuid[]) AS wanted(member_id)
LEFT JOIN LATERAL (SELECT true AS so FROM members_member WHERE id = wanted.member_id LIMIT 1) known ON true
WHERE known.so IS NULL LIMIT 1
"""
_INSERT = """
INSERT INTO rewards_bar (campaign_id, member_id, reason, created_at, created_by)
SELECT DISTINCT %s::uuid, wanted.member_id, %s, %s::timestamptz, %s FROM unnest(%s::uuid[]) AS wanted(member_id)
ON CONFLICT DO NOTHING
"""


class UnknownBarReason(Problem):
    """The reason is none that we know."""

    code = "unknown_bar_reason"
    kind = Kind.INVALID
    message = _("“{reason}” is not a reason to give somebody nothing.")


@dataclass(frozen=True)
class Barred:
    """How many members are written down now who were not before."""

    members: int


@action
def bar_members(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, member_ids: list[UUID], reason: str
) -> Barred:
    """Keep everything that a campaign gives from members, for good: coupons claimed or granted, points.

    An open post stays open to them, because it is for everybody who sees it.

    Args:
        member_ids: who; any number, in one statement.
        reason: ``holdout``.

    Raises:
        UnknownBarReason.
        MemberNotFound: when one of them is not a member.
    """
    if reason not in Bar.Reason.values:
        raise UnknownBarReason(reason=reason[:60])
    with connection.cursor() as cursor:
        cursor.execute(_STRANGERS, [member_ids])
        stranger = cursor.fetchone()
        if stranger is not None:
            raise MemberNotFound(member_id=str(stranger[0]))
        cursor.execute(_INSERT, [campaign_id, reason, now, actor.key, member_ids])
        return Barred(cursor.rowcount)
