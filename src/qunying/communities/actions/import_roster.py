"""Take over who is in a community from its platform."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from qunying.communities.events import COMMUNITY_JOINED, COMMUNITY_LEFT
from qunying.communities.models import Community, GroupMember
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import find_identities
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record

IDENTITY_FIELDS = ("wecom", "platform_user", "phone", "email", "shop_customer")


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One person of a roster: their id on the platform and whatever else it says."""

    platform_user_id: str
    nickname: str = ""
    role: str = GroupMember.Role.MEMBER
    source: str = ""
    joined_at: datetime | None = None
    identities: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RosterImported:
    """What the roster changed; ``repeated`` counts rows about somebody whom an earlier row named."""

    rows: int
    joined: int
    left: int
    already_in: int
    known_members: int
    repeated: int


@action
def import_roster(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    community_id: UUID,
    rows: list[RosterRow],
    is_complete: bool,
) -> RosterImported:
    """Let in whom the roster names; with ``is_complete``, whoever it does not name has left. The same roster twice changes nothing.

    Args:
        rows: people; the first row about a person counts.
        is_complete: whether the roster names everybody who is in.

    Raises:
        CommunityNotFound: when there is no such community.
    """
    community = Community.objects.select_for_update(no_key=True).filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    named = {row.platform_user_id: row for row in reversed(rows)}
    members = _match(named.values())
    present = {stay.platform_user_id: stay for stay in community.group_members.filter(left_at=None)}
    taken = {stay.member_id for stay in present.values() if stay.member_id}
    arrivals = []
    for key, row in named.items():
        member_id = members.get(key)
        if key in present or (member_id and member_id in taken):
            continue
        if member_id:
            taken.add(member_id)
        arrivals.append(_stay(community, row, member_id, now))
    GroupMember.objects.bulk_create(arrivals)
    gone = [
        stay
        for key, stay in present.items()
        if is_complete and key not in named and stay.member_id not in members.values()
    ]
    for stay in gone:
        stay.left_at = now
    GroupMember.objects.bulk_update(gone, ["left_at"])
    record(*(_event(COMMUNITY_JOINED, stay, stay.joined_at, now) for stay in arrivals))
    record(*(_event(COMMUNITY_LEFT, stay, now, now) for stay in gone))
    return RosterImported(
        rows=len(rows),
        joined=len(arrivals),
        left=len(gone),
        already_in=len(named) - len(arrivals),
        known_members=len(members),
        repeated=len(rows) - len(named),
    )


def _match(rows: Iterable[RosterRow]) -> dict[str, UUID]:
    """Find the member of each person by the first identity that is known."""
    spelled: dict[str, dict[str, str]] = {type_: {} for type_ in IDENTITY_FIELDS}
    for row in rows:
        for type_, value in {"platform_user": row.platform_user_id, **row.identities}.items():
            try:
                spelled[type_][row.platform_user_id] = normalise_identity(type_, value)
            except (BadIdentity, KeyError):
                continue
    found: dict[str, UUID] = {}
    for type_ in reversed(IDENTITY_FIELDS):
        known = find_identities(type_, list(spelled[type_].values()))
        found |= {key: known[value] for key, value in spelled[type_].items() if value in known}
    return found


def _stay(community: Community, row: RosterRow, member_id: UUID | None, now: datetime) -> GroupMember:
    role = row.role if row.role in GroupMember.Role.values else GroupMember.Role.MEMBER
    joined_at = min(row.joined_at or now, now)
    return GroupMember(
        community=community,
        member_id=member_id,
        platform_user_id=row.platform_user_id,
        nickname=row.nickname,
        role=role,
        source=row.source,
        joined_at=joined_at,
    )


def _event(type_: EventType, stay: GroupMember, at: datetime, now: datetime) -> NewEvent:
    properties = {} if stay.member_id else {"platform_user_id": stay.platform_user_id}
    if type_ is COMMUNITY_JOINED:
        properties |= {"source": stay.source, "role": stay.role}
    return NewEvent(
        type=type_,
        occurred_at=at,
        received_at=now,
        member_id=stay.member_id,
        community_id=stay.community_id,
        properties=properties,
        backfill=now - at > timedelta(days=1),
    )
