"""People of platform groups: who said something there, whether or not we know them as members, and how they become known."""

from dataclasses import dataclass
from uuid import UUID

from qunying.communities.actions.take_up_person import take_up_person
from qunying.communities.queries.list_messages import MessageNotFound, filter_said_by, get_message
from qunying.kernel.acts import Act
from qunying.moderation.models import Case, Decision, SubjectKind


@dataclass(frozen=True)
class Person:
    """Who said a message, as the platform knows them."""

    stay_id: int
    platform: str
    platform_user_id: str
    nickname: str


def find_person(case: Case) -> Person | None:
    """Return who said what a case is about; None when it was not said in a group, or the platform did not tell by whom."""
    if case.subject_kind != SubjectKind.MESSAGE:
        return None
    try:
        message = get_message(case.subject_id)
    except MessageNotFound:
        return None
    if message.author is None:
        return None
    author = message.author
    return Person(author.pk, message.community.platform.label, author.platform_user_id, author.nickname)


def take_up(decision: Decision, act: Act) -> UUID | None:
    """Make whom a decision is about known as a member, with all cases about what they said, and return their id; None for nobody."""
    person = find_person(decision.case)
    if person is None:
        return None
    member_id = take_up_person(stay_id=person.stay_id, **act)
    said_there = Case.objects.filter(member=None, subject_kind=SubjectKind.MESSAGE)
    said = filter_said_by(member_id, list(said_there.values_list("subject_id", flat=True)))
    cases = Case.objects.filter(member=None, subject_kind=SubjectKind.MESSAGE, subject_id__in=said)
    Decision.objects.filter(member=None, case__in=cases.values("pk")).update(member_id=member_id)
    cases.update(member_id=member_id)
    decision.member_id = decision.case.member_id = member_id
    return member_id
