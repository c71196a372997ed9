"""How the sample's communities are run: a second group behind a live code, layout, targets, people who left or are to be recognised, a
source of messages, an order battle report. What is made up says so; orders and those who bought are real."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from qunying.communities.actions.choose_platform import choose_platform
from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.create_live_code import create_live_code
from qunying.communities.actions.create_source import create_source
from qunying.communities.actions.import_roster import RosterRow, import_roster
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.actions.post_notice import post_notice
from qunying.communities.actions.receive_delivery import receive_delivery
from qunying.communities.actions.save_drive import save_drive
from qunying.communities.actions.save_message_mapping import save_message_mapping
from qunying.communities.actions.save_notice import NoticeText, save_notice
from qunying.communities.actions.set_target import set_target
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.inbound.platforms.delivery import Told
from qunying.communities.profile import CommunityProfile
from qunying.communities.service.battle_report import masked_name
from qunying.kernel.clock import local_day
from qunying.members.actions.add_identity import add_identity
from qunying.members.queries.list_contacts import list_contacts
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.actions.post_to_community import post_to_community
from qunying.messages.built_in import MAILBOX_ID
from qunying.sample.people import staff
from qunying.sample.timeline import ANALYSIS_AT, INSTALLER, ZONE, command
from qunying.shop.queries.list_orders import list_orders

LEAVERS = 14
LAYOUT = {
    "wecom": ("gather", "500 人 × 2 群", "图文、接龙、直播预告", "布置灵感、每周福利", "每天 2 条"),
    "douyin": ("attract", "每月新客 300", "短视频、直播", "开箱、圣诞角落", "每周 3 条"),
    "mini_program": ("sell", "群内成交占三成", "商品卡、优惠券", "周三福利", "每周 1 次"),
}
SECOND = CommunityProfile(
    name="礼品爱好者群 2",
    kind="interest",
    platform="wecom",
    state="forming",
    capacity=500,
    planned_size=400,
    tags=("家居", "礼品"),
    positioning="一群满员后接着进的第二群",
    value="与一群同样的福利",
    member_types="零售顾客",
    activity_forms="晒单、接龙、周三福利",
    rules="1. 不发广告与外链\n2. 不攻击他人\n3. 晒单请用真实照片",
)


def host_communities(
    communities: dict[str, UUID],
    people: dict[str, list[UUID]],
    segment_id: UUID,
    now: datetime,
) -> UUID:
    """Run the communities, and return the id of the second group.

    Args:
        communities: ids by key, ``gift-lovers`` and ``shop-owners``.
        people: the members of each, in the order of their joining; ``newcomers`` go to the second group.
        segment_id: for whom the layout is.
        now: the present instant.
    """
    second = _open_second_group(people)
    for number, community_id in enumerate((communities["gift-lovers"], communities["shop-owners"])):
        _plan(community_id, number)
    create_live_code(
        command_id=command("live-code"), actor=staff("operator"), now=ANALYSIS_AT, name="包裹卡活码", source="包裹卡",
        community_ids=[communities["gift-lovers"], second],
    )  # fmt: skip
    for platform, (purpose, target, forms, topics, frequency) in LAYOUT.items():
        choose_platform(
            command_id=command(f"layout:{platform}"), actor=staff("manager"), now=now, platform=platform, purpose=purpose,
            segment_id=segment_id, target=target, content_forms=forms, topics=topics, frequency=frequency,
            reasons="按人群匹配、触达、互动与成本加权比较得出（示例）",
        )  # fmt: skip
    for place, member_id in enumerate(people["shop-owners"][20 : 20 + LEAVERS]):
        leave_community(
            command_id=command(f"leave:{member_id}"),
            actor=INSTALLER,
            now=ANALYSIS_AT - timedelta(days=20 - place, hours=place),
            community_id=communities["shop-owners"],
            member_id=member_id,
        )
    _listen(now)
    _announce(communities["gift-lovers"])
    _report_orders(communities["gift-lovers"], people["gift-lovers"])
    at = ANALYSIS_AT + timedelta(minutes=1)
    dispatch_due(clock=lambda: at)
    return second


def _open_second_group(people: dict[str, list[UUID]]) -> UUID:
    """Open the second group; two of its people are to be recognised: their account says one member, their number another."""
    actor = staff("operator")
    made = create_community(
        command_id=command("community:second"),
        actor=actor,
        now=ANALYSIS_AT - timedelta(days=9),
        profile=SECOND,
    )
    newcomers, known = people["newcomers"], people["gift-lovers"][-2:]
    numbers = list_contacts(newcomers, "shop_customer")
    rows = [
        RosterRow(
            platform_user_id=f"wx_{numbers[member_id]}",
            nickname=f"顾客{numbers[member_id]}",
            source="包裹卡",
            joined_at=ANALYSIS_AT - timedelta(days=8, hours=-3 * place),
            identities={"shop_customer": numbers[member_id]},
        )
        for place, member_id in enumerate(newcomers)
        if member_id in numbers
    ]
    for place, (account, number) in enumerate(zip(known, newcomers, strict=False)):
        if number not in numbers:
            continue
        person = f"simulated-twin-{place}"
        add_identity(
            command_id=command(f"twin:{place}"), actor=INSTALLER, now=ANALYSIS_AT, member_id=account, type="platform_user",
            value=f"wecom:{person}",
        )  # fmt: skip
        rows.append(
            RosterRow(
                platform_user_id=person,
                nickname=f"模拟顾客{place + 1}",
                source="老客邀请",
                joined_at=ANALYSIS_AT - timedelta(days=3),
                identities={"shop_customer": numbers[number]},
            )
        )
    import_roster(
        command_id=command("roster:second"), actor=actor, now=ANALYSIS_AT, community_id=made.community_id, rows=rows,
        is_complete=False,
    )  # fmt: skip
    return made.community_id


def _plan(community_id: UUID, number: int) -> None:
    """Set targets for the last thirty days, and a drive that wins people."""
    actor, end = staff("manager"), local_day(ANALYSIS_AT, ZONE)
    start = end - timedelta(days=29)
    targets = {
        "people": (330, 150),
        "joined": (100, 10),
        "activity_rate": ("0.45", "0.3"),
        "sales": (3_000_000, 2_000_000),
    }
    for measure, values in targets.items():
        set_target(
            command_id=command(f"target:{number}:{measure}"), actor=actor, now=ANALYSIS_AT, community_id=community_id,
            measure=measure, start=start, end=end, value=Decimal(str(values[number])),
        )  # fmt: skip
    for source, target, cost in (("包裹卡", 60, 12_000), ("直播间", 40, 20_000)):
        save_drive(
            command_id=command(f"drive:{number}:{source}"), actor=actor, now=ANALYSIS_AT, community_id=community_id, source=source,
            start=start, end=end, target=target, cost_minor=cost, note="示例",
        )  # fmt: skip


def _listen(now: datetime) -> None:
    """Set up a source whose group waits to be connected, and keep how one kind of file is read."""
    actor = staff("operator")
    source = create_source(
        command_id=command("source"), actor=actor, now=now, platform="own", name="自有程序（示例）"
    )
    message = IncomingMessage(
        platform_message_id="simulated-held", sent_at=ANALYSIS_AT, author_id="simulated-held", author_name="模拟群友", text="这个群还没有连接到社群（模拟）",
    )  # fmt: skip
    receive_delivery(
        command_id=command("delivery"), actor=INSTALLER, now=now, source_id=source.source_id,
        told=[Told("simulated-group", "圣诞采购群（模拟）", message)],
    )  # fmt: skip
    save_message_mapping(
        command_id=command("message-mapping"), actor=actor, now=now, name="客服系统导出（示例）",
        columns={"sent_at": "发言时间", "author_id": "客户编号", "author_name": "客户昵称", "text": "发言内容", "platform_message_id": "流水号"},
    )  # fmt: skip


def _announce(community_id: UUID) -> None:
    """Tell the group something once, an hour before the end, as the calendar would have."""
    due_at = (ANALYSIS_AT - timedelta(hours=1)).replace(minute=0, second=0)
    local = due_at.astimezone(ZoneInfo(ZONE))
    saved = save_notice(
        command_id=command("notice:last-day"),
        actor=staff("operator"),
        now=due_at - timedelta(hours=1),
        notice=NoticeText(
            kind="announcement", title="圣诞前最后发货日（示例）", text="12 月 16 日前下单，圣诞前能收到。有问题找{{ on_duty }}。", rhythm="once",
            at=local.time(), first_day=local.date(), community_id=community_id,
        ),
    )  # fmt: skip
    post_notice(
        command_id=command("last-day"), actor=INSTALLER, now=due_at, notice_id=saved.notice_id, due_at=due_at
    )


def _report_orders(community_id: UUID, members: list[UUID]) -> None:
    """Tell the group of its last real orders, in the form of a battle report; imported orders start none by themselves."""
    bought = [order for order in list_orders(size=200).rows if order.member_id in set(members)][:5]
    if not bought:
        return
    numbers = list_contacts([order.member_id for order in bought if order.member_id], "shop_customer")
    names = {order.pk: f"顾客{numbers.get(order.member_id, '')}" for order in bought if order.member_id}
    lines = [
        f"{order.placed_at.astimezone(ZoneInfo(ZONE)):%m-%d %H:%M} {masked_name(names[order.pk])}：{order.units} 件"
        for order in bought
    ]
    text = "\n".join(["礼品爱好者群 · 下单战报（示例，订单为真实数据）", *lines])
    post_to_community(
        command_id=command("report"), actor=INSTALLER, now=ANALYSIS_AT, community_id=community_id, channel_id=MAILBOX_ID,
        key="sample-report", title="下单战报（示例）", text=text, due_at=ANALYSIS_AT, not_after=ANALYSIS_AT + timedelta(hours=3),
    )  # fmt: skip
