"""What many members report is out of sight until somebody has decided; reports that come at once are all counted."""

from typing import Any

import pytest

from qunying.communities.models import Message
from qunying.communities.tests.make import make_community, said, tell
from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.models import Comment, Post, Submission
from qunying.content.tests.make import by, make_published, make_submission
from qunying.content.tests.make_boards import make_thread
from qunying.kernel.actors import member_actor
from qunying.kernel.tests.racing import race, switch_off
from qunying.members.tests.make import make_member
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.judge_appeal import judge_appeal
from qunying.moderation.actions.report_subject import report_subject
from qunying.moderation.actions.submit_appeal import submit_appeal
from qunying.moderation.meanwhile import is_hidden_meanwhile
from qunying.moderation.models import Appeal, Case, Decision
from qunying.moderation.subjects import SubjectNotFound
from qunying.moderation.tests.make import do, join, judge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def a_post() -> Any:
    return make_thread()


def a_comment() -> Any:
    said = comment_on_item(**by(), item_id=make_published().pk, member_id=make_member().pk, text="Hm")
    return Comment.objects.get(pk=said.comment_id)


def a_work() -> Any:
    work = make_submission()
    accept_submission(**by(), submission_id=work.pk)
    return Submission.objects.get(pk=work.pk)


SUBJECTS = pytest.mark.parametrize(
    ("make", "kind", "shown"),
    [(a_post, "post", "published"), (a_comment, "comment", "shown"), (a_work, "submission", "accepted")],
)


def report(kind: str, subject: Any, reporter: Any = None) -> None:
    reporter = reporter or make_member()
    do(
        report_subject,
        actor=member_actor(reporter.pk, "moderation.report_subject"),
        reporter_id=reporter.pk,
        subject_kind=kind,
        subject_id=subject.pk,
        violation="spam_contact",
    )


def state_of(subject: Any) -> str:
    return str(type(subject).objects.get(pk=subject.pk).state)


@SUBJECTS
def test_five_reporters_hide_it_and_no_violation_shows_it_again(make, kind, shown):
    subject = make()
    for number in range(1, 6):
        report(kind, subject)
        assert state_of(subject) == ("hidden" if number == 5 else shown)
    case = Case.objects.get()
    assert is_hidden_meanwhile(case)
    do(decide_case, actor=judge().actor, case_id=case.pk, verdict="no_violation", reason="Fine.")
    assert state_of(subject) == shown
    assert not is_hidden_meanwhile(Case.objects.get())


@SUBJECTS
def test_a_decision_takes_over_and_an_appeal_brings_it_back(make, kind, shown):
    subject = make()
    for _number in range(5):
        report(kind, subject)
    words: dict[str, Any] = {
        "verdict": "violation",
        "violation": "spam_contact",
        "reason": "Contacts.",
        "hide_content": True,
    }
    do(decide_case, actor=judge().actor, case_id=Case.objects.get().pk, **words)
    assert state_of(subject) == "hidden"
    decision = Decision.objects.get()
    do(submit_appeal, decision_id=decision.pk, member_id=subject.member_id, text="It was my own shop.")
    do(judge_appeal, actor=judge().actor, appeal_id=Appeal.objects.get().pk, upheld=True, answer="Right.")
    assert state_of(subject) == shown


def test_a_violation_that_may_stay_is_seen_again():
    post = a_post()
    for _number in range(5):
        report("post", post)
    words: dict[str, Any] = {"verdict": "violation", "violation": "spam_contact", "reason": "A warning."}
    do(decide_case, actor=judge().actor, case_id=Case.objects.get().pk, **words)
    assert Post.objects.get(pk=post.pk).state == "published"


@SUBJECTS
def test_what_a_member_cannot_read_is_unknown_to_them(make, kind, shown):
    subject = make()
    type(subject).objects.filter(pk=subject.pk).update(state="hidden")
    with pytest.raises(SubjectNotFound):
        report(kind, subject)


def test_a_message_of_a_group_is_reported_by_who_is_in_it():
    community, reader = make_community(), make_member()
    tell(community, said("1", "低价代购，加我"))
    message = Message.objects.get()
    with pytest.raises(SubjectNotFound):
        report("message", message, reader)
    join(community, reader)
    report("message", message, reader)


def report_at_once() -> int:
    post, members = a_post(), [make_member() for _number in range(3)]
    assert race(lambda number: report("post", post, members[number]), 3) == {"done": 3}
    return Case.objects.count()


@pytest.mark.django_db(transaction=True)
def test_three_who_report_at_once_open_the_case():
    assert report_at_once() == 1


@pytest.mark.django_db(transaction=True)
def test_without_waiting_for_each_other_they_do_not(monkeypatch):
    switch_off(monkeypatch, "moderation.report", "moderation.counted", together=3)
    assert report_at_once() == 0
