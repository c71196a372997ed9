"""Let a person on the staff have a new link to sign in with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.find_staff import get_staff
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class AccessClosed(Problem):
    """The person may not sign in."""

    code = "access_closed"
    kind = Kind.CONFLICT
    message = _("{name} may not sign in any more; open their access first.")


@dataclass(frozen=True)
class LinkRenewed:
    """Whose link it is. The link itself is no part of the stored answer: who reads the audit must not become them."""

    user_id: UUID
    email: str


@action
def renew_sign_in_link(*, command_id: str, actor: Actor, now: datetime, user_id: UUID) -> LinkRenewed:
    """Note who lets whom have a link. Whoever holds it acts as that person, so it must never happen unseen.

    Raises:
        StaffNotFound: there is no such person.
        AccessClosed: their access is closed, so no link would let them in.
    """
    person = get_staff(user_id)
    if not person.is_active:
        raise AccessClosed(name=str(person))
    return LinkRenewed(person.id, person.email)
