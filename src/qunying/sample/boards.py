"""Two boards on which members of the sample talk. Who they are is real; what they say is made up, and says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from qunying.content.actions.accept_answer import accept_answer
from qunying.content.actions.appoint_board_moderator import appoint_board_moderator
from qunying.content.actions.create_board import create_board
from qunying.content.actions.like_post import like_post
from qunying.content.actions.measure_topics import measure_topics
from qunying.content.actions.pin_post import pin_post
from qunying.content.actions.post_on_board import post_on_board
from qunying.content.actions.put_up_topic import put_up_topic
from qunying.content.actions.reply_to_post import reply_to_post
from qunying.content.boards.profile import BoardProfile
from qunying.sample.timeline import INSTALLER, command

BOARDS = (
    BoardProfile(
        name="布置与搭配",
        purpose="晒搭配、问建议（示例：发言为模拟内容）",
        rules="1. 图文真实\n2. 不发广告与外链\n3. 对人友善",
        position=10,
    ),
    BoardProfile(name="使用与售后", purpose="使用方法和售后经验（示例：发言为模拟内容）", position=20),
)

# board, hours before the end, title, text, topics, whether it is a question, replies
THREADS: tuple[tuple[int, int, str, str, tuple[str, ...], bool, tuple[str, ...]], ...] = (
    (
        0,
        90,
        "圣诞挂饰怎么配色不显乱？",
        "客厅是米白色，买了红、金、木色三种挂饰，全挂上有点花。",
        ("圣诞布置", "配色"),
        True,
        (
            "选**一个主色加一个点缀色**就好，木色做底，红色只放高处。",
            "我家是金色为主，红色只用在门口花环。",
            "谢谢，按主色加点缀试了，好看多了！",
        ),
    ),
    (0, 60, "晒一下十二月的餐桌", "蛋糕架终于派上用场，配了纸巾和烛台。", ("餐桌", "圣诞布置"), False, ("求蛋糕架的尺寸！", "烛台是哪一款？")),
    (0, 20, "圣诞布置打卡：今年只花了 50 英镑", "旧灯串加新挂饰，清单放在回复里。", ("圣诞布置",), False, ("抄作业了。", "灯串能用几年？", "我也来打卡。")),
    (0, 12, "门口花环用什么固定？", "门是金属的，不想打孔。", ("圣诞布置", "收纳"), True, ("强磁挂钩，拉力选 5 公斤以上的。",)),
    (0, 6, "小户型也能做圣诞角", "一个窗台就够了：灯串、三个挂饰、一张卡片。", ("圣诞布置",), False, ("喜欢这个窗台。",)),
    (1, 70, "灯串有一段不亮", "中间约半米不亮，两头是好的。", ("灯串",), True, ("先换那一段的第一颗灯泡，多半是接触不良。", "换了就亮了，谢谢！")),
    (1, 30, "午餐盒能进洗碗机吗", "说明书没写清楚，上架下架都想知道。", ("清洗",), True, ()),
    (1, 9, "杯子底部的小凹点正常吗", "两只都有一个小点，不影响使用。", ("清洗",), True, ()),
)  # fmt: skip


def make_boards(members: Sequence[UUID], end: datetime) -> list[UUID]:
    """Open the boards, let members talk in the days before ``end``, and return the boards.

    Args:
        members: at least twenty.
        end: the last instant of the sample.
    """
    boards = [
        create_board(
            command_id=command(f"board:{number}"), actor=INSTALLER, now=end, profile=profile
        ).board_id
        for number, profile in enumerate(BOARDS)
    ]
    put_up_topic(
        command_id=command("topic:christmas"),
        actor=INSTALLER,
        now=end,
        name="圣诞布置",
        purpose="节前两周，大家的布置和清单",
    )
    for number, (board, hours, title, text, topics, is_question, replies) in enumerate(THREADS):
        at = end - timedelta(hours=hours)
        asker = members[number]
        thread = post_on_board(
            command_id=command(f"thread:{number}"),
            actor=INSTALLER,
            now=at,
            board_id=boards[board],
            member_id=asker,
            title=title,
            text=text,
            topics=topics,
            is_question=is_question,
        ).post_id
        _reply(thread, number, replies, members, at, is_question=is_question)
    _welcome(boards[0], end)
    appoint_board_moderator(
        command_id=command("board:moderator"),
        actor=INSTALLER,
        now=end,
        board_id=boards[0],
        member_id=members[10],
    )
    measure_topics(command_id=command("topics"), actor=INSTALLER, now=end)
    return boards


def make_mirror(community_id: UUID, end: datetime) -> None:
    """Show a group's talk on the member web, read-only; how the group agreed is made up, and says so."""
    profile = BoardProfile(
        name="礼品爱好者群 · 围观",
        purpose="群里在聊什么（示例：发言为模拟内容）",
        position=30,
        community_id=community_id,
        is_mirror=True,
        agreed_note="（模拟）群公告已说明，群友无异议",
    )
    create_board(command_id=command("board:mirror"), actor=INSTALLER, now=end, profile=profile)


def _reply(
    thread: UUID,
    number: int,
    replies: Sequence[str],
    members: Sequence[UUID],
    at: datetime,
    *,
    is_question: bool,
) -> None:
    """Let a helper answer first, then others, and the asker last where they say thanks."""
    first = None
    for place, text in enumerate(replies):
        author = (
            members[number]
            if text.endswith("谢谢！") or "多了！" in text
            else members[10 + (number + place) % 9]
        )
        reply = reply_to_post(
            command_id=command(f"reply:{number}:{place}"),
            actor=INSTALLER,
            now=at + timedelta(minutes=20 * (place + 1)),
            post_id=first if author == members[number] and first else thread,
            member_id=author,
            text=text,
        )
        first = first or reply.post_id
    for place in range(number % 4):
        like_post(
            command_id=command(f"like:{number}:{place}"),
            actor=INSTALLER,
            now=at + timedelta(hours=1, minutes=place),
            post_id=thread,
            member_id=members[15 - place],
        )
    for place in range(2 + number % 2 if first else 0):
        like_post(
            command_id=command(f"like-answer:{number}:{place}"),
            actor=INSTALLER,
            now=at + timedelta(hours=2, minutes=place),
            post_id=first or thread,
            member_id=members[(number + place) % 8],
        )
    if is_question and first and len(replies) > 1:
        accept_answer(
            command_id=command(f"accept:{number}"),
            actor=INSTALLER,
            now=at + timedelta(hours=2),
            post_id=first,
            member_id=members[number],
        )


def _welcome(board: UUID, end: datetime) -> None:
    welcome = post_on_board(
        command_id=command("thread:welcome"),
        actor=INSTALLER,
        now=end - timedelta(days=6),
        board_id=board,
        title="欢迎来到版块（示例）",
        text="这里的发言是**模拟内容**。发帖前请看版规；提问请勾选“这是提问”，别人答得好就采纳。",
    )
    pin_post(
        command_id=command("pin:welcome"), actor=INSTALLER, now=end, post_id=welcome.post_id, is_pinned=True
    )
