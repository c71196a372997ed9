"""Reactions: what the platform does by itself when something has happened.

    @reaction("coupon_redeemed", max_age=timedelta(hours=1))
    def thank_for_redeeming(event: StreamEvent, now: datetime) -> None: ...

A reaction runs once per event, in one transaction with its effect and its cursor. Imported history
(``backfill``) and events older than its maximum age start none. It may call actions: they join its transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True)
class StreamEvent:
    """An event as a reaction sees it."""

    id: UUID
    source: str
    name: str
    member_id: UUID | None
    anonymous_id: UUID | None
    occurred_at: datetime
    received_at: datetime
    community_id: UUID | None
    campaign_id: UUID | None
    content_id: UUID | None
    product: str | None
    order_id: UUID | None
    quantity: int | None
    amount_minor: int | None
    currency: str | None
    properties: Mapping[str, str]


type Effect = Callable[[StreamEvent, datetime], None]


@dataclass(frozen=True)
class Reaction:
    """A declared reaction: ``id`` is ``<noun>.<function>``."""

    id: str
    names: tuple[str, ...]
    max_age: timedelta
    effect: Effect


registry: dict[str, Reaction] = {}


def reaction(*names: str, max_age: timedelta) -> Callable[[Effect], Effect]:
    """Declare a function a reaction to events of these names.

    Args:
        names: the events.
        max_age: an event that occurred longer ago starts nothing.
    """
    if not names or max_age <= timedelta():
        raise ValueError("a reaction names its events and a maximum age")

    def declare(effect: Effect) -> Effect:
        own_id = f"{effect.__module__.split('.')[1]}.{effect.__name__}"
        other = registry.get(own_id)
        if other is not None and other.effect.__module__ != effect.__module__:
            raise TypeError(f"two reactions are called {own_id}")
        registry[own_id] = Reaction(own_id, names, max_age, effect)
        return effect

    return declare


def has_reaction(name: str) -> bool:
    """Tell whether any reaction waits for events of this name."""
    return any(name in declared.names for declared in registry.values())
