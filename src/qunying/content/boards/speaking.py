"""Who may speak on a board, and what becomes of what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.queries.find_restriction import find_restriction
from qunying.content.models import Board, BoardModerator, Post
from qunying.content.screening import Spoken, screen
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, lock_living_member

EDIT_WINDOW = timedelta(minutes=30)
RATE_WINDOW = timedelta(minutes=10)
_STATES = {"publish": Post.State.PUBLISHED, "review": Post.State.HELD, "refuse": Post.State.REFUSED}
THREADS_IN_WINDOW, REPLIES_IN_WINDOW = 5, 20


class BoardClosed(Problem):
    """Nobody posts on this board at present."""

    code = "board_closed"
    kind = Kind.CONFLICT
    message = _("“{board}” can be read only.")


class SpeakingRestricted(Problem):
    """The member is muted."""

    code = "speaking_restricted"
    kind = Kind.FORBIDDEN
    message = _("You are muted until {until} ({reference}). “My penalties” says why, and how to appeal.")


class SpeakingForbidden(Problem):
    """The member is muted without an end."""

    code = "speaking_forbidden"
    kind = Kind.FORBIDDEN
    message = _("You are muted for good ({reference}). “My penalties” says why, and how to appeal.")


class PostingTooFast(Problem):
    """So much from one person in so short a time."""

    code = "posting_too_fast"
    kind = Kind.LIMITED
    message = ngettext_lazy(
        "That is a lot at once. Wait {minutes} minute before the next post; your text is still here.",
        "That is a lot at once. Wait {minutes} minutes before the next post; your text is still here.",
        "minutes",
    )


class PostRefused(Problem):
    """The screen does not let a text through."""

    code = "post_refused"
    kind = Kind.INVALID
    message = _("This text breaks the community rules and was not saved. Change it and try again.")


@dataclass(frozen=True)
class Author:
    """Who speaks: a member, somebody of the staff, or (neither) the brand itself."""

    member_id: UUID | None
    staff_id: UUID | None


@dataclass(frozen=True)
class Screened:
    """A text as it may be stored, and whether it may be seen."""

    title: str
    text: str
    topics: list[str]
    state: str
    reasons: list[str]


def author_of(actor: Actor, member_id: UUID | None) -> Author:
    """Return who speaks; a member's row is held, so that what one person says comes one after the other.

    Raises:
        MemberNotFound: when there is no such member.
        Forbidden: when a member would speak for another.
    """
    if member_id is not None:
        require_self(actor, member_id)
        return Author(lock_living_member(member_id).id, None)
    if actor.kind == "member":
        raise Forbidden(action="content.post_on_board")
    return Author(None, UUID(actor.id) if actor.kind == "staff" else None)


def require_self(actor: Actor, member_id: UUID) -> None:
    """Refuse when a member would act for another.

    Raises:
        Forbidden.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="content.act_for_another")


def is_own(post: Post, member_id: UUID) -> bool:
    """Tell whether a post is by a member, under any of their ids."""
    return post.member_id is not None and post.member_id in list_own_ids(member_id)


def require_may_speak(author: Author, board: Board, now: datetime, *, is_reply: bool) -> None:
    """Refuse who may not speak here now.

    Raises:
        BoardClosed: when the board is read-only (the staff may still post) or a mirror.
        SpeakingRestricted, SpeakingForbidden: when the member is muted.
        PostingTooFast: after five threads or twenty replies in ten minutes.
    """
    if board.is_mirror or (author.member_id is not None and board.state != Board.State.OPEN):
        raise BoardClosed(board=board.name)
    if author.member_id is None:
        return
    require_not_muted(author.member_id, board.community_id, now)
    lately = Post.objects.filter(
        member=author.member_id, posted_at__gt=now - RATE_WINDOW, thread__isnull=not is_reply
    )
    if lately.count() >= (REPLIES_IN_WINDOW if is_reply else THREADS_IN_WINDOW):
        raise PostingTooFast(minutes=int(RATE_WINDOW.total_seconds() // 60))


def require_not_muted(member_id: UUID, community_id: UUID | None, now: datetime) -> None:
    """Refuse a member whom a restriction keeps silent.

    Raises:
        SpeakingRestricted, SpeakingForbidden.
    """
    restriction = find_restriction(member_id, community_id, now)
    if restriction is None:
        return
    if restriction.until is None:
        raise SpeakingForbidden(reference=restriction.reference)
    raise SpeakingRestricted(until=_local(restriction.until), reference=restriction.reference)


def screened(author: Author, board: Board, title: str, text: str, topics: Sequence[str] = ()) -> Screened:
    """Return what may be stored of a text; what the brand says itself needs no screening.

    A screen that covers words sees the title as the first line and the topics as the last; topics that it covers go.
    """
    if author.member_id is None:
        return Screened(title, text, list(topics), Post.State.PUBLISHED, [])
    marks = " ".join(f"#{topic}" for topic in topics)
    whole = f"{title}\n{text}\n{marks}"
    verdict = screen(
        Spoken(text=whole.strip(), member_id=author.member_id, community_id=board.community_id, kind="post")
    )
    if verdict.replaced_text is not None:
        lines = verdict.replaced_text.split("\n")
        title = lines.pop(0) if title else ""
        topics = topics if marks and lines.pop() == marks else ()
        text = "\n".join(lines)
    return Screened(title, text, list(topics), _STATES[verdict.action], list(verdict.reasons))


def require_board_duty(actor: Actor, board_id: UUID) -> None:
    """Let the staff and programs with the permission, and members who keep order on this board.

    Raises:
        Forbidden: when a member is no moderator of the board.
    """
    if actor.kind == "member" and not is_board_moderator(board_id, UUID(actor.id)):
        raise Forbidden(action="content.keep_order")


def is_board_moderator(board_id: UUID, member_id: UUID) -> bool:
    """Tell whether a member keeps order on a board."""
    return BoardModerator.objects.filter(
        board=board_id, member__in=list_own_ids(member_id), dismissed_at=None
    ).exists()


def _local(instant: datetime) -> str:
    return date_format(instant.astimezone(ZoneInfo(get_brand().zone)), "Y-m-d H:i")
