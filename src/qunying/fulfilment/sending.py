"""What it takes to send one thing; the same for one and for a whole file."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.events import FULFILMENT_SENT, event_of
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.stream.record import NewEvent


class NoAddressYet(Problem):
    """The member has not said where the thing is to be sent."""

    code = "no_address_yet"
    kind = Kind.CONFLICT
    message = _("No. {number} has no address: the member has not given one, or comes for it.")


def send_one(found: Fulfilment, carrier: str, tracking: str, now: datetime) -> NewEvent:
    """Mark a locked fulfilment as sent and return the event; the caller saves.

    Raises:
        NoAddressYet, BadText.
    """
    if found.way != Fulfilment.Way.POST:
        raise NoAddressYet(number=found.id)
    found.carrier = checked_text(carrier, field=str(_("carrier")), max_length=40, may_be_empty=True)
    found.tracking = checked_text(tracking, field=str(_("tracking number")), max_length=60)
    found.state, found.sent_at = Fulfilment.State.SENT, found.sent_at or now
    return event_of(found, FULFILMENT_SENT, now, carrier=found.carrier, tracking=found.tracking)
