"""What cases and reports are about: how each kind is found, shown where it was said, and taken out of sight."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.queries.find_role import find_role
from qunying.communities.queries.list_messages import MessageNotFound, get_context, get_message
from qunying.content.actions.hide_comment import hide_comment
from qunying.content.actions.hide_post import hide_post
from qunying.content.actions.hide_submission import hide_submission
from qunying.content.actions.release_post import release_post
from qunying.content.actions.restore_comment import restore_comment
from qunying.content.actions.restore_post import restore_post
from qunying.content.actions.restore_submission import restore_submission
from qunying.content.boards.names import list_own_names, list_public_names
from qunying.content.boards.threads import PostNotFound
from qunying.content.queries.boards import is_mirrored
from qunying.content.queries.find_voice import find_comment, find_submission, list_comments_beside
from qunying.content.queries.threads import get_post, list_replies
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import find_member
from qunying.moderation.models import SubjectKind

AROUND = 4


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
        author_name: how they call themselves there; empty for who has no name of their own.
        text: what they said.
        said_at: when.
        is_shown: whether every member can read it on the brand's pages at present.
    """

    community_id: UUID | None
    member_id: UUID | None
    author_name: str
    text: str
    said_at: datetime | None
    is_shown: bool = True


@dataclass(frozen=True)
class Reach:
    """What can be done with subjects of a kind.

    Args:
        find: returns one, or None.
        surroundings: what was said around it, in order of time.
        hide, restore: take it out of sight and back, by a reference; None where the platform has to be asked by hand.
        release: shows what was kept back until somebody had looked.
    """

    find: Callable[[UUID], Subject | None]
    surroundings: Callable[[UUID], list[Line]]
    hide: Callable[..., object] | None = None
    restore: Callable[..., object] | None = None
    release: Callable[..., object] | None = None


def _find_member(member_id: UUID) -> Subject | None:
    member = find_member(member_id)
    if member is None:
        return None
    return Subject(community_id=None, member_id=member_id, author_name="", text="", said_at=None)


def _find_message(message_id: UUID) -> Subject | None:
    try:
        message = get_message(message_id)
    except MessageNotFound:
        return None
    return Subject(
        community_id=message.community_id,
        member_id=message.author.member_id if message.author else None,
        author_name=message.author_name,
        text=message.text,
        said_at=message.sent_at,
        is_shown=is_mirrored(message.community_id),
    )


def _around_message(message_id: UUID) -> list[Line]:
    try:
        context = get_context(message_id, before=AROUND, after=AROUND)
    except MessageNotFound:
        return []
    lines = [*context.before, context.message, *context.after]
    return [Line(row.author_name, row.text, row.sent_at, row.pk == message_id) for row in lines]


def _find_post(post_id: UUID) -> Subject | None:
    try:
        post = get_post(post_id)
    except PostNotFound:
        return None
    return Subject(
        community_id=post.board.community_id,
        member_id=post.member_id,
        author_name=_own_name(post.member_id),
        text="\n".join(part for part in (post.title, post.text) if part),
        said_at=post.posted_at,
        is_shown=post.state == post.State.PUBLISHED,
    )


def _around_post(post_id: UUID) -> list[Line]:
    try:
        post = get_post(post_id)
    except PostNotFound:
        return []
    thread = post.thread or post
    replies = list_replies(thread.pk, size=2 * AROUND).rows
    said = {row.pk: row for row in (thread, *replies, post)}
    names = list_public_names({row.member_id for row in said.values() if row.member_id})
    return [
        Line(
            _name_in(names, row.member_id),
            f"{row.title} {row.text}".strip(),
            row.posted_at,
            row.pk == post_id,
        )
        for row in sorted(said.values(), key=lambda row: row.posted_at)
    ]


def _name_in(names: Mapping[UUID, str], member_id: UUID | None) -> str:
    return names.get(member_id, "") if member_id else ""


def _own_name(member_id: UUID | None) -> str:
    return list_own_names([member_id]).get(member_id, "") if member_id else ""


def _nothing_around(_subject_id: UUID) -> list[Line]:
    return []


def _hide_post(subject_id: UUID, reference: str, **act: Any) -> None:
    hide_post(post_id=subject_id, reference=reference, **act)


def _restore_post(_subject_id: UUID, reference: str, **act: Any) -> None:
    restore_post(reference=reference, **act)


def _release_post(subject_id: UUID, **act: Any) -> None:
    release_post(post_id=subject_id, **act)


def _find_comment(comment_id: UUID) -> Subject | None:
    comment = find_comment(comment_id)
    if comment is None:
        return None
    name = _own_name(comment.member_id)
    is_shown = comment.state == comment.State.SHOWN
    return Subject(None, comment.member_id, name, comment.text, comment.created_at, is_shown)


def _around_comment(comment_id: UUID) -> list[Line]:
    comment = find_comment(comment_id)
    if comment is None:
        return []
    said = list_comments_beside(comment, AROUND)
    names = list_public_names({row.member_id for row in said})
    return [Line(_name_in(names, row.member_id), row.text, row.created_at, row == comment) for row in said]


def _find_submission(submission_id: UUID) -> Subject | None:
    submission = find_submission(submission_id)
    if submission is None:
        return None
    text = "\n".join(part for part in (submission.title, submission.text) if part)
    name = _own_name(submission.member_id)
    is_shown = submission.state == submission.State.ACCEPTED
    return Subject(None, submission.member_id, name, text, submission.received_at, is_shown)


def _hide_comment(subject_id: UUID, reference: str, **act: Any) -> None:
    hide_comment(comment_id=subject_id, reference=reference, **act)


def _restore_comment(subject_id: UUID, reference: str, **act: Any) -> None:
    restore_comment(comment_id=subject_id, reference=reference, **act)


def _release_comment(subject_id: UUID, **act: Any) -> None:
    comment = find_comment(subject_id)
    if comment is not None and comment.state == comment.State.WAITING:
        restore_comment(comment_id=subject_id, **act)


def _hide_submission(subject_id: UUID, reference: str, **act: Any) -> None:
    hide_submission(submission_id=subject_id, reference=reference, **act)


def _restore_submission(subject_id: UUID, reference: str, **act: Any) -> None:
    restore_submission(submission_id=subject_id, reference=reference, **act)


REACH: Mapping[str, Reach] = MappingProxyType(
    {
        SubjectKind.MEMBER: Reach(_find_member, _nothing_around),
        SubjectKind.MESSAGE: Reach(_find_message, _around_message),
        SubjectKind.POST: Reach(_find_post, _around_post, _hide_post, _restore_post, _release_post),
        SubjectKind.COMMENT: Reach(
            _find_comment, _around_comment, _hide_comment, _restore_comment, _release_comment
        ),
        SubjectKind.SUBMISSION: Reach(
            _find_submission, _nothing_around, _hide_submission, _restore_submission
        ),
    }
)


def get_subject(kind: str, subject_id: UUID, *, reader_id: UUID | None = None) -> Subject:
    """Return what is meant. With a reader only what that member can read: it is shown, or was said in a group of theirs.

    Raises:
        SubjectNotFound: when there is no such thing, also for a reader who cannot read it, so that ids tell nothing.
    """
    reach = REACH.get(kind)
    subject = reach.find(subject_id) if reach else None
    if subject is None or not (
        reader_id is None or subject.is_shown or _is_among_them(kind, subject, reader_id)
    ):
        raise SubjectNotFound
    return subject


def _is_among_them(kind: str, subject: Subject, reader_id: UUID) -> bool:
    place = subject.community_id if kind == SubjectKind.MESSAGE else None
    return place is not None and find_role(reader_id, place) is not None


def surroundings_of(kind: str, subject_id: UUID) -> list[Line]:
    """Return what was said around a subject, itself included; nothing when it is gone."""
    reach = REACH.get(kind)
    return reach.surroundings(subject_id) if reach else []


def can_hide(kind: str) -> bool:
    """Tell whether a subject can be hidden by us; messages of a platform have to be recalled there by hand."""
    reach = REACH.get(kind)
    return reach is not None and reach.hide is not None
