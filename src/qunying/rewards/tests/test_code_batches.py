"""Codes made ahead: each brings one coupon once, the file is taken out once, guesses are limited."""

from typing import Any

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_browser
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.create_code_batch import create_code_batch
from qunying.rewards.actions.enter_code import enter_code
from qunying.rewards.actions.export_code_batch import export_code_batch
from qunying.rewards.claiming import ClaimLimitReached, OfferNotForYou
from qunying.rewards.models import BatchCode, CodeBatch, Coupon
from qunying.rewards.pricing.batches import BatchExported, TooManyCodes
from qunying.rewards.pricing.quoting import CodeNotUsable
from qunying.rewards.queries.list_code_batches import list_code_batches, list_codes
from qunying.rewards.tests.make import make_template

pytestmark = pytest.mark.django_db


def make_codes(count=3, **words):
    template = make_template(audience="code", now=clock.now(), **words)
    batch = run(create_code_batch, template_id=template, name="Cards", count=count)
    return template, batch, [code for _number, code in list_codes(batch)]


def test_a_code_brings_one_coupon_to_who_enters_it_first():
    template, batch, codes = make_codes()
    ann, bob = make_member().id, make_member().id
    assert len({*codes}) == 3
    assert codes[0].encode() not in bytes(BatchCode.objects.get(number=1).sealed_code)
    now = clock.now()
    with pytest.raises(OfferNotForYou):  # members cannot help themselves without one
        run(
            claim_coupon,
            now=now,
            actor=member_actor(ann, "rewards.claim_coupon"),
            template_id=template,
            member_id=ann,
        )
    own = member_actor(ann, "rewards.enter_code")
    claimed = run(enter_code, now=now, actor=own, member_id=ann, code=codes[1].lower())
    assert BatchCode.objects.get(coupon=claimed.coupon_id).number == 2
    for code in (codes[1], "AAAAA-AAAAA-AAAA", "nonsense"):
        with pytest.raises(CodeNotUsable):
            run(enter_code, now=now, member_id=bob, code=code)
    with pytest.raises(ClaimLimitReached):
        run(enter_code, now=now, member_id=ann, code=codes[0])
    run(enter_code, now=now, member_id=bob, code=codes[0])  # it stayed good
    told: Any = list_code_batches(template).get(pk=batch)
    assert told.entered == 2
    assert not audit()


def test_there_are_no_more_codes_than_coupons_and_the_file_is_taken_out_once():
    template, batch, _codes = make_codes(count=60)
    with pytest.raises(TooManyCodes):
        run(create_code_batch, template_id=template, name="More", count=41)
    run(export_code_batch, batch_id=batch)
    with pytest.raises(BatchExported):
        run(export_code_batch, batch_id=batch)


def test_codes_in_the_console_and_on_the_member_page():
    template = make_template(audience="code", now=clock.now())
    browser = make_browser()
    here = f"/console/coupons/{template}/codes/"
    browser.post(here, {"name": "Cards", "count": "2", "command_id": "a"})
    batch = CodeBatch.objects.get()
    taken = browser.post(f"/console/coupons/codes/{batch.id}/export/", {"command_id": "b"}).content.decode()
    codes = [code for _number, code in list_codes(batch.id)]
    assert all(code in taken for code in codes)
    again = browser.post(f"/console/coupons/codes/{batch.id}/export/", {"command_id": "c"})
    assert codes[0] not in again.content.decode()
    assert "taken out" in browser.get(here).content.decode()
    phone = Client()
    sign_in(phone, make_member())
    entered = phone.post("/m/coupons/enter/", {"code": codes[0]})
    assert entered["Location"] == f"/m/coupons/{Coupon.objects.get().id}/"
    wrong = [phone.post("/m/coupons/enter/", {"code": "x<b>"}) for _try in range(10)]
    assert [answer.status_code for answer in wrong] == [404] * 9 + [429]
    assert "x&lt;b&gt;" in wrong[0].content.decode()
