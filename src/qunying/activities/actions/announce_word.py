"""Staff announce a watchword of a live session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.drafting import lock_activity
from qunying.activities.eligibility import check_open
from qunying.activities.kinds.live import Live, LiveSettings, NotOnAir
from qunying.activities.models import LiveWord
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class UnknownWord(Problem):
    """The live session has no such watchword."""

    code = "unknown_watchword"
    kind = Kind.NOT_FOUND
    message = _("There is no such watchword.")


class WordAnnounced(Problem):
    """The watchword was announced before."""

    code = "watchword_announced"
    kind = Kind.CONFLICT
    message = _("“{title}” was announced before; a watchword is announced once.")


@dataclass(frozen=True)
class WordOnAir:
    """Until when saying the word counts."""

    key: str
    until: datetime


@action
def announce_word(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID, word: str) -> WordOnAir:
    """Let a watchword count from now on, for its minutes but not beyond the end of the session.

    Args:
        word: its key in the rules.

    Raises:
        UnknownActivity, ActivityNotOpen, NotOnAir, UnknownWord, WordAnnounced.
    """
    activity = lock_activity(activity_id, kind=Live.slug)
    check_open(activity, now)
    rules = LiveSettings.model_validate(activity.settings)
    if not rules.is_on_air(now):
        raise NotOnAir(title=activity.title)
    found = next((each for each in rules.words if each.key == word), None)
    if found is None:
        raise UnknownWord
    if LiveWord.objects.filter(activity=activity, key=word).exists():
        raise WordAnnounced(title=found.title)
    until = min(now + timedelta(minutes=found.minutes), rules.ends())
    LiveWord.objects.create(
        activity=activity, key=word, announced_at=now, until=until, announced_by=actor.key
    )
    return WordOnAir(word, until)
