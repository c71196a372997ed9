"""Rewarded sharing: a device counts once, the sharer not, within the day's limit; a bought day is held."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.kernel import clock
from qunying.kernel.problems import Problem
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.tests.make import make_member, sign_in
from qunying.referrals.actions.make_share_link import make_share_link
from qunying.referrals.actions.note_share_visit import note_share_visit
from qunying.referrals.actions.open_share_offer import open_share_offer
from qunying.referrals.actions.settle_share_day import settle_share_day
from qunying.referrals.actions.write_share_offer import write_share_offer
from qunying.referrals.doors.jobs import settle_shares
from qunying.referrals.models import ShareDay, ShareLink, ShareOffer, ShareVisit
from qunying.referrals.sharing import signs_of
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.models import Case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_share(*, opened: bool = True, per_day: int = 20) -> UUID:
    offer_id: UUID = run(
        write_share_offer, name="Our story", path="/m/activities/", points=5, per_day=per_day
    )
    if opened:
        run(open_share_offer, offer_id=offer_id)
    return offer_id


def visit(code: str, number: int, *, address: str = "", **rest: Any) -> bool:
    seen: bool = run(
        note_share_visit, code=code, device=f"{number:032x}", address=address or f"10.{number}.0.1", **rest
    )
    return seen


def settle(day_later: int = 1) -> str:
    link = ShareLink.objects.get()
    done: str = run(settle_share_day, now=NOW + day_later * DAY, link_id=link.id, day=NOW.date())
    return done


def test_distinct_visitors_count_once_within_the_limit() -> None:
    offer, sharer = make_share(per_day=3), make_member().id
    code = run(make_share_link, offer_id=offer, member_id=sharer)
    assert run(make_share_link, offer_id=offer, member_id=sharer) == code
    run(note_mark, member_id=sharer, mark_kind="device", value=f"{99:032x}")
    assert [visit(code, n) for n in (1, 1, 2, 99, 3, 4)] == [True, False, True, False, True, False]
    assert not visit(code, 7, member_id=sharer)
    other = run(make_share_link, offer_id=offer, member_id=make_member().id)
    assert not visit(other, 1)  # a device counts once for the page, whoever sends it
    link = ShareLink.objects.get(member_id=sharer)
    for _ in range(2):
        run(settle_share_day, now=NOW + DAY, link_id=link.id, day=NOW.date())
    assert get_balance(points_of(sharer)) == 15
    assert "10.1.0" not in str(list(ShareVisit.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_what_is_owed_is_given_once_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    offer, sharer = make_share(), make_member().id
    visit(run(make_share_link, offer_id=offer, member_id=sharer), 1)
    run(suspend_rewards, member_id=sharer, until=NOW + 3 * DAY, reference="penalty:1")
    had = []
    for days in range(1, 6):
        monkeypatch.setattr(clock, "now", lambda days=days: NOW + days * DAY)
        settle_shares(timestamp=0)
        had.append((ShareDay.objects.get().state, get_balance(points_of(sharer))))
    assert had == [("owed", 0), ("owed", 0), ("given", 5), ("given", 5), ("given", 5)]


def test_a_day_from_one_network_is_held() -> None:
    offer, sharer = make_share(), make_member().id
    code = run(make_share_link, offer_id=offer, member_id=sharer)
    for number in range(8):
        visit(code, number, address=f"203.0.113.{number}")
    assert (settle(0), settle()) == ("", "review")
    assert get_balance(points_of(sharer)) == 0
    run(decide_case, now=NOW + DAY, case_id=Case.objects.get().id, release=True)
    assert ShareDay.objects.get().state == "given"
    assert get_balance(points_of(sharer)) == 40


def test_a_burst_and_the_sharers_own_network_are_held() -> None:
    offer = make_share(per_day=60)
    codes = [run(make_share_link, offer_id=offer, member_id=make_member().id) for _ in range(2)]
    first, second = ShareLink.objects.get(code=codes[0]), ShareLink.objects.get(code=codes[1])
    for number in range(20):
        visit(codes[0], number)
    run(note_mark, member_id=second.member_id, mark_kind="network", value="203.0.113.9")
    for number in range(30, 38):
        visit(codes[1], number, address=f"203.0.113.{number}")
    assert signs_of(first, NOW.date()) == ["burst"]
    assert signs_of(second, NOW.date()) == ["same_network"]


def test_what_cannot_be_shared_is_refused() -> None:
    for path in ("https://evil.example/", "/console/", "/m/nowhere/", "/m/../console/"):
        with pytest.raises(Problem) as caught:
            run(write_share_offer, name="Page", path=path, points=5, per_day=5)
        assert caught.value.code == "bad_share"
    with pytest.raises(Problem) as closed:
        run(make_share_link, offer_id=make_share(opened=False), member_id=make_member().id)
    assert closed.value.code == "share_not_open"


def test_pages_of_sharing() -> None:
    staff = Client()
    staff.force_login(make_staff())
    typed = {"name": "Our story", "path": "/m/activities/", "points": "5", "per_day": "10"}
    staff.post("/console/referrals/shares/", typed)
    offer = ShareOffer.objects.get()
    staff.post(f"/console/referrals/shares/{offer.id}/open/")
    assert "Our story" in staff.get("/console/referrals/shares/").content.decode()
    phone, friend = Client(), Client()
    sign_in(phone, make_member(name="王小明", now=clock.now()))
    phone.post(f"/m/shares/{offer.id}/link/")
    address = f"/m/s/{ShareLink.objects.get().code}/"
    assert address in phone.get("/m/invite/").content.decode()
    assert "王**" in friend.get(address).content.decode()
    assert not ShareVisit.objects.exists()  # looking changes nothing
    assert friend.post(address)["Location"] == "/m/activities/"
    phone.get(address)
    phone.post(address)
    assert ShareVisit.objects.get().is_counted
    staff.post(f"/console/referrals/shares/{offer.id}/close/")
    assert ShareOffer.objects.get().state == "closed"
