"""Work of this noun that comes round by itself, or soon."""

from datetime import timedelta
from itertools import batched
from uuid import UUID

from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.members.queries.one_time_codes import find_code_to_deliver
from qunying.members.sign_in_links import code_link
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.actions.send_notices import send_notices
from qunying.messages.actions.send_service_message import send_service_message
from qunying.messages.built_in import SIGN_IN_MAIL_ID, SIGN_IN_TEMPLATE_ID
from qunying.messages.notices import is_on, registry

AT_ONCE = 500


@job(every="* * * * * */5")
def dispatch() -> None:
    """Send what is due, every five seconds."""
    dispatch_due(clock=clock.now)


@job(every="*/10 * * * *")
def tell_notices() -> None:
    """Tell members what has come up: parcels, things to choose or to collect, rights that end. Running it again tells
    nobody twice."""
    _tell(daily=False)


@job(every="15 2 * * *")
def tell_daily_notices() -> None:
    """Once a day, tell members what is about to end: points, tiers, coupons. Running it again tells nobody twice."""
    _tell(daily=True)


def _tell(*, daily: bool) -> None:
    now = clock.now()
    for kind in registry.values():
        if kind.is_daily == daily and is_on(kind):
            for occasions in batched(kind.find(now), AT_ONCE):
                send_notices(
                    command_id=str(new_id()),
                    actor=system("notices"),
                    now=now,
                    notice=kind.slug,
                    occasions=list(occasions),
                )


@job
def deliver_code(code_id: str, after: str = "") -> None:
    """Bring a sign-in code to the contact that it was asked for, if that is anybody's, and send it at
    once. A mail carries a link beside it, which leads to the page ``after``."""
    now = clock.now()
    found = find_code_to_deliver(UUID(code_id), now)
    if found is None:
        return
    variables = {"code": found.code, "minutes": str((found.expires_at - now) // timedelta(minutes=1) or 1)}
    is_mail = found.contact_type == "email"
    if is_mail:
        variables["link_address"] = code_link(UUID(code_id), found.expires_at, after)
    send_service_message(
        command_id=f"code:{code_id}",
        actor=system("sign_in"),
        now=now,
        member_id=found.member_id,
        template_id=SIGN_IN_MAIL_ID if is_mail else SIGN_IN_TEMPLATE_ID,
        variables=variables,
        key=f"code:{code_id}",
        contact_type=found.contact_type,
        contact=found.contact,
        not_after=found.expires_at,
        is_urgent=True,
    )
    dispatch_due(clock=clock.now, lasts=timedelta(seconds=10))
