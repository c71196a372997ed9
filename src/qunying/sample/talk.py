"""What is said in the sample's communities. All of it is simulated, and says so; who speaks is in the roster."""

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

# (question, answer): said in turns by people of the roster.
TALK = [
    ("请问圣诞蜡烛还有货吗？", "有的，红色和白色都有，周三福利价更合适"),
    ("快递一般几天到？", "本地两三天，偏远的五天左右"),
    ("茶杯碎了一个，可以退货吗", "拍照发给客服就行，七天内都能换"),
    ("优惠券怎么用不了", "要满 30 才能用，凑一个小摆件刚好"),
    ("有人晒一下复古饰品盒吗", "我买了，做工很细，送人很有面子"),
    ("派对餐具一套够几个人用？", "一套六人份，我家聚会用了两套"),
    ("包装可以写贺卡吗", "可以，下单备注内容就行"),
    ("群里每周三的福利几点开始", "晚上八点，记得提前看置顶"),
]


def fill_communities(communities: dict[str, UUID], now: datetime) -> None:
    """Let people talk and be answered, and put what communities are told on the calendar.

    Args:
        communities: ids by key.
        now: when the notices begin.
    """
    _talk(communities["gift-lovers"])
    _serve(communities, now)


def _talk(community_id: UUID) -> None:
    rows = []
    for number in range(64):
        question, answer = TALK[number % len(TALK)]
        asked_at = ANALYSIS_AT - timedelta(days=number % 27, hours=number * 5 % 12 + 1, minutes=number * 7)
        asker, helper = f"simulated-{number % 17}", f"simulated-{30 + number % 5}"
        rows.append(
            IncomingMessage(
                platform_message_id=f"simulated-{number}",
                sent_at=asked_at,
                author_id=asker,
                author_name=f"模拟群友{number % 17 + 1}",
                text=question,
            )
        )
        if number % 4 != 3:
            rows.append(
                IncomingMessage(
                    platform_message_id=f"simulated-{number}-answer",
                    sent_at=asked_at + timedelta(minutes=number % 9 + 1),
                    author_id=helper,
                    author_name=f"模拟热心群友{number % 5 + 1}",
                    text=answer,
                    reply_to=f"simulated-{number}",
                )
            )
    receive_messages(
        command_id=command("talk"),
        actor=staff("operator"),
        now=ANALYSIS_AT,
        community_id=community_id,
        rows=rows,
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
    }  # fmt: skip
