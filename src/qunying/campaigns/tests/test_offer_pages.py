"""The member's pages of an offer: from the message to the coupon, and who is politely refused."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from qunying.campaigns.models import Arm, Campaign
from qunying.campaigns.tests.make import (
    launch,
    make_approved,
    make_audience,
    make_community,
    make_message,
    make_plan,
)
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import sign_link
from qunying.members.tests.make import make_member
from qunying.messages.models import MailboxItem
from qunying.messages.tests.make import dispatch
from qunying.rewards.models import Coupon
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def running(**changes: object) -> Campaign:
    now = clock.now()
    plan = make_plan()
    day = now.date()
    days = {
        "starts_on": day - timedelta(days=1),
        "ends_on": day + timedelta(days=9),
        "goal_by": day + timedelta(days=30),
    }
    assert plan
    people = [person.id for person in make_audience(24)]
    campaign = make_approved(people, now=now, holdout_basis_points=5_000, **days, **changes)  # type: ignore[arg-type]
    launch(campaign, now=now)
    return campaign


def link_for(campaign: Campaign, arm: Arm) -> str:
    member_id = campaign.assignments.filter(arm=arm).values_list("member_id", flat=True)[0]
    return personal_link(campaign, str(member_id))


def personal_link(campaign: Campaign, member_id: str) -> str:
    fields = {"campaign": str(campaign.id), "member": member_id}
    return f"/m/offers/{sign_link('offer', fields, clock.now() + timedelta(days=9))}"


def test_from_the_message_to_the_coupon() -> None:
    campaign = running()
    dispatch(
        at=(clock.now() + timedelta(days=1)).replace(hour=4)
    )  # noon in Shanghai, outside the quiet hours
    item = MailboxItem.objects.filter(send__campaign_id=campaign.id).first()
    assert item is not None
    found = re.search(r"https?://[^/\s]+(/m/\S+)", item.body)
    assert found is not None
    phone = Client(headers={"accept-language": "en"})
    page = phone.get(found[1], follow=True)
    assert page.status_code == 200
    offer_path = page.redirect_chain[-1][0]
    assert offer_path.startswith("/m/offers/")
    assert "Get the coupon" in page.content.decode()
    assert not Coupon.objects.exists()  # looking changes nothing
    assert Event.objects.filter(name="message_clicked", campaign_id=campaign.id).count() == 1
    claimed = phone.post(offer_path, {"command_id": str(new_id())}, follow=True)
    assert "You have it" in claimed.content.decode()
    phone.post(offer_path, {"command_id": str(new_id())}, follow=True)
    coupon = Coupon.objects.get()
    assert (coupon.campaign_id, coupon.member_id) == (campaign.id, item.send.member_id)


def test_the_held_out_and_strangers_see_the_same_neutral_page() -> None:
    campaign = running()
    phone = Client(headers={"accept-language": "en"})
    for path in (link_for(campaign, Arm.CONTROL), personal_link(campaign, str(make_member().id))):
        for answer in (phone.get(path), phone.post(path)):
            assert answer.status_code == 409
            text = answer.content.decode()
            assert "not available for you" in text
            assert "Ten off" not in text
            assert "hold" not in text.lower()
    assert not Coupon.objects.exists()


def test_an_open_link_asks_to_sign_in_first() -> None:
    communities = tuple(
        make_community([p.id for p in make_audience(3)], joined_at=clock.now()) for _ in range(4)
    )
    campaign = running(
        audience_kind="communities", community_ids=communities, post_template_id=make_message()
    )
    token = sign_link(
        "open_offer",
        {"campaign": str(campaign.id), "community": str(communities[0])},
        clock.now() + timedelta(days=9),
    )
    phone = Client(headers={"accept-language": "en"})
    page = phone.get(f"/m/offers/open/{token}").content.decode()
    assert "Sign in to get the coupon" in page
    phone.post(f"/m/offers/open/{token}")
    assert not Coupon.objects.exists()


def test_a_link_serves_its_own_purpose_only_and_ends_with_the_campaign() -> None:
    campaign = running()
    phone = Client(headers={"accept-language": "en"})
    path = link_for(campaign, Arm.TREATMENT)
    assert phone.get(path.replace("/offers/", "/offers/open/")).status_code == 404
    assert phone.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    assert phone.get("/m/offers/nonsense").status_code == 404
    Campaign.objects.update(state="closed")
    assert "not running" in phone.get(path).content.decode()
