"""Finding members among very many: by cursor and index, never by counting or scanning.

Without conditions the newest come first. With filters the order is that of ids: each page is then read off
the filter's index, however many match and wherever they lie. A search is for the few that somebody means: at
most 100, newest first.

Who may see what is decided here: names are found only by those who may see names, contacts in full only by
those who see names, beginnings of contacts only by those who may see contacts (else one could guess a contact
sign by sign).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from qunying.kernel.actors import Actor
from qunying.kernel.paging import MAX_PAGE_SIZE, BadCursor, cut_page
from qunying.kernel.wording import is_storable
from qunying.members.models import Attribute, Identity, IdentityMap, Member, Tag
from qunying.members.queries.get_member import resolve_member_id
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity

SEARCH_LIMIT = 100
MAX_SEARCH_LENGTH = 200
CONTACT_TYPES = (Identity.Type.PHONE, Identity.Type.EMAIL)
SEE_NAMES = "members.see_names"
SEE_CONTACTS = "members.see_contacts"


@dataclass(frozen=True)
class MemberFilter:
    """Conditions that all have to hold: (name, value) of attributes, tags."""

    attributes: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attributes or self.tags)


@dataclass(frozen=True)
class MemberPage:
    """One page of members; ``is_cut`` when a search found more than it shows."""

    rows: list[Member]
    next_cursor: str | None
    is_cut: bool = False


NO_FILTER = MemberFilter()


def list_members(
    *,
    actor: Actor,
    search: str = "",
    conditions: MemberFilter = NO_FILTER,
    cursor: str | None = None,
    size: int = 50,
) -> MemberPage:
    """Return one page of the members that somebody may find.

    Args:
        actor: who looks; see the module's text.
        search: an id, an identity or its beginning, or the beginning of a name.
        conditions: what has to hold.
        cursor: from the page before.
        size: rows on a page, 1 to 200.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    text = search.strip()
    asked = [text, *conditions.tags, *(part for pair in conditions.attributes for part in pair)]
    if len(text) > MAX_SEARCH_LENGTH or not all(is_storable(part) for part in asked):
        return MemberPage([], None)
    if text:
        return _found(actor, text, conditions)
    if conditions:
        return _filtered(conditions, cursor, max(1, min(size, MAX_PAGE_SIZE)))
    everybody = _with(Member.objects.all(), "pk", conditions)
    page = cut_page(everybody, order_by="-first_seen_at", cursor=cursor, size=size)
    return MemberPage(page.rows, page.next_cursor)


def walk_members(
    *, actor: Actor, search: str, conditions: MemberFilter, limit: int
) -> Iterator[list[Member]]:
    """Yield the members of ``list_members`` in batches, at most ``limit`` of them."""
    left, cursor = limit, None
    while left > 0:
        size = min(left, MAX_PAGE_SIZE)
        page = list_members(actor=actor, search=search, conditions=conditions, cursor=cursor, size=size)
        yield page.rows[:left]
        left -= len(page.rows)
        cursor = page.next_cursor
        if cursor is None:
            return


def count_members(conditions: MemberFilter = NO_FILTER, *, limit: int = 1000) -> int:
    """Return how many members fulfil the conditions, at most ``limit`` + 1, which stands for “more”."""
    return _matching_ids(conditions)[: limit + 1].count()


def estimate_members() -> int:
    """Return about how many members there are, from the planner's statistics."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'members_member'::regclass")
        return max(0, int(cursor.fetchone()[0]))


def list_attribute_values(name: str, *, limit: int = 100) -> list[str]:
    """Return the values that an attribute has anywhere, by jumping along its index from one to the next."""
    return _distinct("members_attribute", "value", "name = %s AND", [name], limit)


def list_attribute_names(*, limit: int = 50) -> list[str]:
    """Return the names of all attributes in use."""
    return _distinct("members_attribute", "name", "", [], limit)


def list_tag_names(*, limit: int = 200) -> list[str]:
    """Return all tags in use."""
    return _distinct("members_tag", "name", "", [], limit)


def _with[M: Model](rows: QuerySet[M], member: str, conditions: MemberFilter) -> QuerySet[M]:
    """Return the rows whose member is not merged away and fulfils the conditions."""
    rows = rows.filter(~Exists(IdentityMap.objects.filter(key=OuterRef(member))))
    for name, value in conditions.attributes:
        rows = rows.filter(Exists(Attribute.objects.filter(member=OuterRef(member), name=name, value=value)))
    for tag in conditions.tags:
        rows = rows.filter(Exists(Tag.objects.filter(member=OuterRef(member), name=tag)))
    return rows


def _matching_ids(conditions: MemberFilter) -> QuerySet[Any, UUID]:
    """Return the ids of who fulfils the conditions, in their order, read off the index of one condition."""
    rows: QuerySet[Any]
    if conditions.attributes:
        (name, value), *rest = conditions.attributes
        rows = Attribute.objects.filter(name=name, value=value)
        conditions = MemberFilter(tuple(rest), conditions.tags)
    elif conditions.tags:
        tag, *others = conditions.tags
        rows = Tag.objects.filter(name=tag)
        conditions = MemberFilter((), tuple(others))
    else:
        return _with(Member.objects.all(), "pk", conditions).order_by("pk").values_list("pk", flat=True)
    return _with(rows, "member_id", conditions).order_by("member_id").values_list("member_id", flat=True)


def _filtered(conditions: MemberFilter, cursor: str | None, size: int) -> MemberPage:
    ids = _matching_ids(conditions)
    if cursor:
        try:
            ids = ids.filter(member_id__gt=UUID(cursor))
        except ValueError as error:
            raise BadCursor from error
    found = list(ids[: size + 1])
    members = Member.objects.in_bulk(found[:size])
    rows = [members[member_id] for member_id in found[:size]]
    return MemberPage(rows, str(found[size - 1]) if len(found) > size else None)


def _found(actor: Actor, text: str, conditions: MemberFilter) -> MemberPage:
    try:
        ids = [resolve_member_id(UUID(text))]
    except ValueError:
        ids = _candidates(actor, text, conditions)
    newest = _with(Member.objects.filter(pk__in=ids), "pk", conditions).order_by("-first_seen_at", "-pk")
    rows = list(newest[: SEARCH_LIMIT + 1])
    return MemberPage(rows[:SEARCH_LIMIT], None, is_cut=len(rows) > SEARCH_LIMIT)


def _candidates(actor: Actor, text: str, conditions: MemberFilter) -> list[UUID]:
    """Return members whose identity or name begins like this, from each way a few more than are shown."""
    sees_names, sees_contacts = actor.may(SEE_NAMES), actor.may(SEE_CONTACTS)
    found: list[QuerySet[Identity, UUID] | QuerySet[Member, UUID]] = []
    begins = Q(value__startswith=text) | Q(value__startswith=text.lower())
    if text.isdigit():
        begins |= Q(value__startswith=f"+86{text}")
    identities = _with(Identity.objects.all(), "member_id", conditions)
    if not sees_names:
        identities = identities.filter(type=Identity.Type.SHOP_CUSTOMER)
    contacts = identities if sees_contacts else identities.exclude(type__in=CONTACT_TYPES)
    found.append(contacts.filter(begins).values_list("member_id", flat=True))
    if sees_names:
        found.append(identities.filter(_exact(text)).values_list("member_id", flat=True))
        named = Member.objects.annotate(lower_name=Lower("name")).filter(lower_name__startswith=text.lower())
        found.append(_with(named, "pk", conditions).values_list("pk", flat=True))
    return list({member_id for rows in found for member_id in rows[: SEARCH_LIMIT + 1]})


def _exact(text: str) -> Q:
    """Return the condition that an identity is this one, in the spelling of its type."""
    spellings = Q(value=text)
    for type_ in CONTACT_TYPES:
        try:
            spellings |= Q(type=type_, value=normalise_identity(type_, text))
        except BadIdentity:
            continue
    return spellings


def _distinct(table: str, column: str, condition: str, parameters: Sequence[str], limit: int) -> list[str]:
    jump = f"(SELECT {column} FROM {table} WHERE {condition} {{}} ORDER BY {column} LIMIT 1)"  # noqa: S608
    start, step = jump.format("true"), jump.format(f"{column} > found.value")
    query = (
        f"WITH RECURSIVE found(value) AS ({start} UNION ALL SELECT {step} FROM found"  # noqa: S608 - constants
        " WHERE found.value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [*parameters, *parameters, limit])
        return [row[0] for row in cursor.fetchall()]
