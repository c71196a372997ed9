"""The words that a rule of this brand can be made of, for the builder."""

from dataclasses import dataclass
from typing import Any

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.money import minor_digits
from qunying.members.queries.attribute_titles import attribute_title, value_titles
from qunying.members.queries.list_members import list_attribute_names, list_attribute_values, list_tag_names
from qunying.members.queries.stage_titles import STAGE_TITLES
from qunying.segments.models import Segment
from qunying.segments.queries.get_definitions import get_definitions
from qunying.segments.rules.policy import STAGES
from qunying.segments.rules.words import event_title
from qunying.stream.events import EventType
from qunying.stream.property_titles import COLUMN_TITLES, list_properties

MOST_VALUES = 300
CHANNELS = ("email", "mailbox", "sms", "wecom")
# What most rules ask about comes first; what every condition of its own kind asks about is left out.
FIRST_EVENTS = (
    "order_paid",
    "order_line_paid",
    "order_refunded",
    "message_clicked",
    "coupon_claimed",
    "coupon_redeemed",
)
OWN_CONDITIONS = {"attribute_changed", "tag_added", "tag_removed", "consent_changed"}


@dataclass(frozen=True)
class Vocabulary:
    """Events, attributes, tags, segments, stages and scores of the brand, ready for JSON."""

    events: list[dict[str, Any]]
    attributes: list[dict[str, Any]]
    tags: list[str]
    channels: tuple[str, ...]
    segments: list[dict[str, str]]
    stages: list[tuple[str, str]]
    columns: list[tuple[str, str]]
    bins: int
    currency: str
    minor_digits: int


def get_vocabulary(*, without_segment: str = "") -> Vocabulary:
    """Return the words for rules.

    Args:
        without_segment: the short name of the segment whose rule is written; it cannot refer to itself.
    """
    brand = get_brand()
    others = Segment.objects.filter(archived_at=None).exclude(slug=without_segment).order_by("name")
    return Vocabulary(
        events=_events(),
        attributes=[
            {
                "name": name,
                "title": attribute_title(name),
                "values": list_attribute_values(name, limit=MOST_VALUES),
                "titles": value_titles(name),
            }
            for name in list_attribute_names()
        ],
        tags=list_tag_names(),
        channels=CHANNELS,
        segments=[{"slug": slug, "name": name} for slug, name in others.values_list("slug", "name")],
        stages=[(stage, str(STAGE_TITLES[stage])) for stage in STAGES],
        columns=[(name, str(title)) for name, title in COLUMN_TITLES.items()],
        bins=get_definitions().bins,
        currency=brand.currency,
        minor_digits=minor_digits(brand.currency),
    )


def _events() -> list[dict[str, Any]]:
    names = [name for name in EventType.known if name not in OWN_CONDITIONS]
    first = [name for name in FIRST_EVENTS if name in names]
    rest = sorted((name for name in names if name not in first), key=event_title)
    return [
        {"name": name, "title": event_title(name), "properties": list_properties(name)}
        for name in [*first, *rest]
    ]
