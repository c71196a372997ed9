"""What cases and reports are about: how each kind is found, shown where it was said, and taken out of sight."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import find_member
from qunying.moderation.models import SubjectKind


class SubjectNotFound(Problem):
    """There is nothing of this kind with this id."""

    code = "moderation_subject_not_found"
    kind = Kind.NOT_FOUND
    message = _("What this is about does not exist (any more).")


@dataclass(frozen=True)
class Line:
    """One thing said before or after a subject, or the subject itself."""

    author: str
    text: str
    said_at: datetime
    is_subject: bool = False


@dataclass(frozen=True)
class Subject:
    """What a case is about.

    Args:
        community_id: where it was said, if in a community.
        member_id: the known member who said it.
        author_name: how they are called there.
        text: what they said.
        said_at: when.
    """

    community_id: UUID | None
    member_id: UUID | None
    author_name: str
    text: str
    said_at: datetime | None


@dataclass(frozen=True)
class Reach:
    """What can be done with subjects of a kind.

    Args:
        find: returns one, or None.
        surroundings: what was said around it, in order of time.
        hide, restore: take it out of sight and back, by a reference; None where the platform has to be asked by hand.
    """

    find: Callable[[UUID], Subject | None]
    surroundings: Callable[[UUID], list[Line]]
    hide: Callable[..., object] | None = None
    restore: Callable[..., object] | None = None


def _find_member(member_id: UUID) -> Subject | None:
    member = find_member(member_id)
    if member is None:
        return None
    return Subject(community_id=None, member_id=member_id, author_name=str(member), text="", said_at=None)


def _nothing_around(_subject_id: UUID) -> list[Line]:
    return []


REACH: Mapping[str, Reach] = MappingProxyType({SubjectKind.MEMBER: Reach(_find_member, _nothing_around)})


def get_subject(kind: str, subject_id: UUID) -> Subject:
    """Return what is meant.

    Raises:
        SubjectNotFound: when there is no such thing.
    """
    reach = REACH.get(kind)
    subject = reach.find(subject_id) if reach else None
    if subject is None:
        raise SubjectNotFound
    return subject


def surroundings_of(kind: str, subject_id: UUID) -> list[Line]:
    """Return what was said around a subject, itself included; nothing when it is gone."""
    reach = REACH.get(kind)
    return reach.surroundings(subject_id) if reach else []


def can_hide(kind: str) -> bool:
    """Tell whether a subject can be hidden by us; messages of a platform have to be recalled there by hand."""
    reach = REACH.get(kind)
    return reach is not None and reach.hide is not None
