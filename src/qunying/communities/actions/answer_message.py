"""Answer a message that one of the rules fits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from qunying.communities.models import GroupMember, Message, ReplyRule
from qunying.communities.service.wording import filled
from qunying.engines.wildcards import matches
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.actions.post_to_community import post_to_community

LASTS = timedelta(minutes=15)

_USE = """
INSERT INTO communities_replyuse AS used (rule_id, community_id, answered_at, times) VALUES (%s, %s, %s, 1)
ON CONFLICT (rule_id, community_id) DO UPDATE SET answered_at = excluded.answered_at, times = used.times + 1
WHERE used.answered_at <= %s RETURNING rule_id
"""


@dataclass(frozen=True)
class Answered:
    """The post that answers, and the rule that it comes from; None when there is nothing to say (now)."""

    send_id: UUID | None = None
    rule_id: UUID | None = None


@action
def answer_message(*, command_id: str, actor: Actor, now: datetime, message_id: UUID) -> Answered:
    """Post the answer of the first rule that fits a message, unless it answered within its cool-down.

    Only people without a role in the group are answered: not robots, not owner and admins, nobody who took the message back. Of
    several rules that fit, the one with the smallest priority number speaks; while it cools down nobody does.
    """
    message = Message.objects.select_related("community", "author").filter(pk=message_id).first()
    if message is None or not _wants_answer(message):
        return Answered()
    rules = ReplyRule.objects.filter(Q(community=message.community) | Q(community=None), is_active=True)
    for rule in rules.order_by("priority", "name", "pk"):
        if matches(rule.pattern, message.text):
            break
    else:
        return Answered()
    if not _take_turn(rule, message.community_id, now):
        return Answered()
    text = filled(rule.answer, message.community, now, name=message.author_name)
    posted = post_to_community(
        command_id=command_id,
        actor=actor,
        now=now,
        community_id=message.community_id,
        channel_id=message.community.channel_id,
        key=f"reply:{message.pk}",
        text=text,
        title=rule.name,
        due_at=now,
        not_after=now + LASTS,
    )
    return Answered(posted.send_id, rule.pk)


def _wants_answer(message: Message) -> bool:
    has_role = message.author is not None and message.author.role != GroupMember.Role.MEMBER
    is_said = message.kind != Message.Kind.SYSTEM and message.deleted_at is None and not message.from_robot
    return is_said and not has_role and message.community.state != "closed"


def _take_turn(rule: ReplyRule, community_id: UUID, now: datetime) -> bool:
    """Note that the rule answers now; False while it cools down. One statement, so that two workers never both may."""
    with connection.cursor() as cursor:
        free_since = now - timedelta(minutes=rule.cool_down_minutes)
        cursor.execute(_USE, [rule.pk, community_id, now, free_since])
        return cursor.fetchone() is not None
