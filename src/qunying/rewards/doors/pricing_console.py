"""Console pages of automatic offers: list, forms, versions, a cart to try them on, and how deep offers may go."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.problems import Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.ledger.accounts import OwnerKind
from qunying.ledger.naming import find_pages
from qunying.ledger.queries.list_budgets import list_budgets
from qunying.rewards.actions.change_promotion import change_promotion
from qunying.rewards.actions.close_promotion import close_promotion
from qunying.rewards.actions.create_promotion import create_promotion
from qunying.rewards.actions.open_promotion import open_promotion
from qunying.rewards.actions.renew_promotion import renew_promotion
from qunying.rewards.actions.set_price_floor import set_price_floor
from qunying.rewards.doors.pricing_forms import CartForm, FloorForm, PromotionForm
from qunying.rewards.models import POINTS_KEY, Promotion
from qunying.rewards.pricing.checkout_words import POINTS_REASONS
from qunying.rewards.pricing.limits import OfferUse, count_uses, limits_of
from qunying.rewards.pricing.promotion_terms import cart_terms_of
from qunying.rewards.pricing.quoting import Quote
from qunying.rewards.pricing.words import REASONS, promise_in_words, scope_in_words, stacking_in_words
from qunying.rewards.queries.list_promotions import (
    get_promotion,
    list_price_floors,
    list_promotions,
    list_versions,
)
from qunying.rewards.queries.quote_cart import quote_cart

# Activities have budgets as well, which are promised as prizes; only campaigns' budgets pay for offers.
CAMPAIGN_PAGE = "campaigns.plan"
SAMPLE_CART = "P1; 2; 175.00; shoes\nP2; 1; 50.00; socks"


@page("rewards.view")
def promotions_page(request: StaffRequest) -> HttpResponse:
    """List automatic offers."""
    state = request.GET.get("state", "")
    state = state if state in Promotion.State.values else ""
    search = request.GET.get("search", "")[:100]
    found = cut_page(
        list_promotions(state=state, search=search), order_by="-created_at", cursor=request.GET.get("cursor")
    )
    context = {
        "rows": [(one, promise_in_words(one)) for one in found.rows],
        "next_cursor": found.next_cursor,
        "states": Promotion.State.choices,
        "kinds": Promotion.Kind.choices,
        "state": state,
        "search": search,
    }
    return show(request, "rewards/promotions.html", _("Automatic offers"), context)


@page("rewards.create_promotion")
def new_page(request: StaffRequest) -> HttpResponse:
    """Write down an automatic offer of a kind."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Promotion.Kind.values else Promotion.Kind.STEPS
    brand = get_brand()
    form = PromotionForm(
        request.POST or None,
        kind=kind,
        currency=brand.currency,
        zone=brand.zone,
        campaigns=_payers(brand.currency),
    )
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            promotion_id = create_promotion(**act_of(request), wording=form.wording())
            messages.success(request, _("Saved as a draft. Try it on a cart, then open it."))
            return redirect("rewards.promotion", promotion_id)
    context = {"form": form, "kind_name": Promotion.Kind(kind).label, "offer_currency": brand.currency}
    return show(request, "rewards/promotion_form.html", _("New automatic offer"), context)


@page("rewards.change_promotion")
def edit_page(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """Change a draft."""
    promotion = get_promotion(promotion_id)
    form = PromotionForm(
        request.POST or None,
        kind=promotion.kind,
        currency=promotion.currency,
        zone=get_brand().zone,
        campaigns=_payers(promotion.currency, promotion.campaign_id),
        promotion=promotion,
    )
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_promotion(**act_of(request), promotion_id=promotion_id, wording=form.wording())
            messages.success(request, _("Saved."))
            return redirect("rewards.promotion", promotion_id)
    context = {
        "form": form,
        "promotion": promotion,
        "kind_name": promotion.get_kind_display(),
        "offer_currency": promotion.currency,
    }
    return show(request, "rewards/promotion_form.html", promotion.name, context)


def _payers(currency: str, also: UUID | None = None) -> list[tuple[str, str]]:
    """Return the campaigns that have something left of a budget in a currency, and the one chosen before."""
    budgets = list_budgets(clock.now())
    owners = {one.owner_id for one in budgets if one.currency == currency and one.free > 0}
    pages = find_pages(OwnerKind.CAMPAIGN, owners | ({also} if also is not None else set()))
    return sorted(
        ((str(key), name) for key, (name, page_name) in pages.items() if page_name == CAMPAIGN_PAGE),
        key=lambda one: one[1],
    )


@page("rewards.view")
def promotion_page(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """Show an automatic offer: terms in words, versions, and a cart to try it on."""
    promotion = get_promotion(promotion_id)
    cart = cart_terms_of(promotion)
    tried = _tried(request, promotion)
    context = {
        "promotion": promotion,
        "promise": promise_in_words(promotion),
        "scope": scope_in_words(cart),
        "stacking": stacking_in_words(cart),
        "versions": list_versions(promotion),
        "limits": limits_of(promotion),
        "payer": find_pages(OwnerKind.CAMPAIGN, [promotion.campaign_id]).get(promotion.campaign_id)
        if promotion.campaign_id
        else None,
        "used": count_uses([promotion.id], clock.now()).get(promotion.id, OfferUse()),
        **tried,
    }
    return show(request, "rewards/promotion.html", promotion.name, context)


@page("rewards.view")
def try_page(request: StaffRequest) -> HttpResponse:
    """Price a cart with all offers that run."""
    return show(request, "rewards/try_cart.html", _("Try a cart"), _tried(request, None))


def _tried(request: StaffRequest, promotion: Promotion | None) -> dict[str, Any]:
    """Return the form of a cart and what the cart costs; what is wrong with it is said at the form."""
    currency = promotion.currency if promotion is not None else get_brand().currency
    usual = {"lines": SAMPLE_CART, "channel": "online", "shipping": "10.00"}
    form = CartForm(request.GET if "lines" in request.GET else usual, actor=request.actor)
    answer: Quote | None = None
    if form.is_valid():
        try:
            answer = quote_cart(
                asked=form.asked(currency),
                actor=request.actor,
                now=clock.now(),
                member_id=form.cleaned_data["member"],
                points="most" if form.cleaned_data["with_points"] else None,
                draft=promotion if promotion is not None and promotion.state == "draft" else None,
            )
        except (Problem, forms.ValidationError) as problem:
            form.add_error("lines", problem if isinstance(problem, forms.ValidationError) else str(problem))
    context: dict[str, Any] = {"cart_form": form, "quote": answer, "cart_currency": currency}
    if answer is not None:
        names = {one.id: one.name for one in answer.used} | {one.id: one.name for one in answer.unused}
        names[POINTS_KEY] = _("Points")
        products = {line.id: line.product for line in form.asked(currency).lines}
        context["lines"] = [
            (products[line.id], line, [(names[key], off) for key, off in line.off_by.items()])
            for line in answer.lines
        ]
        if answer.points.reason != "no_policy":
            context["points_reason"] = POINTS_REASONS[answer.points.reason]
        context["unused"] = [
            (one, REASONS[one.reason], [names[key] for key in one.because_of]) for one in answer.unused
        ]
    return context


@require_POST
@page("rewards.open_promotion")
def open_one(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """Open a draft."""
    open_promotion(**act_of(request), promotion_id=promotion_id)
    messages.success(request, _("It counts for every cart from its beginning on."))
    return redirect("rewards.promotion", promotion_id)


@require_POST
@page("rewards.close_promotion")
def close_one(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """End an automatic offer."""
    close_promotion(**act_of(request), promotion_id=promotion_id)
    messages.success(request, _("It counts for no cart any more."))
    return redirect("rewards.promotion", promotion_id)


@require_POST
@page("rewards.renew_promotion")
def renew_one(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """Begin a new version."""
    renewed = renew_promotion(**act_of(request), promotion_id=promotion_id)
    messages.success(
        request, _("This is the draft of the next version; the one before runs until you open it.")
    )
    return redirect("rewards.promotion", renewed)


@page("rewards.view")
def floors_page(request: StaffRequest) -> HttpResponse:
    """Show how deep offers may go, and set it."""
    form = FloorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.actor.require("rewards.set_price_floor")
        with told_in(form):
            set_price_floor(**act_of(request), **form.floor())
            messages.success(request, _("Saved."))
            return redirect("rewards.floors")
    return show(
        request, "rewards/floors.html", _("Price floors"), {"form": form, "floors": list_price_floors()}
    )


urlpatterns = [
    path("pricing/offers/", promotions_page, name="rewards.promotions"),
    path("pricing/offers/new/", new_page, name="rewards.new_promotion"),
    path("pricing/offers/<uuid:promotion_id>/", promotion_page, name="rewards.promotion"),
    path("pricing/offers/<uuid:promotion_id>/edit/", edit_page, name="rewards.edit_promotion"),
    path("pricing/offers/<uuid:promotion_id>/open/", open_one, name="rewards.open_promotion"),
    path("pricing/offers/<uuid:promotion_id>/close/", close_one, name="rewards.close_promotion"),
    path("pricing/offers/<uuid:promotion_id>/renew/", renew_one, name="rewards.renew_promotion"),
    path("pricing/try/", try_page, name="rewards.try_cart"),
    path("pricing/floors/", floors_page, name="rewards.floors"),
]
