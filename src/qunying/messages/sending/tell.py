"""The stream hears what became of sends; tests are nobody's contact and not told of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qunying.messages.models import SendPlan
from qunying.stream.record import record_from_query

_SELECT = """
SELECT gen_random_uuid(), 'qunying', send.id::text || ':' || send.state || ':' || send.attempts,
    CASE WHEN send.state = 'sent' AND send.community_id IS NOT NULL THEN 'community_posted'
         WHEN send.state = 'sent' THEN 'message_sent'
         WHEN send.state = 'refused' THEN 'message_refused'
         ELSE 'message_dropped' END,
    send.member_id, NULL::uuid, %s::timestamptz, %s::timestamptz, send.community_id,
    send.campaign_id, NULL::uuid, NULL::text, NULL::uuid, NULL::bigint, NULL::bigint, NULL::text,
    jsonb_build_object('send', send.id::text, 'channel', channel.kind, 'step', send.step)
        || CASE WHEN send.state <> 'sent' THEN jsonb_build_object('reason', send.reason)
                WHEN send.community_id IS NULL THEN jsonb_build_object('purpose', send.purpose)
                ELSE '{}'::jsonb END,
    false
FROM outreach_send AS send
JOIN outreach_sendplan AS plan ON plan.id = send.plan_id
JOIN outreach_channel AS channel ON channel.id = send.channel_id
WHERE plan.audience <> 'test' AND send.state IN ('sent', 'refused', 'dropped')
"""


def tell_outcomes(send_ids: Sequence[UUID], now: datetime) -> None:
    """Record for each send what its state says: sent, posted, refused or dropped with the reason."""
    record_from_query(_SELECT + " AND send.id = ANY(%s)", [now, now, list(send_ids)])


def tell_dropped_of(plan: SendPlan, now: datetime) -> None:
    """Record all sends that were dropped while their plan was made."""
    record_from_query(_SELECT + " AND send.plan_id = %s AND send.state = 'dropped'", [now, now, plan.pk])
