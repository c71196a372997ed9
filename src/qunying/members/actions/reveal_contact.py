"""Somebody of the staff looks at a whole contact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import person_behind
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Kind, Problem
from qunying.members.events import CONTACT_REVEALED
from qunying.members.models import Identity
from qunying.stream.record import NewEvent, record

REVEALS_PER_HOUR = 60


class IdentityNotFound(Problem):
    """The member has no such identity."""

    code = "identity_not_found"
    kind = Kind.NOT_FOUND
    message = _("The member has no such contact.")


@dataclass(frozen=True)
class ContactRevealed:
    """Which contact may be shown now. The contact itself is not in the answer: answers are kept."""

    identity_id: int
    member_id: UUID


@action
def reveal_contact(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, identity_id: int
) -> ContactRevealed:
    """Record that somebody looks at a contact, before it is shown.

    Raises:
        IdentityNotFound: when it is not this member's.
        TooManyAttempts: after 60 contacts in an hour, those through keys of the same person as well.
    """
    count_attempt(
        f"reveal:{person_behind(actor.key)}", now=now, limit=REVEALS_PER_HOUR, window=timedelta(hours=1)
    )
    identity = Identity.objects.filter(pk=identity_id, member_id=member_id).first()
    if identity is None:
        raise IdentityNotFound
    record(
        NewEvent(
            type=CONTACT_REVEALED,
            occurred_at=now,
            received_at=now,
            member_id=member_id,
            properties={"type": identity.type, "actor": actor.key},
        )
    )
    return ContactRevealed(identity.pk, member_id)
