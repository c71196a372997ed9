"""Members at their phones: signed in, on pages that fit."""

from qunying.kernel import clock
from qunying.kernel.signed_links import sign_link
from qunying.members.member_web import COOKIE
from qunying.members.models import Member, MemberSession
from qunying.members.signing_in import SESSION_LIFETIME
from tests.live.browser import Visitor


def come_in(guest: Visitor, member: Member) -> None:
    """Give a member's browser the cookie of a session."""
    with guest.site.inside():
        now = clock.now()
        session = MemberSession.objects.create(
            member=member, created_at=now, expires_at=now + SESSION_LIFETIME
        )
        token = sign_link("member_session", {"session": str(session.id)}, session.expires_at)
    guest.page.context.clear_cookies()
    guest.page.context.add_cookies([{"name": COOKIE, "value": token, "url": f"{guest.site.address}/m/"}])


def fits(guest: Visitor) -> None:
    """Fail when the page is wider than the phone."""
    wide = guest.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} px too wide: {guest.page.url}"
