"""An item as it is written down: what is checked before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.queries.get_activity import get_activity
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.ledger.entries import check_reason
from qunying.points_shop.models import Item
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.queries.get_tier import list_levels
from qunying.rewards.tiers.drafting import present_policy

MOST_POINTS, MOST_UNITS, MOST_DAYS = 100_000_000, 1_000_000, 365
FIXED = ("kind", "template_id", "activity_id", "chances", "stock")


class ItemWrong(Problem):
    """An item as typed makes no sense."""

    code = "item_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


class ItemFixed(Problem):
    """What an open item is cannot change."""

    code = "item_fixed"
    kind = Kind.CONFLICT
    message = _(
        "What is sold, and how many there are, cannot change once it is on offer. Add stock, or take it off."
    )


@dataclass(frozen=True, kw_only=True)
class ItemWords:
    """What somebody typed.

    per_member: units per member within the period (None: as many as they can pay). tiers: codes of those who may buy
    (none: everybody). chances: per unit. send_days: until goods are sent.
    """

    kind: str
    title: str
    price_points: int
    stock: int
    about: str = ""
    template_id: UUID | None = None
    activity_id: UUID | None = None
    chances: int = 1
    per_member: int | None = None
    period: str = "ever"
    tiers: Sequence[str] = field(default_factory=tuple)
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    send_days: int = 7


def write_words(item: Item, words: ItemWords, now: datetime) -> None:
    """Put checked words into an item; the caller saves.

    Raises:
        ItemWrong, BadText: something makes no sense.
        ReasonNotFit: the title holds somebody's contact.
        ItemFixed: it is open, and something else would be sold.
        UnknownTemplate, UnknownActivity: what it would be of does not exist.
    """
    if item.state == Item.State.OPEN and any(getattr(item, name) != getattr(words, name) for name in FIXED):
        raise ItemFixed
    _check_numbers(words)
    _check_kind(words)
    if words.opens_at and words.closes_at and words.closes_at <= words.opens_at:
        raise ItemWrong(field=str(_("until")), reason=str(_("it ends before it begins.")))
    if words.tiers:
        policy = present_policy(now)
        known = {level.code for level in list_levels(policy, count=False)} if policy else set()
        if unknown := sorted(set(words.tiers) - known):
            raise ItemWrong(field=str(_("tiers")), reason=unknown[0][:40])
    item.kind, item.period = words.kind, words.period
    item.title = checked_text(words.title, field=str(_("title")), max_length=60)
    check_reason(item.title)  # it goes into the book with every purchase
    item.about = checked_text(
        words.about, field=str(_("description")), max_length=2_000, may_be_empty=True, lines=True
    )
    item.price_points, item.stock, item.per_member = words.price_points, words.stock, words.per_member
    item.template_id = words.template_id if words.kind == Item.Kind.COUPON else None
    item.activity_id = words.activity_id if words.kind == Item.Kind.CHANCES else None
    item.chances, item.send_days = words.chances, words.send_days
    item.tiers = sorted(set(words.tiers))
    item.opens_at, item.closes_at = words.opens_at, words.closes_at


def _check_numbers(words: ItemWords) -> None:
    bounds = (
        (words.price_points, MOST_POINTS, _("price in points")),
        (words.stock, MOST_UNITS, _("stock")),
        (words.chances, 100, _("chances")),
        (words.per_member if words.per_member is not None else 1, MOST_UNITS, _("times per member")),
        (words.send_days, MOST_DAYS, _("days until it is sent")),
    )
    for value, most, name in bounds:
        if not 1 <= value <= most:
            raise ItemWrong(field=str(name), reason=f"1–{most:,}")


def _check_kind(words: ItemWords) -> None:
    if words.kind not in Item.Kind.values or words.period not in Item.Period.values:
        raise ItemWrong(field=str(_("kind")), reason=f"{words.kind[:20]} {words.period[:20]}")
    if words.kind == Item.Kind.COUPON:
        if words.template_id is None:
            raise ItemWrong(field=str(_("coupon")), reason=str(_("say which one.")))
        get_template(words.template_id)
    if words.kind == Item.Kind.CHANCES:
        if words.activity_id is None:
            raise ItemWrong(field=str(_("activity")), reason=str(_("say which one.")))
        get_activity(words.activity_id)
