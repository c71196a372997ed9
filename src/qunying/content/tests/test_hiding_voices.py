"""Comments and submissions out of sight: for as many reasons as there are, and back to where they were."""

import pytest

from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.actions.hide_comment import hide_comment
from qunying.content.actions.hide_submission import hide_submission
from qunying.content.actions.reject_submission import reject_submission
from qunying.content.actions.restore_comment import restore_comment
from qunying.content.actions.restore_submission import restore_submission
from qunying.content.actions.withdraw_submission import withdraw_submission
from qunying.content.models import Comment, Submission
from qunying.content.queries.get_item import list_gallery
from qunying.content.tests.make import REVIEWER, by, make_published, make_submission
from qunying.content.voices import SubmissionDecided, list_hidings
from qunying.members.tests.make import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def work():
    return make_submission()


def state_of(work):
    return Submission.objects.get(pk=work.pk).state


def hide(work, reference):
    hide_submission(**by(), submission_id=work.pk, reference=reference)


def restore(work, reference=""):
    restore_submission(**by(), submission_id=work.pk, reference=reference)


def accept(work):
    accept_submission(**by(REVIEWER), submission_id=work.pk)


def test_a_waiting_work_is_hidden_and_waits_again(work):
    hide(work, "decision:1")
    assert state_of(work) == "hidden"
    with pytest.raises(SubmissionDecided):
        accept(work)
    restore(work, "decision:1")
    assert state_of(work) == "received"
    accept(work)
    assert list_gallery().get() == work


def test_two_reasons_hide_until_both_are_gone(work):
    accept(work)
    for reference in ("reports:1", "decision:1", "decision:1"):
        hide(work, reference)
    assert not list_gallery().exists()
    restore(work, "reports:1")
    restore(work, "unknown")
    assert state_of(work) == "hidden"
    restore(work, "decision:1")
    assert state_of(work) == "accepted"
    hide(work, "decision:1")
    hide(work, "")
    restore(work)
    assert state_of(work) == "accepted"
    assert [(row.reference, row.lifted_at is None) for row in list_hidings(work)] == [
        ("reports:1", False),
        ("decision:1", False),
        ("", False),
    ]


def test_what_its_member_took_back_or_was_not_taken_stays_so(work):
    accept(work)
    hide(work, "decision:1")
    withdraw_submission(**by(), submission_id=work.pk, member_id=work.member_id)
    other = make_submission()
    reject_submission(**by(REVIEWER), submission_id=other.pk, reason="Blurred.")
    hide(other, "decision:2")
    for row, reference in ((work, "decision:1"), (other, "decision:2")):
        restore(row, reference)
    assert (state_of(work), state_of(other)) == ("withdrawn", "rejected")


def test_what_somebody_erased_had_said_is_not_shown_again():
    said = comment_on_item(**by(), item_id=make_published().pk, member_id=make_member().pk, text="Hm")
    hide_comment(**by(), comment_id=said.comment_id, reference="reports:1")
    Comment.objects.update(text="")
    restore_comment(**by(), comment_id=said.comment_id, reference="reports:1")
    assert Comment.objects.get().state == "hidden"


def test_a_comment_is_hidden_by_each_reason_for_itself():
    item = make_published()
    said = comment_on_item(**by(), item_id=item.pk, member_id=make_member().pk, text="Lovely")
    for reference in ("reports:1", "decision:1"):
        hide_comment(**by(), comment_id=said.comment_id, reference=reference)
    restore_comment(**by(), comment_id=said.comment_id, reference="reports:1")
    assert Comment.objects.get().state == "hidden"
    restore_comment(**by(), comment_id=said.comment_id, reference="decision:1")
    assert Comment.objects.get().state == "shown"
