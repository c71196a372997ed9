"""What an account holds by when it ends."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from qunying.ledger.accounts import AccountRef
from qunying.ledger.models import Lot


@dataclass(frozen=True)
class Ending:
    """Units that end at one instant; None: never."""

    ends_at: datetime | None
    amount: int


def list_endings(ref: AccountRef, now: datetime) -> list[Ending]:
    """Return what is left of an account's lots by their end, soonest first, without those that have ended."""
    lots = Lot.objects.filter(
        account__owner_kind=ref.owner_kind,
        account__owner_id=ref.owner_id,
        account__asset=ref.asset,
        account__purpose=ref.purpose,
        remaining__gt=0,
    ).exclude(expires_at__lte=now)
    sums = lots.values("expires_at").annotate(left=Sum("remaining"))
    rows = sums.order_by(F("expires_at").asc(nulls_last=True))
    return [Ending(row["expires_at"], row["left"]) for row in rows]
