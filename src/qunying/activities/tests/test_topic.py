"""The topic discussion: which posts take part, who wins at the end, what staff choose."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser
from qunying.activities.actions.choose_posts import choose_posts
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.give_award import give_award
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.settle_hidden_post import settle_hidden_post
from qunying.activities.models import Activity, Award, Participation
from qunying.activities.purse import purse_of
from qunying.activities.tests.make import CLOSE, DAY, draft, make_activity, play, prize
from qunying.content.actions.hide_post import hide_post
from qunying.content.actions.release_post import release_post
from qunying.content.actions.restore_post import restore_post
from qunying.content.models import Post
from qunying.content.queries.topics import find_topic
from qunying.content.screening import Verdict
from qunying.content.tests.make_boards import make_board, say, screened_by
from qunying.kernel import clock
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import OwnerKind
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance, list_balances
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.actions.carry_balances_over import carry_balances_over
from qunying.stream.react import registry
from qunying.stream.run_reactions import run_reaction, start_readers

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def write(member: Member | None = None, *, now: datetime = NOW, **rest: Any) -> Post:
    member = member or make_member(now=now - DAY)
    posted = say(make_board(), member, now=now, **{"topics": ["Sun"], **rest})
    return Post.objects.select_related("member").get(pk=posted.post_id)


def enter(activity: Activity, *, now: datetime = NOW) -> Participation:
    post = write(now=now)
    play(activity, post.member_id, choice=str(post.pk), now=now)
    return Participation.objects.get(landed=str(post.pk))


def refusal(call: Callable[..., Any], *args: Any, **rest: Any) -> str:
    with pytest.raises(Problem) as caught:
        call(*args, **rest)
    return caught.value.code


def hide(part: Participation) -> None:
    run(hide_post, post_id=UUID(part.landed), reference="case:1")


def test_the_first_that_still_count_win():
    with pytest.raises(Problem):
        run(create_activity, draft=draft("topic", settings={"tag": "two words"}))
    activity = make_activity("topic", per_member=3, settings={"tag": "#SUN"})
    put_up = find_topic("sun")
    assert put_up is not None
    assert put_up.source == "campaign"
    parts = [enter(activity, now=NOW + n * MINUTE) for n in range(4)]
    first = parts[0].member
    assert refusal(play, activity, first.id, choice=parts[0].landed) == "post_taken_in"
    assert refusal(play, activity, first.id, choice=parts[1].landed) == "post_not_fit"  # another's
    for unfit in ({"text": "Sun."}, {"topics": ["rain"]}, {"now": NOW - DAY / 24}):
        post = write(first, **unfit)
        assert refusal(play, activity, first.id, choice=str(post.pk)) == "post_not_fit"
    again = write(first, now=NOW + 9 * MINUTE)
    play(activity, first.id, choice=str(again.pk), now=NOW + 9 * MINUTE)
    hide(parts[1])
    assert refusal(run, choose_posts, activity_id=activity.id, posts=[parts[0].pk], prize="gold") == (
        "wrong_activity_state"
    )
    run(close_activity, activity_id=activity.id, now=CLOSE)
    assert Award.objects.count() == 0  # nothing before it is settled
    run(settle_activity, activity_id=activity.id, now=CLOSE)
    won = {award.participation_id: award.prize for award in Award.objects.all()}
    assert won == {parts[0].pk: "gold", parts[2].pk: "silver"}
    assert get_balance(points_of(first.id)) == 100
    assert audit() == []


def test_staff_choose_and_say_when_it_is_enough():
    activity = make_activity("topic", settings={"given_to": "chosen"})
    one, two, hidden = (enter(activity) for _ in range(3))
    hide(hidden)
    words: dict[str, Any] = {"activity_id": activity.id, "prize": "gold"}
    assert refusal(run, choose_posts, posts=[one.pk, hidden.pk], **words) == "post_not_fit"
    assert refusal(run, choose_posts, posts=[one.pk, two.pk], **words) == "nothing_left"
    assert refusal(run, choose_posts, posts=[uuid4()], **words) == "unknown_topic_post"
    assert refusal(run, choose_posts, posts=[one.pk], **(words | {"prize": "lead"})) == "unknown_award"
    assert Award.objects.count() == 0  # all or none
    assert run(choose_posts, posts=[one.pk], **words) == 1
    assert run(choose_posts, posts=[one.pk], **words) == 0
    assert refusal(run, choose_posts, posts=[], is_last=True, **words) == "wrong_activity_state"
    run(close_activity, activity_id=activity.id, now=CLOSE)
    assert refusal(run, settle_activity, activity_id=activity.id, now=CLOSE) == "wrong_activity_state"
    run(choose_posts, posts=[], is_last=True, now=CLOSE, **words)
    activity.refresh_from_db()
    assert (activity.state, Award.objects.get().member_id) == ("settled", one.member_id)
    assert audit() == []


def test_many_winners_are_owed_first_and_who_is_hidden_by_then_gets_nothing(monkeypatch: Any) -> None:
    monkeypatch.setattr("qunying.activities.prizes.MOST_AT_ONCE", 1)
    activity = make_activity("topic")
    first, second = (enter(activity, now=NOW + n * MINUTE) for n in range(2))
    run(close_activity, activity_id=activity.id, now=CLOSE)
    run(settle_activity, activity_id=activity.id, now=CLOSE)
    assert set(Award.objects.values_list("participation", "state")) == {
        (first.pk, "owed"),
        (second.pk, "owed"),
    }
    hide(second)
    run(settle_hidden_post, post_id=UUID(second.landed), now=CLOSE)
    for award in Award.objects.filter(state="owed"):
        run(give_award, award_id=award.id)
    assert set(Award.objects.values_list("participation", "state")) == {
        (first.pk, "given"),
        (second.pk, "taken_back"),
    }
    assert get_balance(points_of(first.member_id)) == 100
    assert audit() == []


@pytest.mark.parametrize("at_once", [0, 50])
def test_money_that_a_hidden_post_has_won_goes_back_given_or_owed(monkeypatch: Any, at_once: int) -> None:
    monkeypatch.setattr("qunying.activities.prizes.MOST_AT_ONCE", at_once)
    activity = make_activity("topic", settings={"prizes": [prize("gold", kind="money", amount=500, count=1)]})
    part = enter(activity)
    run(close_activity, activity_id=activity.id, now=CLOSE)
    run(settle_activity, activity_id=activity.id, now=CLOSE)
    hide(part)
    run(settle_hidden_post, post_id=UUID(part.landed), now=CLOSE)
    assert Award.objects.get().state == "taken_back"
    assert get_balance(purse_of(activity)) == 0
    run(restore_post, reference="case:1")
    run(settle_hidden_post, post_id=UUID(part.landed), now=CLOSE)
    assert Award.objects.get(state="given").amount == 500
    assert get_balance(purse_of(activity)) == 0
    assert audit() == []


@pytest.mark.parametrize("carried_before", [True, False])
def test_money_that_has_followed_a_merge_is_taken_back_all_the_same(carried_before: bool) -> None:
    activity = make_activity("topic", settings={"prizes": [prize("gold", kind="money", amount=500, count=1)]})
    part = enter(activity)
    run(close_activity, activity_id=activity.id, now=CLOSE)
    run(settle_activity, activity_id=activity.id, now=CLOSE)
    person = make_member().id
    run(merge_members, kept_id=person, merged_id=part.member_id, now=CLOSE)
    if carried_before:
        run(carry_balances_over, member_id=person, now=CLOSE)
    hide(part)
    run(settle_hidden_post, post_id=UUID(part.landed), now=CLOSE)
    assert Award.objects.get().state == "taken_back"
    run(carry_balances_over, member_id=person, now=CLOSE)
    for member in (person, part.member_id):
        assert list_balances(OwnerKind.MEMBER, member) == []
    assert audit() == []


def test_what_a_hidden_post_has_won_is_taken_back_and_comes_again():
    activity = make_activity("topic")
    part = enter(activity)
    run(close_activity, activity_id=activity.id, now=CLOSE)
    run(settle_activity, activity_id=activity.id, now=CLOSE)
    post, wallet = UUID(part.landed), points_of(part.member_id)
    assert get_balance(wallet) == 100
    hide(part)
    for _again in range(2):
        run(settle_hidden_post, post_id=post, now=CLOSE)
        assert get_balance(wallet) == 0
    run(restore_post, reference="case:1")
    for _again in range(2):
        run(settle_hidden_post, post_id=post, now=CLOSE)
        assert get_balance(wallet) == 100
    assert sorted(Award.objects.values_list("state", flat=True)) == ["given", "taken_back"]
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_posts_are_taken_in_when_they_are_shown():
    start_readers(NOW)
    activity = make_activity("topic")
    shown = write()
    write(shown.member, text="A second one of the same member.")
    write(topics=["rain"])
    with screened_by(Verdict("review")):
        held = write()
    ours = registry["activities.take_post_in"]
    run_reaction(ours, NOW)
    assert list(activity.parts.values_list("landed", flat=True)) == [str(shown.pk)]
    run(release_post, post_id=held.pk)
    run_reaction(ours, NOW)
    assert set(activity.parts.values_list("landed", flat=True)) == {str(shown.pk), str(held.pk)}


def test_in_the_console_and_on_the_phone(client: Client):
    browser, now = make_browser(), clock.now()
    typed = {
        "title": "Sun <i>", "about": "Once.", "organiser": "The tea house", "min_account_days": "0", "per_member": "2",
        "opens_at": (now - DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "closes_at": (now + DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "tag": "#sun", "given_to": "chosen", "min_length": "5",
        "prize-TOTAL_FORMS": "1", "prize-INITIAL_FORMS": "0",
        "prize-0-name": "Cup", "prize-0-kind": "points", "prize-0-amount": "10", "prize-0-count": "1",
    }  # fmt: skip
    here = browser.post("/console/activities/new/topic/", typed)["Location"]
    assert 'value="sun"' in browser.get(f"{here}edit/").content.decode()
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    post = write(now=now, title="Hat <b>")
    assert post.member is not None
    sign_in(client, post.member)
    page = here.replace("/console/", "/m/")
    told = client.get(page).content.decode()
    assert f"/m/boards/{post.board_id}/new/?topic=sun" in told
    assert f'value="{post.pk}"' in told
    client.post(page, {"choice": str(post.pk)})
    part = Participation.objects.get()
    assert "Hat &lt;b&gt;" in client.get(page).content.decode()
    assert "Hat &lt;b&gt;" in browser.get(f"{here}posts/").content.decode()
    browser.post(f"{here}posts/choose/", {"chosen": [str(part.id), "x"], "prize": "p1"})
    assert Award.objects.get().participation_id == part.id
    assert client.get(page).status_code == browser.get(here).status_code == 200
    assert browser.get(f"/console/activities/{make_activity('trial').id}/posts/").status_code == 404
