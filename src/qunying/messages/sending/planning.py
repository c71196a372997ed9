"""Writing plans and their rows: the first state of every send."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.kernel.sealing import seal
from qunying.messages.models import Channel, Purpose, Send, SendPlan, TemplateVersion
from qunying.messages.reasons import State
from qunying.messages.sending.standing import load_standings, refusal_of

PROMOTION_LASTS = timedelta(hours=24)

_INSERT = """
INSERT INTO outreach_send (id, plan_id, campaign_id, step, channel_id, member_id, purpose, state, reason,
    detail, planned_at, due_at, not_after, settled_at, address, sealed_variables, attempts, dedupe_key,
    resolved_by)
SELECT gen_random_uuid(), %(plan)s, %(campaign)s, %(step)s, %(channel)s, audience.member_id, %(purpose)s,
    CASE audience.reason WHEN '' THEN 'planned' ELSE 'dropped' END, audience.reason, audience.detail,
    %(now)s, %(due_at)s, %(not_after)s, CASE audience.reason WHEN '' THEN NULL ELSE %(now)s::timestamptz END,
    '', '', 0, '', ''
FROM unnest(%(members)s::uuid[], %(reasons)s::text[], %(details)s::text[])
    AS audience(member_id, reason, detail)
ON CONFLICT DO NOTHING
"""


class AlreadyStale(Problem):
    """The message would be too late before it could go out."""

    code = "already_stale"
    kind = Kind.INVALID
    message = _("The message is due after it has lost its point. Choose an earlier time, or a later end.")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the sends of a plan have in common; the fields are those of :class:`SendPlan`.

    Without a ``purpose`` of its own it has that of the template.
    """

    audience: str
    channel: Channel
    version: TemplateVersion
    step: str
    due_at: datetime
    planned_at: datetime
    planned_by: str
    campaign_id: UUID | None = None
    title: str = ""
    link: dict[str, Any] | None = None
    not_after: datetime | None = None
    purpose: str = ""
    is_urgent: bool = False


def write_plan(frame: Frame) -> SendPlan:
    """Write the plan of some sends. A promotion without an end lasts 24 hours from when it is due.

    Raises:
        AlreadyStale: when it would have lost its point before it could go out.
    """
    purpose, not_after = frame.purpose or frame.version.template.purpose, frame.not_after
    if not_after is None and purpose == Purpose.PROMOTION:
        not_after = frame.due_at + PROMOTION_LASTS
    if not_after is not None and not_after <= max(frame.due_at, frame.planned_at):
        raise AlreadyStale
    return SendPlan.objects.create(
        audience=frame.audience,
        campaign_id=frame.campaign_id,
        step=frame.step,
        title=frame.title,
        purpose=purpose,
        template_version=frame.version,
        channel=frame.channel,
        link=frame.link,
        due_at=frame.due_at,
        not_after=not_after,
        is_urgent=frame.is_urgent,
        planned_at=frame.planned_at,
        planned_by=frame.planned_by,
    )


def write_rows(plan: SendPlan, member_ids: Sequence[UUID]) -> int:
    """Write one row per member in one statement, with the reason where a rule keeps the message back already.

    Returns:
        How many members had no row for this campaign, step and channel yet.
    """
    standings = load_standings(member_ids, plan.channel, [plan.campaign_id], plan.planned_at)
    refusals = [refusal_of(standings[member_id], plan.purpose, plan.campaign_id) for member_id in member_ids]
    values = {
        "plan": plan.pk,
        "campaign": plan.campaign_id,
        "step": plan.step,
        "channel": plan.channel_id,
        "purpose": plan.purpose,
        "now": plan.planned_at,
        "due_at": plan.due_at,
        "not_after": plan.not_after,
        "members": list(member_ids),
        "reasons": [refusal.reason.value if refusal else "" for refusal in refusals],
        "details": [refusal.detail if refusal else "" for refusal in refusals],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return int(cursor.rowcount)


def write_one(
    plan: SendPlan,
    *,
    member_id: UUID | None = None,
    community_id: UUID | None = None,
    address: str = "",
    variables: Mapping[str, str] | None = None,
) -> Send:
    """Write a single row: a service message, a post to a community, a test.

    Args:
        address: where to send it instead of the member's own contact.
        variables: values for the text, sealed until it has gone out.
    """
    send = Send(
        plan=plan,
        campaign_id=plan.campaign_id,
        step=plan.step,
        channel=plan.channel,
        member_id=member_id,
        community_id=community_id,
        purpose=plan.purpose,
        state=State.PLANNED,
        planned_at=plan.planned_at,
        due_at=plan.due_at,
        not_after=plan.not_after,
        address=address,
        sealed_variables=seal(json.dumps(dict(variables))) if variables else "",
    )
    if member_id is not None:
        standing = load_standings([member_id], plan.channel, [plan.campaign_id], plan.planned_at)[member_id]
        standing = replace(standing, contact=address) if address else standing
        refusal = refusal_of(standing, plan.purpose, plan.campaign_id)
        if refusal is not None:
            send.state, send.reason, send.detail = State.DROPPED, refusal.reason, refusal.detail
            send.settled_at, send.sealed_variables = plan.planned_at, ""
    send.save(force_insert=True)
    return send
