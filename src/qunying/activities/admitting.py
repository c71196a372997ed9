"""Letting members in at the door of a gathering: when it is open, once each, with what they get for coming."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.events import GATHERING_ATTENDED
from qunying.activities.kinds.gathering import GatheringSettings
from qunying.activities.limits import hold_turns
from qunying.activities.models import Activity, Registration, State
from qunying.activities.prizes import award_first_left
from qunying.activities.telling import tell
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, resolve_member_id


class DoorClosed(Problem):
    """It is not the time at which members are let in."""

    code = "door_closed"
    kind = Kind.CONFLICT
    message = _(
        "The door of “{title}” is closed: members are let in from shortly before the start to the end."
    )


class AlreadyAdmitted(Problem):
    """The member is inside: a code lets in once."""

    code = "already_admitted"
    kind = Kind.CONFLICT
    message = _("The member is inside already; everybody is let in once.")


class NotAdmitted(Problem):
    """The registration is in the waiting list, was cancelled, or is over."""

    code = "not_admitted"
    kind = Kind.CONFLICT
    message = _("This registration lets nobody in: it is “{state}”.")


@dataclass(frozen=True)
class MemberAdmitted:
    """Who came, and the name of what they got for it."""

    registration_id: UUID
    member_id: UUID
    prize: str


def check_door(activity: Activity, now: datetime) -> GatheringSettings:
    """Return the rules of a gathering whose door is open.

    Raises:
        DoorClosed.
    """
    rules = GatheringSettings.model_validate(activity.settings)
    if activity.state not in {State.OPEN, State.CLOSED} or not rules.door_opens() <= now < rules.ends():
        raise DoorClosed(title=activity.title)
    return rules


def _check_outside(registration: Registration, now: datetime) -> None:
    """Refuse a person who is inside with another registration, from before two members became one.

    Raises:
        AlreadyAdmitted.
    """
    member = resolve_member_id(registration.member_id)
    hold_turns(registration.activity, member, now)  # two codes of one person follow each other
    same = Registration.objects.filter(activity=registration.activity, member_id__in=list_own_ids(member))
    if same.filter(state=Registration.State.ATTENDED).exclude(pk=registration.pk).exists():
        raise AlreadyAdmitted


def let_in(registration: Registration, act: Act) -> MemberAdmitted:
    """Let a member in, once; who comes gets the prize while there are some.

    Raises:
        DoorClosed, AlreadyAdmitted, NotAdmitted.
    """
    activity, now = registration.activity, act["now"]
    rules = check_door(activity, now)
    registered = Registration.objects.filter(pk=registration.pk, state=Registration.State.REGISTERED)
    if disabled_guard("activities.door_guard"):
        may_enter = registered.exists()
        failpoint("activities.door_checked")
        registered = Registration.objects.filter(pk=registration.pk)
    else:
        _check_outside(registration, now)
        may_enter = True
    changed = registered.update(state=Registration.State.ATTENDED, ended_at=now, admitted_by=act["actor"].key)
    if not may_enter or not changed:
        registration.refresh_from_db()
        if registration.state == Registration.State.ATTENDED:
            raise AlreadyAdmitted
        raise NotAdmitted(state=str(registration.get_state_display()))
    tell(GATHERING_ATTENDED, activity, now, registration.member_id)
    award = award_first_left(
        activity,
        registration.member_id,
        rules.prizes,
        by_the_rules(act),
        participation=registration.participation,
    )
    return MemberAdmitted(registration.pk, registration.member_id, award.name if award else "")
