"""A member becomes known in one more way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.events import IDENTITY_ADDED
from qunying.members.models import Identity
from qunying.members.queries.get_member import lock_living_member
from qunying.members.queries.normalise_identity import normalise_identity
from qunying.stream.record import NewEvent, record


class IdentityTaken(Problem):
    """Another member has this identity; the two may be one person."""

    code = "identity_taken"
    kind = Kind.CONFLICT
    message = _("This {type} already belongs to another member. If they are one person, merge the two.")


@dataclass(frozen=True)
class IdentityAdded:
    """The identity, new or known before."""

    identity_id: int
    member_id: UUID
    is_new: bool


@action
def add_identity(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    type: str,  # noqa: A002 - the word of the domain
    value: str,
    verified: bool = False,
) -> IdentityAdded:
    """Add a phone, e-mail, shop number or platform id to a member; ``verified`` when they have shown it.

    Raises:
        MemberNotFound: when there is no such member.
        BadIdentity: when the value cannot be of the type.
        IdentityTaken: when it belongs to another member.
    """
    member = lock_living_member(member_id)
    spelling = normalise_identity(type, value)
    verified_at = now if verified else None
    try:
        with transaction.atomic():
            identity = Identity.objects.create(
                member=member, type=type, value=spelling, verified_at=verified_at
            )
    except IntegrityError:
        known = Identity.objects.get(type=type, value=spelling)
        if known.member_id != member.id:
            raise IdentityTaken(type=type) from None
        if verified and known.verified_at is None:
            Identity.objects.filter(pk=known.pk).update(verified_at=now)
        return IdentityAdded(known.pk, member.id, is_new=False)
    record(
        NewEvent(
            type=IDENTITY_ADDED,
            occurred_at=now,
            received_at=now,
            member_id=member.id,
            properties={"type": type},
        )
    )
    return IdentityAdded(identity.pk, member.id, is_new=True)
