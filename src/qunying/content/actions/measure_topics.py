"""Write down which topics are hot now, for the member web."""

from dataclasses import dataclass
from datetime import datetime

from qunying.content.boards.text import topic_key
from qunying.content.models import Topic
from qunying.content.queries.topics import list_heat
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.lake import open_analysis


@dataclass(frozen=True)
class TopicsMeasured:
    """How many topics were spoken about, and how many of them are hot."""

    topics: int
    hot: int


@action
def measure_topics(*, command_id: str, actor: Actor, now: datetime) -> TopicsMeasured:
    """Measure every topic of the 24 hours before ``now``; topics that nobody speaks of any more cool to nothing.

    Topics that only groups have named stay with the console: the member web shows topics of its own boards.
    """
    with open_analysis(now) as analysis:
        heat = {topic_key(row.name): row for row in list_heat(analysis, now)}
    Topic.objects.exclude(key__in=heat).exclude(heat=0, people=0).update(heat=0, people=0, measured_at=now)
    for topic in Topic.objects.filter(key__in=heat).order_by("pk"):
        row = heat[topic.key]
        # What is not hot by people either must not look hot.
        score = row.score if row.is_hot else min(row.score, 1.0)
        Topic.objects.filter(pk=topic.pk).update(heat=score, people=row.people, measured_at=now)
    return TopicsMeasured(len(heat), sum(row.is_hot for row in heat.values()))
