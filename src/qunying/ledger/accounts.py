"""Words of the book: assets, purposes of accounts, and how an account is named."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

BRAND_ID = UUID(int=0)
POINTS = "points"
GROWTH = "growth"


class OwnerKind(StrEnum):
    """Whose account it is."""

    BRAND = "brand"
    CAMPAIGN = "campaign"
    MEMBER = "member"


class Purpose(StrEnum):
    """What an account is for."""

    ISSUANCE = "issuance"
    BUDGET = "budget"
    BUDGET_HELD = "budget.held"
    BUDGET_SPENT = "budget.spent"
    PENDING = "member.pending"
    AVAILABLE = "member.available"
    HELD = "member.held"
    DEBT = "member.debt"
    REDEEMED = "redeemed"
    BREAKAGE = "breakage"


PURPOSE_NAMES = {
    Purpose.ISSUANCE: _("Issued"),
    Purpose.BUDGET: _("Budget, free"),
    Purpose.BUDGET_HELD: _("Budget, held"),
    Purpose.BUDGET_SPENT: _("Budget, spent"),
    Purpose.PENDING: _("Pending"),
    Purpose.AVAILABLE: _("Available"),
    Purpose.HELD: _("Held"),
    Purpose.DEBT: _("Debt"),
    Purpose.REDEEMED: _("Redeemed"),
    Purpose.BREAKAGE: _("Expired"),
}

# The bounds of a balance. What is issued counts downwards from zero, a debt is below zero until it is repaid.
FLOORS: dict[Purpose, int | None] = {Purpose.ISSUANCE: None, Purpose.DEBT: None}
CEILINGS: dict[Purpose, int | None] = {Purpose.DEBT: 0}

# Where held units come from and go back to.
HELD_PURPOSE = {Purpose.AVAILABLE: Purpose.HELD, Purpose.BUDGET: Purpose.BUDGET_HELD}
FREE_PURPOSE = {held: free for free, held in HELD_PURPOSE.items()}

# What the brand owes its members of an asset.
LIABILITY_PURPOSES = (Purpose.PENDING, Purpose.AVAILABLE, Purpose.HELD)


@dataclass(frozen=True, order=True)
class AccountRef:
    """The name of an account: owner, asset and purpose. It need not exist yet."""

    owner_kind: OwnerKind
    owner_id: UUID
    asset: str
    purpose: Purpose

    def beside(self, purpose: Purpose) -> "AccountRef":
        """Return the account of the same owner and asset for another purpose."""
        return AccountRef(self.owner_kind, self.owner_id, self.asset, purpose)


def money_asset(currency: str) -> str:
    """Return the asset of a currency, counted in its minor units: ``CNY`` → ``cny``."""
    return currency.lower()


def coupon_asset(template_id: UUID) -> str:
    """Return the asset of a coupon template, counted in coupons."""
    return f"coupon:{template_id}"


def is_money(asset: str) -> bool:
    """Tell whether an asset is a currency."""
    return len(asset) == 3 and asset.isalpha()


def has_lots(asset: str) -> bool:
    """Tell whether units of an asset come in lots with an end date. (A coupon is its own lot.)"""
    return asset == POINTS


def of_brand(asset: str, purpose: Purpose) -> AccountRef:
    """Return the brand's account of an asset."""
    return AccountRef(OwnerKind.BRAND, BRAND_ID, asset, purpose)


def of_member(member_id: UUID, asset: str, purpose: Purpose = Purpose.AVAILABLE) -> AccountRef:
    """Return a member's account of an asset."""
    return AccountRef(OwnerKind.MEMBER, member_id, asset, purpose)


def of_campaign(campaign_id: UUID, currency: str, purpose: Purpose = Purpose.BUDGET) -> AccountRef:
    """Return a campaign's budget account."""
    return AccountRef(OwnerKind.CAMPAIGN, campaign_id, money_asset(currency), purpose)
