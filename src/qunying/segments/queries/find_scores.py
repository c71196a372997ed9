"""The scores and the stage of a member."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.clock import local_day
from qunying.segments.models import MemberScore, ScoreRun


@dataclass(frozen=True)
class Scores:
    """A member's recency, frequency, money and stage at an instant.

    Attributes:
        recency_days: days since the last order in the window, None without one.
        frequency: orders in the window.
        monetary_minor: their money net of refunds, minor units.
        r, f, m: scores, 1 the lowest; None without an order in the window.
        stage: ``potential`` … ``churned``.
        as_of: the instant that the last run looked back from.
    """

    member_id: UUID
    recency_days: int | None
    frequency: int
    monetary_minor: int
    r: int | None
    f: int | None
    m: int | None
    stage: str
    as_of: datetime


def find_scores(member_id: UUID) -> Scores | None:
    """Return the scores of a member at the last run, or None when they have none yet."""
    row = MemberScore.objects.filter(pk=member_id).first()
    run = find_last_run()
    if row is None or run is None:
        return None
    zone = get_brand().zone
    recency = None
    if row.last_order_at is not None:
        recency = (local_day(run.as_of, zone) - local_day(row.last_order_at, zone)).days
    return Scores(
        member_id,
        recency,
        row.frequency,
        row.monetary_minor,
        row.recency_score,
        row.frequency_score,
        row.monetary_score,
        row.stage,
        run.as_of,
    )


def find_last_run() -> ScoreRun | None:
    """Return the last refresh of scores that came to its end, or None."""
    return ScoreRun.objects.order_by("-id").first()


def count_stages() -> dict[str, int]:
    """Return how many members are in each stage at the last run."""
    from django.db.models import Count

    return dict(MemberScore.objects.values_list("stage").annotate(Count("pk")))
