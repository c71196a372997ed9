"""Everybody at once: a like, a link to pass on and a reward are there once. Each race has a twin without its guard, which must fail."""

from collections.abc import Callable
from typing import Any

import pytest

from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.like_item import like_item
from qunying.content.actions.share_item import share_item
from qunying.content.actions.share_post import share_post
from qunying.content.models import Like, PostShare, Share, Submission
from qunying.content.tests.make import REVIEWER, by, make_published, make_submission
from qunying.content.tests.make_boards import make_thread
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.accounts import POINTS, Purpose, of_member
from qunying.ledger.queries.get_balance import get_balance
from qunying.members.tests.make import make_member
from qunying.rewards.models import PointsGrant
from qunying.stream.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
MEMBERS, TIMES = 2, 16


def items_liked() -> Callable[[int], Any]:
    item, members = make_published(), [make_member() for _number in range(MEMBERS)]
    return lambda number: like_item(**by(), item_id=item.pk, member_id=members[number % MEMBERS].pk)


def items_shared() -> Callable[[int], Any]:
    item, members = make_published(), [make_member() for _number in range(MEMBERS)]
    return lambda number: share_item(**by(), item_id=item.pk, member_id=members[number % MEMBERS].pk)


def posts_shared() -> Callable[[int], Any]:
    post, members = make_thread(), [make_member() for _number in range(MEMBERS)]
    return lambda number: share_post(**by(), post_id=post.pk, member_id=members[number % MEMBERS].pk)


ONCE = pytest.mark.parametrize(
    ("scene", "rows", "event", "guard"),
    [
        (items_liked, Like, "content_liked", "item_like"),
        (items_shared, Share, "content_shared", "item_share"),
        (posts_shared, PostShare, "board_post_shared", "share"),
    ],
)


@ONCE
def test_what_a_member_does_once_is_told_once(scene, rows, event, guard):
    assert race(scene(), TIMES) == {"done": TIMES}
    assert rows.objects.count() == Event.objects.filter(name=event).count() == MEMBERS


@ONCE
def test_without_the_unique_row_it_is_told_again_and_again(scene, rows, event, guard, monkeypatch):
    switch_off(monkeypatch, f"{guard}.once", f"{guard}.looked", together=TIMES)
    race(scene(), TIMES)
    assert rows.objects.count() == MEMBERS
    assert Event.objects.filter(name=event).count() > MEMBERS


def accept_at_once() -> tuple[Any, int, int]:
    """Let eight accept one work at once; return the outcomes, the grants, and what its member has."""
    member = make_member()
    work = make_submission(member)
    outcomes = race(lambda _number: accept_submission(**by(REVIEWER), submission_id=work.pk, points=50), 8)
    account = of_member(member.pk, POINTS, Purpose.AVAILABLE)
    assert Submission.objects.get().state == "accepted"
    return outcomes, PointsGrant.objects.count(), get_balance(account)


def test_a_work_is_rewarded_once():
    assert accept_at_once() == ({"done": 1, "submission_decided": 7}, 1, 50)


def test_without_the_held_row_it_is_rewarded_again_and_again(monkeypatch):
    switch_off(monkeypatch, "submission.lock", "submission.looked", together=8)
    _outcomes, grants, points = accept_at_once()
    assert grants > 1
    assert points == 50 * grants
