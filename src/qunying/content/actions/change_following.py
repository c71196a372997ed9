"""Follow a board, a topic or a thread, or follow it no more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from qunying.content.boards.events import BOARD_FOLLOWED, BOARD_UNFOLLOWED
from qunying.content.boards.speaking import require_self
from qunying.content.models import Board, Following, Post, Topic
from qunying.content.queries.boards import get_board
from qunying.content.queries.threads import get_thread
from qunying.content.queries.topics import get_topic
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_living_member, list_own_ids
from qunying.stream.record import NewEvent, record

type Followed = Literal["board", "topic", "thread"]


@dataclass(frozen=True)
class FollowingChanged:
    """Whether the member follows it now, and whether that is new."""

    follows: bool
    changed: bool


@action
def change_following(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    kind: Followed,
    subject_id: UUID,
    follows: bool,
) -> FollowingChanged:
    """Let a member follow something on the boards, or follow it no more.

    Args:
        kind: what it is: ``board``, ``topic`` or ``thread``.
        subject_id: which one.
        follows: what shall be.

    Raises:
        MemberNotFound, BoardNotFound, TopicNotFound, PostNotFound: when there is no such thing.
    """
    require_self(actor, member_id)
    member = get_living_member(member_id)
    found: dict[Followed, Callable[[UUID], Board | Topic | Post]] = {
        "board": get_board,
        "topic": get_topic,
        "thread": get_thread,
    }
    subject = found[kind](subject_id)
    if follows:
        changed = Following.objects.get_or_create(member=member, **{kind: subject}, defaults={"since": now})[
            1
        ]
    else:
        own = Following.objects.filter(member__in=list_own_ids(member.id), **{kind: subject})
        changed = own.delete()[0] > 0
    if changed:
        record(
            NewEvent(
                type=BOARD_FOLLOWED if follows else BOARD_UNFOLLOWED,
                occurred_at=now,
                received_at=now,
                member_id=member.id,
                content_id=subject.pk,
                properties={"kind": kind},
            )
        )
    return FollowingChanged(follows, changed)
