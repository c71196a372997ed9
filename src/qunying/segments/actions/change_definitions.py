"""The brand says anew what its lifecycle stages mean and how members are scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.segments.models import Definitions
from qunying.segments.queries.check_stages import check_stages
from qunying.segments.queries.get_definitions import get_definitions

LONGEST_WINDOW_DAYS = 3650


class BadScoring(Problem):
    """The window or the number of scores cannot be."""

    code = "bad_scoring"
    kind = Kind.INVALID
    message = _("Scores look back 1 to 3650 days (or over all time) and run up to 3 to 10.")


@dataclass(frozen=True)
class DefinitionsChanged:
    """The new version and the instant from which it is in force."""

    version: int
    valid_from: datetime


@action
def change_definitions(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    stages: Sequence[dict[str, Any]],
    window_days: int | None,
    bins: int,
) -> DefinitionsChanged:
    """Write down a new version of stages and scoring; instants before it keep the version of their time.

    Args:
        stages: ``{"stage": …, "rule": …}`` in the order in which they are asked; the first that fits has the
            member, the last
            (without a rule) has the rest, so everybody is in exactly one.
        window_days: how far back orders count for the scores; None for all time.
        bins: the highest score.

    Raises:
        StagesIncomplete, BadScoring: when stages or numbers do not fit.
        RuleInvalid: when the rule of a stage has a mistake, or asks for a stage or a segment.
    """
    if not 3 <= bins <= 10 or (window_days is not None and not 1 <= window_days <= LONGEST_WINDOW_DAYS):
        raise BadScoring
    check_stages(stages)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE segments_definitions IN SHARE ROW EXCLUSIVE MODE")
    newest = get_definitions()
    made = Definitions.objects.create(
        version=newest.version + 1,
        valid_from=get_analysis_time(now),
        stages=list(stages),
        window_days=window_days,
        bins=bins,
        changed_at=now,
        changed_by=actor.key,
    )
    return DefinitionsChanged(made.version, made.valid_from)
