"""Who is listened to on boards and in groups: leaders and helpful members, from the stream.

A **leader** gets replies from many different people; a **helper** answers others, and many different people reply to,
like or accept these answers. Volume counts against both (see ``engines.recognition``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import ibis
import numpy as np

from qunying.communities.queries.find_restriction import list_restricted
from qunying.content.models import Board
from qunying.content.spoken import SAID, person_of, spoken
from qunying.engines.recognition import recognition
from qunying.stream.lake import Analysis, property_of

type Voice = Literal["leader", "helper"]
REACTIONS = ("board_post_liked", "board_answer_accepted")


@dataclass(frozen=True)
class Recognised:
    """One person and what others made of what they said.

    Attributes:
        person: the member's id, or the id of somebody known on a platform only.
        is_member: which of the two.
        people: how many different others responded.
        responded: how many of the things said got a response.
        spoken: how many things were said (of a helper: answers given).
        accepted: how many were accepted as answers.
        score: see ``engines.recognition``.
    """

    person: str
    is_member: bool
    people: int
    responded: int
    spoken: int
    accepted: int
    score: float


def list_voices(
    analysis: Analysis,
    voice: Voice,
    *,
    start: datetime,
    end: datetime,
    community_id: UUID | None = None,
    board_id: UUID | None = None,
    now: datetime,
    limit: int = 100,
) -> list[Recognised]:
    """Return who was listened to most between two instants, the most recognised first.

    Members from whom a penalty takes their rank there are left out.

    Args:
        analysis: an open reading of the stream.
        voice: ``leader`` counts replies to anything said; ``helper`` counts replies, likes and acceptances of answers.
        start, end: things said and responses of this period count, ``start`` included, ``end`` not.
        community_id: of one community; None for everywhere.
        board_id: of one board; None for boards and groups.
        now: the present instant: penalties in force then count.
        limit: how many people, 1 to 1000.
    """
    events = spoken(analysis, [*SAID, *REACTIONS], community_id)
    events = events.filter(events.occurred_at >= start, events.occurred_at < end)
    if board_id is not None:
        events = events.filter(property_of(events.properties, "board") == str(board_id))
    said = _said(events)
    items = _answers(said) if voice == "helper" else said.select("item", "person", "is_member")
    responses = said.filter(said.target.notnull()).select(item=said.target, responder=said.person, accepted=0)
    if voice == "helper":
        responses = responses.union(_reactions(events))
    rows = analysis.connection.to_pyarrow(_counted(items, responses)).to_pylist()
    place = community_id or (_community_of(board_id) if board_id else None)
    return _ranked(_with_rank(rows, place, now), max(1, min(limit, 1000)))


def _community_of(board_id: UUID) -> UUID | None:
    return Board.objects.filter(pk=board_id).values_list("community", flat=True).first()


def _with_rank(rows: list[dict[str, Any]], community_id: UUID | None, now: datetime) -> list[dict[str, Any]]:
    """Return the rows of people whose rank nothing takes."""
    members = [UUID(row["person"]) for row in rows if row["is_member"]]
    out = {str(one) for one in list_restricted(members, now, takes="rank", community_id=community_id)}
    return [row for row in rows if row["person"] not in out]


def _said(events: Any) -> Any:
    """Return one row per thing said: an edited one that the stream tells of twice is one."""
    said = events.filter(events.name.isin(SAID)).mutate(person=person_of(events))
    said = said.filter(said.person.notnull(), said.content_id.notnull())
    target = property_of(said.properties, "reply_to")
    return said.group_by(item=said.content_id).agg(
        person=said.person.min(),
        is_member=said.member_id.notnull().any(),
        target=ibis.ifelse(target == "", ibis.null("string"), target).max(),
    )


def _answers(said: Any) -> Any:
    """Return the things said in reply to somebody else."""
    parents = said.select(target=said.item, asker=said.person)
    joined = said.join(parents, "target")
    return joined.filter(joined.asker != joined.person).select("item", "person", "is_member")


def _reactions(events: Any) -> Any:
    """Return likes and acceptances as responses; an acceptance is by whoever accepted."""
    liked = events.filter(events.name == "board_post_liked")
    accepted = events.filter(events.name == "board_answer_accepted")
    return liked.select(item=liked.content_id, responder=liked.member_id, accepted=0).union(
        accepted.select(
            item=accepted.content_id, responder=property_of(accepted.properties, "accepted_by"), accepted=1
        )
    )


def _counted(items: Any, responses: Any) -> Any:
    spoken = items.group_by("person").agg(spoken=items.item.nunique(), is_member=items.is_member.any())
    met = items.join(responses, "item")
    met = met.filter(met.responder != met.person)
    response = met.group_by("person").agg(
        people=met.responder.nunique(),
        responded=met.item.nunique(),
        accepted=met.item.nunique(where=met.accepted == 1),
    )
    return spoken.join(response, "person").select(
        "person", "is_member", "people", "responded", "spoken", "accepted"
    )


def _ranked(rows: list[dict[str, Any]], limit: int) -> list[Recognised]:
    columns = [
        np.array([row[name] for row in rows], dtype=float) for name in ("people", "responded", "spoken")
    ]
    scores = recognition(*columns)
    found = [Recognised(**row, score=round(float(score), 3)) for row, score in zip(rows, scores, strict=True)]
    return sorted(found, key=lambda one: (-one.score, one.person))[:limit]
