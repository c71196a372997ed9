"""Putting a roster and what we know of a community together: who comes, goes, or is something else than before."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from qunying.communities.events import COMMUNITY_JOINED, COMMUNITY_LEFT, COMMUNITY_ROLE_CHANGED
from qunying.communities.models import Community, GroupMember, MatchDoubt
from qunying.communities.person import anonymous_id_of
from qunying.communities.roster_matching import Doubt, Matches
from qunying.communities.roster_rows import RosterRow
from qunying.members.queries.resolve_members import resolve_members
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent

BY_LINK = "member:"
UPDATED = ["nickname", "role", "source", "invited_by", "platform_user_id", "member", "left_at"]


@dataclass
class RosterMerge:
    """The changes that a roster makes to the stays of a community; nothing is written here."""

    community: Community
    matches: Matches
    now: datetime
    arrivals: list[GroupMember] = field(default_factory=list)
    gone: list[GroupMember] = field(default_factory=list)
    changed: dict[int, GroupMember] = field(default_factory=dict)
    matched: list[GroupMember] = field(default_factory=list)
    suspects: list[tuple[GroupMember, Doubt]] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    already_in: int = 0
    ignored: int = 0

    def __post_init__(self) -> None:
        stays = list(self.community.group_members.filter(left_at=None))
        self.by_key = {stay.platform_user_id: stay for stay in stays}
        known = {stay.member_id for stay in stays if stay.member_id}
        self.merged = resolve_members(known)
        self.by_member = {self._present(stay.member_id): stay for stay in stays if stay.member_id}
        self.seen: set[int] = set()
        self.past: set[tuple[str, datetime]] = set()

    def take(self, rows: dict[str, RosterRow], *, is_complete: bool) -> None:
        """Work through people by their ids; with ``is_complete``, whoever is not named has left."""
        past = self.community.group_members.filter(left_at__isnull=False, platform_user_id__in=list(rows))
        self.past = set(past.values_list("platform_user_id", "joined_at"))
        for key, row in rows.items():
            member_id = self.matches.sure.get(key)
            stay = self.by_key.get(key) or (self.by_member.get(member_id) if member_id else None)
            if row.left_at is not None:
                self._leave(stay, row, member_id)
            elif stay is None:
                self._arrive(row, member_id)
            else:
                self._update(stay, row, member_id)
        if is_complete:
            for stay in self.by_key.values():
                if stay.pk is not None and stay.pk not in self.seen:
                    self._end(stay, self.now)

    def _arrive(self, row: RosterRow, member_id: UUID | None) -> None:
        stay = GroupMember(
            community=self.community,
            member_id=member_id,
            platform_user_id=row.platform_user_id,
            nickname=row.nickname,
            role=row.role or GroupMember.Role.MEMBER,
            source=row.source,
            invited_by=row.invited_by,
            joined_at=min(row.joined_at or row.left_at or self.now, self.now),
            left_at=min(row.left_at, self.now) if row.left_at else None,
        )
        self.arrivals.append(stay)
        self.events.append(self._event(COMMUNITY_JOINED, stay, stay.joined_at))
        if stay.left_at is not None:
            self.events.append(self._event(COMMUNITY_LEFT, stay, stay.left_at))
            return
        self.by_key[stay.platform_user_id] = stay
        if member_id:
            self.by_member[member_id] = stay
        self.suspects += [(stay, doubt) for doubt in self.matches.doubts.get(row.platform_user_id, [])]

    def _leave(self, stay: GroupMember | None, row: RosterRow, member_id: UUID | None) -> None:
        if stay is not None and stay.pk is not None and row.left_at and stay.joined_at <= row.left_at:
            self.seen.add(stay.pk)
            self._end(stay, min(row.left_at, self.now))
        elif row.joined_at is not None and (row.platform_user_id, row.joined_at) not in self.past:
            self._arrive(row, member_id)
        else:
            self.ignored += 1

    def _end(self, stay: GroupMember, at: datetime) -> None:
        stay.left_at = at
        self.gone.append(stay)
        self.changed[stay.pk] = stay
        self.events.append(self._event(COMMUNITY_LEFT, stay, at))

    def _update(self, stay: GroupMember, row: RosterRow, member_id: UUID | None) -> None:
        self.already_in += 1
        if stay.pk is None:
            return
        self.seen.add(stay.pk)
        before = (
            stay.nickname,
            stay.role,
            stay.source,
            stay.invited_by,
            stay.platform_user_id,
            stay.member_id,
        )
        stay.nickname = row.nickname or stay.nickname
        stay.source = stay.source or row.source
        stay.invited_by = stay.invited_by or row.invited_by
        if stay.platform_user_id.startswith(BY_LINK):
            # They joined through a link of ours; now the platform says who that is there.
            stay.platform_user_id = row.platform_user_id
        if row.role and row.role != stay.role:
            properties = {"old": stay.role, "new": row.role}
            self.events.append(self._event(COMMUNITY_ROLE_CHANGED, stay, self.now, properties))
            stay.role = row.role
        self._match(stay, row, member_id)
        after = (
            stay.nickname,
            stay.role,
            stay.source,
            stay.invited_by,
            stay.platform_user_id,
            stay.member_id,
        )
        if before != after:
            self.changed[stay.pk] = stay

    def _match(self, stay: GroupMember, row: RosterRow, member_id: UUID | None) -> None:
        if stay.member_id is None and member_id is not None and member_id not in self.by_member:
            stay.member_id = member_id
            self.by_member[member_id] = stay
            self.matched.append(stay)
        elif stay.member_id is None:
            self.suspects += [(stay, doubt) for doubt in self.matches.doubts.get(row.platform_user_id, [])]
        elif member_id is not None and member_id != self._present(stay.member_id):
            doubt = Doubt(member_id, MatchDoubt.Reason.CHANGED, {"was": str(stay.member_id)})
            self.suspects.append((stay, doubt))

    def _present(self, member_id: UUID) -> UUID:
        """Return who a member is by now: the person of a stay may have been merged since."""
        return self.merged.get(member_id, member_id)

    def _event(
        self, type_: EventType, stay: GroupMember, at: datetime, properties: dict[str, str] | None = None
    ) -> NewEvent:
        properties = dict(properties or {})
        if not stay.member_id:
            properties["platform_user_id"] = stay.platform_user_id
        if type_ is COMMUNITY_JOINED:
            properties |= {"source": stay.source, "role": stay.role, "invited_by": stay.invited_by}
        unknown = (
            None if stay.member_id else anonymous_id_of(self.community.platform_id, stay.platform_user_id)
        )
        return NewEvent(
            type=type_,
            occurred_at=at,
            received_at=self.now,
            member_id=stay.member_id,
            anonymous_id=unknown,
            community_id=self.community.id,
            properties=properties,
            backfill=self.now - at > timedelta(days=1),
        )
