"""Who said it: the stay of each author in the community, made where nobody knew that they were in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from qunying.communities.events import COMMUNITY_JOINED
from qunying.communities.inbound.incoming import MAX_KEY, MAX_NAME, IncomingMessage, storable
from qunying.communities.models import Community, GroupMember
from qunying.communities.person import anonymous_id_of
from qunying.communities.roster_matching import scoped_user_id
from qunying.members.queries.get_member import find_identities, list_ids_of
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity
from qunying.stream.record import NewEvent, record

SEEN_SPEAKING = "message"  # the source of people who are known only because they spoke
IDENTITIES = ("wecom", "platform_user", "phone", "email", "shop_customer")


def find_authors(
    community: Community, keys: Iterable[str], rows: Iterable[IncomingMessage], now: datetime, old: datetime
) -> dict[str, int]:
    """Return the group member of each author, by their id on the platform.

    Somebody who has left counts with their last stay. Who has no stay gets one that begins with the first thing told
    of them.

    Args:
        keys: authors to look for besides those of the rows.
        rows: what was told; says also by which identities authors may be known as members.
        now: the present instant.
        old: joins before it are history.
    """
    first: dict[str, datetime] = {}
    names: dict[str, str] = {}
    for row in rows:
        if key := storable(row.author_id, MAX_KEY):
            told_at = min(row.sent_at or row.changed_at or now, now)
            first[key] = min(first.get(key, told_at), told_at)
            names[key] = max(names.get(key, ""), storable(row.author_name, MAX_NAME))
    stays = GroupMember.objects.filter(community=community, platform_user_id__in={*first, *keys})
    found = {}
    # Present stays come last, so that they win over earlier ones.
    for stay in sorted(stays, key=lambda stay: (stay.left_at is None, stay.joined_at, stay.pk)):
        found[stay.platform_user_id] = stay
    _learn([stay for key, stay in found.items() if key in first], first, names)
    strangers = {key: at for key, at in first.items() if key not in found}
    for stay in _let_in(community, strangers, names, rows, now, old):
        found[stay.platform_user_id] = stay
    return {key: stay.pk for key, stay in found.items()}


def _learn(stays: Iterable[GroupMember], first: Mapping[str, datetime], names: Mapping[str, str]) -> None:
    """Let those who are known only because they spoke have been in since the first thing told of them."""
    changed = []
    for stay in stays:
        joined_at = min(first[stay.platform_user_id], stay.joined_at)
        nickname = max(names[stay.platform_user_id], stay.nickname)
        if stay.source == SEEN_SPEAKING and (joined_at, nickname) != (stay.joined_at, stay.nickname):
            stay.joined_at, stay.nickname = joined_at, nickname
            changed.append(stay)
    GroupMember.objects.bulk_update(changed, ["joined_at", "nickname"])


def _let_in(
    community: Community,
    first: Mapping[str, datetime],
    names: Mapping[str, str],
    rows: Iterable[IncomingMessage],
    now: datetime,
    old: datetime,
) -> list[GroupMember]:
    if not first:
        return []
    members = _members_of(community.platform_id, first, rows)
    present = GroupMember.objects.filter(community=community, left_at=None, member__isnull=False)
    known_as = list_ids_of(set(members.values()))
    taken = {
        known_as[id_]
        for id_ in present.filter(member__in=known_as).values_list("member_id", flat=True)
        if id_
    }
    stays = []
    for key, at in sorted(first.items()):
        member_id = members.get(key)
        if member_id in taken:
            member_id = None
        if member_id:
            taken.add(member_id)
        stays.append(
            GroupMember(
                community=community,
                member_id=member_id,
                platform_user_id=key,
                nickname=names[key],
                source=SEEN_SPEAKING,
                joined_at=at,
            )
        )
    GroupMember.objects.bulk_create(stays)
    record(*(_joined(stay, community.platform_id, now, old) for stay in stays))
    return stays


def _members_of(
    platform: str, keys: Mapping[str, object], rows: Iterable[IncomingMessage]
) -> dict[str, UUID]:
    """Find the member of each author by the first identity that is known; ids of the platform count with and without its name."""
    spelled: dict[str, list[tuple[str, str]]] = {type_: [] for type_ in IDENTITIES}
    told = {row.author_id: row.identities for row in rows if row.identities}
    for key in sorted(keys):
        own = [("platform_user", scoped_user_id(platform, key)), ("platform_user", key)]
        for type_, value in [*told.get(key, {}).items(), *own]:
            try:
                spelled[type_].append((key, normalise_identity(type_, value)))
            except (BadIdentity, KeyError):
                continue
    members: dict[str, UUID] = {}
    for type_, pairs in spelled.items():
        known = find_identities(type_, [value for _key, value in pairs])
        for key, value in pairs:
            if key not in members and value in known:
                members[key] = known[value]
    return members


def _joined(stay: GroupMember, platform: str, now: datetime, old: datetime) -> NewEvent:
    properties = {"source": stay.source, "role": stay.role}
    if stay.member_id is None:
        properties["platform_user_id"] = stay.platform_user_id
    return NewEvent(
        type=COMMUNITY_JOINED,
        occurred_at=stay.joined_at,
        received_at=now,
        member_id=stay.member_id,
        anonymous_id=None if stay.member_id else anonymous_id_of(platform, stay.platform_user_id),
        community_id=stay.community_id,
        properties=properties,
        backfill=stay.joined_at < old,
    )
