"""Rules of earning and tiers of the sample brand; its latest orders have earned, so that members have points and tiers."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.engines.earning import Accelerator, Cap, Rule
from qunying.rewards.actions.continue_past_earning import continue_past_earning
from qunying.rewards.actions.publish_earning_rule import publish_earning_rule
from qunying.rewards.actions.publish_tier_policy import publish_tier_policy
from qunying.rewards.actions.refresh_tiers import refresh_tiers
from qunying.rewards.actions.start_past_earning import start_past_earning
from qunying.rewards.actions.state_points_worth import state_points_worth
from qunying.rewards.actions.write_earning_rule import write_earning_rule
from qunying.rewards.actions.write_tier_policy import write_tier_policy
from qunying.rewards.earning.drafting import RuleWording
from qunying.rewards.earning.past_orders import preview_past_orders
from qunying.rewards.queries.list_earning_rules import list_past_earnings
from qunying.rewards.tiers.drafting import LevelWording, TierWording
from qunying.sample.timeline import ANALYSIS_AT, CURRENCY, INSTALLER, command

EARNED_BEFORE = timedelta(days=14)

TIERS = TierWording(
    preset="immediate",
    levels=(
        LevelWording(code="ordinary", name="普通会员", enter=0, benefits=("消费得积分",), birthday_points=20),
        LevelWording(
            code="silver",
            name="银卡会员",
            enter=500,
            benefits=("消费得积分", "积分 1.2 倍"),
            birthday_points=100,
        ),
        LevelWording(
            code="gold",
            name="金卡会员",
            enter=2_000,
            benefits=("消费得积分", "积分 1.5 倍", "新品优先试用", "专属客服"),
            birthday_points=300,
        ),
    ),
)


def _rules() -> list[RuleWording]:
    paid = Rule("order_paid", "amount", units=1, per=100, currency=CURRENCY)
    faster = Rule(
        "order_paid",
        "amount",
        units=1,
        per=100,
        currency=CURRENCY,
        accelerators=(
            Accelerator("silver", 1_200, tiers=("silver",)),
            Accelerator("gold", 1_500, tiers=("gold",)),
            Accelerator("birthday", 2_000, birthday="month"),
            Accelerator("member_day", 2_000, month_days=(8, 18, 28)),
        ),
        caps=(Cap("event", 5_000),),
    )
    return [
        RuleWording(name="消费得积分", asset="points", rule=faster, wait_days=7, valid_days=365),
        RuleWording(name="消费得成长值", asset="growth", rule=paid),
        RuleWording(
            name="每日签到",
            asset="points",
            rule=Rule("check_in_made", "event", units=2, caps=(Cap("member_day", 1, "times"),)),
            valid_days=180,
        ),
        RuleWording(
            name="买家秀通过审核",
            asset="points",
            rule=Rule("submission_accepted", "event", units=50, caps=(Cap("member_month", 200),)),
            valid_days=365,
        ),
        RuleWording(
            name="回答被采纳",
            asset="growth",
            rule=Rule("board_answer_accepted", "event", units=20, caps=(Cap("member_day", 60),)),
        ),
        RuleWording(
            name="邀请好友",
            asset="points",
            rule=Rule("friend_invited", "event", units=100, caps=(Cap("member_month", 1_000),)),
            valid_days=365,
        ),
    ]


def make_loyalty(now: datetime) -> None:
    """Put the rules and the tiers into force, and let the orders of the last two weeks earn as somebody would decide it."""
    for number, wording in enumerate(_rules()):
        draft = write_earning_rule(
            command_id=command(f"earning:{number}"), actor=INSTALLER, now=now, wording=wording
        )
        publish_earning_rule(
            command_id=command(f"earning:{number}:publish"), actor=INSTALLER, now=now, rule_id=draft.rule_id
        )
    state_points_worth(
        command_id=command("points:worth"),
        actor=INSTALLER,
        now=now,
        minor_per_thousand=1_000,
        currency=get_brand().currency,
    )
    policy_id = write_tier_policy(command_id=command("tiers"), actor=INSTALLER, now=now, wording=TIERS)
    publish_tier_policy(command_id=command("tiers:publish"), actor=INSTALLER, now=now, policy_id=policy_id)
    portion = 0
    run_id = _past_run(now)
    while continue_past_earning(
        command_id=command(f"earning:past:{portion}"), actor=INSTALLER, now=now, run_id=run_id, limit=2_000
    ):
        portion += 1
    refresh_tiers(command_id=command("tiers:refresh"), actor=INSTALLER, now=now)


def _past_run(now: datetime) -> UUID:
    """Return the run over the latest orders, also one that was begun by a load that was cut short."""
    begun = list_past_earnings()
    if begun:
        return begun[0].id
    begin, end = ANALYSIS_AT - EARNED_BEFORE, ANALYSIS_AT
    seen = preview_past_orders(begin, end, now=now)
    return start_past_earning(
        command_id=command("earning:past"),
        actor=INSTALLER,
        now=now,
        placed_from=begin,
        placed_until=end,
        points=seen.points,
        growth=seen.growth,
    )
