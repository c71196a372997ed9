"""A claim in one statement: the checks, the unit, the book, the coupon, the event and the command's answer; or a few of one offer.

It serves the ordinary case only: an open template, a member who may have one more, the next new unit. In every
other case it changes nothing and says so, and the plain way decides. Whatever it does, the plain way would have
done: that is what its test compares.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import DataError, OperationalError, connection, transaction
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from qunying.kernel.actions import Running
from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.gathering import Gathering
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
MOST_AT_ONCE = 50
# Templates that were open when last read. Their terms never change again; whether they are still open is asked
# in the statement.
_known: dict[UUID, CouponTemplate] = {}


_WORDS = {"command_id", "actor", "now"}
_ANSWERS = TypeAdapter(Claimed)

# What each claim of those that go together brings of its own, and of which type.
_OWN = {
    "member": "uuid",
    "actor": "text",
    "command_id": "text",
    "now": "timestamptz",
    "transaction_id": "uuid",
    "hold_id": "uuid",
    "coupon": "uuid",
    "code_hash": "bytea",
    "sealed_code": "bytea",
    "valid_from": "timestamptz",
    "valid_until": "timestamptz",
    "event": "uuid",
    "properties": "jsonb",
    "body_hash": "text",
    "answer": "jsonb",
}
# Asked of each of a member's ids by itself (LATERAL): joined, a table that statistics do not know yet would be read as a whole.
_CLAIM: LiteralString = (
    """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest("""
    + ", ".join(f"%(all_{name})s::{kind}[]" for name, kind in _OWN.items())
    + """) WITH ORDINALITY AS asked("""
    + ", ".join(_OWN)
    + """, place)
), known AS MATERIALIZED (
    SELECT asked.*, who.member_id, ARRAY(SELECT key FROM identity_map WHERE member_id = who.member_id) || who.member_id AS ids
    FROM asked CROSS JOIN LATERAL (SELECT coalesce((SELECT member_id FROM identity_map WHERE key = asked.member),
        (SELECT id FROM members_member WHERE id = asked.member)) AS member_id) who
), numbered AS MATERIALIZED (
    SELECT known.*, had.number + row_number() OVER (PARTITION BY known.member_id ORDER BY known.place) AS number
    FROM known CROSS JOIN LATERAL (
        SELECT greatest(sum(those.count), coalesce(max(those.last), 0))::bigint AS number
        FROM unnest(known.ids) AS own(id) CROSS JOIN LATERAL (
            SELECT count(*) AS count, max(number) AS last FROM rewards_coupon
            WHERE template_id = %(template)s::uuid AND member_id = own.id) those) had
    WHERE known.member_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM kernel_command WHERE actor = known.actor AND command_id = known.command_id)
        AND (%(by_open_post)s::boolean OR NOT EXISTS (SELECT FROM unnest(known.ids) AS own(id) CROSS JOIN LATERAL (SELECT FROM rewards_bar
            WHERE campaign_id = ANY(%(campaigns)s::uuid[]) AND member_id = own.id LIMIT 1) bar))
        AND NOT EXISTS (SELECT FROM unnest(known.ids) AS own(id) CROSS JOIN LATERAL (SELECT FROM rewards_suspension
            WHERE member_id = own.id AND lifted_at IS NULL AND since <= known.now
                AND (until IS NULL OR until > known.now) LIMIT 1) suspension)
), allowed AS MATERIALIZED (
    SELECT * FROM numbered WHERE number <= %(per_member)s::bigint
        AND EXISTS (SELECT FROM rewards_coupontemplate WHERE id = %(template)s::uuid AND state = 'open')
), """
    + ISSUE_STEPS
    + """, coupon AS (
    INSERT INTO rewards_coupon (id, template_id, member_id, number, serial, code_hash, sealed_code, state, campaign_id,
        claimed_at, valid_from, valid_until, budget_hold_id)
    SELECT coupon, %(template)s::uuid, member_id, number, serial, code_hash, sealed_code, 'claimed', %(campaign)s::uuid, now,
        valid_from, valid_until, hold_id
    FROM granted WHERE EXISTS (SELECT FROM mine)
    ON CONFLICT (template_id, member_id, number) DO NOTHING
    RETURNING id
), event AS (
    INSERT INTO stream_event ("""
    + COLUMNS
    + """)
    SELECT event, %(source)s, event::text, %(event_name)s, member_id, NULL, now, now, NULL, %(campaign)s::uuid, NULL, NULL, NULL,
        NULL, NULL, NULL, properties || jsonb_build_object('serial', serial::text), false
    FROM granted JOIN coupon ON coupon.id = granted.coupon
), answered AS (
    INSERT INTO kernel_command (actor, command_id, action, body_hash, answer, created_at)
    SELECT actor, command_id, %(action)s, body_hash,
        answer || jsonb_build_object('member_id', member_id, 'number', number, 'serial', serial), now
    FROM granted JOIN coupon ON coupon.id = granted.coupon ORDER BY actor, command_id
    ON CONFLICT (actor, command_id) DO NOTHING RETURNING id
)
SELECT coupon, member_id, number, serial, -- a unit taken for nothing: the statement fails, and nothing stays
    1 / ((SELECT count(*) FROM answered) = (SELECT units FROM taken))::int
FROM granted
"""
)


@dataclass(frozen=True)
class _Prepared:
    """The values of the statement, and the answer without what only the statement finds out."""

    parameters: dict[str, object]
    claimed: Claimed

    @property
    def kind(self) -> tuple[object, ...]:
        """What claims have in common that can go together."""
        return tuple(self.parameters[name] for name in ("template", "campaign", "by_open_post"))


# Who waits here does not wait in the database, where a row that changed meanwhile makes it begin the statement anew.
_gatherings: dict[tuple[object, ...], Gathering[_Prepared, Claimed | None]] = {}


def claim_at_once(running: Running, body_hash: str, arguments: Mapping[str, Any]) -> Claimed | None:
    """Do a claim in one statement and return its answer, or change nothing and return None.

    Claims of one offer by several threads at the same moment go together.
    """
    if disabled_guard("rewards.claim_at_once") or not may_issue_at_once():
        return None
    if running.actor.kind == "staff":  # the plain way counts what they give in a day
        return None
    try:
        prepared = _values(running, body_hash, **{k: v for k, v in arguments.items() if k not in _WORDS})
    except Problem:
        return None
    if connection.in_atomic_block:
        return _claim_all([prepared])[0]
    return _gathering_of(prepared.kind).ask(prepared)


def _claim_all(some: Sequence[_Prepared]) -> list[Claimed | None]:
    """Do claims of one kind in one statement; None stands for those of which nothing was done."""
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            rows = _rows([one.parameters for one in some])
    except (DataError, OperationalError):  # the division by zero; a lock that did not come
        return [None] * len(some)
    if rows:
        wake_reactions(COUPON_CLAIMED)
    given = {coupon: (member, number, serial) for coupon, member, number, serial, _one in rows}
    return [_answer(one.claimed, given.get(one.claimed.coupon_id)) for one in some]


def _answer(claimed: Claimed, found: tuple[UUID, int, int] | None) -> Claimed | None:
    if found is None:
        return None
    member_id, number, serial = found
    return replace(claimed, member_id=member_id, number=number, serial=serial)


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


def _gathering_of(kind: tuple[object, ...]) -> Gathering[_Prepared, Claimed | None]:
    """Return where the threads of this process gather that claim the same."""
    if len(_gatherings) >= MOST_KNOWN:
        _gatherings.clear()  # two may then meet in the database: slower, as right as ever
    return _gatherings.setdefault(kind, Gathering(_claim_all, most=MOST_AT_ONCE))


def _rows(some: Sequence[Mapping[str, object]]) -> list[tuple[Any, ...]]:
    statement, names = numbered(_CLAIM)
    values = {**some[0], **{f"all_{name}": [one[name] for one in some] for name in _OWN}}
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        return cursor.execute(statement, [values[name] for name in names], prepare=True).fetchall()


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
