"""Codes and sessions that are long over are forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.models import MemberSession, OneTimeCode, SignInLinkUse

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)
LINK_USES_KEPT = timedelta(days=30)  # far longer than any link is good for


@dataclass(frozen=True)
class SignInsForgotten:
    """How many rows went."""

    codes: int
    sessions: int
    links: int


@action
def forget_sign_ins(*, command_id: str, actor: Actor, now: datetime) -> SignInsForgotten:
    """Delete codes a day after they were made, sessions a month after their end, and which links were used after a month."""
    codes, _by_code = OneTimeCode.objects.filter(created_at__lt=now - CODES_KEPT).delete()
    sessions, _by_session = MemberSession.objects.filter(expires_at__lt=now - SESSIONS_KEPT).delete()
    links, _by_link = SignInLinkUse.objects.filter(used_at__lt=now - LINK_USES_KEPT).delete()
    return SignInsForgotten(codes, sessions, links)
