"""What an event may be: every noun declares the events that it records, with their properties.

COUPON_CLAIMED = EventType("coupon_claimed", _("Coupon claimed"), properties={"template_id": "the template", "serial": "…"})
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.functional import Promise


@dataclass(frozen=True)
class EventType:
    """The name of an event (noun + past verb), its title for people, and what each of its properties says."""

    name: str
    title: str | Promise
    properties: Mapping[str, str] = field(default_factory=dict)
    known: ClassVar[dict[str, "EventType"]] = {}

    def __post_init__(self) -> None:
        EventType.known[self.name] = self
