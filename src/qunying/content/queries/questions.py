"""Questions and their answers: on boards from their tables, in platform groups from the stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import ibis
from django.db.models import F, QuerySet

from qunying.content.models import Board, Post
from qunying.content.spoken import person_of, spoken
from qunying.stream.lake import Analysis, property_of

type QuestionState = Literal["unanswered", "open", "answered"]


def list_questions(state: QuestionState, *, board_id: UUID | None = None) -> QuerySet[Post]:
    """Return the shown questions of boards, without order.

    Args:
        state: ``unanswered``: nobody but the asker has replied; ``open``: replied to, no answer accepted; ``answered``.
        board_id: of one board; None for all that are not closed.
    """
    questions = Post.objects.select_related("board", "member", "staff").defer("terms")
    questions = questions.filter(thread=None, state=Post.State.PUBLISHED, is_question=True)
    questions = (
        questions.filter(board=board_id) if board_id else questions.exclude(board__state=Board.State.CLOSED)
    )
    if state == "answered":
        return questions.filter(answer__isnull=False)
    return questions.filter(answer=None, answered_at__isnull=state == "unanswered")


@dataclass(frozen=True)
class AnswerTimes:
    """How questions of a period fared on boards.

    Attributes:
        asked: questions.
        replied: those to which somebody else replied.
        accepted: those with an accepted answer.
        median_minutes: from asking to the first reply of another, None without any.
    """

    asked: int
    replied: int
    accepted: int
    median_minutes: float | None


def measure_answers(start: datetime, end: datetime) -> AnswerTimes:
    """Return how the questions asked on boards between two instants fared."""
    asked = Post.objects.filter(
        thread=None, state=Post.State.PUBLISHED, is_question=True, posted_at__gte=start, posted_at__lt=end
    )
    waits = sorted(
        asked.filter(answered_at__isnull=False)
        .annotate(wait=F("answered_at") - F("posted_at"))
        .values_list("wait", flat=True)
    )
    middle = waits[len(waits) // 2].total_seconds() / 60 if waits else None
    return AnswerTimes(asked.count(), len(waits), asked.filter(answer__isnull=False).count(), middle)


@dataclass(frozen=True)
class GroupQuestion:
    """A message of a platform group that looks like a question, and the replies of others to it."""

    message_id: UUID
    community_id: UUID
    asked_at: datetime
    replies: int
    answered_at: datetime | None


def list_group_questions(
    analysis: Analysis,
    *,
    start: datetime,
    end: datetime,
    community_id: UUID | None = None,
    unanswered: bool = True,
    limit: int = 100,
) -> list[GroupQuestion]:
    """Return what was asked in platform groups between two instants, newest first.

    Args:
        analysis: an open reading of the stream.
        start, end: of the asking; replies count whenever they came.
        community_id: of one community; None for all.
        unanswered: only questions to which nobody else has replied.
        limit: how many, 1 to 1000.
    """
    said = spoken(analysis, ["message_posted"], community_id)
    said = said.filter(said.occurred_at >= start).select(
        "community_id",
        "occurred_at",
        item=said.content_id,
        person=person_of(said),
        target=property_of(said.properties, "reply_to"),
        question=property_of(said.properties, "question"),
    )
    # A reply that asks back belongs to the thread of what it answers.
    asked = said.filter(said.question == "yes", said.occurred_at < end, said.target.isnull())
    replies = said.filter(said.target.notnull()).select(
        target=said.target, replier=said.person, at=said.occurred_at
    )
    met = asked.left_join(replies, asked.item == replies.target)
    by_other = met.replier.notnull() & (met.person.isnull() | (met.replier != met.person))
    rows = met.group_by("item", "community_id", "occurred_at").agg(
        replies=by_other.sum(),
        answered_at=ibis.ifelse(by_other, met["at"], ibis.null("timestamp('UTC')")).min(),
    )
    if unanswered:
        rows = rows.filter(rows.replies == 0)
    rows = rows.order_by(rows.occurred_at.desc(), rows.item).limit(max(1, min(limit, 1000)))
    return [
        GroupQuestion(
            UUID(row["item"]),
            UUID(row["community_id"]),
            row["occurred_at"],
            row["replies"],
            row["answered_at"],
        )
        for row in analysis.connection.to_pyarrow(rows).to_pylist()
    ]
