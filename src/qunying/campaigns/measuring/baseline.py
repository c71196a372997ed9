"""What an audience did before: the ground on which pre-flight stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import ibis
import numpy as np
from ibis import _
from numpy.typing import NDArray

from qunying.campaigns.measuring.outcomes import OUTCOMES, Period, assigned_table, sums_per_arm
from qunying.engines.power import Outcome
from qunying.engines.summary import PairedSummary
from qunying.rewards.events import COUPON_CLAIMED, COUPON_REDEEMED
from qunying.shop.events import ORDER_PAID
from qunying.stream.lake import Analysis, open_analysis

MOST_ORDERS = 100_000
NEARLY_ALL = 0.999


@dataclass(frozen=True)
class TakeUp:
    """What earlier campaigns by invitation showed: members treated, of them who claimed, of those who"
    " redeemed."""

    treated: int
    claimed: int
    redeemed: int


@dataclass(frozen=True)
class Baseline:
    """An audience over the days before an instant.

    outcomes: by name (``orders``, ``sales`` in minor units, ``bought``), with how much of it the time before
    explains. order_totals: amounts of its orders in those days, at most 100,000 of them.
    """

    days: int
    outcomes: dict[str, Outcome]
    order_totals: NDArray[np.int64]
    take_up: TakeUp


def read_baseline(
    members: Sequence[UUID], as_of: datetime, days: int, currency: str, earlier: Mapping[UUID, int]
) -> Baseline:
    """Return what the members did in the ``days`` before ``as_of``, beside what they had done until then.

    It is the same figure that the report will compare, so that its spread is the one that the report will
    meet. ``earlier`` names campaigns by invitation with how many they treated.
    """
    start = as_of - timedelta(days=days)
    assigned = assigned_table((member_id, "all", None) for member_id in members)
    with open_analysis(as_of) as analysis:
        sums = sums_per_arm(analysis, assigned, Period(start, as_of), currency).get("all", {})
        audience = ibis.memtable(assigned).select("member_id")
        events = analysis.events
        paid = events.filter(
            (events.name == ORDER_PAID.name)
            & (events.currency == currency)
            & (events.occurred_at > ibis.literal(start, type="timestamp('UTC')"))
        ).semi_join(audience, "member_id")
        totals = paid.order_by([paid.occurred_at.desc(), paid.id]).limit(MOST_ORDERS).select("amount")
        amounts = analysis.connection.to_pyarrow(totals)["amount"].to_numpy()
        take_up = _take_up(analysis, earlier)
    outcomes = {name: _outcome(sums[name]) for name in OUTCOMES if name in sums}
    return Baseline(days, outcomes, amounts, take_up)


def _take_up(analysis: Analysis, earlier: Mapping[UUID, int]) -> TakeUp:
    if not earlier:
        return TakeUp(0, 0, 0)
    events = analysis.events
    taken = events.filter(
        events.campaign_id.isin([str(campaign_id) for campaign_id in earlier])
        & events.name.isin([COUPON_CLAIMED.name, COUPON_REDEEMED.name])
    )
    members = (
        taken.select("name", "campaign_id", "member_id").distinct().group_by("name").agg(members=_.count())
    )
    counts = {row["name"]: row["members"] for row in analysis.connection.to_pyarrow(members).to_pylist()}
    return TakeUp(
        sum(earlier.values()), counts.get(COUPON_CLAIMED.name, 0), counts.get(COUPON_REDEEMED.name, 0)
    )


def _outcome(sums: PairedSummary) -> Outcome:
    spread = sums.outcome.variance * sums.before.variance
    explained = min(sums.covariance**2 / spread, NEARLY_ALL) if spread > 0 else 0.0
    return Outcome(sums.outcome.mean, sums.outcome.variance**0.5, explained)
