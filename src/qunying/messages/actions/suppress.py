"""Write down who must not be contacted; the nouns above do so in their own transactions."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import MemberNotFound
from qunying.messages.reasons import Cause, Scope

_CAMPAIGN_SCOPE = re.compile(r"campaign:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

_INSERT = """
INSERT INTO outreach_suppression AS known (member_id, scope, cause, origin, until, created_at, created_by)
SELECT DISTINCT wanted.member_id, %(scope)s, %(cause)s, %(origin)s, %(until)s::timestamptz,
    %(now)s::timestamptz, %(actor)s
FROM unnest(%(members)s::uuid[]) AS wanted(member_id)
ON CONFLICT (member_id, scope, cause, origin) WHERE lifted_at IS NULL
DO UPDATE SET until = CASE WHEN known.until IS NULL OR excluded.until IS NULL THEN NULL
    ELSE greatest(known.until, excluded.until) END
"""


class UnknownScope(Problem):
    """The scope is none that we know."""

    code = "unknown_suppression_scope"
    kind = Kind.INVALID
    message = _("“{scope}” is not a scope. Use promotion, everything or campaign:<id>.")


class UnknownCause(Problem):
    """The reason is none that we know."""

    code = "unknown_suppression_cause"
    kind = Kind.INVALID
    message = _("“{cause}” is not a reason not to contact somebody.")


@dataclass(frozen=True)
class Suppressed:
    """How many members are now not to be contacted."""

    members: int


@action
def suppress(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_ids: list[UUID],
    scope: str,
    reason: str,
    until: datetime | None = None,
    origin: str = "",
) -> Suppressed:
    """Keep messages from members, from now on and for those already planned.

    Args:
        member_ids: who; any number, in one statement.
        scope: ``promotion``, ``everything`` (service messages too) or ``campaign:<id>`` (that campaign only).
        reason: ``holdout``, ``complaint``, ``mute``, ``bounce``, ``request`` or ``staff``.
        until: when it ends by itself; None means when it is lifted. A repeat never makes it shorter.
        origin: the case or campaign that asks for it, so that it can be lifted again without touching what
            others asked for.

    Raises:
        UnknownScope, UnknownCause.
        MemberNotFound: when one of them is not a member.
    """
    if scope not in Scope.values and not _CAMPAIGN_SCOPE.fullmatch(scope):
        raise UnknownScope(scope=scope[:60])
    if reason not in Cause.values:
        raise UnknownCause(cause=reason[:60])
    values = {
        "members": member_ids,
        "scope": scope,
        "cause": reason,
        "origin": origin,
        "until": until,
        "now": now,
        "actor": actor.key,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        count = cursor.rowcount
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise MemberNotFound from error
    return Suppressed(count)
