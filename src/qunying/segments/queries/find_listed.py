"""From what people paste (ids, customer numbers, phones, e-mails) to members."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import find_identities
from qunying.members.queries.list_existing import list_existing
from qunying.members.queries.list_members import SEE_NAMES
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")
TYPES = ("shop_customer", "email", "phone", "wecom", "openid", "unionid", "platform_user")
PSEUDONYMOUS_TYPES = ("shop_customer",)


@dataclass(frozen=True)
class Listed:
    """The members found, each once, and the entries that fit nobody, as they were written."""

    member_ids: list[UUID]
    unmatched: list[str]


def find_listed(entries: Sequence[str], actor: Actor) -> Listed:
    """Return the members that a pasted list means. An entry is a member id, else the first kind of identity
    that somebody has.

    Who may not see names finds nobody by a contact, as in ``list_members``: whose phone it is would be told by the list.
    """
    cleaned = (_UNPRINTABLE.sub("�", entry).strip() for entry in entries)
    written = list(dict.fromkeys(entry for entry in cleaned if entry))
    found: dict[str, UUID] = {}
    ids = {entry: UUID(entry) for entry in written if _is_uuid(entry)}
    known = list_existing(list(ids.values()))
    found |= {entry: known[member_id] for entry, member_id in ids.items() if member_id in known}
    for type_ in TYPES if actor.may(SEE_NAMES) else PSEUDONYMOUS_TYPES:
        spellings = _spellings(type_, [entry for entry in written if entry not in found])
        members = find_identities(type_, list(spellings.values()))
        found |= {entry: members[value] for entry, value in spellings.items() if value in members}
    unmatched = [entry for entry in written if entry not in found]
    return Listed(list(dict.fromkeys(found[entry] for entry in written if entry in found)), unmatched)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _spellings(type_: str, entries: Sequence[str]) -> dict[str, str]:
    """Return the one spelling of each entry that can be an identity of this type."""
    spelled = {}
    for entry in entries:
        try:
            spelled[entry] = normalise_identity(type_, entry)
        except BadIdentity:
            continue
    return spelled
