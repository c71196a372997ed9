"""Console pages: what is in the shop, one item with its stock, what was bought."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from qunying.content.pictures import keep_picture, picture_response
from qunying.fulfilment.queries.list_fulfilments import of_source
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.ledger.entries import ReasonNotFit
from qunying.ledger.proposals import ReasonMissing
from qunying.ledger.queries.list_enlargements import list_waiting
from qunying.points_shop.actions.add_stock import add_stock
from qunying.points_shop.actions.cancel_purchase import cancel_purchase
from qunying.points_shop.actions.close_item import close_item
from qunying.points_shop.actions.open_item import open_item
from qunying.points_shop.actions.set_picture import set_picture
from qunying.points_shop.actions.write_item import write_item
from qunying.points_shop.doors.forms import FIELDS, ItemForm, StockForm, initial_of
from qunying.points_shop.finding import SOURCE
from qunying.points_shop.models import Item, Purchase
from qunying.points_shop.queries.list_items import (
    get_item,
    get_purchase,
    levels_of,
    list_items,
    list_purchases,
    stocks,
)
from qunying.rewards.queries.get_tier import list_levels
from qunying.rewards.tiers.drafting import present_policy


@page("points_shop.view")
def items_page(request: StaffRequest) -> HttpResponse:
    """List items, newest first."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = state if state in Item.State.values else ""
    kind = kind if kind in Item.Kind.values else ""
    found = cut_page(
        list_items(state=state, kind=kind), order_by="-created_at", cursor=request.GET.get("cursor")
    )
    levels = stocks(found.rows)
    context = {
        "rows": [(item, levels[item.id]) for item in found.rows],
        "next_cursor": found.next_cursor,
        "states": Item.State.choices,
        "kinds": Item.Kind.choices,
        "state": state,
        "kind": kind,
    }
    return show(request, "points_shop/list.html", _("Points shop"), context)


@page("points_shop.write_item")
def new_page(request: StaffRequest) -> HttpResponse:
    """Write a new item."""
    return _write(request, None)


@page("points_shop.write_item")
def edit_page(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Change an item."""
    return _write(request, get_item(item_id))


def _write(request: StaffRequest, item: Item | None) -> HttpResponse:
    form = ItemForm(request.POST or None, request.FILES or None, initial=initial_of(item) if item else {})
    if request.method == "POST" and form.is_valid():
        act, file = act_of(request), form.cleaned_data.get("picture")
        with told_in(form, places=FIELDS):
            kept = keep_picture(file) if file else None
            item_id = write_item(**act, words=form.words(), item_id=item.id if item else None)
            if kept is not None:
                act["command_id"] = f"{act['command_id'][:180]}:picture"
                set_picture(**act, item_id=item_id, sha256=kept.sha256)
            messages.success(request, _("Saved."))
            return redirect("points_shop.item", item_id)
    return show(
        request, "points_shop/form.html", item.title if item else _("New item"), {"form": form, "item": item}
    )


@page("points_shop.view")
def item_page(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Show an item: what it is, its stock, who bought it."""
    return _show_item(request, item_id, StockForm())


def _show_item(request: StaffRequest, item_id: UUID, form: StockForm) -> HttpResponse:
    item = get_item(item_id)
    found = cut_page(
        list_purchases(item_id=item_id), order_by="-bought_at", cursor=request.GET.get("cursor"), size=50
    )
    policy = present_policy(clock.now()) if item.tiers else None
    names = {level.code: level.name for level in list_levels(policy, count=False)} if policy else {}
    context = {
        "item": item,
        "tiers": [names.get(code, code) for code in item.tiers],
        "level": levels_of([item]).get(item.id),
        "stock_form": form,
        "waiting": list_waiting(clock.now(), [item.pool_id]) if item.pool_id else [],
        "purchases": _with_sending(found.rows),
        "next_cursor": found.next_cursor,
    }
    return show(request, "points_shop/item.html", item.title, context)


def _with_sending(rows: list[Purchase]) -> list[tuple[Purchase, Any]]:
    sending = of_source(SOURCE, [row.id for row in rows])
    return [(row, sending.get(row.id)) for row in rows]


@page("points_shop.view")
def picture(request: StaffRequest, item_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Show the picture of an item."""
    return picture_response(get_item(item_id).picture)


@require_POST
@page("points_shop.open_item")
def open_now(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Put it on offer."""
    open_item(**act_of(request), item_id=item_id)
    messages.success(request, _("On offer: members see it now."))
    return redirect("points_shop.item", item_id)


@require_POST
@page("points_shop.close_item")
def close_now(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Take it off."""
    close_item(**act_of(request), item_id=item_id)
    messages.success(request, _("Taken off."))
    return redirect("points_shop.item", item_id)


@require_POST
@page("points_shop.add_stock")
def more(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Ask for more units."""
    form = StockForm(request.POST)
    if not form.is_valid():
        return _show_item(request, item_id, form)
    try:
        add_stock(**act_of(request), item_id=item_id, **form.cleaned_data)
    except (ReasonMissing, ReasonNotFit) as problem:
        form.add_error("reason", str(problem))
        return _show_item(request, item_id, form)
    messages.success(request, _("They wait in the ledger for another person to approve them."))
    return redirect("points_shop.item", item_id)


@page("points_shop.view")
def purchases_page(request: StaffRequest) -> HttpResponse:
    """List what was bought, the latest first."""
    state = request.GET.get("state", "")
    state = state if state in Purchase.State.values else ""
    rows = list_purchases(state=state)
    if request.GET.get("format") == "csv":
        header = [
            _("Bought at"),
            _("Member"),
            pgettext("points shop", "Item"),
            pgettext("points shop", "How many"),
            _("Points"),
            _("State"),
        ]
        lines = (
            (row.bought_at, row.member_id, row.item.title, row.quantity, row.points, row.get_state_display())
            for row in rows.order_by("bought_at", "id")[:100_000]
        )
        return csv_response("purchases", header, lines)
    found = cut_page(rows, order_by="-bought_at", cursor=request.GET.get("cursor"))
    context = {
        "purchases": _with_sending(found.rows),
        "next_cursor": found.next_cursor,
        "states": Purchase.State.choices,
        "state": state,
    }
    return show(request, "points_shop/purchases.html", _("Bought for points"), context)


@page("points_shop.view")
def purchase_page(request: StaffRequest, purchase_id: UUID) -> HttpResponse:
    """Show a purchase, and undo it."""
    found = get_purchase(purchase_id)
    sending = of_source(SOURCE, [found.id]).get(found.id)
    blocked = sending is not None and sending.is_out
    context = {"one": found, "sending": sending, "may_cancel": found.state == "bought" and not blocked}
    return show(request, "points_shop/purchase.html", found.item.title, context)


@require_POST
@page("points_shop.cancel_purchase")
def cancel(request: StaffRequest, purchase_id: UUID) -> HttpResponse:
    """Give the points back."""
    reason = request.POST.get("reason", "")[:300]
    undone = cancel_purchase(**act_of(request), purchase_id=purchase_id, reason=reason)
    text = ngettext("Undone: {points} point went back.", "Undone: {points} points went back.", undone.points)
    messages.success(request, text.format(points=undone.points))
    return redirect("points_shop.purchase", purchase_id)


urlpatterns = [
    path("points-shop/", items_page, name="points_shop.list"),
    path("points-shop/new/", new_page, name="points_shop.new"),
    path("points-shop/purchases/", purchases_page, name="points_shop.purchases"),
    path("points-shop/purchases/<uuid:purchase_id>/", purchase_page, name="points_shop.purchase"),
    path("points-shop/purchases/<uuid:purchase_id>/cancel/", cancel, name="points_shop.cancel_purchase"),
    path("points-shop/<uuid:item_id>/", item_page, name="points_shop.item"),
    path("points-shop/<uuid:item_id>/edit/", edit_page, name="points_shop.write_item"),
    path("points-shop/<uuid:item_id>/picture/", picture, name="points_shop.console_picture"),
    path("points-shop/<uuid:item_id>/open/", open_now, name="points_shop.open_item"),
    path("points-shop/<uuid:item_id>/close/", close_now, name="points_shop.close_item"),
    path("points-shop/<uuid:item_id>/stock/", more, name="points_shop.add_stock"),
]
