"""The frozen audience: who was in the segment when an activity opened."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.activities.models import Activity
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.segments.queries.evaluate_rule import evaluate_segment
from qunying.segments.queries.get_segment import get_segment

_FREEZE = """
INSERT INTO activities_audiencemember (activity_id, member_id)
SELECT %s, found.member_id FROM unnest(%s::uuid[]) AS found(member_id)
"""


class NobodyAddressed(Problem):
    """The segment is empty."""

    code = "nobody_addressed"
    kind = Kind.CONFLICT
    message = _("Nobody is in the segment, so nobody could take part.")


def freeze_audience(activity: Activity, now: datetime) -> None:
    """Write down who is in the segment, by which version of its rule and as of when; nothing without a segment.

    Raises:
        NobodyAddressed.
    """
    if activity.segment_id is None:
        return
    as_of = min(now, get_analysis_time(now))
    found: list[UUID] = evaluate_segment(activity.segment_id, as_of)
    members = sorted(set(found) - list_staff_accounts(set(found)))
    if not members:
        raise NobodyAddressed
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, [activity.id, members])
    activity.audience_as_of, activity.audience_count = as_of, len(members)
    activity.audience_rule_version = get_segment(activity.segment_id).rule_version
