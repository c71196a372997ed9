"""Every movement of everything that a member has, with the balance after it."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet, Sum, Window
from django.db.models.functions import Length

from qunying.ledger.accounts import GROWTH, POINTS, OwnerKind
from qunying.ledger.models import Posting

MONEY = "money"
ASSET_KINDS = (POINTS, GROWTH, MONEY, "coupon", "chance")


def list_member_lines(member_ids: Collection[UUID], kind: str = "") -> QuerySet[Posting]:
    """Return the lines of a member under all of their ids, with ``balance_after`` of the line's account.

    Order them by ``-id`` for newest first.

    Args:
        kind: points, growth, money, coupon or chance; empty for all.
    """
    lines = Posting.objects.filter(account__owner_kind=OwnerKind.MEMBER, account__owner_id__in=member_ids)
    if kind == MONEY:
        lines = lines.alias(letters=Length("account__asset")).filter(letters=3)
    elif kind in {POINTS, GROWTH}:
        lines = lines.filter(account__asset=kind)
    elif kind:
        lines = lines.filter(account__asset__startswith=f"{kind}:")
    after = Window(Sum("amount"), partition_by="account_id", order_by="id")
    return lines.annotate(balance_after=after).select_related("transaction", "account")


def list_transactions(kind: str, from_id: UUID, to_id: UUID) -> list[UUID]:
    """Return the transactions of a kind that both members have a part in and that have not been taken back, latest first."""
    lines = Posting.objects.filter(transaction__kind=kind, account__owner_kind=OwnerKind.MEMBER)
    both = lines.filter(account__owner_id=from_id).values("transaction_id")
    found = lines.filter(account__owner_id=to_id, transaction_id__in=both, transaction__reversedtotal=None)
    return list(dict.fromkeys(found.order_by("-id").values_list("transaction_id", flat=True)))
