"""Write a badge, new or changed."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunying.honours.awarding import find_badge
from qunying.honours.measures import Measure
from qunying.honours.models import SIGNS, Badge
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

MOST_LEVELS, MOST_COUNT = 10, 1_000_000


class BadgeWrong(Problem):
    """A field of the badge does not make sense."""

    code = "badge_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


class BadgeNameTaken(Problem):
    """Another badge has this name."""

    code = "badge_name_taken"
    kind = Kind.CONFLICT
    message = _("There is a badge called “{name}” already.")


class BadgeRetired(Problem):
    """A retired badge stays as it is."""

    code = "badge_retired"
    kind = Kind.CONFLICT
    message = _("“{name}” is retired: it is not given or changed any more.")


@action
def write_badge(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    sign: str,
    about: str = "",
    measure: str = "",
    levels: list[int] | None = None,
    counts_history: bool = False,
    badge_id: UUID | None = None,
) -> UUID:
    """Write a badge and return its id. Levels that are changed hold from the next counting on.

    Args:
        name: what members read, at most 20 signs.
        sign: one of ``models.SIGNS``, shown beside names.
        about: what it is for.
        measure: what is counted; empty for a badge that staff gives.
        levels: rising counts, one for a badge that is given once; none without a measure.
        counts_history: whether what happened before the brand came here counts.
        badge_id: the badge to change; None for a new one.

    Raises:
        BadgeNotFound, BadgeRetired, BadgeWrong, BadgeNameTaken, and the problems of texts.
    """
    name = checked_text(name, field="name", max_length=20)
    about = checked_text(about, field="about", max_length=200) if about else ""
    levels = levels or []
    _check(sign, measure, levels)
    badge = find_badge(badge_id, lock=True) if badge_id else Badge(measure=measure)
    if badge.state == Badge.State.RETIRED:
        raise BadgeRetired(name=badge.name)
    if badge.measure != measure:
        raise BadgeWrong(field="measure", reason=gettext("what a badge counts stays; write another one"))
    if Badge.objects.filter(name=name).exclude(pk=badge.pk).exists():
        raise BadgeNameTaken(name=name)
    badge.name, badge.sign, badge.about, badge.levels = name, sign, about, levels
    badge.counts_history, badge.written_at, badge.written_by = counts_history, now, actor.key
    badge.save()
    return badge.pk


def _check(sign: str, measure: str, levels: list[int]) -> None:
    if sign not in SIGNS:
        raise BadgeWrong(field="sign", reason=" ".join(SIGNS))
    if measure and measure not in Measure.values:
        raise BadgeWrong(field="measure", reason=", ".join(Measure.values))
    if not measure:
        if levels:
            raise BadgeWrong(field="levels", reason=gettext("a badge that staff gives has none"))
        return
    rising = levels == sorted(set(levels))
    if not levels or len(levels) > MOST_LEVELS or not rising or levels[0] < 1 or levels[-1] > MOST_COUNT:
        raise BadgeWrong(field="levels", reason=gettext("one to ten rising numbers from 1 to 1,000,000"))
