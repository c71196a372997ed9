"""What the API's offers and carts look like in requests and answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.kernel.wire import PLAIN, Instant, Whole
from qunying.ledger.entries import MAX_UNITS
from qunying.rewards.pricing.cart_terms import COUPON_TERMS, MOST_NAMES, CartTerms, read_cart_terms
from qunying.rewards.pricing.carts import MAX_PRICE, MOST_LINES, MOST_TAGS, AskedCart, AskedLine
from qunying.rewards.pricing.limits import MOST_COST, MOST_USES, OfferLimits
from qunying.rewards.pricing.promotion_terms import (
    MAX_AMOUNT,
    MAX_STEPS,
    PROMOTION_TERMS,
    Promise,
    PromotionWording,
)

PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PRINTABLE)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]
Amount = Annotated[Whole, Field(ge=0, le=MAX_AMOUNT)]
Currency = Annotated[str, Field(pattern="^[A-Za-z]{3}$")]
PointsAsked = Annotated[Whole, Field(ge=0, le=MAX_UNITS)] | Literal["most"]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]


class CartTermsIn(Schema, extra="forbid"):
    """For which products, where and for whom an offer counts, and what it goes with."""

    products: Names | None = None
    tags: Names | None = None
    without_products: Names | None = None
    without_tags: Names | None = None
    channels: Annotated[list[Literal["online", "store"]], Field(max_length=2)] | None = None
    stores: Names | None = None
    tiers: Names | None = None
    least_units: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    stage: Annotated[Whole, Field(ge=1, le=9)] | None = None
    counts: Literal["left", "list"] | None = None
    group: Annotated[str, Field(max_length=40, pattern=PLAIN)] | None = None
    once_per: Literal["line", "cart"] | None = None
    alone: Literal["no", "lines", "cart"] | None = None

    def terms(self, default: CartTerms = COUPON_TERMS) -> CartTerms:
        """Return the terms; what is not said is as usual."""
        return read_cart_terms(self.dict(exclude_none=True), default)


class OfferNumbersIn(Schema, extra="forbid"):
    """The numbers of an offer; which of them, its kind says."""

    amount_minor: Amount | None = None
    basis_points: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    cap_minor: Amount | None = None
    steps: Annotated[list[tuple[Amount, Amount]], Field(max_length=MAX_STEPS)] = []
    each_minor: Amount | None = None
    most_times: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    price_minor: Amount | None = None
    units: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    buy: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    get: Annotated[Whole, Field(ge=1, le=10_000)] | None = None
    gift_product: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    gift_quantity: Annotated[Whole, Field(ge=1, le=1_000)] | None = None
    gift_worth_minor: Annotated[Whole, Field(ge=1, le=10**8)] | None = None
    threshold_minor: Amount | None = None


class OfferLimitsIn(Schema, extra="forbid"):
    """Orders in all and per member, and what the offer may cost in all; nothing is no limit."""

    uses: Annotated[Whole, Field(ge=1, le=MOST_USES)] | None = None
    per_member: Annotated[Whole, Field(ge=1, le=MOST_USES)] | None = None
    cost_minor: Annotated[Whole, Field(ge=1, le=MOST_COST)] | None = None


class PromotionIn(Schema, extra="forbid"):
    """An automatic offer. ``ends_at`` is the first instant at which it is over; ``campaign_id`` the campaign whose budget pays."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    kind: Literal[
        "amount_off",
        "percent_off",
        "steps",
        "every",
        "unit_price",
        "unit_percent",
        "bundle",
        "buy_get",
        "gift",
        "free_shipping",
    ]
    currency: Currency
    promise: OfferNumbersIn
    cart: CartTermsIn = CartTermsIn()
    limits: OfferLimitsIn = OfferLimitsIn()
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    campaign_id: UUID | None = None

    def wording(self) -> PromotionWording:
        """Return what the actions take."""
        promise = self.promise.dict()
        promise["steps"] = tuple(tuple(step) for step in promise["steps"])
        return PromotionWording(
            name=self.name,
            kind=self.kind,
            currency=self.currency,
            promise=Promise(**promise),
            limits=OfferLimits(**self.limits.dict()),
            cart=self.cart.terms(PROMOTION_TERMS),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            campaign_id=self.campaign_id,
        )


class PromotionOut(Schema):
    """A version of an automatic offer."""

    id: UUID
    series: UUID
    version: int
    name: str
    kind: str
    currency: str
    terms: dict[str, Any]
    starts_at: datetime | None
    ends_at: datetime | None
    campaign_id: UUID | None
    state: str
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


class PromotionPage(Schema):
    """A page of automatic offers."""

    items: list[PromotionOut]
    next_cursor: str | None


class FloorIn(Schema, extra="forbid"):
    """How much of its list price a product keeps; without a share, the floor is taken away."""

    kind: Literal["all", "tag", "product"]
    key: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    least_basis_points: Annotated[Whole, Field(ge=1, le=10_000)] | None = None


class FloorOut(Schema):
    """A floor."""

    kind: str
    key: str
    least_basis_points: int


class FloorList(Schema):
    """All floors."""

    items: list[FloorOut]


class LineIn(Schema, extra="forbid"):
    """A line of a cart at its list price; ``id`` is the shop's own."""

    id: Name
    product: Name
    quantity: Annotated[Whole, Field(ge=1, le=100_000)]
    unit_price_minor: Annotated[Whole, Field(ge=0, le=MAX_PRICE)]
    tags: Annotated[list[Name], Field(max_length=MOST_TAGS)] = []
    currency: Currency | None = None


class CartIn(Schema, extra="forbid"):
    """A cart, the codes that were typed for it, and how many points of the member are to pay for a part: at most so many, or
    ``most`` for as many as may.
    """

    currency: Currency
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]
    shipping_minor: Annotated[Whole, Field(ge=0, le=MAX_PRICE)] = 0
    channel: Literal["online", "store"] = "online"
    store: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    member_id: UUID | None = None
    codes: Annotated[list[Code], Field(max_length=20)] = []
    points: PointsAsked | None = None

    def asked(self) -> AskedCart:
        """Return the cart as queries and actions take it."""
        lines = [AskedLine(**{**line.dict(), "tags": tuple(line.tags)}) for line in self.lines]
        return AskedCart(
            currency=self.currency,
            lines=tuple(lines),
            shipping_minor=self.shipping_minor,
            channel=self.channel,
            store=self.store,
        )


class QuotedLineOut(Schema):
    """What a line costs by list, what is paid for it in money, and what each offer took off; what points pay is among that as
    ``points``, and the field of that name says how many these are.
    """

    id: str
    quantity: int
    list_minor: int
    paid_minor: int
    off_by: dict[str, int]
    points: int


class QuotedOfferOut(Schema):
    """An offer that is used."""

    id: str
    kind: str
    key: UUID
    name: str
    off_minor: int
    off_shipping_minor: int
    gift_product: str
    gift_quantity: int
    gift_worth_minor: int


class UnusedOfferOut(Schema):
    """An offer that is not used, and why: ``not_yet``, ``over``, ``other_currency``, ``other_channel``,
    ``other_store``, ``other_tier``, ``no_product``, ``too_few_units``, ``below_threshold`` (by ``missing_minor``),
    ``excluded`` (by the offers in ``because_of``), ``no_effect``, ``better_without``, ``used_up`` (too little is left of its
    limit), ``no_budget`` (of its campaign's budget), ``not_for_member``, ``points_instead``.
    """

    id: str
    kind: str
    key: UUID
    name: str
    reason: str
    missing_minor: int
    because_of: list[str]


class QuotedPointsOut(Schema):
    """What points may pay of a cart at most, and what they pay as asked. reason, why not more: ``all_paid``, ``share``, ``amount``
    (as the policy says), ``balance``, ``as_asked``, ``below_least`` (by ``missing_minor``), ``no_product``, ``with_coupons``,
    ``no_member``, ``other_currency``, ``suspended``, ``no_policy``.
    """

    available: int
    most: int
    most_off_minor: int
    used: int
    off_minor: int
    reason: str
    missing_minor: int


class QuoteOut(Schema):
    """The best price of a cart, and why. A reservation names it by ``quote_hash``."""

    currency: str
    tier: str
    list_minor: int
    goods_minor: int
    shipping_minor: int
    total_minor: int
    lines: list[QuotedLineOut]
    used: list[QuotedOfferOut]
    unused: list[UnusedOfferOut]
    is_proven: bool
    points: QuotedPointsOut
    quote_hash: str
