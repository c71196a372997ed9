"""Note what a campaign taught."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import Lesson, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text


class UnknownLesson(Problem):
    """The kind or the area of a lesson is not on the list."""

    code = "unknown_lesson"
    kind = Kind.INVALID
    message = _("Choose the kind and the area from the lists.")


@dataclass(frozen=True)
class LessonAdded:
    """The lesson."""

    lesson_id: UUID


@action
def add_lesson(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, kind: str, area: str, text: str
) -> LessonAdded:
    """Add a highlight, a shortfall or a lesson to a campaign that was launched. It is offered when later
    plans are written.

    Args:
        kind: ``highlight``, ``shortfall`` or ``lesson``.
        area: ``planning``, ``execution``, ``media`` or ``interaction``.
        text: what was learnt.

    Raises:
        CampaignNotFound, WrongState: when there is no such campaign, or it has not run.
        UnknownLesson, BadText: when the entry cannot be.
    """
    campaign = lock_campaign(campaign_id, State.RUNNING, State.CLOSED)
    if kind not in Lesson.Kind.values or area not in Lesson.Area.values:
        raise UnknownLesson
    lesson = Lesson.objects.create(
        campaign=campaign,
        kind=kind,
        area=area,
        text=checked_text(text, field="text", max_length=2000, lines=True),
        by=actor.key,
        at=now,
    )
    return LessonAdded(lesson.id)
