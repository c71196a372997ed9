"""Tables of the communities noun, one file per subject; all are imported here so that Django finds them."""

from .group import Community, GroupMember, JoinLink
from .hosting import Duty, Notice, NoticePosting, ReplyRule, ReplyUse, Welcome
from .message import Message, MessageVersion
from .message_import import MessageImport, MessageMapping
from .plan import CommunityTarget, Permission, RecruitmentDrive, RoleDuty, RulesVersion
from .platform import Platform, PlatformChoice
from .restriction import Restriction
from .roster import LiveCode, LiveCodeTarget, MatchDoubt, RosterFeed
from .source import HeldMessage, MessageSource, PlatformChat

__all__ = [
    "Community",
    "CommunityTarget",
    "Duty",
    "GroupMember",
    "HeldMessage",
    "JoinLink",
    "LiveCode",
    "LiveCodeTarget",
    "MatchDoubt",
    "Message",
    "MessageImport",
    "MessageMapping",
    "MessageSource",
    "MessageVersion",
    "Notice",
    "NoticePosting",
    "Permission",
    "Platform",
    "PlatformChat",
    "PlatformChoice",
    "RecruitmentDrive",
    "ReplyRule",
    "ReplyUse",
    "Restriction",
    "RoleDuty",
    "RosterFeed",
    "RulesVersion",
    "Welcome",
]
