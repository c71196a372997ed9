"""Badges and leaderboards: what counts, what falls, who is left out, what staff may do."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser, make_staff
from qunying.communities.actions.restrict_member import restrict_member
from qunying.honours.actions.change_formula import FormulaWrong, change_formula
from qunying.honours.actions.choose_ranking import choose_ranking
from qunying.honours.actions.give_badge import BadgeByRule, BadgeHeld, give_badge
from qunying.honours.actions.refresh_honours import Refreshed, refresh_honours
from qunying.honours.actions.retire_badge import retire_badge
from qunying.honours.actions.revoke_badge import revoke_badge
from qunying.honours.actions.write_badge import BadgeNameTaken, BadgeRetired, BadgeWrong, write_badge
from qunying.honours.awarding import BadgeNotHeld
from qunying.honours.models import Formula
from qunying.honours.queries.get_leaderboard import get_leaderboard, get_standing
from qunying.honours.queries.list_badges import list_held
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.ledger.tests.make import run
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.mark_staff_account import mark_staff_account
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.tests.make import make_member, sign_in
from qunying.stream.events import EventType
from qunying.stream.models import Event
from qunying.stream.record import NewEvent, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NOW = clock.now().replace(microsecond=0)


def did(
    name: str,
    member: UUID,
    *,
    at: Any = NOW,
    content: UUID | None = None,
    backfill: bool = False,
    **more: str,
) -> UUID:
    """Put an event on the stream as its noun would."""
    known = EventType.known.get(name) or EventType(name, name)
    content = content or new_id()
    record(
        NewEvent(
            type=known,
            occurred_at=at,
            received_at=at,
            member_id=member,
            content_id=content,
            properties=more,
            backfill=backfill,
        )
    )
    return content


def count() -> Refreshed:
    return run(refresh_honours, now=NOW)  # type: ignore[no-any-return]


def badge(measure: str = "posts", levels: tuple[int, ...] = (1, 3), **more: Any) -> UUID:
    given = {
        "name": f"Writer {new_id().hex[-6:]}",
        "sign": "★",
        "measure": measure,
        "levels": list(levels),
        **more,
    }
    return UUID(str(run(write_badge, now=NOW, **given)))


def levels_of(member: UUID) -> list[int]:
    return [held.level for held in list_held([member]).get(member, [])]


def test_a_badge_by_rule_rises_and_falls_with_its_count() -> None:
    made, ann = badge(), make_member(now=NOW).id
    posts = [did("board_post_published", ann, board="b") for _ in range(3)]
    did("board_post_published", ann, board="b", backfill=True)  # imported: wins nothing
    assert count().given == 1
    assert levels_of(ann) == [2]
    assert count() == Refreshed(0, 0, 3)
    did("board_post_hidden", ann, content=posts[0], at=NOW + timedelta(seconds=1))
    count()
    assert levels_of(ann) == [1]
    did("board_post_restored", ann, content=posts[0], at=NOW + timedelta(seconds=2))
    did("board_post_deleted", ann, content=posts[1], at=NOW + timedelta(seconds=3))
    did("board_post_deleted", ann, content=posts[2], at=NOW + timedelta(seconds=3))
    count()
    did("board_post_hidden", ann, content=posts[0], at=NOW + timedelta(seconds=4))
    assert count().taken == 1
    assert levels_of(ann) == []
    told = list(
        Event.objects.filter(name__startswith="badge_").order_by("position").values_list("name", flat=True)
    )
    assert told == ["badge_awarded", "badge_revoked"]
    run(
        write_badge,
        now=NOW,
        badge_id=made,
        name="Old hand",
        sign="♛",
        measure="posts",
        levels=[1],
        counts_history=True,
    )
    assert count().given == 1


def test_staff_takes_gives_back_and_retires() -> None:
    made, ann, ben = badge(), make_member(now=NOW).id, make_member(now=NOW).id
    did("board_post_published", ann, board="b")
    count()
    with pytest.raises(BadgeByRule):
        run(give_badge, badge_id=made, member_id=ben, reason="Nice")
    run(revoke_badge, badge_id=made, member_id=ann, reason="Copied from elsewhere")
    with pytest.raises(BadgeNotHeld):
        run(revoke_badge, badge_id=made, member_id=ann, reason="Again")
    count()
    assert levels_of(ann) == []
    run(give_badge, badge_id=made, member_id=ann, reason="It was their own")
    assert levels_of(ann) == [1]
    thanks = badge("", ())
    run(give_badge, badge_id=thanks, member_id=ben, reason="Helped at the fair")
    with pytest.raises(BadgeHeld):
        run(give_badge, badge_id=thanks, member_id=ben, reason="Twice")
    assert [held.reason for held in list_held([ben])[ben]] == ["Helped at the fair"]
    run(retire_badge, badge_id=thanks)
    with pytest.raises(BadgeRetired):
        run(give_badge, badge_id=thanks, member_id=ann, reason="Too late")
    assert count().taken == 0
    assert len(list_held([ben])[ben]) == 1


def test_badges_stay_with_a_person_whose_accounts_become_one() -> None:
    written, thanks = badge(), badge("", ())
    ann, twin, eve = (make_member(now=NOW).id for _ in range(3))
    for who in (ann, twin, eve):
        did("board_post_published", who, board="b")
    count()
    run(give_badge, badge_id=thanks, member_id=twin, reason="Helped at the fair")
    run(revoke_badge, badge_id=written, member_id=eve, reason="Copied from elsewhere")
    new = make_member(now=NOW).id
    for kept, merged in ((ann, twin), (new, eve)):
        run(merge_members, kept_id=kept, merged_id=merged)
    assert count().taken == 0  # nobody is told that they lost what they have
    assert levels_of(ann) == [1, 0]
    assert levels_of(new) == []  # what staff withheld comes by no merge
    with pytest.raises(BadgeHeld):
        run(give_badge, badge_id=thanks, member_id=ann, reason="Twice")
    run(revoke_badge, badge_id=thanks, member_id=ann, reason="A mistake")
    assert levels_of(ann) == [1]
    run(give_badge, badge_id=written, member_id=new, reason="It was their own")
    assert levels_of(new) == [1]


def test_badges_that_make_no_sense_are_refused() -> None:
    for wrong in (
        {"levels": (3, 1)},
        {"levels": ()},
        {"measure": "luck"},
        {"sign": "X"},
        {"measure": "", "levels": (1,)},
    ):
        with pytest.raises(BadgeWrong):
            badge(**wrong)
    badge(name="Once")
    with pytest.raises(BadgeNameTaken):
        badge(name="Once")
    with pytest.raises(FormulaWrong):
        run(change_formula, weights={"posts": (-1, 0)})


def test_the_score_is_the_formula() -> None:
    ann, ben, eve = (make_member(name=name, now=NOW).id for name in ("Ann", "Ben", "Eve"))
    club = new_id()
    thread = did("board_post_published", ann, board="b")
    for who in (ben, ben, eve, ann):  # ben twice on one day counts once; one's own counts nothing
        did("board_reply_published", who, thread=str(thread), reply_to="")
    answer = did("board_reply_published", ben, thread=str(thread), reply_to="")
    did("board_answer_accepted", ben, content=answer, thread=str(thread))
    for who in (ben, eve, ann):
        did("board_post_liked", who, content=thread)
    did("board_post_unliked", eve, content=thread)
    for day in range(2):
        for _ in range(9):
            did("message_posted", eve, at=NOW - timedelta(days=400 + day))
    run(
        change_formula,
        weights={
            "posts": (5, 3),
            "replies": (2, 2),
            "answers": (10, 0),
            "people": (2, 20),
            "likes": (1, 20),
            "speaking": (1, 5),
        },
    )
    count()
    board = get_leaderboard("all", NOW)
    # ann: post 5, her reply 2, two people 4, one like 1 · ben: replies 2×2, answer 10 · eve: reply 2, five messages on two days
    assert board.places[0].name == "B**"
    assert {(place.name, place.score) for place in board.places} == {("B**", 14), ("A**", 12), ("E**", 12)}
    assert [place.number for place in board.places] == [1, 2, 2]
    assert get_standing(ann, "all", NOW).parts == {"posts": 5, "replies": 2, "people": 4, "likes": 1}
    assert get_standing(eve, "month", NOW).score == 2
    assert get_leaderboard("all", NOW, community_id=club).places == []


def test_who_is_left_out_of_leaderboards() -> None:
    names = ("Ann", "Ben", "Eve", "Sam", "Zoe")
    ann, ben, eve, sam, zoe = (make_member(name=name, now=NOW).id for name in names)
    for number, who in enumerate((ann, ben, eve, sam, zoe)):
        for _ in range(3 - number // 2):
            did("submission_accepted", who)
    run(mark_staff_account, now=NOW, member_id=sam, is_staff=True)
    run(merge_members, now=NOW, kept_id=zoe, merged_id=ben)
    count()
    assert {place.member_id for place in get_leaderboard("week", NOW).places} == {ann, zoe, eve}
    run(choose_ranking, now=NOW, member_id=eve, is_shown=False)
    run(restrict_member, now=NOW, member_id=ann, community_id=None, kind="mute", until=NOW + timedelta(days=7),
        reference="penalty:1", takes=["speaking", "rank"])  # fmt: skip
    assert [place.member_id for place in get_leaderboard("week", NOW).places] == [zoe]
    assert get_standing(zoe, "week", NOW).number == 1
    assert get_standing(ann, "week", NOW).is_barred
    assert get_standing(ann, "week", NOW + timedelta(days=8)).number is not None
    count()
    assert get_standing(eve, "week", NOW).is_hidden
    assert eve not in {place.member_id for place in get_leaderboard("week", NOW).places}
    new, gone = make_member(now=NOW).id, make_member(now=NOW).id
    merge = run(merge_members, now=NOW, kept_id=new, merged_id=eve).merge_id
    did("submission_accepted", gone)
    run(ask_about_data, member_id=gone, kind="erasure", text="Please")
    run(erase_member, member_id=gone)
    count()  # a choice stays with the person; who was erased stands nowhere
    assert [place.member_id for place in get_leaderboard("week", NOW).places] == [zoe]
    run(undo_merge, merge_id=merge)
    run(choose_ranking, now=NOW, member_id=eve, is_shown=True)
    count()
    assert get_standing(eve, "week", NOW).number is not None


def test_pages_for_members_and_staff(django_assert_max_num_queries: Any) -> None:
    ann = make_member(name="Ann", now=NOW)
    made = badge(name="Pen of gold")
    did("board_post_published", ann.id, board="b")
    count()
    phone = Client(headers={"accept-language": "en"})
    assert b"A**" in phone.get("/m/leaderboard/").content
    sign_in(phone, ann)
    assert b"Pen of gold" in phone.get("/m/badges/").content
    assert b"Pen of gold" in phone.get("/m/me/").content
    with django_assert_max_num_queries(12):
        assert b"You are number 1" in phone.get("/m/leaderboard/?period=week").content
    phone.post("/m/leaderboard/choice/", {"is_shown": "no"})
    assert b"You chose not to be shown" in phone.get("/m/leaderboard/").content
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(make_staff())
    form = {"name": "Kind", "sign": "♥", "measure": "", "levels": "", "about": ""}
    assert desk.post("/console/honours/new/", {**form, "levels": "1, x"}).status_code == 200
    page = desk.post("/console/honours/new/", form, follow=True)
    assert b"Nobody holds it yet" in page.content
    given = desk.post(
        f"{page.redirect_chain[-1][0]}give/", {"member_id": str(ann.id), "reason": "Thanks"}, follow=True
    )
    assert b"Thanks" in given.content
    assert b"Kind" in desk.get(f"/console/honours/members/{ann.id}/").content
    desk.post(f"/console/honours/{made}/revoke/", {"member_id": str(ann.id), "reason": "Copied"})
    assert levels_of(ann.id) == [0]
    changed = desk.post(
        "/console/honours/rankings/", {"posts_points": "7", "posts_per_day": "1"}, follow=True
    )
    assert b'value="7"' in changed.content


def test_a_formula_without_points_ranks_nobody(home: Any) -> None:
    Formula.objects.update(weights={})
    assert make_browser().post("/console/honours/rankings/refresh/").status_code == 302
