"""Receiving reported events: read each, find whom it concerns, store it once or say why not."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from qunying.intake.reported.shape import Rejected, ReportedEvent, read_event
from qunying.kernel.ids import derived_id
from qunying.members.queries.get_member import find_identities
from qunying.members.queries.list_contacts import list_names
from qunying.members.queries.list_existing import list_erased
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity
from qunying.stream.record import ReceivedEvent, record_received

type Status = Literal["stored", "duplicate", "quarantined"]


@dataclass(frozen=True)
class Received:
    """What became of one event."""

    status: Status
    reason: str = ""
    detail: str = ""


def body_hash(text: str) -> str:
    """Return the fingerprint of an event's body."""
    return hashlib.sha256(text.encode()).hexdigest()


def receive(source: str, texts: Sequence[str], now: datetime) -> list[Received]:
    """Store a batch of events inside the caller's transaction; nothing is set aside here, only said.

    Args:
        source: the system that reports.
        texts: events as JSON texts in one spelling (sorted keys), so that equal events are equal texts.
        now: the present instant.
    """
    answers: list[Received | None] = []
    read: list[tuple[int, ReportedEvent]] = []
    for index, text in enumerate(texts):
        try:
            read.append((index, read_event(text, now)))
            answers.append(None)
        except Rejected as rejected:
            answers.append(Received("quarantined", rejected.reason, rejected.detail))
    people = _People([event for _, event in read])
    fit: list[tuple[int, ReceivedEvent]] = []
    for index, event in read:
        try:
            member_id = people.find(event)
        except Rejected as rejected:
            answers[index] = Received("quarantined", rejected.reason, rejected.detail)
            continue
        fit.append((index, _received(source, event, member_id, body_hash(texts[index]), now)))
    outcomes = record_received(_without_words_of_erased([event for _, event in fit]))
    for (index, _), outcome in zip(fit, outcomes, strict=True):
        if outcome == "conflict":
            answers[index] = Received(
                "quarantined", "same_key_other_body", "this key was used for another event"
            )
        else:
            answers[index] = Received(outcome)
    return [answer for answer in answers if answer is not None]


def anonymous_key(source: str, anonymous_id: str) -> UUID:
    """Return the id under which a device or visitor of a source is known until it becomes a member."""
    return derived_id("anonymous", source, anonymous_id)


def _without_words_of_erased(events: list[ReceivedEvent]) -> list[ReceivedEvent]:
    """Return the events as they may be kept: of people who were erased only that something happened."""
    erased = list_erased({key for event in events if (key := event.member_id or event.anonymous_id)})
    return [
        replace(event, properties={}) if (event.member_id or event.anonymous_id) in erased else event
        for event in events
    ]


class _People:
    """Whom the events of a batch concern, looked up in one query per kind of identity."""

    def __init__(self, events: Sequence[ReportedEvent]) -> None:
        self._members = set(list_names({event.member_id for event in events if event.member_id}))
        wanted: dict[str, set[str]] = defaultdict(set)
        for event in events:
            if event.identity and (spelling := _spelling(event)) is not None:
                wanted[event.identity.type].add(spelling)
        self._identities = {type_: find_identities(type_, list(values)) for type_, values in wanted.items()}

    def find(self, event: ReportedEvent) -> UUID | None:
        """Return the member of an event, None for one of nobody known.

        Raises:
            Rejected: ``unknown_member``, ``unknown_identity``, ``bad_shape``.
        """
        if event.member_id is not None:
            if event.member_id not in self._members:
                raise Rejected("unknown_member", "there is no such member")
            return event.member_id
        if event.identity is None:
            return None
        spelling = _spelling(event)
        if spelling is None:
            raise Rejected("bad_shape", "identity: not a valid value of this type")
        member_id = self._identities[event.identity.type].get(spelling)
        if member_id is None:
            raise Rejected("unknown_identity", "no member has this identity yet")
        return member_id


def _spelling(event: ReportedEvent) -> str | None:
    if event.identity is None:
        return None
    try:
        return normalise_identity(event.identity.type, event.identity.value)
    except BadIdentity:
        return None


def _received(
    source: str, event: ReportedEvent, member_id: UUID | None, fingerprint: str, now: datetime
) -> ReceivedEvent:
    return ReceivedEvent(
        id=derived_id("event", source, event.source_event_id),
        source=source,
        source_event_id=event.source_event_id,
        body_hash=fingerprint,
        name=event.name,
        occurred_at=event.occurred_at,
        received_at=now,
        member_id=member_id,
        anonymous_id=anonymous_key(source, event.anonymous_id) if event.anonymous_id else None,
        community_id=event.community_id,
        campaign_id=event.campaign_id,
        content_id=event.content_id,
        product=event.product,
        order_id=event.order_id,
        quantity=event.quantity,
        amount_minor=event.amount_minor,
        currency=event.currency,
        properties=event.properties,
        backfill=event.backfill,
    )
