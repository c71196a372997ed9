"""Who the people of a roster are: members who are known for sure, and those who may be."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from qunying.communities.models import MatchDoubt
from qunying.communities.roster_rows import RosterRow
from qunying.members.queries.get_member import find_identities
from qunying.members.queries.list_namesakes import list_namesakes
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity

IDENTITY_TYPES = ("wecom", "unionid", "openid", "platform_user", "phone", "email", "shop_customer")
LEAST_NAME, MOST_NAMESAKES = 2, 3


@dataclass(frozen=True)
class Doubt:
    """A member whom a person may be, and why that is not certain."""

    member_id: UUID
    reason: str
    evidence: dict[str, str]


@dataclass
class Matches:
    """By the person's id on the platform: the member for sure, or the members in doubt."""

    sure: dict[str, UUID] = field(default_factory=dict)
    doubts: dict[str, list[Doubt]] = field(default_factory=dict)


def scoped_user_id(platform: str, platform_user_id: str) -> str:
    """Return the identity value of a person on a platform: ids of two platforms never meet."""
    return f"{platform}:{platform_user_id}"


def match_rows(platform: str, rows: Iterable[RosterRow]) -> Matches:
    """Find the member of each person.

    One member behind all known identities is certain. Different members, or only a name that up to three members
    have, are doubts for staff to decide.
    """
    rows = list(rows)
    found = _by_identity(platform, rows)
    matches = Matches()
    for key, members in found.items():
        if len(members) == 1:
            matches.sure[key] = next(iter(members))
        else:
            matches.doubts[key] = [
                Doubt(member, MatchDoubt.Reason.CONTRADICTION, {"types": ", ".join(sorted(types))})
                for member, types in members.items()
            ]
    nameless = [row for row in rows if row.platform_user_id not in found and len(row.nickname) >= LEAST_NAME]
    namesakes = list_namesakes([row.nickname for row in nameless], most=MOST_NAMESAKES)
    for row in nameless:
        if members_of_name := namesakes.get(row.nickname.lower()):
            matches.doubts[row.platform_user_id] = [
                Doubt(member, MatchDoubt.Reason.SAME_NAME, {"name": row.nickname})
                for member in members_of_name
            ]
    return matches


def _by_identity(platform: str, rows: list[RosterRow]) -> dict[str, dict[UUID, set[str]]]:
    """Return person → member → types of identity that say so."""
    spelled: dict[str, dict[str, list[str]]] = {type_: defaultdict(list) for type_ in IDENTITY_TYPES}
    for row in rows:
        for type_, value in _identities(platform, row):
            try:
                spelled[type_][normalise_identity(type_, value)].append(row.platform_user_id)
            except (BadIdentity, KeyError):
                continue
    found: dict[str, dict[UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
    for type_, people in spelled.items():
        for value, member in find_identities(type_, list(people)).items():
            for key in people[value]:
                found[key][member].add(type_)
    return found


def _identities(platform: str, row: RosterRow) -> list[tuple[str, str]]:
    own = [
        ("platform_user", scoped_user_id(platform, row.platform_user_id)),
        ("platform_user", row.platform_user_id),
    ]
    if platform == "wecom":
        own.append(("wecom", row.platform_user_id))
    return [*own, *row.identities.items()]
