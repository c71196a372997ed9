"""Claims of one offer in one statement: the checks, the units, the book, the coupons, the events and the commands' answers.

It serves the ordinary case only: an open template, members who may have one more, the next new units. Of the others it
changes nothing and says why, as far as it knows. Whatever it does, the plain way would have done: that is what its
tests compare.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, LiteralString
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from pydantic_core import to_json

from qunying.kernel.actions import Running
from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.gathering import Gathering
from qunying.kernel.prepared import fetch_prepared
from qunying.kernel.problems import Problem
from qunying.ledger.issuing import ISSUE_STEPS, may_issue_at_once, own_values_of, shared_values_of
from qunying.rewards.barring import OfferBarred
from qunying.rewards.claiming import (
    ENTRY_KIND,
    Claimed,
    ClaimLimitReached,
    NewCoupon,
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
from qunying.rewards.suspending import RewardsSuspended
from qunying.stream.record import COLUMNS, wake_reactions

MOST_KNOWN = 500
MOST_AT_ONCE = 50
# Templates that were open when last read. Their terms never change again; whether they are still open is asked
# in the statement.
_known: dict[UUID, CouponTemplate] = {}


_WORDS = {"command_id", "actor", "now"}

# What each claim of those that go together brings of its own, and of which type.
_OWN = {
    "place": "int",
    "member": "uuid",
    "is_own": "boolean",
    "actor": "text",
    "command_id": "text",
    "now": "timestamptz",
    "transaction_id": "uuid",
    "hold_id": "uuid",
    "coupon": "uuid",
    "code_hash": "bytea",
    "sealed_code": "bytea",
    "valid_from": "text",  # as the answer tells it
    "valid_until": "text",
    "body_hash": "text",
}
# Asked of each claim, and of each of a member's ids, by itself (LATERAL, or one value instead of EXISTS): joined or hashed, a table that
# statistics do not know yet would be read as a whole.
_CLAIM: LiteralString = (
    """
WITH asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(claims)s::json) AS asked("""
    + ", ".join(f"{name} {kind}" for name, kind in _OWN.items())
    + """)
), known AS MATERIALIZED (
    SELECT asked.*, who.member_id, ARRAY(SELECT key FROM identity_map WHERE member_id = who.member_id) || who.member_id AS ids
    FROM asked CROSS JOIN LATERAL (SELECT coalesce((SELECT member_id FROM identity_map WHERE key = asked.member),
        (SELECT id FROM members_member WHERE id = asked.member)) AS member_id OFFSET 0) who -- once, not at each place of use
), judged AS MATERIALIZED (
    SELECT known.*, had.number, CASE
        WHEN member_id IS NULL OR is_own AND member_id <> member -- who was merged does not act in the other's name
            OR (SELECT true FROM members_tombstone stone WHERE stone.member_id = known.member_id LIMIT 1)
            OR NOT EXISTS (SELECT FROM rewards_coupontemplate WHERE id = %(template)s::uuid AND state = 'open')
            OR (SELECT true FROM kernel_command WHERE actor = known.actor AND command_id = known.command_id LIMIT 1) THEN 'other'
        WHEN NOT (SELECT %(by_open_post)s::boolean) AND EXISTS (SELECT FROM unnest(known.ids) AS own(id) CROSS JOIN LATERAL (
            SELECT FROM rewards_bar WHERE campaign_id = ANY(%(campaigns)s::uuid[]) AND member_id = own.id LIMIT 1) bar) THEN 'barred'
        WHEN EXISTS (SELECT FROM unnest(known.ids) AS own(id) CROSS JOIN LATERAL (SELECT FROM rewards_suspension
            WHERE member_id = own.id AND lifted_at IS NULL AND since <= known.now
                AND (until IS NULL OR until > known.now) LIMIT 1) suspension) THEN 'suspended'
        WHEN had.number >= %(per_member)s::bigint THEN 'limit'
        END AS against
    FROM known CROSS JOIN LATERAL (
        SELECT greatest(sum(those.count), coalesce(max(those.last), 0))::bigint AS number
        FROM unnest(known.ids) AS own(id) CROSS JOIN LATERAL (
            SELECT count(*) AS count, max(number) AS last FROM rewards_coupon
            WHERE template_id = %(template)s::uuid AND member_id = own.id) those) had
), allowed AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, number + row_number() OVER (PARTITION BY member_id ORDER BY place) AS next FROM judged WHERE against IS NULL) numbered
    WHERE next <= %(per_member)s::bigint
), """
    + ISSUE_STEPS
    + """, coupon AS (
    INSERT INTO rewards_coupon (id, template_id, member_id, number, serial, code_hash, sealed_code, state, campaign_id,
        claimed_at, valid_from, valid_until, budget_hold_id)
    SELECT coupon, %(template)s::uuid, member_id, next, serial, code_hash, sealed_code, 'claimed', %(campaign)s::uuid, now,
        valid_from::timestamptz, valid_until::timestamptz, hold_id
    FROM granted
), event AS (
    INSERT INTO stream_event ("""
    + COLUMNS
    + """)
    SELECT event, %(source)s, event::text, %(event_name)s, member_id, NULL, now, now, NULL, %(campaign)s::uuid, NULL, NULL, NULL,
        NULL, NULL, NULL, (SELECT %(properties)s::jsonb) || jsonb_build_object('coupon_id', coupon::text, 'serial', serial::text), false
    FROM (SELECT granted.*, gen_random_uuid() AS event FROM granted) told
), answered AS (
    INSERT INTO kernel_command (actor, command_id, action, body_hash, answer, created_at)
    SELECT actor, command_id, %(action)s, body_hash,
        jsonb_build_object('coupon_id', coupon, 'template_id', %(template)s::uuid, 'member_id', member_id, 'serial', serial,
            'number', next, 'valid_from', valid_from, 'valid_until', valid_until), now
    FROM granted ORDER BY actor, command_id
)
SELECT judged.place, judged.against, granted.member_id, granted.next, granted.serial
FROM judged LEFT JOIN granted ON granted.place = judged.place
"""
)


# Why the statement did not do a claim that stock and budget would have reached.
type Against = Literal["other", "barred", "suspended", "limit"]
type Done = Claimed | Against | None


@dataclass(frozen=True)
class _Offer:
    """What claims of one template and campaign have in common at one instant: values of the statement, and times."""

    template: CouponTemplate
    shared: Mapping[str, object]
    times: tuple[datetime, datetime]

    @cached_property
    def kind(self) -> tuple[object, ...]:
        """What claims have in common that can go together."""
        return tuple(self.shared[name] for name in ("template", "campaign", "by_open_post"))


@dataclass(frozen=True)
class Prepared:
    """A claim that the statement may do: its offer, and what only it has."""

    offer: _Offer
    coupon_id: UUID
    own: Mapping[str, object]

    def problem(self, against: Against) -> Problem | None:
        """Return the refusal when something is against the member, or None when the plain way is to find it."""
        template = self.offer.template
        match against:
            case "barred":
                return OfferBarred(offer=template.name)
            case "suspended":
                return RewardsSuspended()
            case "limit":
                return ClaimLimitReached(limit=template.per_member, offer=template.name)
        return None

    def claimed(self, member_id: UUID, number: int, serial: int) -> Claimed:
        """Return the answer, with what the statement found out."""
        return Claimed(self.coupon_id, self.offer.template.id, member_id, serial, number, *self.offer.times)


# Who waits here does not wait in the database, and is done with the others who wait.
_gatherings: dict[tuple[object, ...], Gathering[Prepared, Done]] = {}


def claim_at_once(running: Running, body_hash: str, arguments: Mapping[str, Any]) -> Claimed | None:
    """Do a claim in one statement and return its answer, or change nothing and return None.

    Claims of one offer by several threads at the same moment go together.
    """
    asked = {name: value for name, value in arguments.items() if name not in _WORDS}
    prepared = Preparing(running.now).prepare(running, body_hash, asked)
    if prepared is None:
        return None
    if connection.in_atomic_block:
        (done,) = claim_all([prepared])
    else:
        done = _gathering_of(prepared.offer.kind).ask(prepared)
    return done if isinstance(done, Claimed) else None


def claim_all(some: Sequence[Prepared]) -> list[Done]:
    """Do claims of one kind in one statement, in their order, as far as stock and budget go.

    Returns:
        For each its answer; or what is against it; or None when the plain way is to decide.
    """
    # Members are looked at before the stock is locked: who was quicker with coupon or command, the second look sees.
    for _look in range(2):
        try:
            found = _find_out(some)
            break
        except IntegrityError:
            continue
        except OperationalError:  # no lock came
            return [None] * len(some)
    else:
        return [None] * len(some)
    done = [_done(one, *found[place]) for place, one in enumerate(some)]
    if any(isinstance(each, Claimed) for each in done):
        wake_reactions(COUPON_CLAIMED)
    return done


def _find_out(some: Sequence[Prepared]) -> dict[int, tuple[Any, ...]]:
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        return {place: tuple(rest) for place, *rest in _rows(some)}


def _done(
    asked: Prepared, against: Against | None, member_id: UUID | None, number: int | None, serial: int | None
) -> Done:
    if member_id is None or number is None or serial is None:
        return against
    return asked.claimed(member_id, number, serial)


class Preparing:
    """Makes claims of one instant ready for the statement; what those of one offer have in common is found out once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._may = may_issue_at_once() and not disabled_guard("rewards.claim_at_once")
        self._offers: dict[tuple[UUID, UUID | None, bool], _Offer] = {}

    def prepare(self, running: Running, body_hash: str, arguments: Mapping[str, Any]) -> Prepared | None:
        """Return a claim ready for the statement, or None when the plain way is to do it."""
        # What the staff give in a day, the plain way counts.
        if not self._may or running.actor.kind == "staff":
            return None
        try:
            return self._prepared(running, body_hash, **arguments)
        except Problem:  # the plain way refuses it
            return None

    def _prepared(
        self,
        running: Running,
        body_hash: str,
        *,
        template_id: UUID,
        member_id: UUID,
        campaign_id: UUID | None = None,
        by_open_post: bool = False,
        by_code: bool = False,
    ) -> Prepared:
        """Return what the statement needs, after the checks that need nothing but the template.

        Raises:
            Problem: anything that the plain way is to refuse.
        """
        template = _open_template(template_id)
        check_claimant(template, running.actor, member_id, campaign_id, by_code=by_code)
        paying = campaign_id or template.campaign_id
        key = template_id, campaign_id, by_open_post
        offer = self._offers.get(key)
        times = offer.times if offer is not None else None
        coupon = new_coupon(template, member_id, number=0, campaign_id=paying, now=self._now, times=times)
        if offer is None:
            offer = self._offers[key] = self._offer(
                coupon, campaign_id, running.action, by_open_post=by_open_post
            )
        own = {
            **own_values_of(
                running,
                kind=ENTRY_KIND,
                part=str(coupon.id),
                member_id=member_id,
                hold_id=coupon.budget_hold_id,
            ),
            "is_own": running.actor.kind == "member",
            "coupon": coupon.id,
            "code_hash": f"\\x{coupon.code_hash.hex()}",
            "sealed_code": f"\\x{coupon.sealed_code.hex()}",
            "valid_from": coupon.valid_from,
            "valid_until": coupon.valid_until,
            "body_hash": body_hash,
        }
        return Prepared(offer, coupon.id, own)

    def _offer(
        self, coupon: NewCoupon, campaign_id: UUID | None, action: str, *, by_open_post: bool
    ) -> _Offer:
        """Return what all claims of an offer have in common, found out by means of the first.

        Raises:
            Problem: the template is not open, or has no stock.
        """
        template, times = coupon.template, (coupon.valid_from, coupon.valid_until)
        check_open(template, self._now)
        event = event_of(coupon, COUPON_CLAIMED, self._now, how="claimed")
        shared = {
            **shared_values_of(issue_of(coupon, pool_of(template))),
            "now": self._now,
            "template": template.id,
            "per_member": template.per_member,
            "by_open_post": by_open_post,
            "campaigns": list(campaigns_of(template, campaign_id)),
            "source": event.source,
            "event_name": event.type.name,
            "properties": to_json(event.properties).decode(),
            "action": action,
        }
        return _Offer(template, shared, times)


def _gathering_of(kind: tuple[object, ...]) -> Gathering[Prepared, Done]:
    """Return where the threads of this process gather that claim the same."""
    if len(_gatherings) >= MOST_KNOWN:
        _gatherings.clear()  # two may then meet in the database: slower, as right as ever
    return _gatherings.setdefault(kind, Gathering(claim_all, most=MOST_AT_ONCE))


def _rows(some: Sequence[Prepared]) -> list[tuple[Any, ...]]:
    claims = to_json([{**one.own, "place": place} for place, one in enumerate(some)]).decode()
    return fetch_prepared(_CLAIM, {**some[0].offer.shared, "claims": claims})


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
