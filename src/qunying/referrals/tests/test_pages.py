"""Pages of invitations and of fraud review, walked as their people do."""

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.kernel import clock
from qunying.members.models import Identity, Member, OneTimeCode
from qunying.members.queries.one_time_codes import code_of, find_code_to_deliver
from qunying.members.tests.make import make_member
from qunying.members.tests.make import sign_in as sign_in_member
from qunying.messages.built_in import put_in_place
from qunying.messages.doors.jobs import deliver_code
from qunying.messages.models import MailboxItem
from qunying.referrals.models import Bond, InviteCode, Programme
from qunying.referrals.tests.make import bring, make_programme, order
from qunying.vetting.models import Case, Mark

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_a_friend_joins_with_a_code_to_their_contact() -> None:
    put_in_place()
    now = clock.now()
    make_programme(now=now, invited_points=50)
    inviter, phone = make_member(name="王小明", now=now), Client()
    sign_in_member(phone, inviter)
    phone.get("/m/invite/")  # gives the device its number
    page = phone.post("/m/invite/", follow=True).content.decode()
    code = InviteCode.objects.get().code
    assert f"/m/i/{code}/" in page
    drawn = phone.get("/m/invite/poster.svg")
    assert drawn["Content-Type"].startswith("image/svg")
    assert "王**" in drawn.content.decode()
    assert phone.get("/m/invite/qr.png").content.startswith(b"\x89PNG")

    friend = Client()
    landing = f"/m/i/{code}/"
    shown = friend.get(landing).content.decode()
    assert "王**" in shown
    assert "小明" not in shown
    assert friend.post(landing, {"contact": "nobody"}).status_code == 422
    asked = friend.post(landing, {"contact": "li.hua@example.com"})
    row = OneTimeCode.objects.get()
    assert "li.hua" not in row.sealed_contact
    assert not Identity.objects.filter(value="li.hua@example.com").exists()
    deliver_code(code_id=str(row.id))
    assert code_of(row.id) in MailboxItem.objects.get().body
    fields = {"id": str(row.id), "next": landing}
    wrong = f"{(int(code_of(row.id)) + 1) % 10**6:06d}"
    assert friend.post("/m/sign-in/code/", {**fields, "code": wrong}).status_code == 422
    assert Member.objects.count() == 1
    assert asked["Location"].endswith("%2F")
    done = friend.post("/m/sign-in/code/", {**fields, "code": code_of(row.id)})
    assert done["Location"] == landing
    assert find_code_to_deliver(row.id, now) is None
    assert Identity.objects.get(value="li.hua@example.com").verified_at is not None
    friend.post(landing)
    bond = Bond.objects.get()
    assert bond.inviter_id == inviter.id
    assert set(Mark.objects.values_list("kind", flat=True)) == {"device", "network"}
    again = friend.post(landing)
    assert again.status_code == 409
    assert phone.post(landing).status_code == 409


def test_a_stranger_who_only_signs_in_becomes_no_member() -> None:
    visitor = Client()
    visitor.post("/m/sign-in/", {"contact": "stranger@example.com"})
    row = OneTimeCode.objects.get()
    assert row.sealed_contact == ""
    assert find_code_to_deliver(row.id, clock.now()) is None
    visitor.post("/m/sign-in/code/", {"id": str(row.id), "code": code_of(row.id)})
    assert not Member.objects.exists()


def test_staff_run_a_programme_and_judge_what_is_held() -> None:
    browser = Client()
    browser.force_login(make_staff())
    typed = {
        "name": "Bring a friend",
        "qualifies": "first_order",
        "least_order": "50",
        "within_days": "30",
        "new_within_days": "7",
        "hold_days": "7",
        "inviter_points": "100",
        "per_day": "5",
        "per_inviter": "",
    }
    assert browser.get("/console/referrals/new/").status_code == 200
    browser.post("/console/referrals/new/", typed)
    programme = Programme.objects.get()
    assert (programme.least_order_minor, programme.per_inviter) == (5_000, None)
    browser.post(f"/console/referrals/{programme.id}/edit/", {**typed, "name": "Bring friends"})
    browser.post(f"/console/referrals/{programme.id}/open/")
    held = _held()
    for address in (
        "/console/referrals/",
        f"/console/referrals/{programme.id}/",
        "/console/referrals/invitations/?state=review",
        "/console/referrals/invitations/?format=csv",
        f"/console/referrals/members/{held.member_id}/",
        "/console/vetting/",
        f"/console/vetting/{held.id}/",
    ):
        page = browser.get(address)
        assert page.status_code == 200, address
    assert "Bring friends" in browser.get("/console/vetting/").content.decode()
    refusal = {"verdict": "refuse", "explanation": "One device."}
    kept = browser.post(
        f"/console/vetting/{held.id}/decide/", {"verdict": "refuse", "explanation": "\u0007x"}
    )
    assert 'class="errorlist"' in kept.content.decode()
    assert Case.objects.get().state == "waiting"
    browser.post(f"/console/vetting/{held.id}/decide/", refusal)
    assert Case.objects.get().state == "refused"
    phone = Client()
    sign_in_member(phone, held.member)
    assert "One device." in phone.get("/m/held/").content.decode()
    phone.post(f"/m/held/{held.id}/appeal/", {"text": "We share it."})
    own = browser.post(f"/console/vetting/{held.id}/appeal/", {"verdict": "uphold", "answer": "Right."})
    assert own.status_code == 409
    assert Case.objects.get().judged_at is None
    second = Client()
    second.force_login(make_staff())
    assert second.get("/console/vetting/?state=appealed").status_code == 200
    second.post(
        f"/console/vetting/{held.id}/appeal/", {"verdict": "reject", "answer": "The orders are one, too."}
    )
    assert "The orders are one, too." in phone.get("/m/held/").content.decode()
    browser.post(f"/console/referrals/{programme.id}/close/")
    assert Programme.objects.get().state == "closed"


def _held() -> Case:
    now, inviter = clock.now(), make_member().id
    bonds = [bring(inviter, make_member(now=now).id, now=now, device="a" * 32) for _ in range(2)]
    order(bonds[0], now=now)
    return Case.objects.get()
