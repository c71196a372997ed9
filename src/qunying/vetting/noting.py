"""Noting the device and the network from which a member does something that may be worth money."""

from uuid import UUID

from django.http import HttpRequest

from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.ids import new_id
from qunying.kernel.web import address_of
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.devices import device_of
from qunying.vetting.hashing import DEVICE, NETWORK, digest_of
from qunying.vetting.queries.list_shared import has_mark


def note_marks(request: HttpRequest, member_id: UUID) -> None:
    """Note what a member is seen with for the first time; what is known of them costs a look only."""
    for kind, value in ((DEVICE, device_of(request)), (NETWORK, address_of(request))):
        if value and not has_mark(member_id, kind, digest_of(kind, value)):
            note_mark(
                command_id=str(new_id()),
                actor=member_actor(member_id, "vetting.note_mark"),
                now=clock.now(),
                member_id=member_id,
                mark_kind=kind,
                value=value,
            )
