"""What is forgotten of an erased member here: events that were set aside and name them."""

import json
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from qunying.intake.models import QuarantinedEvent
from qunying.members.erasing import Erasure, erases
from qunying.members.queries.list_identities import list_identities
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity


@erases
def forget_quarantined(erasure: Erasure) -> dict[str, int]:
    """Delete events that name one of their ids, or an identity of theirs in whatever spelling."""
    known = list_identities(erasure.ids)  # still there: the nouns forget in the order of their names
    named = Q(pk__in=[])
    for id_ in erasure.ids:
        named |= Q(body__icontains=str(id_))
    rows = QuarantinedEvent.objects.filter(body__contains='"identity"').values_list("pk", "body")
    theirs = [key for key, body in rows.iterator() if _names(body, known)] if known else []
    return {"quarantined_events": QuarantinedEvent.objects.filter(named | Q(pk__in=theirs)).delete()[0]}


def _names(body: str, known: Collection[tuple[str, str]]) -> bool:
    event: Any = json.loads(body)
    identity: Any = event.get("identity") if isinstance(event, dict) else None
    if not isinstance(identity, dict):
        return False
    type_, value = str(identity.get("type")), str(identity.get("value"))
    try:
        return (type_, normalise_identity(type_, value)) in known
    except BadIdentity:
        return False
