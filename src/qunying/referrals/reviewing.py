"""What becomes of an invitation that was held for review: registered with vetting."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.kernel.acts import Act
from qunying.members.queries.list_names import list_names
from qunying.referrals.actions.settle_invitation import settle_invitation
from qunying.referrals.masking import masked_name
from qunying.referrals.models import Bond
from qunying.referrals.standing import SUBJECT, lock_bond, went_back
from qunying.vetting.subjects import Subject, register_subject


def register() -> None:
    """Tell vetting about invitations."""
    register_subject(
        SUBJECT,
        Subject(gettext_lazy("Reward for an invitation"), _describe, release=_release, refuse=_refuse),
    )


def _describe(bond_ids: Collection[UUID]) -> dict[UUID, str]:
    bonds = Bond.objects.filter(pk__in=bond_ids).select_related("programme")
    names = list_names({bond.invited_id for bond in bonds})
    return {
        bond.id: _("{programme}: {friend} was brought").format(
            programme=bond.programme.name,
            friend=masked_name(names.get(bond.invited_id, ""), bond.invited_id),
        )
        for bond in bonds
    }


def _release(bond_id: UUID, act: Act) -> None:
    """Let it go its way: given at once when its time has come, else then; an order that went back meanwhile stays so."""
    bond = lock_bond(bond_id)
    if bond.state not in {Bond.State.REVIEW, Bond.State.REFUSED}:
        return
    bond.is_cleared, bond.state = True, Bond.State.RETURNED if went_back(bond) else Bond.State.HELD
    bond.save()
    settle_invitation(**act, bond_id=bond.id)


def _refuse(bond_id: UUID, act: Act) -> None:  # noqa: ARG001 - what every effect gets
    bond = lock_bond(bond_id)
    if bond.state == Bond.State.REVIEW:
        bond.state = Bond.State.REFUSED
        bond.save()
