"""Work of this noun that comes round by itself, or soon."""

from datetime import timedelta
from uuid import UUID

from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.jobs import job
from qunying.members.queries.one_time_codes import find_code_to_deliver
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.actions.send_service_message import send_service_message
from qunying.messages.built_in import SIGN_IN_TEMPLATE_ID


@job(every="* * * * * */5")
def dispatch() -> None:
    """Send what is due, every five seconds."""
    dispatch_due(clock=clock.now)


@job
def deliver_code(code_id: str) -> None:
    """Bring a sign-in code to the contact that it was asked for, if that is anybody's, and send it at
    once."""
    now = clock.now()
    found = find_code_to_deliver(UUID(code_id), now)
    if found is None:
        return
    send_service_message(
        command_id=f"code:{code_id}",
        actor=system("sign_in"),
        now=now,
        member_id=found.member_id,
        template_id=SIGN_IN_TEMPLATE_ID,
        variables={"code": found.code, "minutes": str((found.expires_at - now) // timedelta(minutes=1) or 1)},
        key=f"code:{code_id}",
        contact_type=found.contact_type,
        contact=found.contact,
        not_after=found.expires_at,
    )
    dispatch_due(clock=clock.now, lasts=timedelta(seconds=10))
