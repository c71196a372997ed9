"""One statement of everything that a member ever had: what moved, why, by whom, and where it came from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from qunying.accounts.queries.list_audit import name_actors
from qunying.ledger.accounts import PURPOSE_NAMES, OwnerKind, Purpose
from qunying.ledger.naming import display_amount, find_pages, name_assets, name_kind
from qunying.ledger.queries.list_member_lines import list_member_lines
from qunying.ledger.reasons import name_reason
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.rewards.models import Coupon, Earning, OrderPrice, PointsGrant
from qunying.rewards.origins import Source, find_origins
from qunying.shop.queries.list_orders import name_orders


@dataclass(frozen=True)
class StatementLine:
    """One movement. amount and balance_after in units or minor units, ``shown`` and ``balance_shown`` as people read them.

    what: the kind of movement. reason: as it was given when it was booked, or in words. by: who or what did it.
    """

    id: int
    at: datetime
    transaction_id: UUID
    asset: str
    asset_name: str
    purpose: str
    purpose_name: str
    what: str
    reason: str
    amount: int
    balance_after: int
    shown: str
    balance_shown: str
    by: str
    sources: list[Source]


def list_statement(member_id: UUID, kind: str = "") -> QuerySet[Any]:
    """Return a member's lines of the book under all ids that are theirs; order them by ``-id``, then ``describe_lines``.

    Raises:
        MemberNotFound: there is none.
    """
    return list_member_lines(list_own_ids(get_member(member_id).id), kind)


def describe_lines(rows: Iterable[Any]) -> list[StatementLine]:
    """Return lines in words."""
    lines = list(rows)
    assets = name_assets(line.account.asset for line in lines)
    actors = name_actors({line.transaction.actor for line in lines})
    sources = _sources(lines)
    return [
        StatementLine(
            id=line.id,
            at=line.transaction.recorded_at,
            transaction_id=line.transaction_id,
            asset=line.account.asset,
            asset_name=assets[line.account.asset],
            purpose=line.account.purpose,
            purpose_name=str(PURPOSE_NAMES[Purpose(line.account.purpose)]),
            what=name_kind(line.transaction.kind),
            reason=name_reason(line.transaction.reason),
            amount=line.amount,
            balance_after=line.balance_after,
            shown=display_amount(line.amount, line.account.asset, signed=True),
            balance_shown=display_amount(line.balance_after, line.account.asset),
            by=actors[line.transaction.actor],
            sources=sources[line.id],
        )
        for line in lines
    ]


def _sources(lines: Sequence[Any]) -> dict[int, list[Source]]:
    """Return where each line came from: the rule and order that earned, the coupon's terms, the campaign or activity."""
    transactions = {line.transaction_id for line in lines}
    transactions |= {line.transaction.reverses_id for line in lines if line.transaction.reverses_id}
    owners = {line.account.owner_id for line in lines}
    grants = _grants(owners, transactions)
    by_transaction = _earned(transactions, grants)
    for key, some in _ordered(transactions).items():
        by_transaction[key] += some
    for key, some in _told_above(owners, transactions - set(by_transaction), grants).items():
        by_transaction[key] += some
    campaigns = _pages(OwnerKind.CAMPAIGN, {line.transaction.campaign_id for line in lines} - {None})
    things: dict[str, dict[UUID, Source]] = {}
    keys: dict[str, set[UUID]] = defaultdict(set)
    for line in lines:
        asset, _colon, key = line.account.asset.partition(":")
        if key:
            keys[asset].add(UUID(key))
    for asset, ids in keys.items():
        things[asset] = _pages(asset, ids)
    found: dict[int, list[Source]] = {}
    for line in lines:
        asset, _colon, key = line.account.asset.partition(":")
        own = [things[asset][UUID(key)]] if key and UUID(key) in things.get(asset, {}) else []
        paid_by = (
            [campaigns[line.transaction.campaign_id]] if line.transaction.campaign_id in campaigns else []
        )
        origin = by_transaction[line.transaction_id] or by_transaction[line.transaction.reverses_id]
        found[line.id] = list(dict.fromkeys([*origin, *own, *paid_by]))
    return found


def _pages(kind: str, ids: Collection[UUID]) -> dict[UUID, Source]:
    return {key: Source(name, page, key) for key, (name, page) in find_pages(kind, ids).items()}


def _grants(member_ids: Collection[UUID], transactions: Collection[UUID]) -> list[PointsGrant]:
    """Return the grants of points that transactions booked or made available."""
    booked = Q(transaction_id__in=transactions) | Q(matured_by__in=transactions)
    return list(PointsGrant.objects.filter(booked, member_id__in=member_ids))


def _bookings_of(grant: PointsGrant) -> list[UUID]:
    """Return the transactions that booked a grant, and made it available where it had to wait."""
    return [key for key in (grant.transaction_id, grant.matured_by) if key is not None]


def _earned(transactions: Collection[UUID], grants: Sequence[PointsGrant]) -> dict[UUID | None, list[Source]]:
    """Return the rules that earned, and the orders for which points were given."""
    found: dict[UUID | None, list[Source]] = defaultdict(list)
    orders: list[tuple[UUID | None, UUID | None]] = [
        (key, grant.order_id) for grant in grants for key in _bookings_of(grant)
    ]
    for earning in Earning.objects.filter(transaction_id__in=transactions).select_related("rule"):
        rule = Source(earning.rule.name, "rewards.earning_rule", earning.rule_id)
        if rule not in found[earning.transaction_id]:
            found[earning.transaction_id].append(rule)
        orders.append((earning.transaction_id, earning.order_id))
    numbers = name_orders({order_id for _key, order_id in orders if order_id})
    for key, order_id in dict.fromkeys(orders):
        if order_id in numbers:
            found[key].append(Source(numbers[order_id]))
    return found


def _told_above(
    member_ids: Collection[UUID], transactions: Collection[UUID], grants: Sequence[PointsGrant]
) -> dict[UUID | None, list[Source]]:
    """Return what the nouns above gave or took points for: they know the transaction, or the grant."""
    booked = {
        grant.id: keys for grant in grants if not set(keys := _bookings_of(grant)).isdisjoint(transactions)
    }
    found: dict[UUID | None, list[Source]] = defaultdict(list)
    for key, source in find_origins(member_ids, {*transactions, *booked}).items():
        for transaction in booked.get(key, (key,)):
            found[transaction].append(source)
    return found


def _ordered(transactions: Collection[UUID]) -> dict[UUID | None, list[Source]]:
    """Return the orders for which coupons and points were used."""
    used = Coupon.objects.filter(redeemed_by__in=transactions).values_list("redeemed_by", "order_number")
    paid = OrderPrice.objects.filter(points_spent_by__in=transactions)
    rows = [*used, *paid.values_list("points_spent_by", "order_number")]
    prices = dict(
        OrderPrice.objects.filter(order_number__in=[number for _key, number in rows]).values_list(
            "order_number", "id"
        )
    )
    found: dict[UUID | None, list[Source]] = defaultdict(list)
    for key, number in rows:
        page = "rewards.order" if number in prices else ""
        found[key].append(Source(number or "", page, prices.get(number or "")))
    return found
