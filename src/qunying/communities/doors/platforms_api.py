"""The API's registry of platforms and the brand's layout."""

from typing import Annotated
from uuid import UUID

from ninja import Path, Query, Router

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.communities.actions.change_platform import PlatformProfile, change_platform
from qunying.communities.actions.choose_platform import choose_platform
from qunying.communities.actions.drop_platform import drop_platform
from qunying.communities.doors.plan_shapes import ChoiceIn, ComparisonOut, PlatformIn, PlatformList
from qunying.communities.doors.shapes import IdOut
from qunying.communities.models import Platform
from qunying.communities.queries.compare_platforms import CRITERIA, USUAL_WEIGHTS, compare_platforms
from qunying.kernel import clock
from qunying.kernel.web import ApiRequest, act_of

router = Router()
Weight = Annotated[float, Query(ge=0, le=10)]
LISTS = ("purposes", "abilities", "core_sexes", "core_city_tiers")


@router.get("/communities/platforms", response=PlatformList, operation_id="communities.list_platforms")
def platforms(request: ApiRequest) -> object:
    """Return the registry; texts in the language of the request where staff wrote none."""
    request.actor.require("communities.view")
    rows = Platform.objects.order_by("slug")
    for row in rows:
        for field in ("name", "audience", "strengths", "quotas"):
            setattr(row, field, row.worded(field))
    return {"items": list(rows)}


@router.put("/communities/platforms/{slug}", response={204: None}, operation_id="communities.change_platform")
def change(
    request: ApiRequest, slug: Annotated[str, Path(max_length=20, pattern=r"^[a-z0-9_-]+$")], body: PlatformIn
) -> object:
    """Replace what the registry says of a platform, or add one."""
    fields = body.dict()
    change_platform(
        **act_of(request),
        slug=slug,
        profile=PlatformProfile(**{**fields, **{name: tuple(fields[name]) for name in LISTS}}),
    )
    return 204, None


@router.get("/communities/comparison", response=ComparisonOut, operation_id="communities.compare_platforms")
def comparison(
    request: ApiRequest,
    segment_id: UUID | None = None,
    audience: Weight = USUAL_WEIGHTS["audience"],
    reach: Weight = USUAL_WEIGHTS["reach"],
    interaction: Weight = USUAL_WEIGHTS["interaction"],
    cost: Weight = USUAL_WEIGHTS["cost"],
    automation: Weight = USUAL_WEIGHTS["automation"],
) -> object:
    """Compare platforms for a segment by weighted criteria; weights that are all 0 stand for the usual ones."""
    request.actor.require("communities.view")
    given = dict(zip(CRITERIA, (audience, reach, interaction, cost, automation), strict=True))
    found = compare_platforms(
        segment_id=segment_id,
        weights=given if any(given.values()) else USUAL_WEIGHTS,
        as_of=get_analysis_time(clock.now()),
    )
    return {
        "people": found.people,
        "platforms": [
            {
                "platform": row.platform.slug,
                "total": row.ranked.total,
                "scores": row.scores,
                "points": row.ranked.parts,
            }
            for row in found.rows
        ],
        "layout": [
            {**placement.__dict__, "platform": placement.key, "because": dict(placement.because)}
            for placement in found.layout
        ],
    }


@router.post("/communities/layout", response={201: IdOut}, operation_id="communities.choose_platform")
def choose(request: ApiRequest, body: ChoiceIn) -> object:
    """Put a platform into the layout."""
    chosen = choose_platform(**act_of(request), **body.dict())
    return 201, {"id": chosen.choice_id}


@router.post(
    "/communities/layout/{choice_id}/drop", response={204: None}, operation_id="communities.drop_platform"
)
def drop(request: ApiRequest, choice_id: UUID) -> object:
    """Take a platform out of the layout."""
    drop_platform(**act_of(request), choice_id=choice_id)
    return 204, None
