"""A wheel, a check-in, a quiz, a vote, a guess, a product game, a gathering and a live session that are open, and a draw that is settled. Who takes part is real, that they do is made up and marked so."""

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


def _wheel(now: datetime) -> Draft:
    """Return a wheel that turns once a day for nothing, and then for points."""
    return Draft(
        kind="wheel",
        title="新年幸运转盘（模拟）",
        about="每位会员每天可免费转一次，之后每次 100 积分，每人最多购买 5 次。积分即时到账；实物奖品由客服联系确认地址后寄出，逾期视为弃奖。",
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
            "turn_points": 100,
            "most_bought": 5,
        },
        is_simulated=True,
    )


def make_activities(members: Sequence[UUID], now: datetime) -> None:
    """Open a wheel with a few turns, and settle a draw of the days before.

    Args:
        members: at least thirty.
        now: the present instant.
    """
    play("wheel", _wheel(now), members[:24], now - DAY, now)
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
    _ask(members[:12], now)
    _deal(now)
    _gather(members[:8], now)
    _broadcast(members[4:16], now)
    drawn = play("draw", draw, members[:30], now - 4 * DAY, now - 3 * DAY)
    do(close_activity, "close", now - 2 * DAY, activity_id=drawn)
    do(
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
    activity_id = play("check_in", draft, [], now - 8 * DAY, now)
    for number, member_id in enumerate(members):
        for ago in range(2 + 2 * number, -1, -1):
            if ago != 2 or number != 3:  # the last of them missed a day
                with suppress(MemberRestricted, RewardsSuspended):
                    do(
                        take_part,
                        f"check_in:{number}:{ago}",
                        now - ago * DAY,
                        activity_id=activity_id,
                        member_id=member_id,
                    )


def _ask(members: Sequence[UUID], now: datetime) -> None:
    """Open a quiz, a vote and a guess, and let some members answer."""
    for kind, title, about, settings, choices in _asked():
        draft = Draft(
            kind=kind,
            title=title,
            about=about,
            organiser=ORGANISER,
            opens_at=now - 2 * DAY,
            closes_at=now + 20 * DAY,
            settings=settings,
            is_simulated=True,
        )
        play(kind, draft, members, now - 2 * DAY, now - DAY, choices)


def _gather(members: Sequence[UUID], now: datetime) -> None:
    """Open a gathering of next week with a short waiting list."""
    draft = Draft(
        kind="gathering",
        title="周末花艺沙龙（模拟）",
        about="名额有限，报满后进入候补；不能到场请提前取消。到场签到得 50 积分。",
        organiser=ORGANISER,
        opens_at=now - 2 * DAY,
        closes_at=now + 7 * DAY,
        claim_until=now + 15 * DAY,
        settings={
            "occasion": "salon",
            "guests": "示例花艺师",
            "starts_at": instant_text(now + 8 * DAY),
            "ends_at": instant_text(now + 8 * DAY + timedelta(hours=3)),
            "place": "示例路 1 号二楼会客厅",
            "capacity": 6,
            "waiting": 4,
            "prizes": [_prize("p1", "50 积分", "points", 50, 50, 6, 0)],
        },
        is_simulated=True,
    )
    play("gathering", draft, members, now - 2 * DAY, now - DAY, ["remind"])


def _broadcast(members: Sequence[UUID], now: datetime) -> None:
    """Open a live session of the day after tomorrow, which some have booked, with two watchwords."""
    starts = now + 2 * DAY
    draft = Draft(
        kind="live",
        title="新年礼盒直播专场（模拟）",
        about="预约后开播前提醒，从活动页进入直播间。主播口播口令，在有效时间内于本页输入即得积分，每个口令每人一次，发完为止。",
        organiser=ORGANISER,
        opens_at=now - 2 * DAY,
        closes_at=starts + timedelta(hours=2),
        settings={
            "starts_at": instant_text(starts),
            "ends_at": instant_text(starts + timedelta(hours=2)),
            "platform": "淘宝直播",
            "room": "https://live.example.com/room/1001",
            "host": "示例主播小林",
            "guests": "花艺师阿青",
            "words": [
                {"key": "w1", "title": "开场福利", "minutes": 10, "prize": "p1", "word": "新年快乐"},
                {"key": "w2", "title": "整点福利", "minutes": 5, "prize": "p2", "word": "花好月圆"},
            ],
            "prizes": [
                _prize("p1", "20 积分", "points", 20, 20, 200, 0),
                _prize("p2", "100 积分", "points", 100, 100, 20, 0),
            ],
        },
        is_simulated=True,
    )
    play("live", draft, members, now - 2 * DAY, now - DAY, ["remind", ""])


def _deal(now: datetime) -> None:
    """Open a game of pairs with six products of the shop."""
    products = ["白瓷茶壶", "三层蛋糕架", "圣诞烛台", "草莓马克杯", "心形挂饰", "复古闹钟"]
    draft = Draft(
        kind="pairs",
        title="翻牌认好礼（模拟）",
        about="每天可玩两局，限时 5 分钟、20 步。10 步以内配齐得 50 积分，20 步以内得 10 积分，发完为止。",
        organiser=ORGANISER,
        opens_at=now - DAY,
        closes_at=now + 30 * DAY,
        per_member=None,
        per_day=2,
        settings={
            "products": [{"name": name} for name in products],
            "moves": 20,
            "minutes": 5,
            "within": [10, 20],
            "prizes": [
                _prize("p1", "50 积分", "points", 50, 50, 200, 0),
                _prize("p2", "10 积分", "points", 10, 10, 2_000, 0),
            ],
        },
        is_simulated=True,
    )
    play("pairs", draft, [], now - DAY, now)


def _asked() -> list[tuple[str, str, str, dict[str, Any], list[str]]]:
    """Return kind, title, terms, settings and what members answer."""
    return [
        (
            "quiz",
            "礼品知识问答（模拟）",
            "每位会员答题一次，全部答对即得积分，发完为止。正确答案在截止后公布。",
            {
                "questions": [
                    {"text": "陶瓷杯能直接放进微波炉吗？", "options": ["看杯底标识", "都可以"], "right": [0]},
                    {
                        "text": "哪些适合送乔迁礼？",
                        "options": ["香薰蜡烛", "餐具套装", "生日蜡烛"],
                        "right": [0, 1],
                    },
                ],
                "pass_mark": 2,
                "prizes": [_prize("p1", "30 积分", "points", 30, 30, 200, 0)],
            },
            ["A|AB", "B|AB", "A|A"],
        ),
        (
            "vote",
            "春季新品选色投票（模拟）",
            "每位会员一票，选出最想要的颜色。首次投票即得 5 积分。",
            {
                "options": [
                    {"key": "o1", "title": "薄荷绿", "about": "清爽，适合春天"},
                    {"key": "o2", "title": "樱花粉", "about": "限定包装"},
                    {"key": "o3", "title": "奶油白", "about": "百搭"},
                ],
                "prizes": [_prize("p1", "5 积分", "points", 5, 5, 500, 0)],
            },
            ["o1", "o2", "o1", "o3"],
        ),
        (
            "guess",
            "猜首周销量（模拟）",
            "猜新品首周销量，猜中的会员平分 1,000 积分。结果以店铺公告为准。",
            {
                "question": "新品首周会卖出多少件？",
                "options": [
                    {"key": "o1", "title": "不到 500 件"},
                    {"key": "o2", "title": "500 至 1,000 件"},
                    {"key": "o3", "title": "1,000 件以上"},
                ],
                "sources": ["店铺公告"],
                "pot_points": 1_000,
            },
            ["o2", "o1", "o2", "o3"],
        ),
    ]


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


def do(action: Any, what: str, at: datetime, **arguments: Any) -> Any:
    """Do a step of the sample, once however often it is loaded."""
    return action(command_id=command(f"activity:{what}"), actor=INSTALLER, now=at, **arguments)


def play(
    what: str,
    draft: Draft,
    members: Sequence[UUID],
    opened: datetime,
    played: datetime,
    choices: Sequence[str] = (),
) -> UUID:
    """Open an activity, let members take part, and return its id."""
    activity_id: UUID = do(create_activity, f"{what}:new", opened, draft=draft).activity_id
    do(approve_activity, f"{what}:approve", opened, activity_id=activity_id)
    do(open_activity, f"{what}:open", opened, activity_id=activity_id)
    for number, member_id in enumerate(members):
        with suppress(MemberRestricted, RewardsSuspended):  # penalties of the sample hold here, too
            do(
                take_part,
                f"{what}:{number}",
                played,
                activity_id=activity_id,
                member_id=member_id,
                choice=choices[number % len(choices)] if choices else f"luck {number}",
            )
    return activity_id
