"""What the API's coupons look like in requests and answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, Field

from qunying.kernel.wire import PLAIN, Day, Instant, Whole, YesNo
from qunying.rewards.doors.pricing_shapes import CartTermsIn
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import Round
from qunying.rewards.terms import rules_hash
from qunying.rewards.wording import MAX_AMOUNT, MAX_DAYS, MAX_PER_MEMBER, MAX_ROUNDS, MAX_TOTAL, Wording

Minor = Annotated[Whole, Field(ge=1, le=MAX_AMOUNT)]
OrderNumber = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]


class RoundIn(Schema, extra="forbid"):
    """So many coupons of the total come out at a time, to the minute."""

    at: Instant
    quantity: Annotated[Whole, Field(ge=1, le=MAX_TOTAL)]


class RoundOut(Schema):
    """So many coupons of the total come out at a time."""

    at: datetime
    quantity: int


class TemplateIn(Schema, extra="forbid"):
    """The terms of a coupon; amounts are minor units, days include the last one."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    kind: Literal["amount_off", "percent_off", "gift", "free_shipping"]
    currency: Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
    total: Annotated[Whole, Field(ge=1, le=MAX_TOTAL)]
    amount_minor: Minor | None = None
    percent_basis_points: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    cap_minor: Minor | None = None
    threshold_minor: Annotated[Whole, Field(ge=0, le=MAX_AMOUNT)] = 0
    audience: Literal["public", "targeted", "code"] = "public"
    per_member: Annotated[Whole, Field(ge=1, le=MAX_PER_MEMBER)] = 1
    validity: Literal["days", "dates"] = "days"
    valid_days: Annotated[Whole, Field(ge=0, le=MAX_DAYS)] | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    claim_from: Day | None = None
    claim_until: Day | None = None
    campaign_id: UUID | None = None
    gift_product: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    gift_quantity: Annotated[Whole, Field(ge=1, le=MAX_PER_MEMBER)] | None = None
    gift_worth_minor: Annotated[Whole, Field(ge=1, le=10**8)] | None = None
    cart: CartTermsIn = CartTermsIn()
    returns: YesNo = True
    rounds: Annotated[list[RoundIn], Field(max_length=MAX_ROUNDS)] = []
    leftover_ends: YesNo = False

    def wording(self) -> Wording:
        """Return what the actions take."""
        rounds = tuple(Round(each.at, each.quantity) for each in self.rounds)
        return Wording(**{**self.dict(), "cart": self.cart.terms(), "rounds": rounds})


class TemplateOut(Schema):
    """A coupon template."""

    id: UUID
    name: str
    kind: str
    currency: str
    total: int
    amount_minor: int | None
    percent_basis_points: int | None
    cap_minor: int | None
    threshold_minor: int
    audience: str
    per_member: int
    validity: str
    valid_days: int | None
    valid_from: date | None
    valid_until: date | None
    claim_from: date | None
    claim_until: date | None
    campaign_id: UUID | None
    gift_product: str
    gift_quantity: int | None
    gift_worth_minor: int | None
    cart_terms: dict[str, Any]
    returns: bool
    rounds: list[RoundOut]
    leftover_ends: bool
    state: str
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    rules_hash: str

    @staticmethod
    def resolve_rules_hash(row: CouponTemplate) -> str:
        """Return the hash of the terms as they are now."""
        return rules_hash(row)


class OpenTemplateIn(Schema, extra="forbid"):
    """The terms that were read, by their hash; other ones since are refused."""

    seen_rules_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class TemplatePage(Schema):
    """A page of templates."""

    items: list[TemplateOut]
    next_cursor: str | None


class IdOut(Schema):
    """The id of what was made."""

    id: UUID


class GrantIn(Schema, extra="forbid"):
    """To whom."""

    member_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)]
    campaign_id: UUID | None = None


class GrantOut(Schema):
    """How many members got a coupon, had their fill already, do not exist, or get nothing of the campaign."""

    granted: int
    at_limit: int
    unknown: int
    barred: int


class ClaimIn(BaseModel, extra="forbid"):
    """Which coupon, for whom."""

    template_id: UUID
    member_id: UUID
    campaign_id: UUID | None = None


class ClaimOut(BaseModel, from_attributes=True):
    """The coupon that the member got."""

    coupon_id: UUID
    template_id: UUID
    member_id: UUID
    serial: int
    number: int
    valid_from: datetime
    valid_until: datetime


class CouponOut(Schema):
    """A coupon."""

    id: UUID
    template_id: UUID
    member_id: UUID
    serial: int
    state: str
    campaign_id: UUID | None
    claimed_at: datetime
    valid_from: datetime
    valid_until: datetime
    reserved_until: datetime | None
    order_number: str | None
    order_id: UUID | None
    discount_minor: int | None
    redeemed_at: datetime | None


class CouponPage(Schema):
    """A page of coupons."""

    items: list[CouponOut]
    next_cursor: str | None


class CodeIn(Schema, extra="forbid"):
    """A code as typed or scanned."""

    code: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]


class CodeOut(Schema):
    """A code as people read it."""

    code: str


class ReserveIn(Schema, extra="forbid"):
    """The order, and the part of its total that the coupon counts for, in minor units."""

    order_number: OrderNumber
    total_minor: Annotated[Whole, Field(ge=0, le=MAX_AMOUNT)]


class ReserveOut(Schema):
    """What comes off, and until when the coupon is kept."""

    coupon_id: UUID
    discount_minor: int
    currency: str
    reserved_until: datetime


class ReleaseIn(Schema, extra="forbid"):
    """Which order gives the coupon up."""

    order_number: OrderNumber


class RedeemIn(ReleaseIn):
    """Which order uses the coupon."""

    order_id: UUID | None = None


class RedeemOut(Schema):
    """What came off."""

    coupon_id: UUID
    discount_minor: int
    currency: str
    transaction_id: UUID


class ReasonIn(Schema, extra="forbid"):
    """Why; without anybody's phone number or address."""

    reason: Reason


class RollBackOut(Schema):
    """What the coupon is now, and the discount that was taken back."""

    coupon_id: UUID
    state: str
    discount_minor: int
