"""The API's coupons and points."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Body, Query, Router, Status

from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit
from qunying.rewards.actions.change_template import change_template
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.close_template import close_template
from qunying.rewards.actions.create_template import create_template
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.open_template import open_template
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.release_coupon import release_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.roll_back_coupon import roll_back_coupon
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.doors.api_shapes import (
    ClaimIn,
    ClaimOut,
    CodeIn,
    CodeOut,
    CouponOut,
    CouponPage,
    GrantIn,
    GrantOut,
    IdOut,
    OpenTemplateIn,
    ReasonIn,
    RedeemIn,
    RedeemOut,
    ReleaseIn,
    ReserveIn,
    ReserveOut,
    RollBackOut,
    TemplateIn,
    TemplateOut,
    TemplatePage,
)
from qunying.rewards.doors.checkout_api import router as checkout_router
from qunying.rewards.doors.checkout_policy_api import router as checkout_policy_router
from qunying.rewards.doors.claims_api import router as claims_router
from qunying.rewards.doors.codes_api import router as codes_router
from qunying.rewards.doors.depths import router as depths_router
from qunying.rewards.doors.earning_api import router as earning_router
from qunying.rewards.doors.liability_api import router as liability_router
from qunying.rewards.doors.points_api import router as points_router
from qunying.rewards.doors.pricing_api import router as pricing_router
from qunying.rewards.doors.simulation import router as simulation_router
from qunying.rewards.doors.statement_api import router as statement_router
from qunying.rewards.doors.tiers_api import router as tiers_router
from qunying.rewards.queries.get_template import get_template, list_templates
from qunying.rewards.queries.list_coupons import get_coupon, list_coupons
from qunying.rewards.queries.show_code import find_coupon_by_code, show_code

router = Router()
router.add_router("", claims_router)
router.add_router("", codes_router)
router.add_router("", liability_router)
router.add_router("", points_router)
router.add_router("", statement_router)
router.add_router("", depths_router)
router.add_router("", simulation_router)
router.add_router("", earning_router)
router.add_router("", pricing_router)
router.add_router("", checkout_policy_router)
router.add_router("", checkout_router)
router.add_router("", tiers_router)


@router.get("/coupons/templates", response=TemplatePage, operation_id="rewards.list_templates")
def templates(
    request: ApiRequest,
    state: Annotated[Literal["draft", "open", "closed", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return coupon templates, newest first."""
    request.actor.require("rewards.view")
    found = cut_page(list_templates(state=state), order_by="-created_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/coupons/templates", response={201: IdOut}, operation_id="rewards.create_template")
def create(request: ApiRequest, body: TemplateIn) -> object:
    """Write down a template as a draft."""
    template_id = create_template(**act_of(request), wording=body.wording())
    return Status(201, {"id": template_id})


@router.get("/coupons/templates/{template_id}", response=TemplateOut, operation_id="rewards.get_template")
def one_template(request: ApiRequest, template_id: UUID) -> object:
    """Return a template."""
    request.actor.require("rewards.view")
    return get_template(template_id)


@router.put("/coupons/templates/{template_id}", response={204: None}, operation_id="rewards.change_template")
def change(request: ApiRequest, template_id: UUID, body: TemplateIn) -> object:
    """Replace the terms of a draft."""
    change_template(**act_of(request), template_id=template_id, wording=body.wording())
    return Status(204, None)


@router.post(
    "/coupons/templates/{template_id}/open", response={204: None}, operation_id="rewards.open_template"
)
def open_one(
    request: ApiRequest, template_id: UUID, body: Annotated[OpenTemplateIn | None, Body()] = None
) -> object:
    """Open a draft for claims; its terms stay from now on. ``seen_rules_hash`` refuses when they were changed since they were read."""
    seen = body.seen_rules_hash if body else None
    open_template(**act_of(request), template_id=template_id, seen=seen)
    return Status(204, None)


@router.post(
    "/coupons/templates/{template_id}/close", response={204: None}, operation_id="rewards.close_template"
)
def close(request: ApiRequest, template_id: UUID) -> object:
    """End claims; coupons that members have stay valid."""
    close_template(**act_of(request), template_id=template_id)
    return Status(204, None)


@router.post(
    "/coupons/templates/{template_id}/grants", response=GrantOut, operation_id="rewards.grant_coupons"
)
def grant(request: ApiRequest, template_id: UUID, body: GrantIn) -> object:
    """Give one coupon to each of up to 10,000 members, all or none."""
    return grant_coupons(
        **act_of(request), template_id=template_id, member_ids=body.member_ids, campaign_id=body.campaign_id
    )


@router.post("/coupons/claims", response={201: ClaimOut}, operation_id="rewards.claim_coupon")
def claim(request: ApiRequest, body: ClaimIn) -> object:
    """Claim a coupon for a member."""
    claimed = claim_coupon(**act_of(request), **body.dict())
    return Status(201, claimed)


@router.get("/coupons", response=CouponPage, operation_id="rewards.list_coupons")
def coupons(
    request: ApiRequest,
    member_id: UUID | None = None,
    template_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return coupons, newest first; of a member, of a template, or all."""
    request.actor.require("rewards.view")
    rows = list_coupons(member_id, template_id=template_id)
    found = cut_page(rows, order_by="-claimed_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/coupons/find", response=CouponOut, operation_id="rewards.find_coupon_by_code")
def find(request: ApiRequest, body: CodeIn) -> object:
    """Return the coupon of a code; sixty tries a minute."""
    request.actor.require("rewards.view")
    return find_coupon_by_code(body.code, actor=request.actor, now=clock.now())


@router.get("/coupons/{coupon_id}", response=CouponOut, operation_id="rewards.get_coupon")
def one_coupon(request: ApiRequest, coupon_id: UUID) -> object:
    """Return a coupon, without its code."""
    request.actor.require("rewards.view")
    return get_coupon(coupon_id)


@router.get("/coupons/{coupon_id}/code", response=CodeOut, operation_id="rewards.see_code")
def code(request: ApiRequest, coupon_id: UUID) -> object:
    """Return a coupon's code, for a page that its member is signed in to."""
    request.actor.require("rewards.see_code")
    return {"code": show_code(get_coupon(coupon_id))}


@router.post("/coupons/{coupon_id}/reserve", response=ReserveOut, operation_id="rewards.reserve_coupon")
def reserve(request: ApiRequest, coupon_id: UUID, body: ReserveIn) -> object:
    """Keep a coupon for an order for fifteen minutes."""
    return reserve_coupon(
        **act_of(request), coupon_id=coupon_id, order_number=body.order_number, total_minor=body.total_minor
    )


@router.post("/coupons/{coupon_id}/release", response={204: None}, operation_id="rewards.release_coupon")
def release(request: ApiRequest, coupon_id: UUID, body: ReleaseIn) -> object:
    """Give up a reservation."""
    release_coupon(**act_of(request), coupon_id=coupon_id, order_number=body.order_number)
    return Status(204, None)


@router.post("/coupons/{coupon_id}/redeem", response=RedeemOut, operation_id="rewards.redeem_coupon")
def redeem(request: ApiRequest, coupon_id: UUID, body: RedeemIn) -> object:
    """Use the coupon that an order has reserved."""
    return redeem_coupon(
        **act_of(request), coupon_id=coupon_id, order_number=body.order_number, order_id=body.order_id
    )


@router.post("/coupons/{coupon_id}/roll-back", response=RollBackOut, operation_id="rewards.roll_back_coupon")
def roll_back(request: ApiRequest, coupon_id: UUID, body: ReasonIn) -> object:
    """Undo a redemption because its order was cancelled."""
    return roll_back_coupon(**act_of(request), coupon_id=coupon_id, reason=body.reason)


@router.post("/coupons/{coupon_id}/withdraw", response={204: None}, operation_id="rewards.withdraw_coupon")
def withdraw(request: ApiRequest, coupon_id: UUID, body: ReasonIn) -> object:
    """Take an unused coupon back into stock."""
    withdraw_coupon(**act_of(request), coupon_id=coupon_id, reason=body.reason)
    return Status(204, None)
