"""The shapes of the health of communities and of their overlap."""

from datetime import date
from uuid import UUID

from ninja import Schema


class OverlapOut(Schema):
    """Two communities and the known members in both."""

    first: UUID
    second: UUID
    members: int


class PlacedOut(Schema):
    """A member and the number of their communities."""

    member_id: UUID
    communities: int


class OverlapsOut(Schema):
    """How communities overlap and how members spread over them."""

    members: int
    in_none: int
    by_number: dict[int, int]
    pairs: list[OverlapOut]
    in_too_many: list[PlacedOut]


class HealthPartOut(Schema):
    """One part of the score: the value that it judges, its points 0–100, its weight."""

    key: str
    value: float | None
    points: float | None
    weight: float
    poor: float
    good: float


class SignOut(Schema):
    """An early sign of decline."""

    series: str
    form: str
    before: float
    now: float
    change: float
    chance: float


class HealthOut(Schema):
    """The health of a community in a period; money in minor units. What is not known is null: ``sentiment`` as long as
    nothing judges it."""

    community_id: UUID
    name: str
    start: date
    end: date
    score: float | None
    known: float
    level: str
    outlook: str
    signs: list[SignOut]
    parts: list[HealthPartOut]
    people: int
    members: int
    joined: int
    left: int
    active: int
    messages: int | None
    speakers: int
    reply_minutes: float | None
    gini: float | None
    top_share: float | None
    buyers: int
    orders: int
    sales_minor: int
    sales_per_member_minor: float | None
    sources: dict[str, int]
    sentiment: float | None


class HealthList(Schema):
    """All open communities, the weakest first."""

    items: list[HealthOut]
