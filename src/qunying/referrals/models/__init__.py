"""Tables of referrals, by subject."""

from qunying.referrals.models.bond import Bond, InviteCode, Reward
from qunying.referrals.models.programme import Programme
from qunying.referrals.models.share import ShareDay, ShareLink, ShareOffer, ShareVisit

__all__ = ["Bond", "InviteCode", "Programme", "Reward", "ShareDay", "ShareLink", "ShareOffer", "ShareVisit"]
