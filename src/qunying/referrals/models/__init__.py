"""Tables of referrals, by subject."""

from qunying.referrals.models.bond import Bond, InviteCode, Reward
from qunying.referrals.models.programme import Programme

__all__ = ["Bond", "InviteCode", "Programme", "Reward"]
