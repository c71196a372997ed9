"""Coupon templates: one, or all of them with what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from qunying.ledger.queries.list_pools import StockLevel, list_levels
from qunying.rewards.coupons import find_template
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.rewards.queries.list_coupons import sum_given_back


def get_template(template_id: UUID) -> CouponTemplate:
    """Return a template.

    Raises:
        UnknownTemplate: when there is none.
    """
    return find_template(template_id)


def list_templates(*, state: str = "", search: str = "") -> QuerySet[CouponTemplate]:
    """Return templates, newest first where a page is cut; of a state, or with some letters in their name."""
    templates = CouponTemplate.objects.all()
    if state:
        templates = templates.filter(state=state)
    if search:
        templates = templates.filter(name__icontains=search)
    return templates


@dataclass(frozen=True)
class TemplateOutcome:
    """What came of a template so far; ``claimed`` counts every coupon that members got."""

    template: CouponTemplate
    stock: StockLevel
    claimed: int
    ready: int
    reserved: int
    redeemed: int
    expired: int
    discount_minor: int


def summarise_templates(templates: Sequence[CouponTemplate]) -> list[TemplateOutcome]:
    """Return what came of each of a page of templates, in their order."""
    levels = list_levels([template.pool_id for template in templates if template.pool_id is not None])
    counted: dict[UUID, dict[str, Any]] = {
        row["template_id"]: dict(row)
        for row in Coupon.objects.filter(template__in=templates)
        .values("template_id")
        .annotate(
            claimed=Count("id", filter=~Q(state="withdrawn")),
            ready=Count("id", filter=Q(state="claimed")),
            reserved=Count("id", filter=Q(state="reserved")),
            redeemed=Count("id", filter=Q(state="redeemed")),
            expired=Count("id", filter=Q(state__in=["expired", "rolled_back"])),
            discount_minor=Sum("discount_minor", filter=Q(state="redeemed")),
        )
    }
    return [
        _outcome(
            template, levels.get(template.pool_id) if template.pool_id else None, counted.get(template.id, {})
        )
        for template in templates
    ]


def _outcome(template: CouponTemplate, stock: StockLevel | None, counts: dict[str, int]) -> TemplateOutcome:
    return TemplateOutcome(
        template,
        stock or StockLevel(template.total, 0, 0),
        counts.get("claimed", 0),
        counts.get("ready", 0),
        counts.get("reserved", 0),
        counts.get("redeemed", 0),
        counts.get("expired", 0),
        (counts.get("discount_minor") or 0) - sum_given_back(Q(template=template)),
    )
