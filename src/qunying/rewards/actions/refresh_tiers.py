"""Find anew where members stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.actions.change_attributes import STAGED_ATTRIBUTES, change_attributes
from qunying.rewards.events import TIER_CHANGED, TIER_KEPT, TIER_WARNED
from qunying.rewards.tiers.refreshing import (
    Refreshed,
    find_standings,
    list_due,
    lock_standings,
    write_standings,
)
from qunying.stream.record import NewEvent, record

AT_ONCE = 20_000


@dataclass(frozen=True)
class TiersRefreshed:
    """How many members were looked at, and how many have another tier now."""

    members: int
    changed: int


@action
def refresh_tiers(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_ids: Sequence[UUID] | None = None,
    limit: int = AT_ONCE,
) -> TiersRefreshed:
    """Look at members (None: up to ``limit`` whose time has come or whose growth value has moved), and tell what changed.

    The tier is also the attribute ``tier`` of the member, so that segments and lists know it.
    """
    wanted = list(dict.fromkeys(member_ids)) if member_ids is not None else list_due(now, limit)
    lock_standings(wanted)
    found = find_standings(wanted, now)
    write_standings(found)
    events = [event for each in found for event in _events(each, now)]
    record(*events)
    changed = [each for each in found if each.standing.level != each.before or not each.changes]
    _note_attribute(changed, command_id=command_id, actor=actor, now=now)
    return TiersRefreshed(len(found), sum(each.standing.level != each.before for each in found))


def _events(each: Refreshed, now: datetime) -> list[NewEvent]:
    events = []
    for change in each.changes:
        until = each.standing.valid_until.isoformat() if each.standing.valid_until else ""
        match change.kind:
            case "upgraded" | "downgraded":
                kind, properties = (
                    TIER_CHANGED,
                    {"old": change.old, "new": change.new, "kind": change.kind, "growth": str(change.growth)},
                )
                properties |= {"valid_until": until} if until else {}
            case "kept":
                kind, properties = TIER_KEPT, {"level": change.new, "valid_until": until}
            case "warned" | "grace_began":
                ends = each.standing.grace_until or each.standing.valid_until
                kind, properties = (
                    TIER_WARNED,
                    {"level": change.new, "until": ends.isoformat() if ends else ""},
                )
            case _:
                continue
        # Where members are put when the first policy begins is no news to anybody.
        events.append(
            NewEvent(
                type=kind,
                occurred_at=min(change.at, now),
                received_at=now,
                member_id=each.member_id,
                properties=properties,
                backfill=change.at == each.began,
            )
        )
    return events


def _note_attribute(found: Collection[Refreshed], *, command_id: str, actor: Actor, now: datetime) -> None:
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(STAGED_ATTRIBUTES)
        cursor.execute("TRUNCATE staged_attribute")
        with cursor.copy("COPY staged_attribute (member_id, changed_at, value) FROM STDIN") as copy:
            for each in found:
                copy.write_row((each.member_id, now, each.standing.level))
    change_attributes(command_id=command_id, actor=actor, now=now, attribute="tier", source="inferred")
