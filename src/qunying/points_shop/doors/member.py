"""Member pages: the shop, one item, buying it after a look at the price, what I have bought. No scripts are needed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunying.content.pictures import picture_response
from qunying.fulfilment.queries.list_fulfilments import of_source
from qunying.kernel import clock
from qunying.kernel.web import number_in
from qunying.members.member_web import (
    MemberRequest,
    act_of_member,
    member_page,
    proved_member_page,
    signed_in_member_page,
)
from qunying.points_shop.actions.buy_item import MOST_AT_ONCE, BadQuantity, buy_item
from qunying.points_shop.actions.cancel_purchase import cancel_purchase
from qunying.points_shop.finding import SOURCE
from qunying.points_shop.limits import left_for
from qunying.points_shop.models import Item
from qunying.points_shop.queries.list_items import get_shown, lefts, list_purchases, list_shop
from qunying.rewards.queries.get_points import points_of
from qunying.rewards.queries.get_tier import list_levels
from qunying.rewards.tiers.drafting import present_policy


def _points(request: HttpRequest) -> int | None:
    member = request.member  # type: ignore[attr-defined]
    return points_of(member.id, clock.now()).available if member else None


@require_GET
@member_page
def shop(request: HttpRequest) -> HttpResponse:
    """Show what there is for points."""
    context = {"rows": list_shop(clock.now()), "points": _points(request)}
    return render(request, "points_shop/shop.html", context)


@require_GET
@member_page
def item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show an item: what it is, what it costs, whether I may have it."""
    member = request.member  # type: ignore[attr-defined]
    return render(
        request, "points_shop/shop_item.html", _context(get_shown(item_id), member, _points(request))
    )


def _context(found: Item, member: Any, points: int | None) -> dict[str, Any]:
    now = clock.now()
    policy = present_policy(now) if found.tiers else None
    own = left_for(found, member.id, now) if member else found.per_member
    left = lefts([found])[found.id]
    on_offer = found.state == Item.State.OPEN and (found.closes_at is None or found.closes_at > now)
    coming = found.opens_at is not None and found.opens_at > now
    most = min(left, MOST_AT_ONCE, MOST_AT_ONCE if own is None else own)
    return {
        "item": found,
        "left": left,
        "own_left": own,
        "most": most,
        "points": points,
        "is_short": points is not None and points < found.price_points,
        "on_offer": on_offer,
        "is_coming": coming,
        "may_buy": on_offer and not coming and most > 0,
        "tiers": [level.name for level in list_levels(policy, count=False) if level.code in found.tiers]
        if policy
        else [],
    }


@require_GET
@member_page
def picture(request: HttpRequest, item_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Show the picture of an item."""
    return picture_response(get_shown(item_id).picture)


@require_http_methods(["GET", "POST"])
@proved_member_page
def buy(request: MemberRequest, item_id: UUID) -> HttpResponse:
    """Ask once more, with what is left afterwards; a POST buys."""
    found = get_shown(item_id)
    asked = request.POST if request.method == "POST" else request.GET
    quantity = number_in(asked.get("quantity", "1"), digits=9)
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise BadQuantity(most=MOST_AT_ONCE)
    if request.method == "POST":
        bought = buy_item(
            **act_of_member(request, "points_shop.buy_item"),
            item_id=item_id,
            member_id=request.member.id,
            price_points=number_in(asked.get("price", ""), digits=9),
            quantity=quantity,
        )
        sending = of_source(SOURCE, [bought.purchase_id]).get(bought.purchase_id)
        if sending is not None:
            messages.success(request, _("It is yours. Say where to send it."))
            return redirect("fulfilment.parcel", sending.number)
        messages.success(request, _("It is yours."))
        return redirect("points_shop.my_purchases")
    context = _context(found, request.member, _points(request))
    total = found.price_points * quantity
    after = (context["points"] or 0) - total
    return render(
        request, "points_shop/buy.html", {**context, "quantity": quantity, "total": total, "after": after}
    )


@require_GET
@signed_in_member_page
def my_purchases(request: MemberRequest) -> HttpResponse:
    """Show what the member has bought, with where it is."""
    found = list(list_purchases(member_id=request.member.id).order_by("-bought_at", "-id")[:200])
    sending = of_source(SOURCE, [row.id for row in found])
    rows = []
    for row in found:
        way = sending.get(row.id)
        may_cancel = row.state == "bought" and way is not None and way.state in {"to_send", "returned"}
        rows.append((row, way, may_cancel))
    return render(request, "points_shop/my_purchases.html", {"rows": rows, "points": _points(request)})


@require_POST
@signed_in_member_page
def cancel(request: MemberRequest, purchase_id: UUID) -> HttpResponse:
    """Undo a purchase that is not on its way."""
    undone = cancel_purchase(
        **act_of_member(request, "points_shop.cancel_purchase"),
        purchase_id=purchase_id,
        member_id=request.member.id,
    )
    text = ngettext(
        "Cancelled: you have your {points} point again.",
        "Cancelled: you have your {points} points again.",
        undone.points,
    )
    messages.success(request, text.format(points=undone.points))
    return redirect("points_shop.my_purchases")


urlpatterns = [
    path("points-shop/", shop, name="points_shop.shop"),
    path("points-shop/mine/", my_purchases, name="points_shop.my_purchases"),
    path("points-shop/mine/<uuid:purchase_id>/cancel/", cancel, name="points_shop.cancel_own"),
    path("points-shop/<uuid:item_id>/", item, name="points_shop.shop_item"),
    path("points-shop/<uuid:item_id>/picture/", picture, name="points_shop.picture"),
    path("points-shop/<uuid:item_id>/buy/", buy, name="points_shop.buy_item"),
]
