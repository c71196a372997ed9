"""Every budget with what became of it, and when it runs out at the pace of the last days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

PACE = timedelta(days=7)
# Movements that fill a budget or empty it, and use nothing of it. Nouns above add theirs.
FUNDING_KINDS = {"budget_opened", "budget_closed", "adjusted"}

_BUDGETS = """
WITH moved AS (
    SELECT a.owner_id, a.asset, coalesce(sum(p.amount) FILTER (WHERE t.kind = ANY(%(funding)s)), 0) AS funded,
        -- What lapsed coupons set free again may be more than what new ones took: then nothing is used.
        greatest(coalesce(-sum(p.amount) FILTER (WHERE t.kind <> ALL(%(funding)s) AND t.recorded_at > %(since)s), 0), 0) AS used,
        min(t.recorded_at) AS since
    FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_transaction t ON t.id = p.transaction_id
    WHERE a.owner_kind = 'campaign' AND a.purpose = 'budget' AND length(a.asset) = 3 GROUP BY a.owner_id, a.asset
), stands AS (
    SELECT owner_id, asset, coalesce(sum(balance) FILTER (WHERE purpose = 'budget'), 0) AS free,
        coalesce(sum(balance) FILTER (WHERE purpose = 'budget.held'), 0) AS held
    FROM ledger_account WHERE owner_kind = 'campaign' AND length(asset) = 3 GROUP BY owner_id, asset
)
SELECT owner_id, asset, funded, held, free, used, since FROM moved JOIN stands USING (owner_id, asset)
ORDER BY since DESC, owner_id
"""


@dataclass(frozen=True)
class BudgetBurn:
    """A budget in minor units: ``total = held + spent + free``.

    owner_id: the campaign or activity. used: how much of it was promised or paid, less what came back, in the last
    seven days. runs_out_at: when nothing is left if that goes on; None when it does not.
    """

    owner_id: UUID
    currency: str
    total: int
    held: int
    free: int
    used: int
    since: datetime
    runs_out_at: datetime | None

    @property
    def spent(self) -> int:
        """What is used for good: settled, or paid to members."""
        return self.total - self.held - self.free


def list_budgets(now: datetime) -> list[BudgetBurn]:
    """Return every budget that was ever opened, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BUDGETS, {"funding": sorted(FUNDING_KINDS), "since": now - PACE})
        rows = cursor.fetchall()
    return [
        BudgetBurn(
            owner_id=owner_id,
            currency=asset.upper(),
            total=int(funded),
            held=int(held),
            free=int(free),
            used=int(used),
            since=since,
            runs_out_at=_runs_out(int(free), int(used), since, now),
        )
        for owner_id, asset, funded, held, free, used, since in rows
    ]


def _runs_out(free: int, used: int, since: datetime, now: datetime) -> datetime | None:
    if used <= 0 or free <= 0:
        return None
    span = max(min(PACE, now - since), timedelta(hours=1))
    left = span * (free / used)
    return now + left if left < timedelta(days=3_650) else None
