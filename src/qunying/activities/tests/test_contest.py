"""The buyer-show contest: works are one's own, votes are counted once, ranks win at the end."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from qunying.accounts.actions.create_key import make_key
from qunying.accounts.tests.make import make_staff
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.remove_work import remove_work
from qunying.activities.actions.score_work import score_work
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.vote_for_work import vote_for_work
from qunying.activities.models import Activity, Award, ContestVote, ContestWork
from qunying.activities.tests.make import DAY, make_activity, play
from qunying.content.actions.accept_submission import accept_submission
from qunying.content.models import Submission
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member, sign_in
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.models import Case

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def make_work(activity: Activity, *, accepted: bool = True, now=NOW) -> ContestWork:
    member = make_member(now=now - DAY)
    sent = Submission.objects.create(
        kind="buyer_show",
        member=member,
        title="My teapot",
        consent_text="yes",
        consent_at=now,
        received_at=now,
    )
    if accepted:
        run(accept_submission, now=now, submission_id=sent.pk)
    play(activity, member.id, choice=str(sent.pk), now=now)
    return ContestWork.objects.get(submission=sent)


def vote(work: ContestWork, member_id: UUID | None = None, *, now=NOW + 5 * MINUTE, **seen) -> int:
    member_id = member_id or make_member(now=now - DAY).id
    done: int = run(
        vote_for_work,
        now=now,
        activity_id=work.activity_id,
        member_id=member_id,
        work_id=work.id,
        **seen,
    )
    return done


def refusal(call, *args, **rest) -> str:
    with pytest.raises(Problem) as caught:
        call(*args, **rest)
    return caught.value.code


def end(activity: Activity, now=NOW + DAY) -> None:
    run(close_activity, now=now, activity_id=activity.id)
    run(settle_activity, now=now, activity_id=activity.id)


def test_votes_rank_and_ranks_win():
    activity = make_activity("contest", per_member=2)
    works = [make_work(activity, now=NOW + n * MINUTE) for n in range(5)]
    hidden = make_work(activity, accepted=False)
    for work, votes in zip(works, (1, 3, 0, 3, 2), strict=True):
        for _ in range(votes):
            vote(work)
    voter = works[2].member_id
    assert refusal(vote, works[2], voter) == "no_own_vote"
    assert refusal(vote, hidden) == "unknown_contest_work"
    vote(works[4], voter)
    assert refusal(vote, works[0], voter) == "votes_used_up"
    assert refusal(play, activity, voter, choice=str(works[2].submission_id)) == "work_entered"
    assert refusal(play, activity, voter, choice=str(works[0].submission_id)) == "work_not_fit"
    assert refusal(play, activity, voter, choice="nonsense") == "work_not_fit"
    run(remove_work, work_id=works[3].id, reason="Not a buyer show.")
    assert refusal(vote, works[3]) == "unknown_contest_work"
    end(activity)
    won = {award.member_id: award.prize for award in Award.objects.all()}
    assert won == {works[1].member_id: "gold", works[4].member_id: "silver", works[0].member_id: "silver"}
    assert refusal(vote, works[0], now=NOW + DAY) == "activity_not_open"
    ranks = dict(ContestWork.objects.values_list("pk", "rank"))
    assert (ranks[works[1].pk], ranks[works[2].pk], ranks[works[3].pk]) == (1, 4, None)


def test_a_device_counts_once_and_crowds_are_looked_at():
    activity = make_activity("contest", per_member=2)
    work, rival = make_work(activity), make_work(activity)
    run(note_mark, member_id=work.member_id, mark_kind="device", value="f" * 32)
    for number in (1, 1, 2):
        vote(work, device=f"{number:032x}", address=f"10.{number}.0.1")
    vote(work, device="f" * 32, address="10.9.0.1")  # the owner's own
    for number in range(9):
        vote(rival, device=f"{number:032x}", address=f"203.0.113.{number}")
    counted = Counter(ContestVote.objects.filter(is_counted=True).values_list("work_id", flat=True))
    assert counted == {work.id: 2, rival.id: 9}
    cases = {case.subject_id: case for case in Case.objects.all()}
    assert {key: case.reasons for key, case in cases.items()} == {
        work.id: ["same_device"],
        rival.id: ["same_network"],
    }
    run(close_activity, now=NOW + DAY, activity_id=activity.id)
    assert refusal(run, settle_activity, now=NOW + DAY, activity_id=activity.id) == "wrong_activity_state"
    run(decide_case, now=NOW + DAY, case_id=cases[work.id].id, release=True)
    run(decide_case, now=NOW + DAY, case_id=cases[rival.id].id, release=False, explanation="A click farm.")
    run(settle_activity, now=NOW + DAY, activity_id=activity.id)
    assert Award.objects.get(prize="gold").member_id == work.member_id
    assert ContestVote.objects.filter(is_counted=True, work=work).count() == 4
    assert not Award.objects.filter(member_id=rival.member_id).exists()


def test_votes_of_members_who_became_one_are_one_persons():
    activity = make_activity("contest")
    work, rival, third = (make_work(activity) for _ in range(3))
    voter, twin, second = (make_member(now=NOW - DAY).id for _ in range(3))
    for member in (voter, twin, second):
        vote(work, member)
    vote(work, twin, now=NOW + DAY / 2)  # another day in Shanghai
    for _ in range(3):
        vote(rival)
    other = make_member(now=NOW - DAY).id
    vote(third, other)
    run(merge_members, kept_id=voter, merged_id=twin)
    run(merge_members, kept_id=work.member_id, merged_id=second)
    run(merge_members, kept_id=voter, merged_id=other)
    end(activity)
    counted = Counter(ContestVote.objects.filter(is_counted=True).values_list("work_id", flat=True))
    assert counted == {work.id: 2, rival.id: 3}
    assert Award.objects.get(prize="gold").member_id == rival.member_id


def test_a_jury_decides_and_is_waited_for():
    activity = make_activity("contest", settings={"ranked_by": "jury"})
    first, second = make_work(activity), make_work(activity)
    assert refusal(vote, first) == "jury_decides"
    assert refusal(run, score_work, work_id=first.id, points=101) == "bad_contest_score"
    run(score_work, work_id=first.id, points=60)
    juror = make_staff()
    made, _secret = make_key(command_id="1", actor=juror.actor, now=NOW, name="jury", scopes=["activities.*"])
    program = Actor(kind="key", id=str(made.key_id), permissions=frozenset({"activities.*"}))
    for actor, points in ((juror.actor, 70), (program, 60)):
        run(score_work, actor=actor, work_id=first.id, points=points)
    assert Counter(first.scores.values_list("juror", "points")) == {
        ("system:test", 60): 1,
        (juror.actor.key, 60): 1,
    }
    run(close_activity, now=NOW + DAY, activity_id=activity.id)
    assert refusal(run, settle_activity, activity_id=activity.id) == "wrong_activity_state"
    run(score_work, work_id=second.id, points=90)
    run(score_work, work_id=second.id, points=80)  # the same juror thinks again
    run(settle_activity, now=NOW + DAY, activity_id=activity.id)
    assert Award.objects.get(prize="gold").member_id == second.member_id
    assert refusal(run, score_work, work_id=first.id, points=99) == "wrong_activity_state"


def test_pages_of_a_contest():
    now = clock.now()
    activity = make_activity("contest", now=now)
    work = make_work(activity, now=now)
    voter, phone = make_member(now=now - DAY), Client()
    sign_in(phone, voter)
    address = f"/m/activities/{activity.id}/"
    assert "My teapot" in phone.get(address).content.decode()
    phone.post(f"{address}works/{work.id}/vote/")
    assert ContestVote.objects.get().member_id == voter.id
    assert ContestVote.objects.get().device
    assert f"works/{work.id}/vote/" not in phone.get(address).content.decode()  # once a day, said beforehand
    stranger = Client()
    sign_in(stranger, make_member(now=now - DAY))
    stranger.post(f"{address}works/{work.id}/vote/")  # a device that never saw the page gets its number first
    assert ContestVote.objects.count() == 1
    staff = Client()
    staff.force_login(make_staff())
    page = f"/console/activities/{activity.id}/works/"
    assert "My teapot" in staff.get(page).content.decode()
    staff.post(f"/console/activities/works/{work.id}/score/", {"points": "x"})
    staff.post(f"/console/activities/works/{work.id}/remove/", {"reason": "Stolen picture."})
    owner = Client()
    sign_in(owner, work.member)
    assert "Stolen picture." in owner.get(address).content.decode()


def _votes_of_one(monkeypatch: pytest.MonkeyPatch | None = None) -> Counter[str]:
    activity = make_activity("contest")
    works = [make_work(activity) for _ in range(4)]
    voter = make_member(now=NOW - DAY).id
    if monkeypatch:
        switch_off(monkeypatch, "activities.vote_lock", "activities.votes_counted")
    return race(lambda n: vote(works[n], voter), 4, processes=4)


@pytest.mark.django_db(transaction=True)
def test_one_vote_a_day_at_once():
    assert _votes_of_one() == {"done": 1, "votes_used_up": 3}


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_only_the_last_line_holds(monkeypatch):
    outcomes = _votes_of_one(monkeypatch)
    assert outcomes["crashed: IntegrityError"] > 0
    assert outcomes["done"] == 1
