"""Coupons and points on the command line."""

import json
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.bar_members import bar_members
from qunying.rewards.barring import OfferBarred
from qunying.rewards.doors.cli import app
from qunying.rewards.tests.make import make_template

pytestmark = pytest.mark.django_db


def _tell(*words):
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert done.exit_code == 0, done.output or done.exception
    return json.loads(done.stdout)


def test_a_coupon_from_claim_to_redemption():
    template, ann, bob = make_template(now=clock.now()), make_member(), make_member()
    claimed = _tell("claim", template, ann.id)
    assert (claimed["serial"], claimed["member_id"]) == (1, str(ann.id))
    granted = _tell("grant", template, ann.id, bob.id, uuid4())
    assert (granted["granted"], granted["at_limit"], granted["unknown"]) == (1, 1, 1)
    redeemed = _tell("redeem", claimed["coupon_id"], "A-1", "--total-minor", 5_000)
    assert redeemed["discount_minor"] == 1_000
    assert [row["id"] for row in _tell("templates", "--state", "open")["templates"]] == [str(template)]


def test_points_given_and_used():
    member = make_member().id
    assert _tell("grant-points", member, 50, "birthday", "--valid-days", 30)["state"] == "available"
    _tell("spend-points", member, 20, "gift")
    found = _tell("points", member)
    assert (found["available"], found["debt"], found["endings"][0]["amount"]) == (30, 0, 30)


def test_refusals_come_through():
    template, member, campaign = make_template(now=clock.now()), make_member().id, uuid4()
    run(bar_members, campaign_id=campaign, member_ids=[member], reason="holdout")
    done = CliRunner().invoke(app, ["claim", str(template), str(member), "--campaign", str(campaign)])
    assert isinstance(done.exception, OfferBarred)
