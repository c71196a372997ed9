"""Notices: each kind once for its occasion, with consent, quiet hours and language; off means off."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from qunying.accounts.models import Brand
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.tests.make import make_fulfilment
from qunying.kernel import clock
from qunying.ledger.tests.make import NOW, give_points, run
from qunying.members.models import Member
from qunying.members.tests.make import agree, make_member
from qunying.messages.actions.switch_notice import switch_notice
from qunying.messages.doors import jobs
from qunying.messages.models import MailboxItem, Send
from qunying.messages.notices import UnknownNotice, registry
from qunying.messages.queries.list_notices import list_notices
from qunying.messages.tests.make import dispatch, words
from qunying.rewards.tests.make import make_coupon

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tell what there is to tell at an instant, then send what is due."""
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00", messages_per_day=9)

    def tell(now: Any) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)
        for each in (jobs.tell_notices, jobs.tell_daily_notices):
            each.func.__wrapped__()
        dispatch(now)

    return tell


def test_each_is_told_once_in_the_members_language(at: Any) -> None:
    post, open_, pickup = make_fulfilment(way="post"), make_fulfilment(), make_fulfilment(way="pickup")
    Member.objects.filter(pk=post.member_id).update(language="en")
    run(send_fulfilment, number=post.id, carrier="SF", tracking="SF1234567")
    at(NOW + timedelta(minutes=5))
    (told,) = MailboxItem.objects.all()
    assert told.send.member_id == post.member_id
    assert "tracking number SF1234567" in told.body
    assert f"/m/parcels/{post.id}/" in told.body
    for hours in (2, 3):
        at(NOW + timedelta(hours=hours))
    assert MailboxItem.objects.count() == 2
    assert "请填写收货地址" in MailboxItem.objects.get(send__member_id=open_.member_id).body
    for hours in (1, 2):
        at(pickup.due_at + timedelta(hours=hours))
    assert "Store on the corner" in MailboxItem.objects.get(send__member_id=pickup.member_id).body
    assert Fulfilment.objects.count() == MailboxItem.objects.count() == 3


def test_what_ends_is_told_with_consent_only(at: Any) -> None:
    willing, silent = make_member(), make_member()
    agree(willing.pk, "mailbox")
    for member in (willing, silent):
        for amount, days in ((30, 20), (12, 20), (100, 40)):
            give_points(member.pk, amount, expires_at=NOW + timedelta(days=days))
    coupon = make_coupon(member_id=willing.pk)
    at(NOW)
    assert not Send.objects.exists()
    for days in (7, 8):
        at(NOW + timedelta(days=days))
    (told,) = MailboxItem.objects.filter(send__step__startswith="notice:points")
    assert "42 积分" in told.subject
    assert "/m/unsubscribe/" in told.body
    dropped = Send.objects.get(member=silent)
    assert (dropped.state, dropped.reason) == ("dropped", "no_consent")
    at(coupon.valid_until - timedelta(days=2))
    assert MailboxItem.objects.filter(send__step__startswith="notice:coupons").count() == 1


def test_off_is_off_and_quiet_hours_are_kept(at: Any) -> None:
    post = make_fulfilment(way="post")
    run(send_fulfilment, number=post.id, carrier="SF", tracking="SF1234567")
    switch_notice(**words(), notice="parcel_sent", is_on=False)
    assert [row.is_on for row in list_notices()].count(False) == 1
    at(NOW)
    assert not Send.objects.exists()
    switch_notice(**words(), notice="parcel_sent", is_on=True)
    Brand.objects.update(quiet_from="11:00", quiet_until="13:00")  # it is noon in Shanghai
    at(NOW)
    assert (Send.objects.get().state, Send.objects.get().reason) == ("planned", "quiet_hours")
    at(NOW + timedelta(hours=1))
    assert Send.objects.get().state == "sent"
    with pytest.raises(UnknownNotice):
        switch_notice(**words(), notice="nothing", is_on=True)


def test_every_text_is_complete_in_both_languages() -> None:
    for kind in registry.values():
        assert set(kind.texts) == {"zh-hans", "en"}
        with translation.override("zh-hans"):
            assert str(kind.title).isascii() is False
