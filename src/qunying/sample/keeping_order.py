"""Order in the sample's communities: rules, watched words, cases in every state, penalties, appeals. What was said is made up, and says so."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.queries.list_messages import list_messages
from qunying.content.actions.post_on_board import post_on_board
from qunying.kernel.ids import new_id
from qunying.moderation.actions.accept_rules import accept_rules
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.import_words import import_words
from qunying.moderation.actions.judge_appeal import judge_appeal
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.penalise_member import penalise_member
from qunying.moderation.actions.publish_rules import publish_rules
from qunying.moderation.actions.report_subject import report_subject
from qunying.moderation.actions.submit_appeal import submit_appeal
from qunying.moderation.detection import Rules, Word, screen_texts
from qunying.moderation.words_file import WordRow
from qunying.sample.people import staff
from qunying.sample.timeline import INSTALLER, command

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
INTRODUCTION = (
    "欢迎来到示例礼品店的社群。请友善交流、分享真实体验；以下规则适用于所有群、版块和评论。（示例）"
)
WORDS = (
    WordRow("代开发票", action="block", violation="spam_advertising"),
    WordRow("刷单返现", action="block", violation="unlawful_fraud"),
    WordRow("加微信", action="review", violation="spam_contact"),
    WordRow("高仿", action="review", violation="unlawful_counterfeit"),
    WordRow("稳赚不赔", action="review", violation="unlawful_fraud"),
    WordRow("蠢货", action="replace", violation="unfriendly_abuse", replacement="**"),
    WordRow("shop.example.com", action="allow"),
    WordRow("海外直邮", action="tag", violation="spam_advertising", tag="代购"),
    WordRow("退货", action="tag", violation="harm_off_topic", tag="售后"),
)

RULES = Rules(
    words=tuple(
        Word(row.word, row.violation, row.action, row.replacement, row.tag)  # type: ignore[arg-type]
        for row in WORDS
        if row.action != "allow"
    ),
    allowed_domains=frozenset({"shop.example.com"}),
)


@dataclass(frozen=True)
class Told:
    """What a member said on a board, when, and what came of it: left waiting, cleared, or punished by a rung of the ladder."""

    key: str
    title: str
    text: str
    ago: timedelta
    violation: str = ""
    step: str = ""
    reason: str = ""
    appeal: str = ""
    answer: str = ""


TOLD = (
    Told("advert", "顺便发个消息", "诚招居家兼职，日结五百，名额有限，有意私聊。（模拟）", 2 * HOUR),
    Told("question", "灯串哪里能配灯泡", "官网 https://shop.example.com/i/205 这款的备用灯泡还卖吗？（模拟）", 3 * DAY),
    Told(
        "insult", "回复楼上", "这都不会装，真是没脑子的蠢货，别出来丢人。（模拟）", 2 * DAY,
        "unfriendly_abuse", "mute_7_days", "发言含人身攻击，已隐藏。请就事论事。",
    ),
    Told(
        "flood", "顶顶顶", "顶顶顶顶顶，活动快开始，顶顶顶顶顶。（模拟）", 12 * DAY,
        "spam_flooding", "mute_1_day", "短时间内重复刷屏，影响他人阅读。",
    ),
    Told(
        "rumour", "听说灯串会漏电", "朋友的朋友说这批灯串漏电，大家千万别买！（模拟）", 4 * DAY,
        "untrue_rumour", "mute_7_days", "内容未经证实，已隐藏；质检报告见公告。", "我只是转述，没有恶意，希望重新考虑。",
    ),
    Told(
        "recommendation", "我在别家看到的", "隔壁店同款便宜，不过做工差一些，供参考。（模拟）", 6 * DAY,
        "spam_advertising", "mute_1_day", "疑似为其他店铺引流。", "我是在比较两家的做工，不是打广告。", "核实后属正常比较，撤销裁定。",
    ),
)  # fmt: skip


def keep_order(members: list[UUID], board_id: UUID, community_id: UUID, now: datetime) -> None:
    """Publish rules, watch words, and let moderators have had a fortnight's work; some of it is left to you.

    Args:
        members: at least twelve.
        board_id: where they said it.
        community_id: where somebody said something in a group.
        now: the present instant.
    """
    publish_rules(
        command_id=command("rules"),
        actor=staff("manager"),
        now=now - 14 * DAY,
        introduction=INTRODUCTION,
        change_note="示例：换上店铺自己的前言",
    )
    for number, told in enumerate(TOLD):
        _bring_to_its_end(told, members[number], board_id, now - told.ago)
    import_words(command_id=command("words"), actor=staff("moderator"), now=now - DAY, rows=list(WORDS))
    _report(members[6:], board_id, now)
    _say_in_group(community_id, now)
    for number, member_id in enumerate(members[4:12]):
        accept_rules(
            command_id=command(f"rules-accepted:{number}"),
            actor=INSTALLER,
            now=now - DAY,
            member_id=member_id,
            version=2,
        )


def _bring_to_its_end(told: Told, member_id: UUID, board_id: UUID, at: datetime) -> None:
    """Let a member say it, a case be opened, and moderators and the member do what they did."""
    post_id = _post(told.key, told.title, told.text, member_id, board_id, at)
    case_id = _open(told.key, "post", post_id, told.text, at)
    moderator = staff("moderator")
    if told.key == "advert":
        return
    decided = decide_case(
        command_id=command(f"decided:{told.key}"),
        actor=moderator,
        now=at + HOUR,
        case_id=case_id,
        verdict="violation" if told.violation else "no_violation",
        violation=told.violation,
        hide_content=bool(told.violation),
        reason=told.reason or "正常提问，链接是本店的。",
    )
    if told.step:
        penalise_member(
            command_id=command(f"punished:{told.key}"),
            actor=moderator,
            now=at + HOUR,
            decision_id=decided.decision_id,
            step=told.step,
            reason=told.reason,
        )
    if told.appeal:
        _appeal(told, decided.decision_id, member_id, at + 5 * HOUR)


def _appeal(told: Told, decision_id: UUID, member_id: UUID, at: datetime) -> None:
    appeal_id = submit_appeal(
        command_id=command(f"appeal:{told.key}"),
        actor=INSTALLER,
        now=at,
        decision_id=decision_id,
        member_id=member_id,
        text=f"（模拟）{told.appeal}",
    )
    if told.answer:
        judge_appeal(
            command_id=command(f"judged:{told.key}"),
            actor=staff("manager"),
            now=at + HOUR,
            appeal_id=appeal_id,
            upheld=True,
            answer=told.answer,
        )


def _post(key: str, title: str, text: str, member_id: UUID, board_id: UUID, at: datetime) -> UUID:
    return post_on_board(
        command_id=command(f"said:{key}"),
        actor=INSTALLER,
        now=at,
        board_id=board_id,
        member_id=member_id,
        title=title,
        text=text,
    ).post_id


def _open(key: str, kind: str, subject_id: UUID, text: str, at: datetime) -> UUID:
    (findings,) = screen_texts([text], RULES)
    return open_case(
        command_id=command(f"case:{key}"),
        actor=INSTALLER,
        now=at,
        subject_kind=kind,
        subject_id=subject_id,
        findings=[asdict(finding) for finding in findings if finding.action != "tag"],
        source="detector",
    ).case_id


def _report(members: list[UUID], board_id: UUID, now: datetime) -> None:
    """Let three members report one thing, which makes a case, and one of them another, which is none yet."""
    author, *reporters = members
    loud = _post(
        "loud",
        "店家就是骗钱的",
        "就是骗钱，谁买谁傻，说了也没人管。（模拟）",
        author,
        board_id,
        now - 5 * HOUR,
    )
    off_topic = _post(
        "off-topic", "有人看球吗", "昨晚的比赛太精彩了，聊聊？（模拟）", author, board_id, now - 4 * HOUR
    )
    reports: list[tuple[UUID, UUID, str, str]] = [
        (reporters[0], loud, "unfriendly_provocation", "一直在带节奏。（模拟）"),
        (reporters[1], loud, "unfriendly_provocation", ""),
        (reporters[2], loud, "untrue_fact", "说法与事实不符。（模拟）"),
        (reporters[0], off_topic, "harm_off_topic", ""),
    ]
    for number, (reporter, subject_id, violation, text) in enumerate(reports):
        report_subject(
            command_id=command(f"report:{number}"),
            actor=INSTALLER,
            now=now - 3 * HOUR + timedelta(minutes=9 * number),
            reporter_id=reporter,
            subject_kind="post",
            subject_id=subject_id,
            violation=violation,
            text=text,
        )


def _say_in_group(community_id: UUID, now: datetime) -> None:
    """Let somebody of the group whom nobody knows as a member advertise in it."""
    text = "低价原单，一手货源，加V：abc12345，先到先得（模拟）"
    at = now - timedelta(minutes=40)
    if not list_messages([community_id], search="原单", size=1).rows:
        advert = IncomingMessage(
            platform_message_id="simulated-advert",
            sent_at=at,
            author_id="simulated-99",
            author_name="模拟路人",
            text=text,
        )
        receive_messages(
            command_id=str(new_id()),
            actor=staff("operator"),
            now=at,
            community_id=community_id,
            rows=[advert],
        )
    (message,) = list_messages([community_id], search="原单", size=1).rows
    _open("group-advert", "message", message.pk, text, at + timedelta(minutes=10))
