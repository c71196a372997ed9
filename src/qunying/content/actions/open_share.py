"""Somebody opened a link that a member had passed on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from qunying.content.boards.events import BOARD_SHARE_OPENED
from qunying.content.boards.threads import PostNotFound
from qunying.content.models import PostShare
from qunying.content.queries.threads import get_thread
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class Opened:
    """The thread behind the link."""

    thread_id: UUID


@action
def open_share(
    *, command_id: str, actor: Actor, now: datetime, token: str, member_id: UUID | None = None
) -> Opened:
    """Lead on to a shared thread and note that the link was opened.

    The note is an observation: whoever has the link, or a program, can cause it. Nothing of value may hang on it.

    Args:
        token: of the link.
        member_id: who opened it, when they are signed in.

    Raises:
        PostNotFound: when there is no such link, or its thread is not shown.
    """
    share = PostShare.objects.filter(token=token).first()
    if share is None:
        raise PostNotFound
    thread = get_thread(share.post_id)
    PostShare.objects.filter(pk=share.pk).update(opens=F("opens") + 1)
    record(
        NewEvent(
            type=BOARD_SHARE_OPENED,
            occurred_at=now,
            received_at=now,
            member_id=member_id,
            community_id=thread.board.community_id,
            content_id=thread.pk,
            properties={"board": str(thread.board_id), "shared_by": str(share.member_id)},
        )
    )
    return Opened(thread.pk)
