"""A member says something below an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.events import COMMENT_HELD, CONTENT_COMMENTED
from qunying.content.models import Comment
from qunying.content.speaking import get_public_item, screened
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record

MOST_AN_HOUR = 20


class TooManyComments(Problem):
    """So much is said only by programs."""

    code = "too_many_comments"
    kind = Kind.LIMITED
    message = _("That was a lot in a short time. Please wait a little.")


@dataclass(frozen=True)
class Commented:
    """The comment, and whether everybody sees it already."""

    comment_id: UUID
    is_shown: bool


@action
def comment_on_item(
    *, command_id: str, actor: Actor, now: datetime, item_id: UUID, member_id: UUID, text: str
) -> Commented:
    """Let a member comment on a published item; what screening wants looked at waits.

    Raises:
        ItemNotFound, MemberNotFound, BadText: when something is not there.
        MemberRestricted, NotShown, TooManyComments: when it may not be said.
    """
    member = lock_living_member(member_id)
    item = get_public_item(item_id)
    text = typed(text, field="comment", max_length=1000, lines=True)
    recent = Comment.objects.filter(member=member, created_at__gt=now - timedelta(hours=1))
    if recent.count() >= MOST_AN_HOUR:
        raise TooManyComments
    verdict = screened(text, member_id=member.id, kind="comment", now=now)
    is_shown = verdict.action == "publish"
    comment = Comment.objects.create(
        item=item,
        member=member,
        text=(verdict.replaced_text or text)[:1000],
        state=Comment.State.SHOWN if is_shown else Comment.State.WAITING,
        created_at=now,
    )
    if not is_shown:
        _tell_held(comment, verdict.reasons, now)
    record(
        NewEvent(
            type=CONTENT_COMMENTED,
            occurred_at=now,
            received_at=now,
            member_id=member.id,
            content_id=item.pk,
            properties={"text": comment.text, "comment": str(comment.pk)},
        )
    )
    return Commented(comment.id, is_shown)


def _tell_held(comment: Comment, reasons: Sequence[str], now: datetime) -> None:
    record(
        NewEvent(
            type=COMMENT_HELD,
            occurred_at=now,
            received_at=now,
            member_id=comment.member_id,
            content_id=comment.pk,
            properties={"item": str(comment.item_id), "reasons": ",".join(reasons)},
        )
    )
