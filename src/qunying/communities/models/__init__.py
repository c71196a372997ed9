"""Tables of the communities noun, one file per subject; all are imported here so that Django finds them."""

from .group import Community, GroupMember, JoinLink
from .message import Message, MessageVersion
from .plan import CommunityTarget, Permission, RecruitmentDrive, RoleDuty, RulesVersion
from .platform import Platform, PlatformChoice
from .restriction import Restriction
from .roster import LiveCode, LiveCodeTarget, MatchDoubt, RosterFeed

__all__ = [
    "Community",
    "CommunityTarget",
    "GroupMember",
    "JoinLink",
    "LiveCode",
    "LiveCodeTarget",
    "MatchDoubt",
    "Message",
    "MessageVersion",
    "Permission",
    "Platform",
    "PlatformChoice",
    "RecruitmentDrive",
    "Restriction",
    "RoleDuty",
    "RosterFeed",
    "RulesVersion",
]
