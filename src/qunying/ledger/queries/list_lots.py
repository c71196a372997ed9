"""What an account holds by when it ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose
from qunying.ledger.lots import SPEND_ORDER
from qunying.ledger.models import Lot


@dataclass(frozen=True)
class Ending:
    """Units that end at one instant; None: never."""

    ends_at: datetime | None
    amount: int


def list_alive(ref: AccountRef, now: datetime) -> QuerySet[Lot]:
    """Return an account's lots that hold something and have not ended, in the order in which they are used."""
    lots = Lot.objects.filter(
        account__owner_kind=ref.owner_kind,
        account__owner_id=ref.owner_id,
        account__asset=ref.asset,
        account__purpose=ref.purpose,
        remaining__gt=0,
    )
    return lots.exclude(expires_at__lte=now).order_by(*SPEND_ORDER)


def list_endings(ref: AccountRef, now: datetime) -> list[Ending]:
    """Return what is left of an account's lots by their end, soonest first, without those that have ended."""
    sums = list_alive(ref, now).order_by().values("expires_at").annotate(left=Sum("remaining"))
    rows = sums.order_by(F("expires_at").asc(nulls_last=True))
    return [Ending(row["expires_at"], row["left"]) for row in rows]


def count_usable(ref: AccountRef, now: datetime) -> int:
    """Return how many units an account can give: its balance still holds what has ended and was not swept yet."""
    return sum(ending.amount for ending in list_endings(ref, now))


@dataclass(frozen=True)
class MemberEnd:
    """Units of a member that end at one instant."""

    owner_id: UUID
    ends_at: datetime
    amount: int


def list_member_ends(asset: str, after: datetime, until: datetime) -> Iterator[MemberEnd]:
    """Return what of all members' available units ends between two instants, by member and time; read in parts."""
    lots = Lot.objects.filter(
        account__owner_kind=OwnerKind.MEMBER,
        account__asset=asset,
        account__purpose=Purpose.AVAILABLE,
        remaining__gt=0,
        expires_at__gt=after,
        expires_at__lte=until,
    )
    sums = lots.values_list("account__owner_id", "expires_at").annotate(left=Sum("remaining"))
    for owner_id, ends_at, left in sums.order_by("account__owner_id", "expires_at").iterator():
        yield MemberEnd(owner_id, ends_at, left)
