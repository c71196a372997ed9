"""What was issued, used and ended on each day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from qunying.kernel import clock

# Points, coupons and the like come from the brand and go back to it; of money the members' side is told, because budgets
# are issued, too.
_FLOWS = """
SELECT (t.recorded_at AT TIME ZONE %(zone)s)::date AS day, split_part(a.asset, ':', 1) AS kind,
    coalesce(-sum(p.amount) FILTER (WHERE a.purpose = 'issuance' AND p.amount < 0), 0)
        + coalesce(sum(p.amount) FILTER (WHERE a.owner_kind = 'member' AND p.amount > 0), 0),
    coalesce(sum(p.amount) FILTER (WHERE a.purpose = 'issuance' AND p.amount > 0), 0),
    coalesce(sum(p.amount) FILTER (WHERE a.purpose = 'redeemed' AND p.amount > 0), 0)
        - coalesce(sum(p.amount) FILTER (WHERE a.owner_kind = 'member' AND p.amount < 0), 0),
    coalesce(-sum(p.amount) FILTER (WHERE a.purpose = 'redeemed' AND p.amount < 0), 0),
    coalesce(sum(p.amount) FILTER (WHERE a.purpose = 'breakage'), 0)
FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_transaction t ON t.id = p.transaction_id
WHERE t.recorded_at >= %(start)s AND t.recorded_at < %(end)s
    AND ((a.owner_kind = 'brand' AND length(a.asset) <> 3)
        OR (a.owner_kind = 'member' AND length(a.asset) = 3 AND a.purpose IN ('member.available', 'member.pending')))
GROUP BY 1, 2 ORDER BY 1 DESC, 2
"""


@dataclass(frozen=True)
class DayOfAsset:
    """One day of an asset (all coupons, all chances together): minor units of money, else units.

    ``net`` is by how much what members hold, less what they owe, grew on that day.
    """

    day: date
    kind: str
    issued: int
    taken_back: int
    spent: int
    given_back: int
    expired: int

    @property
    def net(self) -> int:
        """Issued and given back, less taken back, spent and expired."""
        return self.issued + self.given_back - self.taken_back - self.spent - self.expired


def list_flows(first_day: date, last_day: date, zone: str) -> list[DayOfAsset]:
    """Return the days on which something moved, newest first; both days are included."""
    span: dict[str, Any] = {
        "zone": zone,
        "start": clock.day_start(first_day, zone),
        "end": clock.day_end(last_day, zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, span)
        return [DayOfAsset(day, kind, *map(int, sums)) for day, kind, *sums in cursor.fetchall()]
