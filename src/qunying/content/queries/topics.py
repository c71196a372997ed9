"""Topics: found, listed, and which of them are hot now.

Heat is read from the stream, so that what boards and platform groups say counts alike: every event with ``topics``
counts each person once per topic and day. A flood of posts by one person moves nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.content.boards.text import topic_key
from qunying.content.models import Topic
from qunying.content.spoken import SAID, person_of, spoken
from qunying.engines.burst import burst, expected
from qunying.kernel.problems import Kind, Problem
from qunying.stream.lake import Analysis, property_of

WINDOW = timedelta(days=1)
PAST_WINDOWS = 28
HOT_SCORE, HOT_PEOPLE = 3.0, 3


class TopicNotFound(Problem):
    """There is no such topic, or it is hidden."""

    code = "topic_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such topic.")


@dataclass(frozen=True)
class TopicHeat:
    """How a topic is doing.

    Attributes:
        name: the topic.
        people: different people who spoke about it in the last 24 hours.
        posts: what they said.
        expected: people that its own past promised.
        score: how surprising that is (see ``engines.burst``); hot from 3 on, with at least three people.
        people_before: different people in the 28 days before.
    """

    name: str
    people: int
    posts: int
    expected: float
    score: float
    people_before: int

    @property
    def is_hot(self) -> bool:
        """Whether it is worth showing as hot."""
        return self.score >= HOT_SCORE and self.people >= HOT_PEOPLE


def get_topic(topic_id: UUID) -> Topic:
    """Return a topic.

    Raises:
        TopicNotFound: when there is none, or it is hidden.
    """
    topic = Topic.objects.filter(pk=topic_id, is_hidden=False).first()
    if topic is None:
        raise TopicNotFound
    return topic


def find_topic(name: str) -> Topic | None:
    """Return the topic of a name in whatever spelling, or None."""
    return Topic.objects.filter(key=topic_key(name.strip().strip("#＃"))).first()


def list_topics() -> QuerySet[Topic]:
    """Return shown topics, the hottest first, then the largest."""
    return Topic.objects.filter(is_hidden=False).order_by("-heat", "-post_count", "name")


def list_heat(analysis: Analysis, now: datetime, *, community_id: UUID | None = None) -> list[TopicHeat]:
    """Return every topic that anybody spoke about in the last 24 hours, the most surprising first.

    Args:
        analysis: an open reading of the stream.
        now: the end of the present day-long window; 28 such windows before it are the past.
        community_id: of one community; None for everywhere.
    """
    said = spoken(analysis, SAID, community_id)
    said = said.filter(said.occurred_at <= now, said.occurred_at > now - WINDOW * (PAST_WINDOWS + 1))
    said = said.mutate(topics=property_of(said.properties, "topics"), person=person_of(said))
    said = said.filter(said.topics.notnull(), said.topics != "", said.person.notnull())
    age = (now.timestamp() - said.occurred_at.epoch_seconds()) // WINDOW.total_seconds()
    parts = said.select(topic=said.topics.split(",").unnest(), person=said.person, window=age.cast("int64"))
    counted = parts.group_by("topic", "window").agg(people=parts.person.nunique(), posts=parts.count())
    past = parts.filter(parts.window > 0).group_by("topic").agg(people=parts.person.nunique())
    before = {row["topic"]: row["people"] for row in analysis.connection.to_pyarrow(past).to_pylist()}
    return _scored(analysis.connection.to_pyarrow(counted).to_pylist(), before)


def _scored(rows: list[dict[str, Any]], before: dict[str, int]) -> list[TopicHeat]:
    names = sorted({row["topic"] for row in rows if row["window"] == 0})
    places = {name: place for place, name in enumerate(names)}
    people = np.zeros((len(names), PAST_WINDOWS + 1))
    posts = [0] * len(names)
    for row in rows:
        place = places.get(row["topic"])
        if place is None or not 0 <= row["window"] <= PAST_WINDOWS:
            continue
        people[place, row["window"]] = row["people"]
        if row["window"] == 0:
            posts[place] = row["posts"]
    recent, past = people[:, 0], people[:, 1:]
    scores, rates = burst(recent, past), expected(past)
    found = [
        TopicHeat(
            name=name,
            people=int(recent[place]),
            posts=posts[place],
            expected=round(float(rates[place]), 2),
            score=round(float(scores[place]), 2),
            people_before=before.get(name, 0),
        )
        for name, place in places.items()
    ]
    return sorted(found, key=lambda heat: (-heat.score, -heat.people, heat.name))
