"""The API's content items: from idea to measured, and the calendar."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from ninja import Query, Router

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.approve_item import approve_item
from qunying.content.actions.change_item import change_item
from qunying.content.actions.confirm_placement import confirm_placement
from qunying.content.actions.create_item import create_item
from qunying.content.actions.drop_cadence import drop_cadence
from qunying.content.actions.measure_item import measure_item
from qunying.content.actions.move_placement import move_placement
from qunying.content.actions.plan_placement import plan_placement
from qunying.content.actions.remove_placement import remove_placement
from qunying.content.actions.remove_variant import remove_variant
from qunying.content.actions.reopen_item import reopen_item
from qunying.content.actions.return_item import return_item
from qunying.content.actions.set_cadence import set_cadence
from qunying.content.actions.submit_item import submit_item
from qunying.content.actions.withdraw_item import withdraw_item
from qunying.content.actions.write_variant import write_variant
from qunying.content.doors.shapes import (
    CalendarOut,
    ContentIdOut,
    EffectOut,
    ItemDetail,
    ItemIn,
    ItemPage,
    LessonIn,
    PlaceIn,
    PlatformName,
    RemovedOut,
    ReviewIn,
    RuleIn,
    RuleList,
    RuleOut,
    TimeIn,
    UrlIn,
    VariantIn,
    WithdrawalIn,
)
from qunying.content.drafting import ItemPlan, VariantText
from qunying.content.models import ContentItem
from qunying.content.queries.get_calendar import get_calendar, list_cadence_rules
from qunying.content.queries.get_effect import get_effect
from qunying.content.queries.get_item import get_item, list_items
from qunying.engines.cadence import Rule
from qunying.kernel.paging import Page, cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Day, Limit
from qunying.stream.lake import open_analysis

router = Router()
LONGEST = 366


def paged(rows: QuerySet[Any], order_by: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page as lists answer it."""
    page: Page[Any] = cut_page(rows, order_by=order_by, cursor=cursor, size=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get("/content/items", operation_id="content.list_items", response=ItemPage)
def items(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Literal[tuple(ContentItem.State.values)] | None = None,  # type: ignore[valid-type]
) -> Any:
    """List items, what changed last first; without a state everything but what was withdrawn."""
    request.actor.require("content.view")
    return paged(list_items(state=state or ""), "-changed_at", cursor, limit)


@router.post("/content/items", operation_id="content.create_item", response=ContentIdOut)
def create(request: ApiRequest, item: ItemIn) -> Any:
    """Note an idea."""
    return {"id": create_item(**act_of(request), plan=ItemPlan(**item.dict())).item_id}


@router.get("/content/items/{item_id}", operation_id="content.get_item", response=ItemDetail)
def one(request: ApiRequest, item_id: UUID) -> Any:
    """Show an item with its variants and places."""
    request.actor.require("content.view")
    item = get_item(item_id)
    fields = {
        name: getattr(item, name)
        for name in ItemDetail.model_fields
        if name not in {"variants", "placements"}
    }
    return {**fields, "variants": list(item.variants.all()), "placements": list(item.placements.all())}


@router.put("/content/items/{item_id}", operation_id="content.change_item", response=ContentIdOut)
def change(request: ApiRequest, item_id: UUID, item: ItemIn) -> Any:
    """Change an idea or a draft."""
    return {"id": change_item(**act_of(request), item_id=item_id, plan=ItemPlan(**item.dict()))}


@router.put(
    "/content/items/{item_id}/variants/{platform}",
    operation_id="content.write_variant",
    response=ContentIdOut,
)
def write(request: ApiRequest, item_id: UUID, platform: PlatformName, variant: VariantIn) -> Any:
    """Write the form of an item on a platform."""
    values = variant.dict()
    text = VariantText(**{**values, "material_ids": tuple(values["material_ids"])})
    return {"id": write_variant(**act_of(request), item_id=item_id, platform=platform, text=text).variant_id}


@router.post(
    "/content/items/{item_id}/placements", operation_id="content.plan_placement", response=ContentIdOut
)
def place(request: ApiRequest, item_id: UUID, place: PlaceIn) -> Any:
    """Plan where and when an item is to be seen."""
    return {"id": plan_placement(**act_of(request), item_id=item_id, **place.dict()).placement_id}


@router.post(
    "/content/placements/{placement_id}/move", operation_id="content.move_placement", response=ContentIdOut
)
def move(request: ApiRequest, placement_id: UUID, time: TimeIn) -> Any:
    """Move a post to another time."""
    moved = move_placement(**act_of(request), placement_id=placement_id, planned_at=time.planned_at)
    return {"id": moved.placement_id}


@router.post(
    "/content/placements/{placement_id}/remove",
    operation_id="content.remove_placement",
    response=ContentIdOut,
)
def remove(request: ApiRequest, placement_id: UUID) -> Any:
    """Take a place out of the plan; answers with its item."""
    return {"id": remove_placement(**act_of(request), placement_id=placement_id)}


@router.post(
    "/content/placements/{placement_id}/confirm",
    operation_id="content.confirm_placement",
    response=ContentIdOut,
)
def confirm(request: ApiRequest, placement_id: UUID, where: UrlIn) -> Any:
    """Note that somebody published it by hand; answers with its item."""
    return {"id": confirm_placement(**act_of(request), placement_id=placement_id, url=where.url)}


@router.post("/content/items/{item_id}/submit", operation_id="content.submit_item", response=ContentIdOut)
def submit(request: ApiRequest, item_id: UUID) -> Any:
    """Hand a draft in."""
    return {"id": submit_item(**act_of(request), item_id=item_id)}


@router.post("/content/items/{item_id}/approve", operation_id="content.approve_item", response=ContentIdOut)
def approve(request: ApiRequest, item_id: UUID, review: ReviewIn) -> Any:
    """Approve what was handed in; not by who worked on it."""
    return {"id": approve_item(**act_of(request), item_id=item_id, **review.found())}


@router.post("/content/items/{item_id}/return", operation_id="content.return_item", response=ContentIdOut)
def send_back(request: ApiRequest, item_id: UUID, review: ReviewIn) -> Any:
    """Send an item back with a remark."""
    return {"id": return_item(**act_of(request), item_id=item_id, **review.found())}


@router.post("/content/items/{item_id}/reopen", operation_id="content.reopen_item", response=ContentIdOut)
def reopen(request: ApiRequest, item_id: UUID) -> Any:
    """Take an item back to change it."""
    return {"id": reopen_item(**act_of(request), item_id=item_id)}


@router.post("/content/items/{item_id}/withdraw", operation_id="content.withdraw_item", response=ContentIdOut)
def withdraw(request: ApiRequest, item_id: UUID, why: WithdrawalIn) -> Any:
    """Drop an item, or take it off our pages."""
    return {"id": withdraw_item(**act_of(request), item_id=item_id, reason=why.reason)}


@router.post("/content/items/{item_id}/measure", operation_id="content.measure_item", response=EffectOut)
def measure(request: ApiRequest, item_id: UUID, lesson: LessonIn) -> Any:
    """Keep an item's figures with a lesson."""
    return measure_item(**act_of(request), item_id=item_id, **lesson.dict()).figures


@router.get("/content/items/{item_id}/effect", operation_id="content.get_effect", response=EffectOut)
def effect(request: ApiRequest, item_id: UUID, window_days: Annotated[int, Query(ge=1, le=90)] = 7) -> Any:
    """Tell what an item did: seen, answered, followed, bought after."""
    request.actor.require("content.view")
    item = get_item(item_id)
    with open_analysis() as analysis:
        return get_effect(
            analysis, item.pk, zone=get_brand().zone, currency=get_brand().currency, window_days=window_days
        ).figures()


@router.get("/content/calendar", operation_id="content.get_calendar", response=CalendarOut)
def calendar(
    request: ApiRequest,
    first: Day,
    days: Annotated[int, Query(ge=1, le=LONGEST)] = 28,
    community_id: UUID | None = None,
) -> Any:
    """List what goes where and when, with the warnings of the cadence rules."""
    request.actor.require("content.view")
    last = first + timedelta(days=days - 1)
    found = get_calendar(first, last, zone=get_brand().zone, community_id=community_id)
    posts = [asdict(entry) for entries in found.days.values() for entry in entries]
    return {"items": posts, "warnings": [asdict(warning) for warning in found.warnings]}


@router.delete(
    "/content/items/{item_id}/variants/{platform}", operation_id="content.remove_variant", response=RemovedOut
)
def unwrite(request: ApiRequest, item_id: UUID, platform: PlatformName) -> Any:
    """Take the form of an item on a platform out."""
    return {"removed": remove_variant(**act_of(request), item_id=item_id, platform=platform)}


@router.get("/content/cadence", operation_id="content.list_cadence", response=RuleList)
def rules(request: ApiRequest) -> Any:
    """List the cadence rules: the one of all communities, without an id, and those of their own."""
    request.actor.require("content.view")
    usual, own = list_cadence_rules()
    rows = [{"community_id": None, **asdict(usual)}]
    return {"items": rows + [{"community_id": key, **asdict(rule)} for key, rule in own.items()]}


@router.delete("/content/cadence/{community_id}", operation_id="content.drop_cadence", response=RemovedOut)
def drop_rule(request: ApiRequest, community_id: UUID) -> Any:
    """Let a community follow the rule of all others again."""
    return {"removed": drop_cadence(**act_of(request), community_id=community_id)}


@router.post("/content/cadence", operation_id="content.set_cadence", response=RuleOut)
def cadence(request: ApiRequest, rule: RuleIn) -> Any:
    """Say how often posts to a community may be, or to all without a rule of their own."""
    values = rule.dict()
    community_id = values.pop("community_id")
    return asdict(set_cadence(**act_of(request), community_id=community_id, rule=Rule(**values)))
