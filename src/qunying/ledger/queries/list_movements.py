"""Every movement of an asset in members' hands, for those who decide by when something came and went."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.ledger.accounts import OwnerKind, Purpose

type Moved = tuple[UUID, datetime, int, datetime]

_MOVEMENTS = """
SELECT a.owner_id, t.recorded_at, p.amount, coalesce(o.business_at, t.business_at)
FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_transaction t ON t.id = p.transaction_id
LEFT JOIN ledger_transaction o ON o.id = t.reverses_id
WHERE a.owner_kind = %s AND a.asset = %s AND a.purpose = %s AND a.owner_id = ANY(%s)
ORDER BY t.recorded_at, p.id
"""


def list_movements(asset: str, member_ids: Collection[UUID]) -> list[Moved]:
    """Return the movements of what is available to members, oldest first: whose, when recorded, how much, and when it was earned.

    What took something back was "earned" when that was.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS, [OwnerKind.MEMBER, asset, Purpose.AVAILABLE, list(member_ids)])
        return [(owner, at, amount, origin) for owner, at, amount, origin in cursor.fetchall()]


def list_account_versions(asset: str, member_ids: Collection[UUID] | None = None) -> dict[UUID, int]:
    """Return of each member who ever had an asset how often it has moved; of these members, or of all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner_id, version FROM ledger_account WHERE asset = %s AND purpose = %s AND owner_kind = %s"
            " AND (%s::uuid[] IS NULL OR owner_id = ANY(%s::uuid[]))",
            [
                asset,
                Purpose.AVAILABLE,
                OwnerKind.MEMBER,
                *([None if member_ids is None else list(member_ids)] * 2),
            ],
        )
        return dict(cursor.fetchall())
