"""The API's say on what points pay at the checkout."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit, Whole, YesNo
from qunying.rewards.actions.state_checkout_policy import state_checkout_policy
from qunying.rewards.doors.pricing_shapes import Currency, Names
from qunying.rewards.pricing.checkout_policy import MOST_AMOUNT, MOST_RATE, CheckoutWording
from qunying.rewards.queries.list_checkout_policies import list_checkout_policies

router = Router()


class CheckoutPolicyIn(Schema, extra="forbid"):
    """What points pay: ``minor_per_hundred`` minor units for a hundred (0: nothing), from a total of goods on, at most a share of
    what is to be paid for goods and an amount for one order; for which products (none named: all), and whether with coupons.
    ``order_amounts``: whether the amounts of orders that come in are after our discounts (the usual) or before them; then these
    are taken off before points are earned.
    """

    currency: Currency
    minor_per_hundred: Annotated[Whole, Field(ge=0, le=MOST_RATE)] = 0
    least_minor: Annotated[Whole, Field(ge=0, le=MOST_AMOUNT)] = 0
    share_basis_points: Annotated[Whole, Field(ge=1, le=10_000)] = 10_000
    most_minor: Annotated[Whole, Field(ge=1, le=MOST_AMOUNT)] | None = None
    products: Names = []
    tags: Names = []
    without_products: Names = []
    without_tags: Names = []
    with_coupons: YesNo = True
    order_amounts: Literal["after", "before"] = "after"

    def wording(self) -> CheckoutWording:
        """Return what the action takes."""
        fields: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in self.dict().items()
        }
        return CheckoutWording(**fields)


class CheckoutPolicyOut(Schema):
    """A version; the one with the highest number holds."""

    number: int
    currency: str
    minor_per_hundred: int
    least_minor: int
    share_basis_points: int
    most_minor: int | None
    scope: dict[str, list[str]]
    with_coupons: bool
    order_amounts: str
    since: datetime


class CheckoutPolicyPage(Schema):
    """A page of versions."""

    items: list[CheckoutPolicyOut]
    next_cursor: str | None


class CheckoutPolicyNumber(Schema):
    """The number of the version."""

    number: int


@router.get(
    "/pricing/checkout-policies",
    response=CheckoutPolicyPage,
    operation_id="rewards.list_checkout_policies",
)
def policies(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return what points pay at the checkout, the version that holds first."""
    request.actor.require("rewards.view")
    found = cut_page(list_checkout_policies(), order_by="-number", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/pricing/checkout-policies",
    response={201: CheckoutPolicyNumber},
    operation_id="rewards.state_checkout_policy",
)
def state(request: ApiRequest, body: CheckoutPolicyIn) -> object:
    """Put the next version into force at once; what orders have reserved or paid stays as it was."""
    number = state_checkout_policy(**act_of(request), wording=body.wording())
    return Status(201, {"number": number})
