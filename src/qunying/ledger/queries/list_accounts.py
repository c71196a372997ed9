"""Accounts and their statements."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import LIABILITY_PURPOSES, Purpose
from qunying.ledger.models import Account, Posting


class UnknownAccount(Problem):
    """There is no such account."""

    code = "unknown_account"
    kind = Kind.NOT_FOUND
    message = _("There is no such account.")


def get_account(account_id: int) -> Account:
    """Return an account.

    Raises:
        UnknownAccount: when there is none.
    """
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise UnknownAccount
    return account


def list_accounts(*, asset: str = "", purpose: str = "", owner_id: UUID | None = None) -> QuerySet[Account]:
    """Return accounts of an asset, a purpose, an owner, or any of these left out."""
    accounts = Account.objects.all()
    if asset:
        accounts = accounts.filter(asset=asset)
    if purpose:
        accounts = accounts.filter(purpose=purpose)
    if owner_id is not None:
        accounts = accounts.filter(owner_id=owner_id)
    return accounts


def list_statement(account_id: int) -> QuerySet[Posting]:
    """Return the lines of an account with their transactions; order them by ``-id`` for newest first."""
    return Posting.objects.filter(account_id=account_id).select_related("transaction")


@dataclass(frozen=True)
class AssetTotals:
    """What there is of an asset: issued, owed to members, used, expired, owed by members; budgets apart."""

    asset: str
    accounts: int
    issued: int
    liability: int
    redeemed: int
    breakage: int
    debt: int
    budget_free: int
    budget_held: int
    budget_spent: int


_SUMS = {
    "issued": (Purpose.ISSUANCE,),
    "liability": LIABILITY_PURPOSES,
    "redeemed": (Purpose.REDEEMED,),
    "breakage": (Purpose.BREAKAGE,),
    "debt": (Purpose.DEBT,),
    "budget_free": (Purpose.BUDGET,),
    "budget_held": (Purpose.BUDGET_HELD,),
    "budget_spent": (Purpose.BUDGET_SPENT,),
}


def list_assets() -> list[AssetTotals]:
    """Return the totals of every asset; coupons, one asset per template, are one line at the end."""
    sums = {
        name: Sum("balance", filter=Q(purpose__in=purposes), default=0) for name, purposes in _SUMS.items()
    }
    plain = Account.objects.exclude(asset__startswith="coupon:").values("asset")
    rows: list[dict[str, Any]] = [
        dict(row) for row in plain.annotate(accounts=Count("id"), **sums).order_by("asset")
    ]
    coupons = Account.objects.filter(asset__startswith="coupon:").aggregate(accounts=Count("id"), **sums)
    if coupons["accounts"]:
        rows.append({"asset": "coupon", **coupons})
    return [AssetTotals(**{**row, "issued": -row["issued"], "debt": -row["debt"]}) for row in rows]
