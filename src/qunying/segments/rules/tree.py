"""The tree of a rule: what JSON may say, with types, bounds and nothing unknown. ``docs/segment-rules.md``
explains every word."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

LARGEST = 10**15
COLUMNS = {"product", "campaign_id", "community_id", "content_id", "order_id", "currency"}
NUMBER_COLUMNS = {"amount", "quantity"}


def _local_date(text: str) -> str:
    """Accept a calendar date between 1900 and 2200; what it means in instants is up to the brand's zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("not_a_date", "not a date") from error
    if len(text) != 10 or not 1900 <= day.year <= 2200:
        raise PydanticCustomError("not_a_date", "not a date")
    return text


def _text_or_whole(value: Any) -> str | int:
    """Accept a text or a whole number, as columns of events hold them."""
    if isinstance(value, str) and len(value) <= 1000:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return value
    raise PydanticCustomError("text_or_whole", "neither text nor a whole number")


Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=1000)]
LocalDate = Annotated[str, AfterValidator(_local_date), WithJsonSchema({"type": "string", "format": "date"})]
Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Times = Annotated[int, Field(ge=0, le=LARGEST)]
Score = Annotated[int, Field(ge=1, le=10)]
Value = Annotated[str | int, PlainValidator(_text_or_whole, json_schema_input_type=str | int)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=1000)]
Stage = Literal["potential", "new", "active", "loyal", "dormant", "churned"]


class Part(BaseModel):
    """The manners of every part of a rule: exact types, no unknown keys, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)

    def given(self, *names: str) -> list[str]:
        """Return which of these fields the rule states."""
        return [name for name in names if getattr(self, name) is not None]


def _needs_one(part: Part, *names: str) -> None:
    if not part.given(*names):
        raise PydanticCustomError(
            "nothing_asked", "nothing asked", {"choices": ", ".join(n.rstrip("_") for n in names)}
        )


class Window(Part):
    """A stretch of time back from the as-of instant, on the brand's clock and calendar."""

    hours: Annotated[int, Field(ge=1, le=876_000)] | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    weeks: Annotated[int, Field(ge=1, le=5_200)] | None = None
    months: Annotated[int, Field(ge=1, le=1_200)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        units = ("hours", "days", "weeks", "months")
        if len(self.given(*units)) != 1:
            raise PydanticCustomError("exactly_one", "exactly one", {"choices": ", ".join(units)})
        return self


COMPARISONS = ("equals", "at_least", "at_most", "more_than", "less_than")


class CountComparison(Part):
    """How often: every bound that is given must hold."""

    equals: Times | None = None
    at_least: Times | None = None
    at_most: Times | None = None
    more_than: Times | None = None
    less_than: Times | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        _needs_one(self, *COMPARISONS)
        return self


class MomentComparison(Part):
    """When the first or last event was: on local days, or back from the as-of instant."""

    since: LocalDate | None = None
    before: LocalDate | None = None
    within: Window | None = None
    longer_ago_than: Window | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        _needs_one(self, "since", "before", "within", "longer_ago_than")
        return self


VALUE_WORDS = ("equals", "in_", "not_in", "at_least", "at_most", "more_than", "less_than", "known")


class PropertyFilter(Part):
    """What must be true of an event to count: a column of the event, else one of its properties."""

    property: Name
    equals: Value | None = None
    in_: Annotated[list[Value], Field(min_length=1, max_length=1000)] | None = Field(None, alias="in")
    not_in: Annotated[list[Value], Field(min_length=1, max_length=1000)] | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    more_than: Number | None = None
    less_than: Number | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        _needs_one(self, *VALUE_WORDS)
        values = [self.equals] if self.equals is not None else []
        values += [*(self.in_ or []), *(self.not_in or [])]
        wanted = int if self.property in NUMBER_COLUMNS else str
        if any(not isinstance(value, wanted) for value in values):
            code = "numbers_only" if wanted is int else "texts_only"
            raise PydanticCustomError(code, "wrong kind of value", {"property": self.property})
        if self.property in COLUMNS and self.given("at_least", "at_most", "more_than", "less_than"):
            raise PydanticCustomError("not_a_number", "not a number", {"property": self.property})
        return self


class AttributeCondition(Part):
    """The value of an attribute, by the last change up to the as-of instant."""

    attribute: Name
    equals: Text | None = None
    in_: Texts | None = Field(None, alias="in")
    not_in: Texts | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    more_than: Number | None = None
    less_than: Number | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        _needs_one(self, *VALUE_WORDS)
        return self


class TagCondition(Part):
    """The member carries the tag."""

    tag: Name


class ConsentCondition(Part):
    """What the member agreed to on a message channel."""

    consent: Name
    state: Literal["granted", "withdrawn", "unknown"] = "granted"


class EventCondition(Part):
    """How often, how much or when something happened, in a window and with filters."""

    event: Name
    count: CountComparison | None = None
    never: Literal[True] | None = None
    sum: Literal["amount", "quantity"] | None = None
    equals: Whole | None = None
    at_least: Whole | None = None
    at_most: Whole | None = None
    more_than: Whole | None = None
    less_than: Whole | None = None
    first: MomentComparison | None = None
    last: MomentComparison | None = None
    within: Window | None = None
    between: Annotated[list[LocalDate], Field(min_length=2, max_length=2)] | None = None
    where: Annotated[list[PropertyFilter], Field(max_length=20)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        measures = ("count", "never", "sum", "first", "last")
        if len(self.given(*measures)) != 1:
            raise PydanticCustomError("exactly_one", "exactly one", {"choices": ", ".join(measures)})
        bounds = self.given(*COMPARISONS)
        if self.sum is not None and not bounds:
            raise PydanticCustomError("nothing_asked", "nothing asked", {"choices": ", ".join(COMPARISONS)})
        if self.sum is None and bounds:
            raise PydanticCustomError("only_with_sum", "only with sum", {"choice": bounds[0]})
        if self.within is not None and self.between is not None:
            raise PydanticCustomError("one_window", "one window")
        if self.between is not None and self.between[0] >= self.between[1]:
            raise PydanticCustomError("empty_period", "empty period")
        return self


class Scores(Part):
    """Scores that count, 1 the lowest; every dimension that is given must fit."""

    recency: Annotated[list[Score], Field(min_length=1, max_length=10)] | None = None
    frequency: Annotated[list[Score], Field(min_length=1, max_length=10)] | None = None
    monetary: Annotated[list[Score], Field(min_length=1, max_length=10)] | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        _needs_one(self, "recency", "frequency", "monetary")
        return self


class RfmCondition(Part):
    """Recency, frequency and monetary scores."""

    rfm: Scores


class LifecycleCondition(Part):
    """The lifecycle stage, by the definitions in force at the as-of instant."""

    lifecycle: Annotated[list[Stage], Field(min_length=1, max_length=6)]


class SegmentCondition(Part):
    """Membership of another segment."""

    segment: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]


class All(Part):
    """Every part holds."""

    all: Annotated[list["Node"], Field(min_length=1, max_length=100)]


class Any_(Part):  # noqa: N801 - the plain word belongs to Python
    """At least one part holds."""

    any: Annotated[list["Node"], Field(min_length=1, max_length=100)]


class Not(Part):
    """The part does not hold."""

    not_: "Node" = Field(alias="not")


HEADS: dict[str, type[Part]] = {
    "all": All,
    "any": Any_,
    "not": Not,
    "attribute": AttributeCondition,
    "tag": TagCondition,
    "consent": ConsentCondition,
    "event": EventCondition,
    "rfm": RfmCondition,
    "lifecycle": LifecycleCondition,
    "segment": SegmentCondition,
}


def _head_of(value: Any) -> str | None:
    """Return which kind of condition a JSON object (or a part that was read) is: the key that names it."""
    if isinstance(value, Part):
        return next(f"~{head}" for head, part in HEADS.items() if isinstance(value, part))
    if isinstance(value, dict):
        return next((f"~{head}" for head in HEADS if head in value), None)
    return None


type Rule = (
    All
    | Any_
    | Not
    | AttributeCondition
    | TagCondition
    | ConsentCondition
    | EventCondition
    | RfmCondition
    | LifecycleCondition
    | SegmentCondition
)

Node = Annotated[
    Annotated[All, Tag("~all")]
    | Annotated[Any_, Tag("~any")]
    | Annotated[Not, Tag("~not")]
    | Annotated[AttributeCondition, Tag("~attribute")]
    | Annotated[TagCondition, Tag("~tag")]
    | Annotated[ConsentCondition, Tag("~consent")]
    | Annotated[EventCondition, Tag("~event")]
    | Annotated[RfmCondition, Tag("~rfm")]
    | Annotated[LifecycleCondition, Tag("~lifecycle")]
    | Annotated[SegmentCondition, Tag("~segment")],
    Discriminator(_head_of),
]

for _part in (All, Any_, Not):
    _part.model_rebuild()

rule_type: TypeAdapter[Rule] = TypeAdapter(Node)
