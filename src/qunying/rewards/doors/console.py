"""Console pages of coupons: templates with what came of them, the coupons of one, a member's panel."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.inputs import DayInput
from qunying.kernel.money import to_decimal, to_minor
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.ledger.queries.list_pools import list_levels
from qunying.rewards.actions.change_template import change_template
from qunying.rewards.actions.close_template import close_template
from qunying.rewards.actions.create_template import create_template
from qunying.rewards.actions.open_template import open_template
from qunying.rewards.doors.checkout_console import urlpatterns as checkout_pages
from qunying.rewards.doors.checkout_policy_console import urlpatterns as checkout_policy_pages
from qunying.rewards.doors.codes_console import urlpatterns as codes_pages
from qunying.rewards.doors.depths import urlpatterns as depth_pages
from qunying.rewards.doors.earning_console import urlpatterns as earning_pages
from qunying.rewards.doors.liability_console import urlpatterns as liability_pages
from qunying.rewards.doors.pricing_console import urlpatterns as pricing_pages
from qunying.rewards.doors.pricing_forms import ScopeForm, scope_initial
from qunying.rewards.doors.rounds_field import RoundsField
from qunying.rewards.doors.simulation import urlpatterns as simulation_pages
from qunying.rewards.doors.statement_console import urlpatterns as statement_pages
from qunying.rewards.doors.tiers_console import urlpatterns as tier_pages
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.rewards.pricing.cart_terms import COUPON_TERMS, CartTerms, read_cart_terms
from qunying.rewards.pricing.words import scope_in_words, stacking_in_words
from qunying.rewards.queries.get_template import get_template, list_templates, summarise_templates
from qunying.rewards.queries.list_coupons import list_coupons
from qunying.rewards.rounds import read_rounds
from qunying.rewards.terms import rules_hash
from qunying.rewards.wording import MAX_DAYS, MAX_PER_MEMBER, MAX_TOTAL, Wording

BASIS_POINTS = Decimal(100)
MONEY = {"max_digits": 12, "decimal_places": 2, "min_value": 0, "max_value": 10**9, "required": False}
NEEDED: dict[str, dict[str, Any]] = {
    CouponTemplate.Kind.AMOUNT_OFF: {"amount": gettext_lazy("Say how much it takes off.")},
    CouponTemplate.Kind.PERCENT_OFF: {"percent": gettext_lazy("Say how many percent it takes off.")},
    CouponTemplate.Kind.GIFT: {
        "gift_product": gettext_lazy("Say which product is the gift."),
        "gift_quantity": gettext_lazy("Say how many units are the gift."),
        "gift_worth": gettext_lazy("Say what one unit of the gift is worth; a budget pays it."),
    },
    CouponTemplate.Validity.DAYS: {"valid_days": gettext_lazy("Say for how many days it is valid.")},
    CouponTemplate.Validity.DATES: {
        "valid_from": gettext_lazy("Say from which day it is valid."),
        "valid_until": gettext_lazy("Say until which day it is valid."),
    },
}
MUST_BE_MORE = {"amount", "percent", "gift_worth"}
PLACES = {"percent_basis_points": "percent"}


GOES_WITH = [
    ("one", gettext_lazy("automatic offers, one coupon an order")),
    ("all", gettext_lazy("every other offer and coupon")),
    ("lines", gettext_lazy("nothing else on its products")),
    ("cart", gettext_lazy("nothing else in the order")),
]


class CouponForm(ScopeForm):
    """The terms of a coupon, with amounts and percentages as people write them."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CouponTemplate.Kind.choices)
    amount = forms.DecimalField(label=gettext_lazy("Amount off"), **MONEY)  # type: ignore[arg-type]
    percent = forms.DecimalField(
        label=gettext_lazy("Percent off"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
    )
    cap = forms.DecimalField(label=gettext_lazy("At most (percent off, shipping)"), **MONEY)  # type: ignore[arg-type]
    threshold = forms.DecimalField(label=gettext_lazy("From a total of"), **MONEY)  # type: ignore[arg-type]
    gift_product = forms.CharField(label=gettext_lazy("Gift (product code)"), max_length=100, required=False)
    gift_quantity = forms.IntegerField(label=gettext_lazy("Units of the gift"), min_value=1, required=False)
    gift_worth = forms.DecimalField(label=gettext_lazy("Worth of one unit"), **MONEY)  # type: ignore[arg-type]
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may have it"), choices=CouponTemplate.Audience.choices
    )
    total = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MAX_TOTAL)
    rounds = RoundsField()
    leftover_ends = forms.BooleanField(
        label=gettext_lazy("What is left of a round ends with it"), required=False
    )
    per_member = forms.IntegerField(
        label=gettext_lazy("Per member"), min_value=1, max_value=MAX_PER_MEMBER, initial=1
    )
    validity = forms.ChoiceField(label=gettext_lazy("Validity"), choices=CouponTemplate.Validity.choices)
    valid_days = forms.IntegerField(
        label=gettext_lazy("Valid days"), min_value=0, max_value=MAX_DAYS, required=False, initial=30
    )
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), required=False, widget=DayInput())
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=DayInput())
    claim_from = forms.DateField(label=gettext_lazy("Claims from"), required=False, widget=DayInput())
    claim_until = forms.DateField(label=gettext_lazy("Claims until"), required=False, widget=DayInput())

    goes_with = forms.ChoiceField(label=gettext_lazy("Goes with"), choices=GOES_WITH, required=False)
    returns = forms.BooleanField(
        label=gettext_lazy("Comes back when the whole order is returned"), required=False, initial=True
    )
    field_order = ["name", "kind", "amount", "percent", "cap", "gift_product", "gift_quantity", "gift_worth", "threshold",
        "audience", "total", "rounds", "leftover_ends", "per_member", "validity", "valid_days", "valid_from", "valid_until", "claim_from",
        "claim_until", "goes_with"]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """See that what the kind and the validity need is there, and that days follow each other."""
        typed: dict[str, Any] = self.cleaned_data
        needed = NEEDED.get(typed.get("kind", ""), {}) | NEEDED.get(typed.get("validity", ""), {})
        for name, sentence in needed.items():
            is_missing = typed.get(name) in (None, "") or (name in MUST_BE_MORE and not typed[name])
            if is_missing and not self.has_error(name):
                self.add_error(name, sentence)
        for first, last in (("valid_from", "valid_until"), ("claim_from", "claim_until")):
            if typed.get(first) and typed.get(last) and typed[last] < typed[first]:
                self.add_error(last, _("This is before the first day."))
        return typed

    def cart(self) -> CartTerms:
        """Return where the coupon counts and what it goes with."""
        goes_with = self.cleaned_data["goes_with"] or "one"
        return CartTerms(
            **self.scope(),
            stage=COUPON_TERMS.stage,
            group=COUPON_TERMS.group if goes_with == "one" else "",
            once_per=COUPON_TERMS.once_per if goes_with == "one" else "line",
            alone=goes_with if goes_with in {"lines", "cart"} else "no",
        )

    def wording(self, currency: str) -> Wording:
        """Return the terms; what the chosen kind or validity has no use for is left out."""
        values: dict[str, Any] = self.cleaned_data
        kinds = CouponTemplate.Kind
        by_amount, is_gift = values["kind"] == kinds.AMOUNT_OFF, values["kind"] == kinds.GIFT
        by_percent = values["kind"] == kinds.PERCENT_OFF
        capped = by_percent or values["kind"] == kinds.FREE_SHIPPING
        by_days = values["validity"] == CouponTemplate.Validity.DAYS
        return Wording(
            name=values["name"],
            kind=values["kind"],
            currency=currency,
            total=values["total"],
            amount_minor=_minor(values["amount"], currency) if by_amount else None,
            percent_basis_points=int((values["percent"] or 0) * BASIS_POINTS) if by_percent else None,
            cap_minor=_minor(values["cap"], currency) if capped else None,
            gift_product=values["gift_product"] if is_gift else "",
            gift_quantity=values["gift_quantity"] if is_gift else None,
            gift_worth_minor=_minor(values["gift_worth"], currency) if is_gift else None,
            cart=self.cart(),
            returns=values["returns"],
            rounds=values["rounds"],
            leftover_ends=values["leftover_ends"] and bool(values["rounds"]),
            threshold_minor=_minor(values["threshold"], currency) or 0,
            audience=values["audience"],
            per_member=values["per_member"],
            validity=values["validity"],
            valid_days=values["valid_days"] if by_days else None,
            valid_from=None if by_days else values["valid_from"],
            valid_until=None if by_days else values["valid_until"],
            claim_from=values["claim_from"],
            claim_until=values["claim_until"],
        )


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else to_minor(amount, currency)


def _initial(template: CouponTemplate) -> dict[str, Any]:
    fields = {name: getattr(template, name) for name in CouponForm.base_fields if hasattr(template, name)}
    amounts = {
        "amount": template.amount_minor,
        "cap": template.cap_minor,
        "threshold": template.threshold_minor,
        "gift_worth": template.gift_worth_minor,
    }
    cart = read_cart_terms(template.cart_terms)
    fields |= scope_initial(cart)
    fields["goes_with"] = cart.alone if cart.alone != "no" else "one" if cart.group else "all"
    fields |= {
        name: to_decimal(value, template.currency) if value is not None else None
        for name, value in amounts.items()
    }
    if template.percent_basis_points is not None:
        fields["percent"] = Decimal(template.percent_basis_points) / BASIS_POINTS
    return fields


@page("rewards.view")
def templates_page(request: StaffRequest) -> HttpResponse:
    """List coupon templates with what came of them."""
    state = request.GET.get("state", "")
    state = state if state in CouponTemplate.State.values else ""
    found = cut_page(
        list_templates(state=state, search=request.GET.get("search", "")[:100]),
        order_by="-created_at",
        cursor=request.GET.get("cursor"),
    )
    context = {
        "outcomes": summarise_templates(found.rows),
        "next_cursor": found.next_cursor,
        "states": CouponTemplate.State.choices,
        "state": state,
        "search": request.GET.get("search", ""),
    }
    return show(request, "rewards/list.html", _("Coupons"), context)


@page("rewards.create_template")
def new_page(request: StaffRequest) -> HttpResponse:
    """Write the terms of a new coupon."""
    form = CouponForm(request.POST or None)
    currency = get_brand().currency
    if request.method == "POST" and form.is_valid():
        with told_in(form, places=PLACES):
            template_id = create_template(**act_of(request), wording=form.wording(currency))
            messages.success(
                request, _("Saved as a draft. Open it by itself, or choose it as the offer of a campaign.")
            )
            return redirect("rewards.template", template_id)
    return show(request, "rewards/form.html", _("New coupon"), {"form": form, "coupon_currency": currency})


@page("rewards.change_template")
def edit_page(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Change the terms of a draft."""
    template = get_template(template_id)
    form = CouponForm(request.POST or None, initial=_initial(template))
    if request.method == "POST" and form.is_valid():
        with told_in(form, places=PLACES):
            change_template(
                **act_of(request), template_id=template_id, wording=form.wording(template.currency)
            )
            messages.success(request, _("Saved."))
            return redirect("rewards.template", template_id)
    context = {"form": form, "template": template, "coupon_currency": template.currency}
    return show(request, "rewards/form.html", template.name, context)


@page("rewards.view")
def template_page(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Show a template: terms, stock, what came of it, its coupons."""
    template = get_template(template_id)
    state = request.GET.get("state", "")
    state = state if state in Coupon.State.values else ""
    coupons = list_coupons(template_id=template_id, state=state).select_related("member")
    if request.GET.get("format") == "csv":
        header = [_("Serial"), _("Member"), _("State"), _("Claimed at"), _("Order"), _("Discount")]
        rows = (
            (
                c.serial,
                c.member_id,
                c.get_state_display(),
                c.claimed_at,
                c.order_number or "",
                c.discount_minor or 0,
            )
            for c in coupons.order_by("serial")[:100_000]
        )
        return csv_response("coupons", header, rows)
    found = cut_page(coupons, order_by="-claimed_at", cursor=request.GET.get("cursor"))
    cart = read_cart_terms(template.cart_terms)
    context = {
        "template": template,
        "scope": scope_in_words(cart),
        "stacking": stacking_in_words(cart),
        "outcome": summarise_templates([template])[0],
        "rounds": read_rounds(template),
        "ended": list_levels([template.pool_id])[template.pool_id].ended if template.pool_id else 0,
        "now": clock.now(),
        "coupons": found.rows,
        "next_cursor": found.next_cursor,
        "states": Coupon.State.choices,
        "state": state,
        "rules_hash": rules_hash(template),
    }
    return show(request, "rewards/template.html", template.name, context)


@require_POST
@page("rewards.open_template")
def open_for_claims(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Open a draft for claims."""
    open_template(**act_of(request), template_id=template_id, seen=request.POST.get("seen"))
    messages.success(request, _("Members can claim it now."))
    return redirect("rewards.template", template_id)


@require_POST
@page("rewards.close_template")
def close_for_claims(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Close a template; coupons that members have stay valid."""
    close_template(**act_of(request), template_id=template_id)
    messages.success(request, _("Nobody can claim it any more. Coupons that members have stay valid."))
    return redirect("rewards.template", template_id)


@page("rewards.view")
def member_coupons(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show the coupons of one member, as a panel of their profile."""
    coupons = list_coupons(member_id).order_by("-claimed_at")[:50]
    return render(request, "rewards/member_coupons.html", {"coupons": coupons})


urlpatterns = [
    path("coupons/", templates_page, name="rewards.list"),
    path("coupons/new/", new_page, name="rewards.new"),
    path("coupons/<uuid:template_id>/", template_page, name="rewards.template"),
    path("coupons/<uuid:template_id>/edit/", edit_page, name="rewards.edit"),
    path("coupons/<uuid:template_id>/open/", open_for_claims, name="rewards.open_template"),
    path("coupons/<uuid:template_id>/close/", close_for_claims, name="rewards.close_template"),
    path("coupons/of/<uuid:member_id>/", member_coupons, name="rewards.member_coupons"),
    *earning_pages,
    *pricing_pages,
    *checkout_pages,
    *checkout_policy_pages,
    *tier_pages,
    *codes_pages,
    *liability_pages,
    *statement_pages,
    *depth_pages,
    *simulation_pages,
]
