"""Pools of scarce stock as other nouns see them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from qunying.ledger.models import Pool


@dataclass(frozen=True)
class StockLevel:
    """How many units there are, were ever given out, came back and wait, ended without being given out, and are left."""

    total: int
    issued: int
    returned: int
    ended: int = 0

    @property
    def left(self) -> int:
        """What can still be taken."""
        return self.total - self.issued + self.returned


def list_levels(pool_ids: Collection[UUID]) -> dict[UUID, StockLevel]:
    """Return the level of each pool."""
    pools = Pool.objects.filter(pk__in=pool_ids)
    return {pool.id: StockLevel(pool.total, pool.issued, pool.returned, pool.ended) for pool in pools}


def list_rules(pool_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the hash of the rules under which each pool was made."""
    return dict(Pool.objects.filter(pk__in=pool_ids).values_list("id", "rules_hash"))
