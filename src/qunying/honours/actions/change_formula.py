"""Change how contribution is scored."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.honours.measures import Measure
from qunying.honours.models import Formula
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem

MOST_POINTS, MOST_PER_DAY = 1_000, 1_000


class FormulaWrong(Problem):
    """A weight does not make sense."""

    code = "formula_wrong"
    kind = Kind.INVALID
    message = _("{measure}: points are 0 to 1,000 and so is the number that counts in a day.")


@action
def change_formula(
    *, command_id: str, actor: Actor, now: datetime, weights: dict[str, tuple[int, int]]
) -> None:
    """Set the contribution score; it holds from the next counting on, for all periods. Members read it below the leaderboard.

    Args:
        weights: by measure the points of one act, and how many acts of a day count (0: all); what is left out counts nothing.

    Raises:
        FormulaWrong.
    """
    for name, (points, per_day) in weights.items():
        if name not in Measure.values or not 0 <= points <= MOST_POINTS or not 0 <= per_day <= MOST_PER_DAY:
            raise FormulaWrong(measure=name[:40])
    kept = {name: [points, per_day] for name, (points, per_day) in weights.items() if points}
    Formula.objects.update_or_create(
        pk=1, defaults={"weights": kept, "changed_at": now, "changed_by": actor.key}
    )
