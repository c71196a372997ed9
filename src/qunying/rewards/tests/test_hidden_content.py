"""What was earned by a post, comment or submission goes while it is hidden, and comes again with it, once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from qunying.engines.earning import Rule
from qunying.ledger.accounts import GROWTH, POINTS, Purpose
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.settle_hidden_content import settle_hidden_content
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.doors.reactions import earn as react
from qunying.rewards.models import Earning
from qunying.rewards.tests.test_earning import earn, have, make_rule, paid
from qunying.stream.react import StreamEvent

REPLY = Rule("board_reply_published", "event", units=20)


def wrote(member_id: UUID, content_id: UUID) -> Any:
    return replace(
        paid(member_id, 0),
        event="board_reply_published",
        order_id=None,
        amount_minor=None,
        content_id=content_id,
    )


def hide(content_id: UUID, reference: str, *, is_hidden: bool = True, at: datetime = NOW) -> Any:
    return run(
        settle_hidden_content,
        now=at,
        event_id=uuid4(),
        content_id=content_id,
        reference=reference,
        is_hidden=is_hidden,
        changed_at=at,
    )


@pytest.mark.django_db
def test_what_a_hidden_post_earned_goes_and_comes_again_with_the_last_reason() -> None:
    make_rule(REPLY, valid_days=30)
    make_rule(replace(REPLY, units=5), asset="growth")
    member_id, post = make_member().id, uuid4()
    earn(wrote(member_id, post))
    run(spend_points, member_id=member_id, amount=15, reason="gift")
    taken = hide(post, "case:1")
    assert (taken.points, taken.growth, taken.debt) == (20, 5, 15)
    assert (have(member_id), have(member_id, purpose=Purpose.DEBT), have(member_id, GROWTH)) == (0, -15, 0)
    assert hide(post, "case:1").points == hide(post, "case:2").points == 0
    later = NOW + timedelta(hours=1)
    assert hide(post, "case:1", is_hidden=False, at=later).points == 0  # the other still hides it
    assert hide(post, "case:1").points == 0  # older than what is known
    again = hide(post, "case:2", is_hidden=False, at=later)
    assert (again.points, again.growth) == (-20, -5)
    assert hide(post, "case:2", is_hidden=False, at=later).points == 0
    assert (have(member_id), have(member_id, purpose=Purpose.DEBT), have(member_id, GROWTH)) == (5, 0, 5)
    assert hide(post, "case:3", at=later).points == 20  # what was given again can be taken again
    assert hide(uuid4(), "case:1").points == 0
    assert audit() == []


@pytest.mark.django_db
def test_a_hidden_comment_earns_nothing_when_its_own_event_comes_later() -> None:
    make_rule(replace(REPLY, event="content_commented"))
    member_id, item, comment = make_member().id, uuid4(), uuid4()
    written = _event("content_commented", member_id, item, text="Nice", comment=str(comment))
    hidden = _event("comment_hidden", member_id, comment, reference="case:1")
    react(hidden, NOW)
    react(written, NOW)
    assert (Earning.objects.get().content_id, have(member_id, POINTS)) == (comment, 0)
    react(_event("comment_restored", member_id, comment, reference="case:1"), NOW)
    assert have(member_id, POINTS) == 20
    elsewhere = _event("content_commented", member_id, item, text="Nice")
    react(elsewhere, NOW)
    assert Earning.objects.filter(content_id=None).count() == 1


def _event(name: str, member_id: UUID, content_id: UUID, **properties: str) -> StreamEvent:
    return StreamEvent(
        id=uuid4(),
        source="qunying",
        name=name,
        member_id=member_id,
        anonymous_id=None,
        occurred_at=NOW,
        received_at=NOW,
        community_id=None,
        campaign_id=None,
        content_id=content_id,
        product=None,
        order_id=None,
        quantity=None,
        amount_minor=None,
        currency=None,
        properties=properties,
    )
