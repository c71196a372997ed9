"""A member accepts the community rules."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member
from qunying.moderation.events import RULES_ACCEPTED, tell_stream
from qunying.moderation.models import RulesAcceptance, RulesVersion


class RulesOutdated(Problem):
    """The version is not the one in force."""

    code = "rules_outdated"
    kind = Kind.CONFLICT
    message = _("The rules have changed. Please read the version in force.")


@action
def accept_rules(*, command_id: str, actor: Actor, now: datetime, member_id: UUID, version: int) -> bool:
    """Note that a member accepts the version in force, and tell whether that is new.

    Raises:
        Forbidden: a member for another.
        MemberNotFound.
        RulesOutdated: another version than the one in force.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="moderation.accept_rules")
    member_id = get_living_member(member_id).id
    latest = RulesVersion.objects.order_by("-number").first()
    if latest is None or latest.number != version:
        raise RulesOutdated
    _row, is_new = RulesAcceptance.objects.get_or_create(
        member_id=member_id, version=latest, defaults={"accepted_at": now}
    )
    if is_new:
        tell_stream(
            RULES_ACCEPTED,
            now,
            member_id=member_id,
            version=str(version),
        )
    return is_new
