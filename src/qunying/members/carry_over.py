"""What a merge carries over: the newer of two present values wins, and everything can be taken back.

History needs no carrying: events of both are read as one person's through the identity map.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from qunying.members.models import Attribute, Consent, Member, Tag

type Carried = dict[str, Any]
type Place = tuple[str, str]  # table and key of a carried value


@dataclass(frozen=True)
class _Table:
    """A table of present values: what tells two values apart, and what a value is made of."""

    model: Any
    key: str
    at: str
    fields: tuple[str, ...]


_TABLES = {
    "attribute": _Table(Attribute, "name", "changed_at", ("value", "source")),
    "tag": _Table(Tag, "name", "added_at", ("source",)),
    "consent": _Table(Consent, "channel", "changed_at", ("granted", "text_hash")),
}


def place_of(item: Carried) -> Place:
    """Return which value of a member a carried one is."""
    return item["table"], item["key"]


def carry_over(kept: Member, merged: Member, only: Container[Place] | None = None) -> list[Carried]:
    """Give the kept member the values that the merged one has and they have not, or has newer ones of.

    Args:
        only: leave all other values alone.

    Returns:
        What was changed and how it was before, for ``take_back``.
    """
    carried = [
        item for name, table in _TABLES.items() for item in _carry_table(name, table, kept, merged, only)
    ]
    person: dict[str, Any] = {
        "name": kept.name or merged.name,
        "first_seen_at": min(kept.first_seen_at, merged.first_seen_at),
        "is_staff": kept.is_staff or merged.is_staff,
        "language": kept.language or merged.language,
    }
    if kept.quiet_hours is None:
        person |= {"quiet_from": merged.quiet_from, "quiet_until": merged.quiet_until}
    wanted = {field: value for field, value in person.items() if only is None or ("member", field) in only}
    for field, value in wanted.items():
        before = getattr(kept, field)
        if value != before:
            carried.append({"table": "member", "key": field, "before": _text(before), "after": _text(value)})
            setattr(kept, field, value)
    kept.save(update_fields=list(wanted))
    return carried


def take_back(kept: Member, carried: list[Carried]) -> set[Place]:
    """Put the kept member's values back to what they were, except where they have changed since; return which were."""
    taken: set[Place] = set()
    for item in carried:
        if item["table"] == "member":
            if _text(getattr(kept, item["key"])) == item["after"]:
                setattr(kept, item["key"], _from_text(item["key"], item["before"]))
                taken.add(place_of(item))
            continue
        table = _TABLES[item["table"]]
        rows = table.model.objects.filter(member=kept, **{table.key: item["key"]})
        row = rows.first()
        if row is None or _values(table, row) != item["after"]:
            continue
        if item["before"] is None:
            row.delete()
        else:
            rows.update(**_read(table, item["before"]))
        taken.add(place_of(item))
    kept.save(update_fields=["name", "first_seen_at", "is_staff", "language", "quiet_from", "quiet_until"])
    return taken


def _carry_table(
    name: str, table: _Table, kept: Member, merged: Member, only: Container[Place] | None
) -> list[Carried]:
    theirs = table.model.objects.filter(member=merged)
    mine = table.model.objects.filter(member=kept)
    present = {getattr(row, table.key): row for row in mine}
    carried = []
    for row in theirs.order_by(table.key):
        key = getattr(row, table.key)
        if only is not None and (name, key) not in only:
            continue
        own = present.get(key)
        if own is not None and not _wins(table, row, own):
            continue
        after = _values(table, row)
        table.model.objects.update_or_create(member=kept, **{table.key: key}, defaults=_read(table, after))
        before = _values(table, own) if own is not None else None
        carried.append({"table": name, "key": key, "before": before, "after": after})
    return carried


def _wins(table: _Table, theirs: Any, own: Any) -> bool:
    """Tell whether their value is the newer one; of two consents of one instant the withdrawal counts."""
    their_time, own_time = getattr(theirs, table.at), getattr(own, table.at)
    if their_time == own_time and isinstance(theirs, Consent):
        return own.granted and not theirs.granted
    return bool(their_time > own_time)


def _values(table: _Table, row: Any) -> Carried:
    return {table.at: getattr(row, table.at).isoformat()} | {
        name: getattr(row, name) for name in table.fields
    }


def _read(table: _Table, values: Mapping[str, Any]) -> Carried:
    return {**values, table.at: datetime.fromisoformat(values[table.at])}


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | time) else value


def _from_text(field: str, value: Any) -> Any:
    if field == "first_seen_at":
        return datetime.fromisoformat(value)
    return time.fromisoformat(value) if field.startswith("quiet_") and value is not None else value
