"""A member says why a refusal is wrong."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.get_member import list_own_ids
from qunying.vetting.deciding import UnknownCase, lock_case, tell
from qunying.vetting.events import REVIEW_APPEALED
from qunying.vetting.models import Case

LONGEST_APPEAL = 1_000


class NoAppeal(Problem):
    """It is not refused, or was appealed before."""

    code = "no_held_appeal"
    kind = Kind.CONFLICT
    message = _("There is nothing to appeal here, or you have appealed already.")


@action
def appeal_case(
    *, command_id: str, actor: Actor, now: datetime, case_id: UUID, member_id: UUID, text: str
) -> UUID:
    """Ask for another look at a refusal, once, and return the case. Somebody else than who refused it judges.

    Raises:
        UnknownCase: there is none of this member's.
        NoAppeal, BadText.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="vetting.appeal_case")
    case = lock_case(case_id)
    if case.member_id not in list_own_ids(member_id):
        raise UnknownCase
    if case.state != Case.State.REFUSED or case.appealed_at is not None:
        raise NoAppeal
    case.appeal = checked_text(text, field="appeal", max_length=LONGEST_APPEAL, lines=True)
    case.appealed_at = now
    case.save()
    tell(REVIEW_APPEALED, case, now)
    return case.id
