"""Take back, or give again, what a post has won in a topic discussion."""

from datetime import datetime
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import lock_activity
from qunying.activities.kinds.topic import Topic
from qunying.activities.models import Award, Participation, State
from qunying.activities.prizes import award_prize
from qunying.activities.rules import Prize
from qunying.activities.settling import give_money_back
from qunying.activities.taking_back import set_aside_again, take_back
from qunying.content.queries.threads import PostFilter, search_posts
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Problem


@action
def settle_hidden_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID) -> int:
    """Take back what a hidden post has won, or give it again when it is shown again; return how many prizes changed.

    It goes by how the post stands now, so it does not matter how often this runs. What cannot be taken back any more, a
    coupon that was used or goods that are on their way, stays.
    """
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    is_shown = search_posts(PostFilter(state="published", kind="thread")).filter(pk=post_id).exists()
    parts = Participation.objects.filter(activity__kind=Topic.slug, landed=str(post_id)).exclude(given="")
    changed = 0
    for part in parts.order_by("id"):
        lock_activity(part.activity_id)
        awards = Award.objects.select_related("activity").filter(participation=part)
        held = awards.exclude(state=Award.State.TAKEN_BACK).first()
        lost = awards.filter(state=Award.State.TAKEN_BACK).order_by("won_at", "id").last()
        if held is not None and not is_shown:
            changed += _take_back(held, act)
        elif held is None and lost is not None and is_shown:
            changed += _give_again(lost, part, act)
    return changed


def _take_back(award: Award, act: Act) -> bool:
    try:
        take_back(award, act)
    except Problem:  # used, or on its way
        return False
    award.state = Award.State.TAKEN_BACK
    award.save(update_fields=["state"])
    if award.kind == Award.Kind.MONEY and award.activity.state == State.SETTLED:
        give_money_back(award.activity, act)  # what was paid, and what was kept because it was owed
    return True


def _give_again(award: Award, part: Participation, act: Act) -> bool:
    """Give the prize as a new one; the unit that was taken out of stock goes over to it."""
    awards = Award.objects.filter(participation=part)
    serial = awards.exclude(stock_serial=None).values_list("stock_serial", flat=True).first()
    awards.update(stock_serial=None)
    set_aside_again(award, act)
    prize = Prize(
        key=award.prize,
        name=award.name,
        kind=award.kind,
        amount=max(1, award.amount),
        template_id=str(award.template_id) if award.template_id else None,
        count=1,
    )
    award_prize(award.activity, award.member_id, prize, act, participation=part, serial=serial)
    return True
