"""The shape of an event that another system reports. Strict: what does not fit is set aside."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from qunying.kernel.money import UnknownCurrency, checked_currency
from qunying.kernel.wire import PLAIN
from qunying.stream.events import is_event_name, is_own_event

MAX_EVENT_BYTES = 32 * 1024
MAX_AGE = timedelta(days=31 * 13)
CLOCK_SLACK = timedelta(minutes=10)
MAX_PROPERTIES = 50

type Text = Annotated[str, StringConstraints(max_length=1000, pattern=PLAIN)]
type Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
type PropertyName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]


class Rejected(Exception):  # noqa: N818 - not an error of ours: the event is set aside
    """Why an event is set aside."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(reason)


class ReportedIdentity(BaseModel):
    """How a member is known elsewhere."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Word = Field(description="phone, email, shop_customer, wecom, openid, unionid or platform_user")
    value: Word


class ReportedEvent(BaseModel):
    """One event as reported."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source_event_id: Word = Field(description="The sender's own key; the same key counts once.")
    name: Annotated[str, StringConstraints(min_length=3, max_length=64)] = Field(
        description="Noun and past verb in lower_snake, e.g. product_viewed; see docs/events.md."
    )
    occurred_at: AwareDatetime = Field(description="When it happened, with zone, at most 13 months ago.")
    member_id: UUID | None = None
    identity: ReportedIdentity | None = Field(None, description="Instead of member_id: a known identity.")
    anonymous_id: Word | None = Field(None, description="A device or visitor that may become a member later.")
    community_id: UUID | None = None
    campaign_id: UUID | None = None
    content_id: UUID | None = None
    product: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")] | None = (
        None
    )
    order_id: UUID | None = None
    quantity: Annotated[int, Field(ge=-(10**9), le=10**9)] | None = None
    amount_minor: Annotated[int, Field(ge=-(10**15), le=10**15)] | None = Field(
        None, description="Minor units of the currency; refunds are negative."
    )
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = None
    properties: dict[PropertyName, Text] = Field(default_factory=dict, max_length=MAX_PROPERTIES)
    backfill: bool = Field(False, description="History that is loaded later: it starts no reaction.")

    @model_validator(mode="after")
    def whole(self) -> Self:
        """Refuse what contradicts itself."""
        if self.member_id is not None and self.identity is not None:
            raise ValueError("say member_id or identity, not both")
        if (self.amount_minor is None) != (self.currency is None):
            raise ValueError("amount_minor and currency belong together")
        return self


def read_event(text: str, now: datetime) -> ReportedEvent:
    """Return the event of a JSON text.

    Raises:
        Rejected: ``too_large``, ``bad_shape``, ``reserved_name``, ``too_old``, ``from_the_future``.
    """
    if len(text) > MAX_EVENT_BYTES and _utf8_size(text) > MAX_EVENT_BYTES:
        raise Rejected("too_large", f"at most {MAX_EVENT_BYTES} bytes")
    try:
        event = ReportedEvent.model_validate_json(text)
    except ValidationError as error:
        raise Rejected("bad_shape", _first_error(error)) from None
    if not is_event_name(event.name):
        raise Rejected("bad_shape", "name: a noun and a past verb in lower_snake, e.g. product_viewed")
    if is_own_event(event.name):
        raise Rejected("reserved_name", "only the platform itself records events of this name")
    if event.currency is not None:
        try:
            checked_currency(event.currency)
        except UnknownCurrency:
            raise Rejected("bad_shape", "currency: not an ISO 4217 code") from None
    if event.occurred_at > now + CLOCK_SLACK:
        raise Rejected("from_the_future", "occurred_at is later than now")
    if event.occurred_at < now - MAX_AGE:
        raise Rejected("too_old", "occurred_at is more than 13 months ago; import history as a file")
    return event.model_copy(update={"occurred_at": event.occurred_at.astimezone(UTC)})


def _utf8_size(text: str) -> int:
    """Return the size as its sender counts it: here every sign beyond ASCII is written ``\\uXXXX``."""
    return len(text) - 3 * text.count("\\u")


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"[:300] if place else first["msg"][:300]
