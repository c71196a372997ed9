"""Change how much one person of a role may give away in a day."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.accounts.allowances import Given
from qunying.accounts.models import Allowance
from qunying.accounts.roles import Role
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem

MOST = 10**10


class AllowanceOutOfRange(Problem):
    """An allowance is not a number of units."""

    code = "allowance_out_of_range"
    kind = Kind.INVALID
    message = _("An allowance is a number from 0 to {largest}, or empty for no limit.")


@dataclass(frozen=True)
class RoleAllowance:
    """How much a role may give in a day; None is without limit."""

    role: Role
    given: Given
    per_day: int | None


@action
def change_allowances(
    *, command_id: str, actor: Actor, now: datetime, allowances: list[RoleAllowance]
) -> None:
    """Set the allowances given, and leave the others as they are. What was given today counts on.

    Raises:
        AllowanceOutOfRange: one of them is below zero or absurd.
    """
    for wanted in allowances:
        if wanted.per_day is not None and not 0 <= wanted.per_day <= MOST:
            raise AllowanceOutOfRange(largest=MOST)
    for wanted in allowances:
        Allowance.objects.update_or_create(
            role=wanted.role, given=wanted.given, defaults={"per_day": wanted.per_day}
        )
