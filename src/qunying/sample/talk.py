"""What is said in the sample's communities. All of it is simulated, and so are those who speak; both say so."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from qunying.accounts.queries.find_staff import find_staff
from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.actions.save_notice import NoticeText, save_notice
from qunying.communities.actions.save_reply_rule import save_reply_rule
from qunying.communities.actions.save_welcome import save_welcome
from qunying.communities.actions.set_duty import set_duty
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.kernel.clock import local_day
from qunying.messages.actions.post_to_community import post_to_community
from qunying.sample.people import STAFF, staff
from qunying.sample.timeline import ANALYSIS_AT, ZONE, command

# Openers with their answers; {} is a thing of the shop.
GIFT_TALK = (
    ("请问{}还有货吗？", "有的，红色和白色都有，周三福利价更合适"),
    ("快递一般几天到？", "本地两三天，偏远的五天左右"),
    ("{}碎了一个，可以退货吗", "拍照发给客服就行，七天内都能换"),
    ("优惠券怎么用不了", "要满 30 才能用，凑一个小摆件刚好"),
    ("有人晒一下{}吗", "我买了，做工很细，送人很有面子"),
    ("{}一套够几个人用？", "一套六人份，我家聚会用了两套"),
    ("{}的包装可以写贺卡吗", "可以，下单备注内容就行"),
    ("群里每周三的福利几点开始", "晚上八点，记得提前看置顶"),
    ("{}和图片上颜色一样吗", "实物稍微深一点，自然光下很好看"),
    ("#圣诞布置# 我把{}挂在门口了", "好看！下面再放一串灯就更好了"),
    ("送老师的话{}合适吗？", "合适的，再配一张手写卡片"),
    ("{}怎么清洗比较好", "温水加一点小苏打，别用钢丝球"),
)
GIFTS = ("圣诞蜡烛", "复古饰品盒", "茶杯", "派对餐具", "红色收纳袋", "木质挂饰", "蛋糕架", "灯串", "门口花环")
OWNER_TALK = (
    ("{}这周能补多少箱？", "仓库还有四十箱，先到先得"),
    ("批量价从几件起算", "同款十二件起，混批二十四件起"),
    ("发德国的{}要多久", "走陆运七到九天，会给单号"),
    ("发票能开公司抬头吗？", "可以，下单时备注税号"),
    ("{}破损怎么登记", "把外箱和内件各拍一张发给客服"),
    ("圣诞季前最后一批{}什么时候到", "下周二到港，周四可以发"),
    ("你们{}卖得怎么样？", "我店里一周走了两打，周末最好卖"),
    ("{}有没有新的陈列图", "在素材库里，今晚我发到群里"),
)
OWNER_GOODS = ("复古铁罐", "蛋糕纸托", "午餐盒", "保温杯", "纸巾", "烛台", "礼品袋")
# Openers a week over the fourteen weeks before the end: one group is steady, in the other the talk dries up.
STEADY = (13, 12, 12, 14, 13, 12, 15, 13, 14, 12, 13, 15, 14, 13)
DRYING = (20, 20, 20, 22, 19, 21, 20, 23, 20, 19, 21, 13, 9, 6)
EVENING = (20, 20, 21, 12, 20, 21, 13, 19, 21, 22, 10, 20)


def fill_communities(communities: dict[str, UUID], now: datetime) -> None:
    """Let people talk and be answered, and put what communities are told on the calendar.

    Args:
        communities: ids by key.
        now: when the notices begin.
    """
    _talk(communities["gift-lovers"], "gift", STEADY, GIFT_TALK, GIFTS)
    _talk(communities["shop-owners"], "owner", DRYING, OWNER_TALK, OWNER_GOODS)
    _serve(communities, now)


def _talk(
    community_id: UUID,
    who: str,
    openers: tuple[int, ...],
    said: tuple[tuple[str, str], ...],
    things: tuple[str, ...],
) -> None:
    """Play the talk of some weeks: openers in the evening, three of four answered, newcomers speaking up as long as talk is lively."""
    rows, number = [], 0
    for week, count in enumerate(openers):
        for place in range(count):
            day = ANALYSIS_AT.replace(hour=0, minute=0, second=0) - timedelta(
                days=7 * (len(openers) - week) - 7 * place // count - 1
            )
            asked_at = day + timedelta(hours=EVENING[(place + week) % 12], minutes=number * 7 % 60)
            question, answer = said[(number * 5 + week) % len(said)]
            thing = things[(number * 2 + week) % len(things)]
            # Every fourth speaks for the first time; the others are known faces.
            asker = f"{100 + number}" if place % 4 == 0 else f"{number * 3 % 19}"
            key = f"simulated-{who}-{number}"
            rows.append(_said(key, asked_at, f"{who}-{asker}", f"模拟群友{asker}", question.format(thing)))
            if number % 4 != 3:
                helper = number % 5 if number % 3 else 0  # one of them helps most
                answered_at = asked_at + timedelta(minutes=number % 9 + 1)
                rows.append(
                    _said(
                        f"{key}-answer",
                        answered_at,
                        f"{who}-helper-{helper}",
                        f"模拟热心群友{helper + 1}",
                        answer,
                        key,
                    )
                )
            number += 1
    receive_messages(
        command_id=command(f"talk:{who}"),
        actor=staff("operator"),
        now=ANALYSIS_AT,
        community_id=community_id,
        rows=[row for row in rows if row.sent_at and row.sent_at <= ANALYSIS_AT],
    )


def _said(
    key: str, sent_at: datetime, author: str, name: str, text: str, reply_to: str = ""
) -> IncomingMessage:
    return IncomingMessage(
        platform_message_id=key,
        sent_at=sent_at,
        author_id=f"simulated-{author}",
        author_name=name,
        text=text,
        reply_to=reply_to,
    )


def _serve(communities: dict[str, UUID], now: datetime) -> None:
    actor, today = staff("operator"), local_day(now, ZONE)
    save_reply_rule(
        command_id=command("reply:delivery"), actor=actor, now=now, name="物流", pattern="快递*几天|多久到|运费",
        answer="{{ name }}，下单后 48 小时内发货，本地两三天到，满 30 包邮。今天值班：{{ on_duty }}", priority=10,
    )  # fmt: skip
    save_reply_rule(
        command_id=command("reply:returns"), actor=actor, now=now, name="退换货", pattern="退货|换货|碎了",
        answer="七天内可退换，请把照片发给客服。", priority=20,
    )  # fmt: skip
    save_welcome(
        command_id=command("welcome"),
        actor=actor,
        now=now,
        text="欢迎新朋友来到{{ community }}！群规和福利请看置顶，有问题找{{ on_duty }}。",
    )
    for key, notice in _notices(today, communities).items():
        save_notice(command_id=command(f"notice:{key}"), actor=actor, now=now, notice=notice)
    for weekday in range(7):
        person = find_staff(STAFF["service" if weekday % 2 else "operator"][0])
        if person is not None:
            set_duty(
                command_id=command(f"duty:{weekday}"),
                actor=actor,
                now=now,
                person_id=person.pk,
                weekday=weekday,
            )
    post_to_community(
        command_id=command("by-hand"), actor=actor, now=now, community_id=communities["shop-owners"], channel_id=None,
        key="sample", title="补货提醒（模拟）", text="各位店主：圣诞系列本周补货，需要的请在群里接龙。（模拟内容，请勿真的发送）",
        due_at=now, not_after=now + timedelta(days=30),
    )  # fmt: skip


def _notices(today: date, communities: dict[str, UUID]) -> dict[str, NoticeText]:
    gifts = communities["gift-lovers"]
    return {
        "benefit": NoticeText(
            kind="benefit", title="周三固定福利", text="今晚 8 点周三福利开始，{{ on_duty }}在群里等大家。", rhythm="weekly",
            at=time(20), weekdays=[2], first_day=today, community_id=gifts, is_pinned=True,
        ),
        "offer": NoticeText(
            kind="offer", title="每日好价", text="今日好价已上架，见小程序首页。", rhythm="daily", at=time(10), first_day=today, community_id=gifts,
        ),
        "report": NoticeText(kind="report", title="下单战报", rhythm="daily", at=time(21, 30), first_day=today),
        "topic": NoticeText(
            kind="topic", title="本周话题：晒晒你的圣诞角落", text="带 #圣诞布置# 发图，点赞最多的三位下周三公布。（示例）", rhythm="weekly",
            at=time(12), weekdays=[0], first_day=today, is_pinned=True,
        ),
    }  # fmt: skip
