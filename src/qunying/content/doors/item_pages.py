"""Console pages: items, their variants with previews, their way from idea to measured."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.list_audit import name_actors
from qunying.communities.queries.get_community import list_communities
from qunying.content.actions.approve_item import Checklist, approve_item
from qunying.content.actions.change_item import change_item
from qunying.content.actions.confirm_placement import confirm_placement
from qunying.content.actions.create_item import create_item
from qunying.content.actions.measure_item import measure_item
from qunying.content.actions.plan_placement import plan_placement
from qunying.content.actions.remove_placement import remove_placement
from qunying.content.actions.remove_variant import remove_variant
from qunying.content.actions.reopen_item import reopen_item
from qunying.content.actions.return_item import return_item
from qunying.content.actions.submit_item import submit_item
from qunying.content.actions.withdraw_item import withdraw_item
from qunying.content.actions.write_variant import write_variant
from qunying.content.doors.forms import ItemForm, PlaceForm, VariantForm, local_instant
from qunying.content.doors.showing import shown_variant
from qunying.content.drafting import EDITABLE, ItemPlan
from qunying.content.models import ContentItem, Placement
from qunying.content.placing import MOVABLE
from qunying.content.platforms import PLATFORMS, platform_of
from qunying.content.queries.get_effect import DEFAULT_WINDOW, WINDOWS, get_effect, get_effects
from qunying.content.queries.get_item import count_items, get_item, list_items
from qunying.content.reviewing import list_obstacles
from qunying.kernel.clock import instant_in
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.stream.lake import open_analysis

State = ContentItem.State
LIFE = (State.IDEA, State.DRAFT, State.REVIEW, State.SCHEDULED, State.PUBLISHED, State.MEASURED)


@page("content.view")
def items_page(request: StaffRequest) -> HttpResponse:
    """List items by state."""
    state, search = request.GET.get("state", ""), request.GET.get("search", "")[:100]
    items = list_items(state=state if state in State.values else "", search=search)
    found = cut_page(items, order_by="-changed_at", cursor=request.GET.get("cursor"), size=50)
    counts = count_items()
    tabs = [(value, State(value).label, counts[value]) for value in (*LIFE, State.WITHDRAWN)]
    context = {"page": found, "tabs": tabs, "state": state, "search": search}
    return show(request, "content/items.html", _("Content items"), context)


@page("content.create_item")
def new_item(request: StaffRequest) -> HttpResponse:
    """Note an idea."""
    usual = asdict(ItemPlan(title=""))  # an idea is noted in a moment; its plan can follow
    form = ItemForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            created = create_item(**act_of(request), plan=form.plan())
            messages.success(request, _("The idea is noted. Write it for its first platform."))
            return redirect("content.item", created.item_id)
    return show(request, "content/item_form.html", _("New idea"), {"form": form})


@page("content.change_item")
def edit_item(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Change what an item is to be."""
    item = get_item(item_id)
    form = ItemForm(request.POST or None, instance=get_item(item_id))
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_item(**act_of(request), item_id=item_id, plan=form.plan())
            messages.success(request, _("Saved."))
            return redirect("content.item", item_id)
    return show(request, "content/item_form.html", item.title, {"form": form, "item": item})


@page("content.view")
def item_page(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Show an item: its way, its variants, its places, what reviewers said, what it did."""
    item, brand = get_item(item_id), get_brand()
    window = _window(request)
    effect = None
    if item.published_at is not None:
        with open_analysis() as analysis:
            effect = get_effect(
                analysis, item.pk, zone=brand.zone, currency=brand.currency, window_days=window
            )
    reviews = list(item.reviews.order_by("-id"))
    names = name_actors({item.created_by, *(review.by for review in reviews)})
    written = {variant.platform for variant in item.variants.all()}
    communities = [size.community for size in list_communities() if size.community.state != "closed"]
    context = {
        "item": item,
        "life": [(state, State(state).label, LIFE.index(state)) for state in LIFE],
        "position": LIFE.index(State(item.state)) if item.state in LIFE else -1,
        "author": names.get(item.created_by, item.created_by),
        "variants": [shown_variant(variant, brand.zone) for variant in item.variants.order_by("platform")],
        "unwritten": [platform for code, platform in PLATFORMS.items() if code not in written],
        "placements": _places(item),
        "place_form": PlaceForm(communities=communities),
        "obstacles": list_obstacles(item) if item.state in EDITABLE else [],
        "reviews": [(review, names.get(review.by, review.by)) for review in reviews],
        "is_editable": item.state in EDITABLE,
        "is_movable": item.state in MOVABLE,
        "effect": effect,
        "window": window,
        "windows": WINDOWS,
        "measurements": item.measurements.order_by("-id"),
        "comments": item.comments.select_related("member").order_by("-created_at")[:20],
    }
    return show(request, "content/item.html", item.title, context)


def _window(request: StaffRequest) -> int:
    try:
        window = int(request.GET.get("window", DEFAULT_WINDOW))
    except ValueError:
        return DEFAULT_WINDOW
    return window if window in WINDOWS else DEFAULT_WINDOW


def _places(item: ContentItem) -> list[dict[str, Any]]:
    waiting = (Placement.State.PLANNED, Placement.State.FAILED)
    return [
        {
            "placement": placement,
            "place": placement.community or PLATFORMS[placement.platform].title,
            "is_waiting": placement.state in waiting,
            "is_by_hand": placement.state in (Placement.State.BY_HAND, Placement.State.FAILED),
        }
        for placement in item.placements.select_related("community").order_by("planned_at", "pk")
    ]


@page("content.write_variant")
def variant_page(request: StaffRequest, item_id: UUID, platform: str) -> HttpResponse:
    """Write an item for a platform, with its limits and a preview beside it."""
    item, limits, zone = get_item(item_id), platform_of(platform), get_brand().zone
    variant = item.variants.filter(platform=platform).first()
    initial = None
    if variant is not None:
        initial = {name: getattr(variant, name) for name in ("title", "body", "link", "media_link")}
        initial["pictures"] = list(variant.pictures.values_list("pk", flat=True))
    form = VariantForm(request.POST or None, initial=initial, platform=limits)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            write_variant(**act_of(request), item_id=item_id, platform=platform, text=form.text())
            messages.success(request, _("Saved."))
            return redirect("content.variant", item_id, platform)
    context = {
        "item": item,
        "platform": limits,
        "form": form,
        "variant": shown_variant(variant, zone) if variant else None,
        "is_editable": item.state in EDITABLE,
    }
    return show(request, "content/variant.html", f"{item.title} · {limits.title}", context)


@require_POST
@page("content.remove_variant")
def drop_variant(request: StaffRequest, item_id: UUID, platform: str) -> HttpResponse:
    """Take a variant out."""
    remove_variant(**act_of(request), item_id=item_id, platform=platform)
    messages.success(request, _("The text for this platform is gone."))
    return redirect("content.item", item_id)


@require_POST
@page("content.plan_placement")
def add_place(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Plan a place and time."""
    communities = [size.community for size in list_communities()]
    form = PlaceForm(request.POST, communities=communities)
    if not form.is_valid():
        messages.error(request, _("Choose a place and a time."))
        return redirect("content.item", item_id)
    where = str(form.cleaned_data["where"])
    kind, _sep, community = where.partition(":")
    plan_placement(
        **act_of(request),
        item_id=item_id,
        planned_at=local_instant(form.cleaned_data["at"].replace(tzinfo=None), get_brand().zone),
        platform="" if community else kind,
        community_id=UUID(community) if community else None,
    )
    messages.success(request, pgettext("content", "Planned."))
    return redirect("content.item", item_id)


@require_POST
@page("content.remove_placement")
def drop_place(request: StaffRequest, item_id: UUID, placement_id: UUID) -> HttpResponse:
    """Take a place out of the plan."""
    remove_placement(**act_of(request), placement_id=placement_id)
    messages.success(request, _("This place is out of the plan."))
    return redirect("content.item", item_id)


@require_POST
@page("content.confirm_placement")
def confirm_place(request: StaffRequest, item_id: UUID, placement_id: UUID) -> HttpResponse:
    """Note that somebody published it by hand."""
    confirm_placement(**act_of(request), placement_id=placement_id, url=request.POST.get("url", ""))
    messages.success(request, _("Noted as published."))
    return redirect("content.item", item_id)


@require_POST
@page("content.submit_item")
def submit(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Hand an item in."""
    submit_item(**act_of(request), item_id=item_id)
    messages.success(request, _("Handed in. Somebody else looks at it now."))
    return redirect("content.item", item_id)


def _checklist(request: StaffRequest) -> Checklist:
    names = ("claims_true", "rights_clear", "title_fits")
    return Checklist(**{name: request.POST.get(name) == "on" for name in names})


@require_POST
@page("content.approve_item")
def approve(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Approve an item."""
    approve_item(
        **act_of(request),
        item_id=item_id,
        checklist=_checklist(request),
        remark=request.POST.get("remark", ""),
        seen=instant_in(request.POST.get("seen", "")),
    )
    messages.success(request, _("Approved. It goes out at its times."))
    return redirect("content.item", item_id)


@require_POST
@page("content.return_item")
def send_back(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Send an item back."""
    return_item(
        **act_of(request),
        item_id=item_id,
        checklist=_checklist(request),
        remark=request.POST.get("remark", ""),
        seen=instant_in(request.POST.get("seen", "")),
    )
    messages.success(request, _("Sent back to its author."))
    return redirect("content.item", item_id)


@require_POST
@page("content.reopen_item")
def reopen(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Take an item back to change it."""
    reopen_item(**act_of(request), item_id=item_id)
    messages.success(request, _("A draft again. It needs a new approval."))
    return redirect("content.item", item_id)


@require_POST
@page("content.withdraw_item")
def withdraw(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Drop an item, or take it off."""
    withdraw_item(**act_of(request), item_id=item_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("Withdrawn."))
    return redirect("content.item", item_id)


@require_POST
@page("content.measure_item")
def measure(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Keep an item's figures with a lesson."""
    measure_item(
        **act_of(request),
        item_id=item_id,
        window_days=_window(request),
        lesson=request.POST.get("lesson", ""),
    )
    messages.success(request, _("The figures are kept."))
    return redirect("content.item", item_id)


@page("content.view")
def effects_page(request: StaffRequest) -> HttpResponse:
    """Compare what items did; CSV on demand."""
    window, brand = _window(request), get_brand()
    items = list(list_items().filter(published_at__isnull=False).order_by("-published_at")[:200])
    with open_analysis() as analysis:
        effects = get_effects(
            analysis,
            [item.pk for item in items],
            zone=brand.zone,
            currency=brand.currency,
            window_days=window,
        )
    rows = [{"item": item, "effect": effects[item.pk]} for item in items]
    if request.GET.get("format") == "csv":
        names = list(effects[items[0].pk].figures()) if items else []
        cells = [[row["item"].title, *row["effect"].figures().values()] for row in rows]  # type: ignore[attr-defined]
        return csv_response("content-effect", [_("Title"), *names], cells)
    context = {"rows": rows, "window": window, "windows": WINDOWS}
    return show(request, "content/effects.html", _("Effect of content"), context)


_ITEM = "content/items/<uuid:item_id>/"
urlpatterns = [
    path("content/items/", items_page, name="content.items"),
    path("content/items/new/", new_item, name="content.new_item"),
    path("content/effect/", effects_page, name="content.effects"),
    path(_ITEM, item_page, name="content.item"),
    path(f"{_ITEM}edit/", edit_item, name="content.edit_item"),
    path(f"{_ITEM}on/<slug:platform>/", variant_page, name="content.variant"),
    path(f"{_ITEM}on/<slug:platform>/remove/", drop_variant, name="content.remove_variant"),
    path(f"{_ITEM}places/", add_place, name="content.plan_placement"),
    path(f"{_ITEM}places/<uuid:placement_id>/remove/", drop_place, name="content.remove_placement"),
    path(f"{_ITEM}places/<uuid:placement_id>/confirm/", confirm_place, name="content.confirm_placement"),
    path(f"{_ITEM}submit/", submit, name="content.submit_item"),
    path(f"{_ITEM}approve/", approve, name="content.approve_item"),
    path(f"{_ITEM}return/", send_back, name="content.return_item"),
    path(f"{_ITEM}reopen/", reopen, name="content.reopen_item"),
    path(f"{_ITEM}withdraw/", withdraw, name="content.withdraw_item"),
    path(f"{_ITEM}measure/", measure, name="content.measure_item"),
]
