"""Put a topic up for members to talk about, or change what it says."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import pgettext

from qunying.content.boards.profile import BoardFieldInvalid
from qunying.content.boards.text import taken_text, topic_key, topic_names
from qunying.content.models import Topic
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class TopicPutUp:
    """The topic; ``created`` when nobody had named it before."""

    topic_id: UUID
    created: bool


@action
def put_up_topic(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    purpose: str = "",
    source: str = Topic.Source.HOT_EVENT,
    is_hidden: bool = False,
) -> TopicPutUp:
    """Put up a topic from a hot event, a pain point or a campaign; or describe, hide or show one that exists.

    A hidden topic is shown nowhere and can be named in no new thread; threads that named it stay.

    Raises:
        BadText, TopicsInvalid: when the name or the purpose cannot be one.
        BoardFieldInvalid: when the source is none.
    """
    names = topic_names([name])
    if not names or source not in Topic.Source.values:
        raise BoardFieldInvalid(field="name" if not names else "source")
    about = (
        taken_text(purpose, field=pgettext("boards", "What it is about"), max_length=200, lines=False)
        if purpose.strip()
        else ""
    )
    topic, created = Topic.objects.update_or_create(
        key=topic_key(names[0]),
        defaults={"purpose": about, "source": source, "is_hidden": is_hidden},
        create_defaults={
            "name": names[0],
            "purpose": about,
            "source": source,
            "is_hidden": is_hidden,
            "created_at": now,
        },
    )
    return TopicPutUp(topic.pk, created)
