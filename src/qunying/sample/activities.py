"""A wheel and a check-in that are open, and a draw that is settled. Who takes part is real, that they do is made up and marked so."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.draw_winners import draw_winners
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.actions.take_part import take_part
from qunying.activities.drafting import Draft
from qunying.activities.rules import instant_text
from qunying.communities.queries.find_restriction import MemberRestricted
from qunying.rewards.suspending import RewardsSuspended
from qunying.sample.timeline import INSTALLER, command

ORGANISER = "示例品牌，客服邮箱 service@example.com"
DAY = timedelta(days=1)


def make_activities(members: Sequence[UUID], now: datetime) -> None:
    """Open a wheel with a few turns, and settle a draw of the days before.

    Args:
        members: at least thirty.
        now: the present instant.
    """
    wheel = Draft(
        kind="wheel",
        title="新年幸运转盘（模拟）",
        about="每位会员每天可转一次。积分即时到账；实物奖品由客服联系确认地址后寄出，逾期视为弃奖。",
        organiser=ORGANISER,
        opens_at=now - DAY,
        closes_at=now + 30 * DAY,
        claim_until=now + 60 * DAY,
        per_member=30,
        per_day=1,
        settings={
            "prizes": [
                _prize("p1", "圣诞礼盒", "goods", 1, 1_500, 10, 5_000),
                _prize("p2", "100 积分", "points", 100, 100, 500, 100_000),
                _prize("p3", "10 积分", "points", 10, 10, 2_000, 400_000),
            ],
            "fallback": "p3",
        },
        is_simulated=True,
    )
    _play("wheel", wheel, members[:24], now - DAY, now)
    draw = Draft(
        kind="draw",
        title="冬季晒单抽奖（模拟）",
        about="每位会员可领一张抽奖券。截止后用公开数值开奖，结果与验证程序一并公布；奖品在兑奖截止前寄出。",
        organiser=ORGANISER,
        opens_at=now - 4 * DAY,
        closes_at=now - 2 * DAY,
        claim_until=now + 30 * DAY,
        settings={
            "prizes": [
                _prize("p1", "圣诞礼盒", "goods", 1, 1_500, 1, 0),
                _prize("p2", "500 积分", "points", 500, 500, 5, 0),
            ],
            "sources": ["模拟的公开数值（仅供示例）"],
            "draw_at": instant_text(now - DAY),
            "alternates": 2,
        },
        is_simulated=True,
    )
    _check_in(members[:4], now)
    drawn = _play("draw", draw, members[:30], now - 4 * DAY, now - 3 * DAY)
    _do(close_activity, "close", now - 2 * DAY, activity_id=drawn)
    _do(
        draw_winners,
        "winners",
        now - DAY + timedelta(minutes=1),
        activity_id=drawn,
        source="模拟的公开数值（仅供示例）",
        value="03 08 11 19 26 30 + 07",
    )


def _check_in(members: Sequence[UUID], now: datetime) -> None:
    """Open a check-in in which a few members came for some days, each from another day on."""
    draft = Draft(
        kind="check_in",
        title="天天签到（模拟）",
        about="每天签到一次得积分，连续签到有额外奖励；漏签可用积分补签，每月两次。",
        organiser=ORGANISER,
        opens_at=now - 8 * DAY,
        closes_at=now + 60 * DAY,
        settings={
            "daily_points": 5,
            "prizes": [
                _prize("p1", "连签 3 天：20 积分", "points", 20, 20, 2_000, 0),
                _prize("p2", "连签 7 天：60 积分", "points", 60, 60, 1_000, 0),
            ],
            "marks": [3, 7],
            "cycle": 7,
            "make_up_back": 7,
            "make_up_most": 2,
            "make_up_points": 10,
        },
        is_simulated=True,
    )
    activity_id = _play("check_in", draft, [], now - 8 * DAY, now)
    for number, member_id in enumerate(members):
        for ago in range(2 + 2 * number, -1, -1):
            if ago != 2 or number != 3:  # the last of them missed a day
                with suppress(MemberRestricted, RewardsSuspended):
                    _do(
                        take_part,
                        f"check_in:{number}:{ago}",
                        now - ago * DAY,
                        activity_id=activity_id,
                        member_id=member_id,
                    )


def _prize(
    key: str, name: str, kind: str, amount: int, worth_minor: int, count: int, weight: int
) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "kind": kind,
        "amount": amount,
        "worth_minor": worth_minor,
        "count": count,
        "weight": weight,
    }


def _do(action: Any, what: str, at: datetime, **arguments: Any) -> Any:
    return action(command_id=command(f"activity:{what}"), actor=INSTALLER, now=at, **arguments)


def _play(what: str, draft: Draft, members: Sequence[UUID], opened: datetime, played: datetime) -> UUID:
    activity_id: UUID = _do(create_activity, f"{what}:new", opened, draft=draft).activity_id
    _do(approve_activity, f"{what}:approve", opened, activity_id=activity_id)
    _do(open_activity, f"{what}:open", opened, activity_id=activity_id)
    for number, member_id in enumerate(members):
        with suppress(MemberRestricted, RewardsSuspended):  # penalties of the sample hold here, too
            _do(
                take_part,
                f"{what}:{number}",
                played,
                activity_id=activity_id,
                member_id=member_id,
                choice=f"luck {number}",
            )
    return activity_id
