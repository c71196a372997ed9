"""The API's automatic offers, and prices of carts."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Status

from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit
from qunying.rewards.actions.change_promotion import change_promotion
from qunying.rewards.actions.close_promotion import close_promotion
from qunying.rewards.actions.create_promotion import create_promotion
from qunying.rewards.actions.open_promotion import open_promotion
from qunying.rewards.actions.renew_promotion import renew_promotion
from qunying.rewards.actions.set_price_floor import set_price_floor
from qunying.rewards.doors.api_shapes import IdOut
from qunying.rewards.doors.pricing_shapes import (
    CartIn,
    FloorIn,
    FloorList,
    PromotionIn,
    PromotionOut,
    PromotionPage,
    QuoteOut,
)
from qunying.rewards.queries.list_promotions import get_promotion, list_price_floors, list_promotions
from qunying.rewards.queries.quote_cart import quote_cart

router = Router()


@router.post("/pricing/quote", response=QuoteOut, operation_id="rewards.quote_cart")
def quote(request: ApiRequest, body: CartIn) -> object:
    """Return the best price of a cart, with every offer that is used and why others are not, and what points pay. It changes nothing."""
    request.actor.require("rewards.view")
    return quote_cart(
        asked=body.asked(),
        actor=request.actor,
        now=clock.now(),
        member_id=body.member_id,
        codes=body.codes,
        points=body.points,
    )


@router.get("/pricing/promotions", response=PromotionPage, operation_id="rewards.list_promotions")
def promotions(
    request: ApiRequest,
    state: Annotated[Literal["draft", "open", "closed", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return automatic offers, newest first."""
    request.actor.require("rewards.view")
    found = cut_page(list_promotions(state=state), order_by="-created_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/pricing/promotions", response={201: IdOut}, operation_id="rewards.create_promotion")
def create(request: ApiRequest, body: PromotionIn) -> object:
    """Write down an automatic offer as a draft."""
    promotion_id = create_promotion(**act_of(request), wording=body.wording())
    return Status(201, {"id": promotion_id})


@router.get("/pricing/promotions/{promotion_id}", response=PromotionOut, operation_id="rewards.get_promotion")
def one_promotion(request: ApiRequest, promotion_id: UUID) -> object:
    """Return a version of an automatic offer."""
    request.actor.require("rewards.view")
    return get_promotion(promotion_id)


@router.put(
    "/pricing/promotions/{promotion_id}", response={204: None}, operation_id="rewards.change_promotion"
)
def change(request: ApiRequest, promotion_id: UUID, body: PromotionIn) -> object:
    """Replace the terms of a draft."""
    change_promotion(**act_of(request), promotion_id=promotion_id, wording=body.wording())
    return Status(204, None)


@router.post(
    "/pricing/promotions/{promotion_id}/open", response={204: None}, operation_id="rewards.open_promotion"
)
def open_one(request: ApiRequest, promotion_id: UUID) -> object:
    """Open a draft: it counts for carts, its terms stay; the version before it ends."""
    open_promotion(**act_of(request), promotion_id=promotion_id)
    return Status(204, None)


@router.post(
    "/pricing/promotions/{promotion_id}/close", response={204: None}, operation_id="rewards.close_promotion"
)
def close(request: ApiRequest, promotion_id: UUID) -> object:
    """End an automatic offer."""
    close_promotion(**act_of(request), promotion_id=promotion_id)
    return Status(204, None)


@router.post(
    "/pricing/promotions/{promotion_id}/renew",
    response={201: IdOut},
    operation_id="rewards.renew_promotion",
)
def renew(request: ApiRequest, promotion_id: UUID) -> object:
    """Begin the next version of an automatic offer as a draft with the same terms."""
    renewed = renew_promotion(**act_of(request), promotion_id=promotion_id)
    return Status(201, {"id": renewed})


@router.get("/pricing/floors", response=FloorList, operation_id="rewards.list_price_floors")
def floors(request: ApiRequest) -> object:
    """Return how much of their list price products keep at least."""
    request.actor.require("rewards.view")
    return {"items": list_price_floors()}


@router.put("/pricing/floors", response={204: None}, operation_id="rewards.set_price_floor")
def set_floor(request: ApiRequest, body: FloorIn) -> object:
    """Set how much of its list price a product keeps at least, or take that away."""
    set_price_floor(**act_of(request), **body.dict())
    return Status(204, None)
