"""Requests about rules of earning and tiers."""

from datetime import timedelta
from typing import Any

from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.write_earning_rule import write_earning_rule
from qunying.rewards.actions.write_tier_policy import write_tier_policy
from qunying.rewards.earning.drafting import RuleWording, read_engine_rule
from qunying.rewards.tests.test_earning import make_rule
from qunying.rewards.tests.test_tiers import LEVELS, make_growth, make_policy, shop
from qunying.rewards.tiers.drafting import TierWording
from qunying.shop.tests.make import make_order
from tests.api.examples import Example, example

RULE = {"event": "check_in_made", "basis": "event", "units": 5}
TIERS: list[dict[str, Any]] = [
    {"code": "ordinary", "name": "Ordinary", "enter": 0},
    {"code": "gold", "name": "Gold", "enter": 300},
]


def _draft() -> dict[str, object]:
    wording = RuleWording(name="Check-in", asset="points", rule=read_engine_rule(RULE))
    return {"rule_id": run(write_earning_rule, now=clock.now(), wording=wording).rule_id}


def _time() -> dict[str, str]:
    return {"at": (clock.now() + timedelta(days=9)).isoformat()}


@example("rewards.list_earning_rules")
def list_earning_rules() -> Example:
    make_rule(now=clock.now())
    return Example()


@example("rewards.write_earning_rule")
def write_rule() -> Example:
    body = {"name": "Check-in", "asset": "points", "rule": RULE}
    return Example(body=body, other={**body, "asset": "growth"})


@example("rewards.publish_earning_rule")
def publish_earning_rule() -> Example:
    return Example(_draft(), body={}, other=_time())


@example("rewards.end_earning_rule")
def end_earning_rule() -> Example:
    return Example({"rule_id": make_rule(now=clock.now() - timedelta(days=1))}, body={}, other=_time())


@example("rewards.discard_earning_rule")
def discard_earning_rule() -> Example:
    return Example(_draft())


@example("rewards.list_earnings")
def list_earnings() -> Example:
    make_growth()
    member = make_member()
    shop(member.id, 10)
    return Example({"member_id": member.id}, query={"limit": 10})


def _past() -> dict[str, str]:
    now = clock.now()
    make_rule(now=now - timedelta(days=9))
    make_order(make_member().id, lines=[("A", 1, 2_000)], placed_at=now - timedelta(days=2))
    return {
        "placed_from": (now - timedelta(days=3)).isoformat(),
        "placed_until": (now - timedelta(days=1)).isoformat(),
    }


@example("rewards.preview_past_earning")
def preview_past_earning() -> Example:
    return Example(query=_past())


@example("rewards.start_past_earning")
def start_past_earning() -> Example:
    body = {**_past(), "points": 20, "growth": 0}
    return Example(body=body, other={**body, "points": 21})


@example("rewards.get_tier_policy")
def get_tier_policy() -> Example:
    make_policy(now=clock.now())
    return Example()


@example("rewards.write_tier_policy")
def write_policy() -> Example:
    body = {"preset": "yearly", "levels": TIERS}
    return Example(body=body, other={**body, "preset": "rolling"})


@example("rewards.publish_tier_policy")
def publish_tier_policy() -> Example:
    wording = TierWording(preset="yearly", levels=LEVELS)
    return Example(
        {"policy_id": run(write_tier_policy, now=clock.now(), wording=wording)}, body={}, other=_time()
    )


@example("rewards.get_tier")
def get_tier() -> Example:
    make_policy(now=clock.now())
    return Example({"member_id": make_member().id})


@example("rewards.promise_tier")
def promise_tier() -> Example:
    make_policy(now=clock.now())
    body = {"level": "gold", "until": (clock.now() + timedelta(days=90)).isoformat(), "reason": "partner"}
    return Example({"member_id": make_member().id}, body=body, other={**body, "level": "silver"})
