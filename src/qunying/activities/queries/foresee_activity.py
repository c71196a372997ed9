"""What an activity may come to, played many times under its own rules before it opens."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity
from qunying.activities.turns_for_points import turns_on_sale
from qunying.engines.simulate_activity import Draw, Outcome, Rights, Teams, simulate_activity
from qunying.kernel.problems import Kind, Problem
from qunying.shop.queries.expect_by_hour import expect_by_hour

RUNS = 1_000
MOST_PER_HOUR = 100_000


class NotSimulated(Problem):
    """There is no simulation for this kind of activity."""

    code = "not_simulated"
    kind = Kind.CONFLICT
    message = _("“{title}” is of a kind that cannot be simulated.")


@dataclass(frozen=True)
class Foreseen:
    """The outcome, the names of the prizes by key, and the most that prizes can cost in minor units."""

    outcome: Outcome
    names: dict[str, str]
    largest_minor: int
    currency: str


def is_simulated(activity: Activity) -> bool:
    """Tell whether activities of this kind can be simulated."""
    return kind_of(activity.kind).mechanic(activity) is not None


def foresee_activity(
    activity: Activity,
    *,
    per_hour: float,
    turns: float = 1.0,
    used: float = 1.0,
    now: datetime,
    seed: int = 1,
) -> Foreseen:
    """Return what a thousand runs of an activity under its rules come to.

    Args:
        per_hour: members expected per hour on average; they come by the brand's own active hours.
        turns: how often each takes part on average; never more than the rules allow, with the turns that points buy.
        used: the share (0-1) of rights to buy that the shop will confirm; the others lapse and go to the next.
        seed: of the generator.

    Raises:
        NotSimulated.
    """
    kind = kind_of(activity.kind)
    mechanic = kind.mechanic(activity)
    if mechanic is None:
        raise NotSimulated(title=activity.title)
    if isinstance(mechanic, Rights | Teams):
        mechanic = replace(mechanic, used=used)
    each = turns
    if activity.per_member is not None:
        each = min(turns, float(activity.per_member + turns_on_sale(activity).most))
    if kind.once or isinstance(mechanic, Draw):
        each = 1.0
    arrivals = expect_by_hour(activity.opens_at, activity.closes_at, per_hour * each, now)
    settings = kind.read(activity)
    return Foreseen(
        outcome=simulate_activity(mechanic, arrivals, runs=RUNS, seed=seed),
        names={prize.key: prize.name for prize in settings.prizes_of()},
        largest_minor=settings.worth_minor(),
        currency=activity.currency,
    )
