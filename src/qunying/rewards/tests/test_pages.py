"""Console and member pages of coupons and the ledger, and the audit command."""

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.ledger.doors.cli import app
from qunying.ledger.models import Account, Transaction
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.rewards.tests.make import make_coupon, make_template

pytestmark = pytest.mark.django_db
TERMS = {"name": "20 off <b>", "kind": "amount_off", "amount": "20.00", "threshold": "150", "audience": "public",
    "total": "100", "per_member": "1", "validity": "days", "valid_days": "30", "command_id": "c"}  # fmt: skip


def test_a_coupon_from_draft_to_closed_in_the_console() -> None:
    browser = make_browser()
    browser.post("/console/coupons/new/", TERMS)
    template = CouponTemplate.objects.get()
    assert (template.amount_minor, template.threshold_minor, template.state) == (2_000, 15_000, "draft")
    page = f"/console/coupons/{template.id}/"
    browser.post(f"{page}edit/", {**TERMS, "kind": "percent_off", "percent": "12.5", "command_id": "d"})
    template.refresh_from_db()
    assert (template.percent_basis_points, template.amount_minor) == (1_250, None)
    browser.post(f"{page}open/")
    template.refresh_from_db()
    assert template.state == "open"
    make_coupon(template.id, member_id=make_member(name="<i>Ann").id)
    shown = browser.get(page).content.decode()
    assert "&lt;i&gt;Ann" in shown
    assert "<i>Ann" not in shown
    assert browser.get(f"{page}?format=csv").status_code == 200
    assert "12.5%" in shown
    browser.post(f"{page}close/")
    template.refresh_from_db()
    assert template.state == "closed"
    assert browser.get("/console/coupons/").status_code == 200


def test_a_member_sees_their_own_coupons_only() -> None:
    ann, bob = make_member(), make_member()
    template = CouponTemplate.objects.get(pk=make_template())
    make_coupon(template.id, member_id=ann.id)
    coupon = Coupon.objects.get()
    browser = Client()
    assert browser.get("/m/coupons/").status_code == 302
    sign_in(browser, ann)
    assert template.name in browser.get("/m/coupons/").content.decode()
    shown = browser.get(f"/m/coupons/{coupon.id}/").content.decode()
    assert "data:image/svg+xml" in shown
    other = Client()
    sign_in(other, bob)
    assert other.get(f"/m/coupons/{coupon.id}/").status_code == 404
    panel = make_browser().get(f"/console/coupons/of/{ann.id}/").content.decode()
    assert template.name in panel


def test_the_ledger_can_be_followed_from_totals_to_lines() -> None:
    make_coupon()
    browser = make_browser()
    assert browser.get("/console/ledger/").status_code == 200
    account = Account.objects.exclude(balance=0).first()
    assert account is not None
    assert browser.get(f"/console/ledger/accounts/{account.id}/").status_code == 200
    transaction = Transaction.objects.first()
    assert transaction is not None
    assert browser.get(f"/console/ledger/transactions/{transaction.id}/").status_code == 200
    assert "every check passed" in browser.post("/console/ledger/audit/", follow=True).content.decode()
    assert make_browser(Role.ANALYST).get("/console/ledger/").status_code == 403


def test_the_audit_command_tells_and_exits() -> None:
    make_coupon()
    sound = CliRunner().invoke(app, ["audit", "--json"])
    assert sound.exit_code == 0, sound.output
    assert json.loads(sound.stdout)["ok"] is True
    Account.objects.filter(balance__gt=0).update(balance=12345)
    broken = CliRunner().invoke(app, ["audit", "--json"])
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["ok"] is False
