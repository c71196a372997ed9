"""Write or change a keyword reply."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import ReplyRule
from qunying.communities.queries.get_community import get_community
from qunying.communities.service.wording import checked_wording
from qunying.engines.wildcards import LONGEST_PATTERN
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

MAX_COOL_DOWN = 7 * 24 * 60
FEWEST_SIGNS = 2


class ReplyRuleNotFound(Problem):
    """There is no such rule."""

    code = "reply_rule_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such keyword reply.")


class ReplyRuleInvalid(Problem):
    """The words would fit everything, or a number is absurd."""

    code = "reply_rule_invalid"
    kind = Kind.INVALID
    message = _(
        "“{field}” is not possible: every alternative needs two characters besides * and ?, the cool-down has at most 7 days."
    )


@action
def save_reply_rule(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    pattern: str,
    answer: str,
    community_id: UUID | None = None,
    priority: int = 100,
    cool_down_minutes: int = 5,
    is_active: bool = True,
    rule_id: UUID | None = None,
) -> UUID:
    """Store a rule and return its id.

    Args:
        pattern: words as ``engines.wildcards`` describes them.
        community_id: where it answers; None for every community.
        rule_id: the rule to change; None for a new one.

    Raises:
        ReplyRuleNotFound, ReplyRuleInvalid, CommunityNotFound, BadText, UndeclaredVariable.
    """
    rule = (
        ReplyRule(pk=new_id(), created_at=now)
        if rule_id is None
        else ReplyRule.objects.filter(pk=rule_id).first()
    )
    if rule is None:
        raise ReplyRuleNotFound
    rule.name = checked_text(name, field="name", max_length=100)
    rule.pattern = checked_text(pattern, field="pattern", max_length=LONGEST_PATTERN)
    if any(
        len(part.replace("*", "").replace("?", "").strip()) < FEWEST_SIGNS for part in rule.pattern.split("|")
    ):
        raise ReplyRuleInvalid(field="pattern")
    if not 0 <= cool_down_minutes <= MAX_COOL_DOWN:
        raise ReplyRuleInvalid(field="cool_down_minutes")
    if not 0 <= priority <= 32_767:
        raise ReplyRuleInvalid(field="priority")
    rule.answer = checked_wording(answer)
    rule.community = get_community(community_id) if community_id else None
    rule.priority, rule.cool_down_minutes, rule.is_active = priority, cool_down_minutes, is_active
    rule.save()
    return rule.pk
