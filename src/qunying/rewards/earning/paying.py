"""Paying what was earned into the book: many at once, each once, points as grants and growth value as entries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID

from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.ledger.accounts import GROWTH, POINTS, Purpose, of_brand, of_member
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.entries import MAX_ENTRIES, Entry, Line
from qunying.rewards.earning.terms import RuleInForce, engine_rule, matures_at
from qunying.rewards.events import GROWTH_GRANTED, POINTS_GRANTED
from qunying.rewards.models import Asset, Earning, PointsGrant
from qunying.rewards.points import points_end
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class _Parcel:
    """Earnings of one member for one order (or one event) under one rule, paid as one.

    ``again``: the event for which one that was taken back is paid once more.
    """

    rule: RuleInForce
    earnings: tuple[Earning, ...]
    again: UUID | None = None

    @property
    def first(self) -> Earning:
        return self.earnings[0]

    @property
    def units(self) -> int:
        return sum(each.taken_back if self.again else each.units for each in self.earnings)

    @property
    def key(self) -> UUID:
        again = [str(self.again)] if self.again else []
        return derived_id("earning", str(self.first.series), str(self.first.event_id), *again)


def pay(
    earned: Collection[tuple[RuleInForce, Earning]],
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    zone: str,
    is_history: bool = False,
) -> None:
    """Credit what was earned and write on each earning how; those of nothing are only kept.

    Args:
        is_history: whether what was earned lies in the past and starts no reaction.
    """
    groups: dict[tuple[UUID, UUID, UUID], list[Earning]] = defaultdict(list)
    rules: dict[UUID, RuleInForce] = {}
    for rule, earning in earned:
        rules[rule.row.id] = rule
        if earning.units:
            groups[rule.row.id, earning.member_id, earning.order_id or earning.event_id].append(earning)
    parcels = [_Parcel(rules[key[0]], tuple(each)) for key, each in groups.items()]
    for some in batched(parcels, MAX_ENTRIES):
        _pay(some, command_id=command_id, actor=actor, now=now, zone=zone, is_history=is_history)
    Earning.objects.bulk_create([earning for _rule, earning in earned], batch_size=2_000)


def pay_again(
    earnings: Collection[Earning], event_id: UUID, *, command_id: str, actor: Actor, now: datetime, zone: str
) -> None:
    """Credit once more what was taken back of earnings (at most ``MAX_ENTRIES``), because of an event.

    Points wait out what is left of their return window, and are valid as long as those of today.
    """
    parcels = [
        _Parcel(RuleInForce(each.rule, engine_rule(each.rule)), (each,), event_id)
        for each in earnings
        if each.taken_back
    ]
    if not parcels:
        return
    _pay(parcels, command_id=command_id, actor=actor, now=now, zone=zone)
    for parcel in parcels:
        parcel.first.taken_back = 0
    paid = [parcel.first for parcel in parcels]
    Earning.objects.bulk_update(paid, ["grant", "transaction_id", "taken_back"])


def _pay(
    parcels: Sequence[_Parcel],
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    zone: str,
    is_history: bool = False,
) -> None:
    entries = [_entry(parcel, now, zone) for parcel in parcels]
    keys = post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    _note(parcels, keys, now=now, zone=zone)
    pairs = zip(parcels, keys, strict=True)
    record(*(_event(parcel, key, now, zone, is_history=is_history) for parcel, key in pairs))


def _waits_until(parcel: _Parcel, now: datetime, zone: str) -> datetime | None:
    due = matures_at(parcel.rule.row, max(each.occurred_at for each in parcel.earnings), zone)
    return due if due is not None and due > now else None


def _entry(parcel: _Parcel, now: datetime, zone: str) -> Entry:
    first, row = parcel.first, parcel.rule.row
    if first.asset == Asset.GROWTH:
        kind, asset, purpose, ends = "growth_granted", GROWTH, Purpose.AVAILABLE, None
    else:
        waits = _waits_until(parcel, now, zone) is not None
        kind, asset = "points_granted", POINTS
        purpose = Purpose.PENDING if waits else Purpose.AVAILABLE
        ends = None if waits else points_end(row.valid_days, now, zone)
    lines = (
        Line(of_brand(asset, Purpose.ISSUANCE), -parcel.units),
        Line(of_member(first.member_id, asset, purpose), parcel.units, expires_at=ends),
    )
    return Entry(
        kind=kind,
        id=parcel.key,
        lines=lines,
        reason=row.name,
        source_event_id=first.event_id,
        business_at=first.occurred_at,
    )


def _note(parcels: Sequence[_Parcel], keys: Sequence[UUID], *, now: datetime, zone: str) -> None:
    """Write the grants of points, and on every earning what paid it."""
    grants = []
    for parcel, key in zip(parcels, keys, strict=True):
        if parcel.first.asset == Asset.GROWTH:
            for each in parcel.earnings:
                each.transaction_id = key
            continue
        due = _waits_until(parcel, now, zone)
        grant = PointsGrant(
            id=derived_id("grant", str(key)),
            member_id=parcel.first.member_id,
            amount=parcel.units,
            reason=parcel.rule.row.name,
            order_id=parcel.first.order_id,
            state=PointsGrant.State.PENDING if due else PointsGrant.State.AVAILABLE,
            granted_at=now,
            matures_at=due,
            valid_days=parcel.rule.row.valid_days,
            transaction_id=key,
        )
        grants.append(grant)
        for each in parcel.earnings:
            each.grant = grant
            each.transaction_id = key
    PointsGrant.objects.bulk_create(grants)


def _event(parcel: _Parcel, key: UUID, now: datetime, zone: str, *, is_history: bool) -> NewEvent:
    first, name = parcel.first, parcel.rule.row.name
    properties = {"reason": name, "transaction_id": str(key)}
    if first.asset == Asset.POINTS:
        waits = _waits_until(parcel, now, zone) is not None
        properties["state"] = str(PointsGrant.State.PENDING if waits else PointsGrant.State.AVAILABLE)
    return NewEvent(
        type=POINTS_GRANTED if first.asset == Asset.POINTS else GROWTH_GRANTED,
        occurred_at=now,
        received_at=now,
        member_id=first.member_id,
        quantity=parcel.units,
        order_id=first.order_id,
        backfill=is_history,
        properties=properties,
    )
