"""Change a person's role, or close their access."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import User
from qunying.accounts.queries.find_staff import StaffNotFound
from qunying.accounts.roles import Role
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class LastOwner(Problem):
    """The change would leave nobody who may do everything."""

    code = "last_owner"
    kind = Kind.CONFLICT
    message = _("There must be at least one active owner.")


@dataclass(frozen=True)
class StaffChanged:
    """How the person stands now."""

    user_id: UUID
    role: str
    is_active: bool


@action
def change_staff(
    *, command_id: str, actor: Actor, now: datetime, user_id: UUID, name: str, role: Role, is_active: bool
) -> StaffChanged:
    """Change name, role and access. It takes effect with the person's next request.

    Raises:
        StaffNotFound: when there is no such person.
        LastOwner: when no active owner would be left.
    """
    owners = set(
        User.objects.select_for_update()
        .filter(role=Role.OWNER.value, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise StaffNotFound
    if owners == {user.pk} and not (is_active and role is Role.OWNER):
        raise LastOwner
    user.name, user.role, user.is_active = name.strip(), role.value, is_active
    user.save(update_fields=["name", "role", "is_active"])
    return StaffChanged(user.id, user.role, user.is_active)
