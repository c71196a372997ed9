"""Identifiers: random ones for things that are born here, derived ones for things that arrive with a key of their own."""

from uuid import UUID, uuid4, uuid5

_NAMESPACE = UUID("6f1d4f6e-41f5-4d0b-9c57-0d6f9a6b8f10")


def new_id() -> UUID:
    """Return an unguessable identifier."""
    return uuid4()


def derived_id(*parts: str) -> UUID:
    """Return the identifier that always belongs to these parts, e.g. ``derived_id("event", source, key)``."""
    return uuid5(_NAMESPACE, "\x1f".join(parts))
