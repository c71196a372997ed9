"""How people of a community talk, as the doors for programs tell it."""

from datetime import date
from typing import Any
from uuid import UUID

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.models import Message
from qunying.communities.queries.describe_messages import author_of
from qunying.communities.queries.summarise_talk import summarise_talk
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.clock import day_end, day_start, local_day
from qunying.members.queries.list_members import SEE_NAMES

DAYS = 30


def report_talk(community_id: UUID, start: date | None, end: date | None, *, actor: Actor) -> dict[str, Any]:
    """Return how people talked on local days; by default the last 30. Names are for those who may see them.

    Args:
        start, end: first and last day.
    """
    zone = get_brand().zone
    last = end or local_day(get_analysis_time(clock.now()), zone)
    first = start or date.fromordinal(max(last.toordinal() - DAYS + 1, 1))
    talk = summarise_talk(community_id, day_start(first, zone), day_end(last, zone), zone=zone)
    sees_names = actor.may(SEE_NAMES)
    helpers = [
        {
            "person": author_of(Message(author=helper.person), sees_names=sees_names),
            "member_id": helper.person.member_id,
            "people_helped": helper.people_helped,
            "answers": helper.answers,
        }
        for helper in talk.helpers
    ]
    return {**talk.__dict__, "start": first, "end": last, "helpers": helpers}
