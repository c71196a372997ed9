"""Who fulfils a rule at an instant."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.accounts.queries.get_brand import get_brand
from qunying.segments.models import Segment
from qunying.segments.queries.get_definitions import get_policy
from qunying.segments.queries.get_segment import get_segment
from qunying.segments.rules.asking import matching_members
from qunying.segments.rules.plan import Question, ReferredSegment
from qunying.segments.rules.reading import read_rule
from qunying.segments.rules.tree import Rule, SegmentCondition
from qunying.stream.lake import open_analysis


def evaluate_rule(rule: object, as_of: datetime) -> list[UUID]:
    """Return the members that fulfil a rule, each once, in the order of their ids.

    Args:
        rule: the rule as JSON holds it.
        as_of: nothing that happened later counts; usually
            ``accounts.queries.get_brand.get_analysis_time(now)``.

    Raises:
        RuleInvalid: when the rule does not read, or refers to a segment that is not there.
    """
    return _evaluate(read_rule(rule), as_of)


def evaluate_segment(segment_id: UUID, as_of: datetime) -> list[UUID]:
    """Return the members of a segment at an instant, by its present rule or by its list at that instant,
    each once.

    Raises:
        SegmentNotFound: when there is no such segment.
    """
    return _evaluate(SegmentCondition(segment=get_segment(segment_id).slug), as_of)


def question_at(as_of: datetime) -> Question:
    """Return what rules are asked with at an instant: the brand's zone and currency, the definitions in force, the
    segments."""
    brand = get_brand()
    return Question(as_of, brand.zone, get_policy(as_of), _finder(as_of), brand.currency)


def _evaluate(rule: Rule, as_of: datetime) -> list[UUID]:
    question = question_at(as_of)
    with open_analysis(as_of) as analysis:
        found = matching_members(analysis, rule, question).order_by("member_id").to_pyarrow()
    return [UUID(member_id) for member_id in found["member_id"].to_pylist()]


def _finder(as_of: datetime) -> Callable[[str], ReferredSegment | None]:
    def find(slug: str) -> ReferredSegment | None:
        segment = Segment.objects.filter(slug=slug).first()
        if segment is None:
            return None
        if segment.kind == Segment.Kind.STATIC:
            listed = list_listed(segment.id, as_of)
            return ReferredSegment(slug, member_ids=tuple(str(member_id) for member_id in listed))
        return ReferredSegment(slug, rule=read_rule(segment.rule))

    return find


# The log tells who was on a list at any instant; a listed member who was merged counts as the one they now
# are.
_LISTED = """
SELECT DISTINCT coalesce(known.member_id, latest.member_id)
FROM (
    SELECT DISTINCT ON (member_id) member_id, entered FROM segments_segmentchange
    WHERE segment_id = %s AND at <= %s ORDER BY member_id, id DESC
) latest
LEFT JOIN identity_map known ON known.key = latest.member_id
WHERE latest.entered
"""


def list_listed(segment_id: UUID, as_of: datetime) -> list[UUID]:
    """Return the members who were on a fixed list at an instant, whether or not anything else is known of
    them by then."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [segment_id, as_of])
        return [member_id for (member_id,) in cursor.fetchall()]
