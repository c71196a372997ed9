"""A flash sale, a group buy and a product trial that are open. Products and members are real, that they take part is made up and marked so."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.activities.actions.choose_triers import choose_triers
from qunying.activities.actions.redeem_right import redeem_right
from qunying.activities.actions.take_part import take_part
from qunying.activities.actions.write_report import write_report
from qunying.activities.drafting import Draft
from qunying.activities.queries.get_activity import list_awards
from qunying.activities.took_part import TookPart
from qunying.communities.queries.find_restriction import MemberRestricted
from qunying.kernel.problems import Problem
from qunying.rewards.suspending import RewardsSuspended
from qunying.sample.activities import DAY, ORGANISER, do, play

MINUTE = timedelta(minutes=1)


def make_sales(members: Sequence[UUID], now: datetime) -> None:
    """Open the three, and let some members take part.

    Args:
        members: at least ten.
        now: the present instant.
    """
    sale = _open(
        "flash_sale",
        "圣诞烛台秒杀（模拟）",
        "每位会员限一份，抢到后请在 15 分钟内到店铺付款，逾期名额让给下一位。",
        {"lines": [_goods("85123A", "白色挂心烛台", 295, 195, 60)], "minutes": 15},
        now,
    )
    bought = [_take(sale, f"sale:{number}", member, now) for number, member in enumerate(members[:4])]
    for number, took in enumerate(bought[:2]):
        _pay(took, f"sale:{number}", now)
    buy = _open(
        "group_buy",
        "三人拼团：三层蛋糕架（模拟）",
        "开团后 24 小时内凑满 3 人，全团都能以拼团价购买；未满员自动取消，无需付款。",
        {"lines": [_goods("22423", "三层蛋糕架", 1_275, 895, 90)], "size": 3, "fill_minutes": 1_440},
        now,
    )
    first = _take(buy, "team", members[4], now)
    team = str(first.team_id) if first else ""
    full = [first, *(_take(buy, f"team:{place}", members[4 + place], now, team) for place in (1, 2))]
    for number, took in enumerate(full):
        _pay(took, f"team:{number}", now)
    _take(buy, "team:open", members[7], now)
    _let_try(members, now)


def _let_try(members: Sequence[UUID], now: datetime) -> None:
    """Open a trial: five apply, two are chosen, one of them has reported."""
    trial = _open(
        "trial",
        "新品马克杯免费试用（模拟）",
        "申请后由我们挑选试用者，收到后 14 天内提交试用报告；报告通过可得 50 积分。",
        {
            "product": "复古马克杯",
            "worth_of_one": 850,
            "places": 3,
            "question": "您平时用什么杯子？",
            "report_points": 50,
        },
        now,
    )
    applied = [
        _take(trial, f"trial:{number}", member, now, "每天两杯茶，想换一个大一点的杯子。")
        for number, member in enumerate(members[:5])
    ]
    chosen = [took.participation_id for took in applied if took][:2]
    if not chosen:
        return
    do(choose_triers, "trial:choose", now - 2 * MINUTE, activity_id=trial, applications=chosen)
    award = list_awards(activity_id=trial).order_by("won_at", "id")[0]
    do(
        write_report,
        "trial:report",
        now - MINUTE,
        award_id=award.id,
        member_id=award.member_id,
        text="（模拟）杯口圆润，容量够大，颜色比照片略深。",
    )


def _goods(stock_code: str, name: str, list_price: int, price: int, units: int) -> dict[str, Any]:
    return {
        "stock_code": stock_code,
        "name": name,
        "quantity": 1,
        "list_price_minor": list_price,
        "price_minor": price,
        "units": units,
    }


def _open(kind: str, title: str, about: str, settings: dict[str, Any], now: datetime) -> UUID:
    draft = Draft(
        kind=kind,
        title=title,
        about=about,
        organiser=ORGANISER,
        opens_at=now - DAY,
        closes_at=now + 20 * DAY,
        per_member=1,
        settings=settings,
        is_simulated=True,
    )
    return play(kind, draft, [], now - DAY, now)


def _take(activity_id: UUID, what: str, member_id: UUID, now: datetime, choice: str = "") -> TookPart | None:
    with suppress(MemberRestricted, RewardsSuspended):  # penalties of the sample hold here, too
        took: TookPart = do(
            take_part, what, now - 5 * MINUTE, activity_id=activity_id, member_id=member_id, choice=choice
        )
        return took
    return None


def _pay(took: TookPart | None, what: str, now: datetime) -> None:
    if took is None or took.right_id is None:
        return
    with suppress(Problem):  # a load that was cut short and goes on too late finds the right expired
        do(
            redeem_right,
            f"{what}:pay",
            now - 2 * MINUTE,
            right_id=took.right_id,
            order_number=f"SAMPLE-{what}",
        )
