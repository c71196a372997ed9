"""Whom a link would sign in, as long as it can."""

from datetime import datetime

from qunying.members.models import Member, OneTimeCode, SignInLinkUse
from qunying.members.queries.get_member import find_member, is_erased
from qunying.members.queries.one_time_codes import MAX_TRIES
from qunying.members.sign_in_links import SignInLink


def is_link_open(link: SignInLink, now: datetime) -> bool:
    """Tell whether a link can still be used. Messages that an erased person had before lead nowhere."""
    if link.member_id is not None:
        return not is_erased(link.member_id) and not SignInLinkUse.objects.filter(pk=link.id).exists()
    usable = OneTimeCode.objects.filter(pk=link.id, used_at=None, tries__lt=MAX_TRIES, expires_at__gt=now)
    return usable.exists()


def find_link_owner(link: SignInLink) -> Member | None:
    """Return the member whom a link signs in; None for somebody who is about to join."""
    if link.member_id is not None:
        return find_member(link.member_id)
    code = OneTimeCode.objects.select_related("identity__member").filter(pk=link.id).first()
    return code.identity.member if code is not None and code.identity is not None else None
