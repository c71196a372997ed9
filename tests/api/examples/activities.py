"""Requests about activities."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from qunying.activities.actions.announce_word import announce_word as announce
from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.choose_triers import choose_triers as choose
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.state_outcome import state_outcome as enter_outcome
from qunying.activities.actions.write_report import write_report as write
from qunying.activities.models import Activity, Award, Registration, Right
from qunying.activities.queries.list_rights import code_of
from qunying.activities.rules import instant_text
from qunying.activities.tests.make import DAY, SECOND, draft, make_activity, play, prize
from qunying.activities.tests.test_contest import make_work
from qunying.activities.tests.test_topic import enter
from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.grant_points import grant_points
from tests.api.examples import Example, example

SURE = {"prizes": [prize("car", kind="goods", amount=1, weight=1_000_000)], "fallback": ""}


def _body(**changes: Any) -> dict[str, Any]:
    typed = draft(now=clock.now(), **changes)
    names = ("kind", "title", "about", "organiser", "settings")
    instants = {name: getattr(typed, name).isoformat() for name in ("opens_at", "closes_at")}
    return {**{name: getattr(typed, name) for name in names}, **instants}


def _draft() -> Activity:
    return make_activity(opened=False, now=clock.now())


def _approved() -> Activity:
    activity = _draft()
    run(approve_activity, now=clock.now(), actor=SECOND, activity_id=activity.id)
    return activity


def _over(kind: str, **changes: Any) -> Activity:
    before = clock.now() - 2 * DAY
    return make_activity(kind, now=before, closes_at=before + DAY, **changes)


def _closed(kind: str, **changes: Any) -> Activity:
    activity = _over(kind, **changes)
    run(close_activity, now=clock.now(), activity_id=activity.id)
    return activity


def _path(activity: Activity) -> dict[str, object]:
    return {"activity_id": activity.id}


@example("activities.list_activities")
def list_activities() -> Example:
    _draft()
    return Example(query={"state": "draft"})


@example("activities.list_kinds")
def list_kinds() -> Example:
    return Example()


@example("activities.create_activity")
def create_activity() -> Example:
    return Example(body=_body(), other=_body(title="Another"))


@example("activities.get_activity")
def get_activity() -> Example:
    return Example(path=_path(_draft()))


@example("activities.change_activity")
def change_activity() -> Example:
    return Example(path=_path(_draft()), body=_body(), other=_body(title="Another"))


@example("activities.check_launch")
def check_launch() -> Example:
    return Example(path=_path(_draft()))


@example("activities.approve_activity")
def approve() -> Example:
    path = _path(make_activity(opened=False, now=clock.now(), settings={"prizes": [prize()]}))
    return Example(path=path, body={"seen_version": 1}, other={"seen_version": 2})


@example("activities.withdraw_activity")
def withdraw_activity() -> Example:
    return Example(path=_path(_draft()), body={"for_good": False}, other={"for_good": True})


@example("activities.open_activity")
def open_activity() -> Example:
    return Example(path=_path(_approved()))


@example("activities.take_part")
def take_part() -> Example:
    member = str(make_member(now=clock.now() - DAY).id)
    path = _path(make_activity(now=clock.now()))
    return Example(path=path, body={"member_id": member}, other={"member_id": member, "choice": "luck"})


def _gathering(**changes: Any) -> tuple[Activity, Registration]:
    """A gathering that begins within the hour, with one member registered."""
    now = clock.now()
    times = {"starts_at": instant_text(now + timedelta(minutes=30)), "ends_at": instant_text(now + DAY)}
    opened = make_activity("gathering", now=now - DAY, closes_at=now + DAY, settings={**times, **changes})
    play(opened, now=now - timedelta(hours=1))
    return opened, Registration.objects.get()


@example("activities.list_registrations")
def list_registrations() -> Example:
    return Example(path=_path(_gathering()[0]))


@example("activities.cancel_registration")
def cancel_registration() -> Example:
    activity, registration = _gathering()
    return Example(path={**_path(activity), "registration_id": registration.id})


@example("activities.admit_member")
def admit_member() -> Example:
    activity, registration = _gathering()
    play(activity, now=clock.now() - timedelta(hours=1))
    another = Registration.objects.exclude(pk=registration.pk).get()
    return Example(path=_path(activity), body={"code": registration.code}, other={"code": another.code})


@example("activities.admit_walk_in")
def admit_walk_in() -> Example:
    activity, _registration = _gathering(walk_ins=True, capacity=3)
    first, another = (str(make_member(now=clock.now() - DAY).id) for _n in range(2))
    return Example(path=_path(activity), body={"member_id": first}, other={"member_id": another})


def _game() -> tuple[dict[str, Any], str]:
    """A product game that somebody has begun, and who."""
    now = clock.now()
    opened, member = make_activity("pairs", now=now), make_member(now=now - DAY).id
    return {**_path(opened), "play_id": play(opened, member, now=now).participation_id}, str(member)


@example("activities.get_game")
def get_game() -> Example:
    return Example(path=_game()[0])


@example("activities.turn_card")
def turn_card() -> Example:
    path, member = _game()
    return Example(path=path, body={"member_id": member, "card": 1}, other={"member_id": member, "card": 2})


@example("activities.finish_gathering")
def finish_gathering() -> Example:
    before = clock.now() - 2 * DAY
    times = {"starts_at": instant_text(before), "ends_at": instant_text(before + DAY)}
    return Example(path=_path(_closed("gathering", settings=times)))


@example("activities.count_answers")
def count_answers() -> Example:
    return Example(path=_path(make_activity("vote", now=clock.now())))


@example("activities.state_outcome")
def state_outcome() -> Example:
    body = {"answer": "home", "source": "the league's page", "evidence": "page 3"}
    return Example(path=_path(_closed("guess")), body=body, other={**body, "answer": "away"})


@example("activities.confirm_outcome")
def confirm_outcome() -> Example:
    activity = _closed("guess")
    stated = {"answer": "home", "source": "the league's page", "evidence": "page 3"}
    run(enter_outcome, now=clock.now(), activity_id=activity.id, **stated)
    return Example(path=_path(activity), body={"answer": "home"}, other={"answer": "away"})


@example("activities.make_up_day")
def make_up_day() -> Example:
    now = clock.now()
    activity = make_activity("check_in", now=now - 3 * DAY, closes_at=now + DAY)
    member = make_member(now=now - 9 * DAY).id
    run(grant_points, now=now, member_id=member, amount=100, reason="gift")
    day = (now - DAY).date().isoformat()
    earlier = (now - 2 * DAY).date().isoformat()
    body = {"member_id": str(member), "day": day}
    return Example(path=_path(activity), body=body, other={**body, "day": earlier})


@example("activities.get_streak")
def get_streak() -> Example:
    member = str(make_member(now=clock.now() - DAY).id)
    return Example(path=_path(make_activity("check_in", now=clock.now())), query={"member_id": member})


@example("activities.watch_activity")
def watch_activity() -> Example:
    return Example(path=_path(make_activity(now=clock.now())))


@example("activities.close_activity")
def close() -> Example:
    return Example(path=_path(_over("wheel")))


@example("activities.settle_activity")
def settle() -> Example:
    return Example(path=_path(_closed("red_packet")))


@example("activities.draw_winners")
def draw_winners() -> Example:
    past = (clock.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {"source": "index close", "value": "3210.98"}
    return Example(
        path=_path(_closed("draw", settings={"draw_at": past})), body=body, other={**body, "value": "1"}
    )


@example("activities.get_rules")
def get_rules() -> Example:
    return Example(path=_path(make_activity(now=clock.now())))


@example("activities.get_proof")
def get_proof() -> Example:
    activity = _closed("red_packet")
    run(settle_activity, now=clock.now(), activity_id=activity.id)
    return Example(path=_path(activity))


def _award() -> Award:
    play(make_activity(now=clock.now(), settings=SURE), now=clock.now())
    return Award.objects.get()


@example("activities.list_awards")
def list_awards() -> Example:
    return Example(query={"activity_id": str(_award().activity_id)})


@example("activities.give_award")
def give_award() -> Example:
    award = _award()
    Award.objects.filter(pk=award.pk).update(kind="points", amount=5, state="owed", stock_serial=None)
    return Example(path={"award_id": award.id})


@example("activities.foresee_activity")
def foresee_activity() -> Example:
    return Example({"activity_id": _draft().id}, query={"per_hour": 5, "turns": 1})


def _right() -> Right:
    took = play(make_activity("flash_sale", now=clock.now()), now=clock.now())
    return Right.objects.get(participation=took.participation_id)


@example("activities.list_rights")
def list_rights() -> Example:
    return Example(query={"activity_id": str(_right().activity_id)})


@example("activities.get_right")
def get_right() -> Example:
    return Example(path={"code": code_of(_right())})


@example("activities.redeem_right")
def redeem_right() -> Example:
    path = {"code": code_of(_right())}
    return Example(path=path, body={"order_number": "A-1"}, other={"order_number": "A-2"})


@example("activities.cancel_right")
def cancel_right() -> Example:
    return Example(path={"code": code_of(_right())})


@example("activities.list_teams")
def list_teams() -> Example:
    activity = make_activity("group_buy", now=clock.now())
    play(activity, now=clock.now())
    return Example(path=_path(activity))


@example("activities.rank_window")
def rank_window() -> Example:
    before = clock.now() - DAY
    fair = {"window_seconds": 10}
    activity = make_activity("flash_sale", now=before, closes_at=clock.now() + DAY, settings=fair)
    play(activity, now=before)
    return Example(path=_path(activity))


@example("activities.list_works")
def list_works() -> Example:
    return Example(path=_path(make_work(make_activity("contest", now=clock.now()), now=clock.now()).activity))


@example("activities.vote_for_work")
def vote_for_work() -> Example:
    activity = make_activity("contest", now=clock.now())
    works = [make_work(activity, now=clock.now()) for _ in range(2)]
    member = str(make_member(now=clock.now() - DAY).id)
    bodies = [{"member_id": member, "work_id": str(work.id)} for work in works]
    return Example(path=_path(activity), body=bodies[0], other=bodies[1])


@example("activities.score_work")
def score_work() -> Example:
    activity = make_activity("contest", now=clock.now(), settings={"ranked_by": "jury"})
    work = make_work(activity, now=clock.now())
    return Example(path={"work_id": work.id}, body={"points": 80}, other={"points": 70})


def _trial(*, chosen: bool = False) -> Activity:
    now = clock.now()
    activity = make_activity("trial", now=now)
    part = play(activity, now=now, choice="Because").participation_id
    if chosen:
        run(choose, now=now, activity_id=activity.id, applications=[part])
    return activity


@example("activities.list_applications")
def list_applications() -> Example:
    return Example(path=_path(_trial()))


@example("activities.choose_triers")
def choose_triers() -> Example:
    activity = _trial()
    other = play(activity, now=clock.now(), choice="Me too").participation_id
    first = activity.parts.exclude(pk=other).get()
    body, another = ({"applications": [str(part)]} for part in (first.id, other))
    return Example(path=_path(activity), body=body, other=another)


@example("activities.write_report")
def write_report() -> Example:
    award = Award.objects.get(activity=_trial(chosen=True))
    body = {"member_id": str(award.member_id), "text": "Fine."}
    return Example(path={"award_id": award.id}, body=body, other={**body, "text": "Very fine."})


def _report() -> UUID:
    award = Award.objects.get(activity=_trial(chosen=True))
    found: UUID = run(write, now=clock.now(), award_id=award.id, member_id=award.member_id, text="Fine.")
    return found


@example("activities.list_reports")
def list_reports() -> Example:
    return Example(path=_path(_trial(chosen=True)))


@example("activities.review_report")
def review_report() -> Example:
    return Example(
        path={"report_id": _report()}, body={"accept": True}, other={"accept": False, "note": "No"}
    )


def _discussion() -> Activity:
    activity = make_activity("topic", now=clock.now(), settings={"given_to": "chosen"})
    for _ in range(2):
        enter(activity, now=clock.now())
    return activity


@example("activities.list_topic_posts")
def list_topic_posts() -> Example:
    return Example(path=_path(_discussion()))


@example("activities.choose_posts")
def choose_posts() -> Example:
    activity = _discussion()
    body, other = ({"posts": [str(part.id)], "prize": "gold"} for part in activity.parts.order_by("id"))
    return Example(path=_path(activity), body=body, other=other)


def _live(*, on_air: bool = True, over: bool = False) -> Activity:
    """A live session with a watchword; on air now, to come, or over."""
    now = clock.now()
    starts = now - timedelta(hours=3) if over else now - timedelta(minutes=5) if on_air else now + DAY
    ends = starts + timedelta(hours=2)
    times = {"starts_at": instant_text(starts), "ends_at": instant_text(ends)}
    return make_activity("live", now=now - DAY, closes_at=ends + DAY, settings=times)


def _someone() -> dict[str, str]:
    return {"member_id": str(make_member(now=clock.now() - DAY).id)}


@example("activities.get_live_session")
def get_live_session() -> Example:
    return Example(path=_path(_live()))


@example("activities.enter_room")
def enter_room() -> Example:
    return Example(path=_path(_live()), body=_someone(), other=_someone())


@example("activities.cancel_booking")
def cancel_booking() -> Example:
    activity, both = _live(on_air=False), (_someone(), _someone())
    for who in both:
        play(activity, UUID(who["member_id"]), now=clock.now())
    return Example(path=_path(activity), body=both[0], other=both[1])


@example("activities.announce_word")
def announce_word() -> Example:
    return Example(path=_path(_live()), body={"word": "w1"}, other={"word": "w2"})


@example("activities.say_word")
def say_word() -> Example:
    activity = _live()
    run(announce, now=clock.now(), activity_id=activity.id, word="w1")
    body = {**_someone(), "word": "spring tea"}
    return Example(path=_path(activity), body=body, other={**body, "word": "winter tea"})


@example("activities.set_replay")
def set_replay() -> Example:
    body = {"address": "https://example.com/replay"}
    return Example(path=_path(_live(over=True)), body=body, other={"address": ""})
