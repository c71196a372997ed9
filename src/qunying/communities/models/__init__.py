"""Tables of the communities noun, one file per subject; all are imported here so that Django finds them."""

from .group import Community, GroupMember, JoinLink
from .restriction import Restriction

__all__ = ["Community", "GroupMember", "JoinLink", "Restriction"]
