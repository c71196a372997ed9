"""Badges for what members of the sample did: three by rule, one given by staff; who gets them is found by counting."""

from datetime import datetime
from uuid import UUID

from qunying.honours.actions.give_badge import give_badge
from qunying.honours.actions.refresh_honours import refresh_honours
from qunying.honours.actions.write_badge import write_badge
from qunying.sample.timeline import INSTALLER, command

# name, sign, what it is for, what is counted, levels, whether imported history counts
BADGES = (
    ("热心回答", "✓", "回答被提问者采纳", "answers", (1, 5, 20), False),
    ("版块常客", "♪", "常来版块发帖交流", "posts", (1, 10, 50), False),
    ("忠实买家", "★", "一路相伴的老顾客", "orders", (10, 50, 100), True),
)


def make_honours(helper: UUID, now: datetime) -> None:
    """Write the badges, thank one member by hand, and count.

    Args:
        helper: who is thanked.
        now: the present instant.
    """
    for name, sign, about, measure, levels, counts_history in BADGES:
        write_badge(
            command_id=command(f"badge:{measure}"),
            actor=INSTALLER,
            now=now,
            name=name,
            sign=sign,
            about=about,
            measure=measure,
            levels=list(levels),
            counts_history=counts_history,
        )
    thanks = write_badge(
        command_id=command("badge:thanks"),
        actor=INSTALLER,
        now=now,
        name="社群之星",
        sign="♛",
        about="由运营团队授予",
    )
    give_badge(
        command_id=command("badge:given"),
        actor=INSTALLER,
        now=now,
        badge_id=thanks,
        member_id=helper,
        reason="帮新成员解答问题（示例）",
    )
    refresh_honours(command_id=command("honours"), actor=INSTALLER, now=now)
