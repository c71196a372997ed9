"""What may earn: events of the stream and orders of the past, with what is known of their members."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qunying.engines.earning import Occasion
from qunying.kernel import clock
from qunying.members.queries.find_people import Person, find_people
from qunying.rewards.earning.terms import WRITTEN
from qunying.stream.react import StreamEvent

_BIRTHDAY = re.compile(r"(?:\d{4}-)?(\d{1,2})-(\d{1,2})")
TIER = "tier"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event that may earn. ``member_id`` is who it concerned when it was written down.

    ``content_id`` is what they wrote, when the event is about that. ``full_minor`` is what an amount came to before our own
    discounts were taken off it.
    """

    event_id: UUID
    event: str
    member_id: UUID
    occurred_at: datetime
    order_id: UUID | None = None
    content_id: UUID | None = None
    product: str = ""
    quantity: int | None = None
    amount_minor: int | None = None
    full_minor: int | None = None
    currency: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


def happening_of(event: StreamEvent) -> Happening | None:
    """Return an event of the stream as something that may earn; None when it concerns no member."""
    if event.member_id is None:
        return None
    return Happening(
        event_id=event.id,
        event=event.name,
        member_id=event.member_id,
        occurred_at=event.occurred_at,
        order_id=event.order_id,
        content_id=_written(event),
        product=event.product or event.properties.get("stock_code", ""),
        quantity=event.quantity,
        amount_minor=event.amount_minor,
        currency=event.currency or "",
        properties=event.properties,
    )


def _written(event: StreamEvent) -> UUID | None:
    """Return the post, submission or comment of which an event tells; a comment names its item besides."""
    if event.name not in WRITTEN:
        return None
    if event.name != "content_commented":
        return event.content_id
    try:
        return UUID(event.properties["comment"])
    except (KeyError, ValueError):  # written elsewhere
        return None


def occasion_of(happening: Happening, person: Person, zone: str) -> Occasion:
    """Return what the engine wants to know of something that happened to a person."""
    return Occasion(
        event=happening.event,
        day=clock.local_day(happening.occurred_at, zone),
        amount_minor=happening.amount_minor,
        currency=happening.currency,
        quantity=happening.quantity,
        product=happening.product,
        properties=happening.properties,
        tier=person.attributes.get(TIER, ""),
        birthday=read_birthday(person.attributes.get("birthday", "")),
        full_minor=happening.full_minor,
    )


def people_of(happenings: Collection[Happening]) -> dict[UUID, Person]:
    """Return the people whom events concern, as they are known today, by the ids in the events."""
    return find_people({each.member_id for each in happenings}, attributes=(TIER, "birthday"))


def read_birthday(text: str) -> tuple[int, int] | None:
    """Return month and day of a birthday written as 1990-03-05 or 03-05; None when it is no such day."""
    found = _BIRTHDAY.fullmatch(text.strip())
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    longest = 29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31
    return (month, day) if 1 <= month <= 12 and 1 <= day <= longest else None
