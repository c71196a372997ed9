"""Who cannot win what is drawn or ranked, and why: it is published with the result."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.members.queries.list_existing import list_existing
from qunying.rewards.suspending import list_suspended


def list_excluded(member_ids: Collection[UUID], now: datetime) -> dict[UUID, str]:
    """Return which of some members, by their present ids, cannot win, and why: staff, the suspended, the erased."""
    reasons = dict.fromkeys(list_staff_accounts(member_ids), "staff")
    reasons |= dict.fromkeys(list_suspended(member_ids, now), "suspended")
    return reasons | dict.fromkeys(set(member_ids) - set(list_existing(member_ids)), "erased")
