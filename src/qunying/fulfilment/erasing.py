"""What is forgotten of an erased member's parcels: addresses, the consent to use them, codes."""

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.models import Fulfilment
from qunying.kernel.problems import Kind, Problem
from qunying.members.erasing import Erasure, erases


class SomethingToSend(Problem):
    """Something is still to be sent to the member."""

    code = "erasure_something_to_send"
    kind = Kind.CONFLICT
    message = _("No. {number} is still to be sent to this member. Send or cancel it first.")


@erases
def forget_parcels(erasure: Erasure) -> dict[str, int]:
    """Forget where things went.

    Raises:
        SomethingToSend: one of them has not left.
    """
    own = Fulfilment.objects.filter(member__in=erasure.ids)
    waiting = own.filter(state=Fulfilment.State.TO_SEND).order_by("id").first()
    if waiting is not None:
        raise SomethingToSend(number=waiting.id)
    known = own.exclude(sealed_address="", sealed_code="", consent="")
    emptied = known.update(
        sealed_address="", sealed_code="", code_fingerprint="", consent="", address_at=None
    )
    return {"addresses": emptied}
