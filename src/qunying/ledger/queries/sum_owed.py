"""What members hold of everything, summed: by asset and purpose, and by the month in which it ends."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection

from qunying.ledger.accounts import OwnerKind, Purpose
from qunying.ledger.integrity import CHECKS

# What the sums below rest upon; asked again whenever they are shown.
BOOK_CHECKS = ("balances_follow_lines", "holds_are_held", "lots_are_available", "assets_sum_to_zero")

_ENDINGS = """
SELECT (date_trunc('month', (l.expires_at - interval '1 microsecond') AT TIME ZONE %s))::date AS month, sum(l.remaining)
FROM ledger_lot l JOIN ledger_account a ON a.id = l.account_id
WHERE l.remaining > 0 AND a.owner_kind = %s AND a.asset = %s
GROUP BY 1 ORDER BY 1 NULLS LAST
"""


@dataclass(frozen=True)
class EndingMonth:
    """Units that end in a month of the brand's zone; None: they never end."""

    month: date | None
    units: int


def sum_lots_by_month(asset: str, zone: str) -> list[EndingMonth]:
    """Return what is left of all members' lots of an asset by the month in which they end."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDINGS, [zone, OwnerKind.MEMBER, asset])
        return [EndingMonth(month, int(units)) for month, units in cursor.fetchall()]


def sum_of_members() -> dict[str, dict[Purpose, int]]:
    """Return of each asset what all members have together, by purpose; what they owe is negative."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asset, purpose, sum(balance) FROM ledger_account WHERE owner_kind = %s"
            " GROUP BY asset, purpose HAVING sum(balance) <> 0",
            [OwnerKind.MEMBER],
        )
        rows = cursor.fetchall()
    sums: dict[str, dict[Purpose, int]] = defaultdict(dict)
    for asset, purpose, balance in rows:
        sums[asset][Purpose(purpose)] = int(balance)
    return dict(sums)


def find_breaks(*more: str) -> list[str]:
    """Return where the sums of this module do not agree with the lines of the book; empty when they do.

    Args:
        more: names of further checks of the audit.
    """
    return [f"{name}: {text}" for name in (*BOOK_CHECKS, *more) for text in CHECKS[name].find()]
