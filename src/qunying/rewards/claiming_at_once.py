"""A claim in one statement: the checks, the unit, the book, the coupon, the event and the command's answer.

It serves the ordinary case only: an open template, a member who may have one more, the next new unit. In every
other case it changes nothing and says so, and the plain way decides. Whatever it does, the plain way would have
done: that is what its test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import DataError, OperationalError, connection, transaction
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from qunying.kernel.actions import Running
from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.problems import Problem
from qunying.ledger.issuing import ISSUE_STEPS, may_issue_at_once, numbered, values_of
from qunying.rewards.claiming import (
    Claimed,
    OfferNotOpen,
    campaigns_of,
    check_claimant,
    check_open,
    issue_of,
    new_coupon,
    pool_of,
)
from qunying.rewards.coupons import event_of
from qunying.rewards.events import COUPON_CLAIMED
from qunying.rewards.models import CouponTemplate
from qunying.stream.record import COLUMNS, wake_reactions

MOST_KNOWN = 500
# Templates that were open when last read. Their terms never change again; whether they are still open is asked
# in the statement.
_known: dict[UUID, CouponTemplate] = {}

# Who waits here does not wait in the database, where a row that changed meanwhile makes it begin the statement anew.
_turns: dict[UUID, Lock] = {}

_WORDS = {"command_id", "actor", "now"}
_ANSWERS = TypeAdapter(Claimed)

# Asked of each of the member's ids by itself (LATERAL): joined, a table that statistics do not know yet would be read as a whole.
_CLAIM: LiteralString = (
    """
WITH who AS MATERIALIZED (
    SELECT coalesce((SELECT member_id FROM identity_map WHERE key = %(member)s::uuid),
        (SELECT id FROM members_member WHERE id = %(member)s::uuid)) AS member_id
), known_as AS MATERIALIZED (
    SELECT member_id AS id FROM who
    UNION ALL SELECT key FROM identity_map WHERE member_id = (SELECT member_id FROM who)
), had AS MATERIALIZED (
    SELECT greatest(sum(those.count), coalesce(max(those.last), 0))::bigint + 1 AS number FROM known_as CROSS JOIN LATERAL (
        SELECT count(*) AS count, max(number) AS last FROM rewards_coupon
        WHERE template_id = %(template)s::uuid AND member_id = known_as.id) those
), allowed AS MATERIALIZED (
    SELECT who.member_id, had.number FROM who, had
    WHERE who.member_id IS NOT NULL AND had.number <= %(per_member)s::bigint
        AND EXISTS (SELECT FROM rewards_coupontemplate WHERE id = %(template)s::uuid AND state = 'open')
        AND NOT EXISTS (SELECT FROM kernel_command WHERE actor = %(actor)s AND command_id = %(command)s)
        AND (%(by_open_post)s::boolean OR NOT EXISTS (SELECT FROM known_as CROSS JOIN LATERAL (SELECT FROM rewards_bar
            WHERE campaign_id = ANY(%(campaigns)s::uuid[]) AND member_id = known_as.id LIMIT 1) bar))
        AND NOT EXISTS (SELECT FROM known_as CROSS JOIN LATERAL (SELECT FROM rewards_suspension
            WHERE member_id = known_as.id AND lifted_at IS NULL AND since <= %(now)s::timestamptz
                AND (until IS NULL OR until > %(now)s::timestamptz) LIMIT 1) suspension)
), """
    + ISSUE_STEPS
    + """, coupon AS (
    INSERT INTO rewards_coupon (id, template_id, member_id, number, serial, code_hash, sealed_code, state, campaign_id,
        claimed_at, valid_from, valid_until, budget_hold_id)
    SELECT %(coupon)s::uuid, %(template)s::uuid, allowed.member_id, allowed.number, taken.issued, %(code_hash)s::bytea,
        %(sealed_code)s::bytea, 'claimed', %(campaign)s::uuid, %(now)s::timestamptz, %(valid_from)s::timestamptz,
        %(valid_until)s::timestamptz, %(hold)s::uuid
    FROM taken, allowed, mine
    ON CONFLICT (template_id, member_id, number) DO NOTHING
    RETURNING member_id, number, serial
), event AS (
    INSERT INTO stream_event ("""
    + COLUMNS
    + """)
    SELECT %(event)s::uuid, %(source)s, %(event)s::uuid::text, %(event_name)s, member_id, NULL, %(now)s::timestamptz,
        %(now)s::timestamptz, NULL, %(campaign)s::uuid, NULL, NULL, NULL, NULL, NULL, NULL,
        %(properties)s::jsonb || jsonb_build_object('serial', serial::text), false
    FROM coupon
), answered AS (
    INSERT INTO kernel_command (actor, command_id, action, body_hash, answer, created_at)
    SELECT %(actor)s, %(command)s, %(action)s, %(body_hash)s,
        %(answer)s::jsonb || jsonb_build_object('member_id', member_id, 'number', number, 'serial', serial),
        %(now)s::timestamptz
    FROM coupon ON CONFLICT (actor, command_id) DO NOTHING RETURNING id
)
SELECT (SELECT member_id FROM coupon), (SELECT number FROM coupon), taken.issued,
    1 / (SELECT count(*) FROM answered) -- a unit taken for nothing: the statement fails, and nothing stays
FROM taken
"""
)


@dataclass(frozen=True)
class _Prepared:
    """The values of the statement, and the answer without what only the statement finds out."""

    parameters: dict[str, object]
    claimed: Claimed


def claim_at_once(running: Running, body_hash: str, arguments: Mapping[str, Any]) -> Claimed | None:
    """Do a claim in one statement and return its answer, or change nothing and return None."""
    if disabled_guard("rewards.claim_at_once") or not may_issue_at_once():
        return None
    if running.actor.kind == "staff":  # the plain way counts what they give in a day
        return None
    try:
        values = _values(running, body_hash, **{k: v for k, v in arguments.items() if k not in _WORDS})
    except Problem:
        return None
    try:
        with transaction.atomic() if connection.in_atomic_block else _turn_of(values.claimed.template_id):
            row = _first_row(values.parameters)
    except (DataError, OperationalError):  # the division by zero; a lock that did not come
        return None
    if row is None:
        return None
    wake_reactions(COUPON_CLAIMED)
    member_id, number, serial, _one = row
    return replace(values.claimed, member_id=member_id, number=number, serial=serial)


def _values(
    running: Running,
    body_hash: str,
    *,
    template_id: UUID,
    member_id: UUID,
    campaign_id: UUID | None = None,
    by_open_post: bool = False,
    by_code: bool = False,
) -> _Prepared:
    """Return what the statement needs, after the checks that need nothing but the template.

    Raises:
        Problem: anything that the plain way is to refuse.
    """
    template = _open_template(template_id)
    check_claimant(template, running.actor, member_id, campaign_id, by_code=by_code)
    check_open(template, running.now)
    paying = campaign_id or template.campaign_id
    coupon = new_coupon(template, member_id, number=0, campaign_id=paying, now=running.now)
    claimed = Claimed(coupon.id, template.id, member_id, 0, 0, coupon.valid_from, coupon.valid_until)
    event = event_of(coupon, COUPON_CLAIMED, running.now, how="claimed")
    values = {
        **values_of(issue_of(coupon, pool_of(template)), running),
        "template": template.id,
        "per_member": template.per_member,
        "by_open_post": by_open_post,
        "campaigns": list(campaigns_of(template, campaign_id)),
        "coupon": coupon.id,
        "code_hash": coupon.code_hash,
        "sealed_code": coupon.sealed_code,
        "valid_from": coupon.valid_from,
        "valid_until": coupon.valid_until,
        "event": event.id,
        "source": event.source,
        "event_name": event.type.name,
        "properties": Jsonb(dict(event.properties)),
        "action": running.action,
        "body_hash": body_hash,
        "answer": Jsonb(_ANSWERS.dump_python(claimed, mode="json")),
    }
    return _Prepared(values, claimed)


def _turn_of(template_id: UUID) -> Lock:
    """Return the lock that lets the threads of this process claim one after the other."""
    if len(_turns) >= MOST_KNOWN:
        _turns.clear()  # two may then meet in the database: slower, as right as ever
    return _turns.setdefault(template_id, Lock())


def _first_row(values: Mapping[str, object]) -> tuple[Any, ...] | None:
    statement, names = numbered(_CLAIM)
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        return cursor.execute(statement, [values[name] for name in names], prepare=True).fetchone()


def _open_template(template_id: UUID) -> CouponTemplate:
    """Return a template that is or was open.

    Raises:
        OfferNotOpen: when there is none that is.
    """
    known = _known.get(template_id)
    if known is None:
        known = CouponTemplate.objects.filter(pk=template_id, state=CouponTemplate.State.OPEN).first()
        if known is None:
            raise OfferNotOpen(offer=str(template_id))
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[template_id] = known
    return known
