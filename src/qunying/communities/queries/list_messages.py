"""Messages of communities, newest first, searched by words; and what was said around one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import GroupMember, Message
from qunying.engines.search_terms import query_of
from qunying.kernel.paging import MAX_PAGE_SIZE, BadCursor, Page, cut_page, read_cursor, written_cursor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids

WALK = 3_000
LONGEST_CLIMB = 50
LARGEST_THREAD = 200

_THREAD = """
WITH RECURSIVE up(id, reply_to_id, height) AS (
    SELECT id, reply_to_id, 0 FROM communities_message WHERE id = %(id)s
    UNION ALL
    SELECT parent.id, parent.reply_to_id, height + 1 FROM up JOIN communities_message AS parent ON parent.id = up.reply_to_id
    WHERE height < %(climb)s
), down(id, depth) AS (
    (SELECT id, 0 FROM up ORDER BY height DESC LIMIT 1)
    UNION
    SELECT reply.id, depth + 1 FROM down JOIN communities_message AS reply ON reply.reply_to_id = down.id
    WHERE depth < %(climb)s
)
SELECT DISTINCT id FROM down LIMIT %(size)s
"""


_WALK = """
SELECT id FROM (
    SELECT id, sent_at, terms FROM communities_message WHERE {scope} ORDER BY sent_at DESC, id DESC LIMIT %(walk)s
) AS newest
WHERE terms @@ %(query)s::tsquery ORDER BY sent_at DESC, id DESC LIMIT %(size)s
"""

_INDEX = """
WITH hit AS MATERIALIZED (
    SELECT id, sent_at FROM communities_message WHERE terms @@ %(query)s::tsquery AND {scope}
)
SELECT id FROM hit ORDER BY sent_at DESC, id DESC LIMIT %(size)s
"""


class MessageNotFound(Problem):
    """There is no such message."""

    code = "community_message_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such message.")


@dataclass(frozen=True)
class Context:
    """A message with what was said before and after it, and the thread of replies that it belongs to (in order of time)."""

    message: Message
    before: list[Message]
    after: list[Message]
    thread: list[Message]


def get_message(message_id: UUID) -> Message:
    """Return a message with its community and its author.

    Raises:
        MessageNotFound: when there is none.
    """
    message = _shown().filter(pk=message_id).first()
    if message is None:
        raise MessageNotFound
    return message


def list_messages(
    community_ids: Sequence[UUID] | None = None,
    *,
    search: str = "",
    cursor: str | None = None,
    size: int = 50,
) -> Page[Message]:
    """Return messages, newest first.

    Args:
        community_ids: where; None for everywhere.
        search: words that must all occur; words of three letters and more also match as beginnings.
        cursor: what the page before gave.
        size: messages on the page, 1 to 200.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    if search.strip():
        return _search(community_ids, query_of(search), cursor, max(1, min(size, MAX_PAGE_SIZE)))
    messages = _shown() if community_ids is None else _shown().filter(community__in=list(community_ids))
    return cut_page(messages, order_by="-sent_at", cursor=cursor, size=size)


def _search(community_ids: Sequence[UUID] | None, query: str, cursor: str | None, size: int) -> Page[Message]:
    """Look through the newest messages first, and ask the index of terms only when they do not fill the page.

    What is said all the time fills a page at once; what is rare has few hits to sort. Neither way ever sorts many,
    whatever the planner believes about words that go together.
    """
    if not query:
        return Page([], None)
    names: dict[str, Any] = {"query": query, "size": size + 1, "walk": WALK}
    where = []
    if community_ids is not None:
        where.append("community_id = ANY(%(communities)s)")
        names["communities"] = list(community_ids)
    if cursor:
        value, key = read_cursor(cursor)
        try:
            names |= {"at": datetime.fromisoformat(value), "key": UUID(key)}
        except (TypeError, ValueError) as error:
            raise BadCursor from error
        where.append("(sent_at, id) < (%(at)s, %(key)s)")
    scope = " AND ".join(where) or "true"
    with transaction.atomic(), connection.cursor() as database:
        database.execute(_WALK.format(scope=scope), names)
        ids = [row[0] for row in database]
        if len(ids) <= size:
            database.execute("SET LOCAL enable_seqscan = off")
            database.execute(_INDEX.format(scope=scope), names)
            ids = [row[0] for row in database]
    found = _shown().in_bulk(ids)
    rows = [found[key] for key in ids if key in found]
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, written_cursor(rows[-1].sent_at, rows[-1].pk) if more else None)


def get_context(message_id: UUID, *, before: int = 20, after: int = 20) -> Context:
    """Return a message with what surrounds it.

    Raises:
        MessageNotFound: when there is none.
    """
    message = get_message(message_id)
    near = _shown().filter(community=message.community_id)
    earlier = Q(sent_at__lt=message.sent_at) | Q(sent_at=message.sent_at, pk__lt=message.pk)
    later = Q(sent_at__gt=message.sent_at) | Q(sent_at=message.sent_at, pk__gt=message.pk)
    earlier &= Q(sent_at__lte=message.sent_at)
    later &= Q(sent_at__gte=message.sent_at)
    with connection.cursor() as database:
        database.execute(_THREAD, {"id": message.pk, "climb": LONGEST_CLIMB, "size": LARGEST_THREAD})
        ids = [row[0] for row in database]
    return Context(
        message=message,
        before=list(near.filter(earlier).order_by("-sent_at", "-pk")[:before])[::-1],
        after=list(near.filter(later).order_by("sent_at", "pk")[:after]),
        thread=list(_shown().filter(pk__in=ids).order_by("sent_at", "pk")) if len(ids) > 1 else [],
    )


def list_messages_of(member_id: UUID, *, cursor: str | None = None, size: int = 50) -> Page[Message]:
    """Return what a member said, under any of their identities, newest first."""
    stays = GroupMember.objects.filter(member__in=list_own_ids(member_id)).values_list("pk", flat=True)
    return cut_page(_shown().filter(author__in=list(stays)), order_by="-sent_at", cursor=cursor, size=size)


def filter_said_by(member_id: UUID, message_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the messages that a member said, under any of their identities."""
    said = Message.objects.filter(pk__in=message_ids, author__member__in=list_own_ids(member_id))
    return set(said.values_list("pk", flat=True))


def _shown() -> QuerySet[Message]:
    return Message.objects.select_related("community", "author__member", "reply_to").defer(
        "terms", "reply_to__terms"
    )
