"""What is kept of one person, for that person: this noun's rows, and the events of all nouns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.members.models import Attribute, Consent, ConsentText, Identity, Member, MemberSession, Tag
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.stream.lake import open_analysis


def export_member(member_id: UUID, now: datetime) -> dict[str, Any]:
    """Return what is kept of a member as what JSON can hold.

    Raises:
        MemberNotFound: when there is no such member.
    """
    member = get_member(member_id)
    ids = list_own_ids(member.id)
    texts = dict(ConsentText.objects.values_list("hash", "text"))
    consents = list(_rows(Consent, ids, "channel", "granted", "text_hash", "changed_at"))
    return {
        "exported_at": now,
        "member": {
            "id": member.id,
            "name": member.name,
            "first_seen_at": member.first_seen_at,
            "created_at": member.created_at,
            "language": member.language,
            "quiet_from": member.quiet_from,
            "quiet_until": member.quiet_until,
            "also_known_as": ids[1:],
            "other_names": list(Member.objects.filter(pk__in=ids[1:]).values_list("name", flat=True)),
        },
        "identities": list(_rows(Identity, ids, "type", "value", "verified_at")),
        "attributes": list(_rows(Attribute, ids, "name", "value", "source", "changed_at")),
        "tags": list(_rows(Tag, ids, "name", "source", "added_at")),
        "consents": [{**row, "text": texts.get(row["text_hash"], "")} for row in consents],
        "sessions": list(_rows(MemberSession, ids, "created_at", "expires_at", "ended_at")),
        "events": _events(member.id, now),
    }


def _rows(model: Any, ids: Sequence[UUID], *fields: str) -> Any:
    return model.objects.filter(member__in=ids).order_by("pk").values(*fields)


def _events(member_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Return the person's events, those of merged ids as well, oldest first."""
    with open_analysis(as_of=now) as analysis:
        events = analysis.events
        own = events.filter(events.member_id == str(member_id)).order_by("occurred_at", "id")
        rows = own.drop("source", "member_id", "anonymous_id", "backfill").to_pyarrow().to_pylist()
    for row in rows:
        row["properties"] = dict(row["properties"] or {})
    return [{name: value for name, value in row.items() if value not in (None, {})} for row in rows]
