"""What the screen holds back is brought up by itself, and the decision acts on it."""

from typing import Any

import pytest

from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.models import Comment, Post, Submission
from qunying.content.tests.make import make_published, make_submission
from qunying.content.tests.make_boards import make_board, say
from qunying.members.tests.make import NOW, make_member
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.judge_appeal import judge_appeal
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.submit_appeal import submit_appeal
from qunying.moderation.models import Case
from qunying.moderation.tests.make import do, judge
from qunying.stream.react import registry
from qunying.stream.run_reactions import run_reaction, start_readers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
ADVERT = "诚招兼职日结500元，加微信abc12345，名额有限"
GUILTY: dict[str, Any] = {
    "verdict": "violation",
    "violation": "spam_advertising",
    "reason": "不得发布广告。",
    "hide_content": True,
}
INNOCENT: dict[str, Any] = {"verdict": "no_violation", "reason": "没有违规。"}


@pytest.fixture(autouse=True)
def readers():
    start_readers(NOW)


def bring_up(name):
    run_reaction(registry[f"moderation.{name}"], NOW)
    return Case.objects.get()


def appeal_and_uphold(decision_id, member_id):
    appeal_id = do(submit_appeal, decision_id=decision_id, member_id=member_id, text="这不是广告。")
    do(judge_appeal, actor=judge().actor, appeal_id=appeal_id, upheld=True, answer="是的。")


def test_a_held_post_waits_in_the_queue_and_is_shown_when_cleared():
    member = make_member()
    post = Post.objects.get(pk=say(make_board(), member, ADVERT).post_id)
    assert post.state == "held"
    case = bring_up("bring_up_held_post")
    assert (case.subject_kind, case.subject_id, case.member_id) == ("post", post.pk, member.id)
    assert {finding["detector"] for finding in case.findings} == {"contact", "advertisement"}
    do(decide_case, case_id=case.id, **INNOCENT)
    post.refresh_from_db()
    assert post.state == "published"


def test_what_was_judged_before_the_reaction_came_is_not_brought_up():
    post_id = say(make_board(), make_member(), ADVERT).post_id
    opened = do(open_case, subject_kind="post", subject_id=post_id, findings=[], source="staff")
    do(decide_case, case_id=opened.case_id, **GUILTY)
    assert bring_up("bring_up_held_post").state == "decided"


def test_a_held_comment_is_hidden_by_the_decision_and_shown_by_the_appeal():
    member, item = make_member(), make_published()
    made = do(comment_on_item, item_id=item.pk, member_id=member.id, text=ADVERT)
    assert not made.is_shown
    case = bring_up("bring_up_held_comment")
    assert (case.subject_kind, case.subject_id) == ("comment", made.comment_id)
    decision = do(decide_case, case_id=case.id, **GUILTY)
    assert Comment.objects.get().state == "hidden"
    appeal_and_uphold(decision.decision_id, member.id)
    assert Comment.objects.get().state == "shown"


def test_a_work_that_breaks_the_rules_is_judged_and_others_are_left_to_the_editors():
    make_submission(text="我家的茶角，阳光正好。")
    work = make_submission(text=ADVERT)
    case = bring_up("bring_up_submission")
    assert (case.subject_kind, case.subject_id) == ("submission", work.pk)
    decision = do(decide_case, case_id=case.id, **GUILTY)
    assert Submission.objects.get(pk=work.pk).state == "hidden"
    appeal_and_uphold(decision.decision_id, work.member_id)
    assert Submission.objects.get(pk=work.pk).state == "received"
