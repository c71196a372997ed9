"""Boards and what is said on them, for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.content import screening
from qunying.content.actions.create_board import create_board
from qunying.content.actions.like_post import Liked, like_post
from qunying.content.actions.post_on_board import post_on_board
from qunying.content.actions.reply_to_post import reply_to_post
from qunying.content.boards.profile import BoardProfile
from qunying.content.boards.publishing import Posted
from qunying.content.models import Board, Post
from qunying.content.screening import Spoken, Verdict
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import NOW, anybody, make_member


def make_board(name: str = "", **fields: Any) -> Board:
    """Return a new open board."""
    profile = BoardProfile(name=name or f"Board {new_id().hex[:8]}", **fields)
    made = create_board(command_id=str(new_id()), actor=anybody(), now=NOW, profile=profile)
    return Board.objects.get(pk=made.board_id)


def say(
    board: Board,
    author: Member | None,
    text: str = "My skin burns in the sun.",
    *,
    title: str = "Sun",
    now: datetime = NOW,
    actor: Actor | None = None,
    **fields: Any,
) -> Posted:
    """Begin a thread."""
    return post_on_board(
        command_id=str(new_id()),
        actor=actor or anybody(),
        now=now,
        board_id=board.id,
        member_id=author.id if author else None,
        title=title,
        text=text,
        **fields,
    )


def answer(
    post_id: UUID,
    author: Member | None,
    text: str = "Try a hat.",
    *,
    now: datetime = NOW,
    actor: Actor | None = None,
) -> Posted:
    """Reply."""
    return reply_to_post(
        command_id=str(new_id()),
        actor=actor or anybody(),
        now=now,
        post_id=post_id,
        member_id=author.id if author else None,
        text=text,
    )


def like(post_id: UUID, member: Member, now: datetime = NOW) -> Liked:
    """Like."""
    return like_post(command_id=str(new_id()), actor=anybody(), now=now, post_id=post_id, member_id=member.id)


def make_thread(board: Board | None = None, **fields: Any) -> Post:
    """Return a shown thread of a new member."""
    told = say(board or make_board(), make_member(), **fields)
    return Post.objects.select_related("board", "member").get(pk=told.post_id)


@contextmanager
def screened_by(verdict: Verdict | Callable[[Spoken], Verdict]) -> Iterator[list[Spoken]]:
    """Let every text meet this verdict for a while; yields what was asked about."""
    asked: list[Spoken] = []

    def answer_all(spoken: Spoken) -> Verdict:
        asked.append(spoken)
        return verdict if isinstance(verdict, Verdict) else verdict(spoken)

    before = screening._screens[:]
    screening.register_screen(answer_all)
    try:
        yield asked
    finally:
        screening._screens[:] = before
