"""Take in what a platform tells of messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.events import MESSAGE_DELETED, MESSAGE_POSTED
from qunying.communities.inbound.authors import find_authors
from qunying.communities.inbound.folding import Known, add
from qunying.communities.inbound.incoming import MAX_KEY, IncomingMessage, storable
from qunying.communities.inbound.storing import load_known, message_id_of, write_known
from qunying.communities.inbound.telling import told_properties
from qunying.communities.models import Community, GroupMember, Message
from qunying.communities.person import anonymous_id_of
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import NewEvent, record

BACKFILL_AFTER = timedelta(days=1)


class MessageUnreadable(Problem):
    """A row says too little, or something that does not exist."""

    code = "message_unreadable"
    kind = Kind.INVALID
    message = _("Message {row} cannot be read: its {field} is missing or not possible.")


@dataclass(frozen=True)
class Received:
    """What the rows changed: messages that were new, that changed, and rows that said nothing new."""

    rows: int
    new: int
    changed: int
    unchanged: int


@action
def receive_messages(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, rows: list[IncomingMessage]
) -> Received:
    """Store messages of a community; the same rows in any order and any number leave the same table.

    Authors are matched with the community's people, or become people of it. Replies find what they answer also when
    it comes later. Messages older than a day are history and start nothing.

    Args:
        rows: what the platform tells, in any order; two rows may be about one message.

    Raises:
        CommunityNotFound: when there is no such community.
        MessageUnreadable: when a row has no id, no time, or a kind that does not exist.
    """
    # Whoever stores messages of a community does so one after the other; reading goes on.
    community = Community.objects.select_for_update(no_key=True).filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    for number, row in enumerate(rows, 1):
        _check(row, number)
    before = load_known(community_id, {storable(row.platform_message_id, MAX_KEY) for row in rows})
    after = dict(before)
    for row in rows:
        key = storable(row.platform_message_id, MAX_KEY)
        after[key] = add(after.get(key, Known()), row, now)
    changed = {key: known for key, known in after.items() if known != before.get(key)}
    old = now - BACKFILL_AFTER
    authors = find_authors(community, {known.author_id for known in changed.values()}, rows, now, old)
    write_known(community_id, changed, authors, now)
    _tell(community, before, changed, authors, now)
    new = len(changed.keys() - before.keys())
    return Received(
        rows=len(rows),
        new=new,
        changed=len(changed) - new,
        unchanged=len(rows) - len(changed),
    )


def _check(row: IncomingMessage, number: int) -> None:
    if not row.platform_message_id.strip():
        raise MessageUnreadable(row=number, field="platform_message_id")
    if row.change not in {"posted", "edited", "deleted"}:
        raise MessageUnreadable(row=number, field="change")
    if row.kind not in Message.Kind.values:
        raise MessageUnreadable(row=number, field="kind")
    if row.change == "posted" and row.sent_at is None:
        raise MessageUnreadable(row=number, field="sent_at")
    if any(at is not None and at.tzinfo is None for at in (row.sent_at, row.changed_at)):
        raise MessageUnreadable(row=number, field="time zone")


def _tell(
    community: Community,
    before: Mapping[str, Known],
    changed: Mapping[str, Known],
    authors: Mapping[str, int],
    now: datetime,
) -> None:
    """Record each message once when its content is first known, and each deletion once."""
    members = dict(
        GroupMember.objects.filter(pk__in=set(authors.values()), member__isnull=False).values_list(
            "pk", "member_id"
        )
    )
    events = []
    for key, known in changed.items():
        present, had = known.present, before.get(key, Known())
        member_id = members.get(authors.get(known.author_id, 0))
        is_stranger = member_id is None and bool(known.author_id)
        about = {
            "received_at": now,
            "member_id": member_id,
            "anonymous_id": anonymous_id_of(community.platform_id, known.author_id) if is_stranger else None,
            "community_id": community.pk,
            "content_id": message_id_of(community.pk, key),
        }
        sent_at = known.sent_at or now
        if present is not None and had.present is None and present[0].kind != Message.Kind.SYSTEM:
            events.append(
                NewEvent(
                    type=MESSAGE_POSTED,
                    occurred_at=sent_at,
                    properties=told_properties(community.pk, known, is_member=member_id is not None),
                    backfill=sent_at < now - BACKFILL_AFTER,
                    **about,  # type: ignore[arg-type]
                )
            )
        if known.deleted_at is not None and had.deleted_at is None:
            events.append(
                NewEvent(
                    type=MESSAGE_DELETED,
                    occurred_at=known.deleted_at,
                    backfill=known.deleted_at < now - BACKFILL_AFTER,
                    **about,  # type: ignore[arg-type]
                )
            )
    record(*events)
