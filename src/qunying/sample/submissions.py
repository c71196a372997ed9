"""What members of the sample sent in: made up, and says so. Whether they bought what they show is looked up in real orders."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.reject_submission import reject_submission
from qunying.content.actions.send_submission import Work, send_submission
from qunying.content.consent import submission_consent
from qunying.sample.people import staff
from qunying.sample.pictures import drawn
from qunying.sample.timeline import INSTALLER, command
from qunying.shop.queries.list_bought_products import list_bought_products

# kind, title, text, colour of the drawn picture or none, what became of it
WORKS = (
    ("buyer_show", "窗台上的灯串", "晚上一亮，整个房间都暖了。", (180, 120, 60), "accepted"),
    ("buyer_show", "我的茶杯角", "换了新杯垫，下午茶有仪式感。", (90, 70, 130), "accepted"),
    ("buyer_show", "孩子的生日桌", "彩旗和蛋糕架都是这里买的。", (200, 90, 90), "accepted"),
    ("buyer_show", "门口的小花环", "拍得有点糊。", (120, 130, 60), "rejected"),
    ("buyer_show", "新到的收纳盒", "尺寸刚好放进书架。", (60, 120, 150), "received"),
    ("story", "给外婆的一份礼物", "包装纸是她最喜欢的蓝色，她拆的时候笑了很久。", None, "received"),
)


def make_submissions(members: list[UUID], now: datetime) -> None:
    """Let members send in works in the days before ``now``; the staff accept some, turn one down, and leave two to you.

    Args:
        members: at least as many as there are works; each sends in one.
        now: the present instant.
    """
    consent = submission_consent(get_brand().name)
    for number, (kind, title, text, colour, becomes) in enumerate(WORKS):
        at = now - timedelta(days=8 - number, hours=number)
        bought = list_bought_products(members[number], size=1)
        work = Work(
            kind=kind,
            title=title,
            text=f"（模拟）{text}",
            consent=consent,
            product=bought[0].code if bought else "",
            pictures=[drawn(colour)] if colour else [],
        )
        sent = send_submission(
            command_id=command(f"submission:{number}"),
            actor=INSTALLER,
            now=at,
            member_id=members[number],
            work=work,
        )
        decide = {
            "actor": staff("operator"),
            "now": at + timedelta(hours=3),
            "submission_id": sent.submission_id,
        }
        decision = command(f"submission:{number}:{becomes}")
        if becomes == "accepted":
            accept_submission(command_id=decision, **decide, points=50)  # type: ignore[arg-type]
        elif becomes == "rejected":
            reject_submission(command_id=decision, **decide, reason="（模拟）照片不够清晰，欢迎重拍再投。")  # type: ignore[arg-type]
