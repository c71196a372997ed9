"""Content of the sample: pieces at every point of their life, a library, and works that members sent in.

Who read and answered is played, and what they say is made up and says so; what they bought after is what they really bought.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.content.actions.add_material import MaterialFacts, add_material
from qunying.content.actions.approve_item import Checklist, approve_item
from qunying.content.actions.comment_on_item import comment_on_item
from qunying.content.actions.create_item import create_item
from qunying.content.actions.hide_comment import hide_comment
from qunying.content.actions.like_item import like_item
from qunying.content.actions.measure_item import measure_item
from qunying.content.actions.note_visit import Visit, note_visit
from qunying.content.actions.plan_placement import plan_placement
from qunying.content.actions.publish_placement import publish_placement
from qunying.content.actions.set_cadence import set_cadence
from qunying.content.actions.share_item import share_item
from qunying.content.actions.submit_item import submit_item
from qunying.content.actions.withdraw_item import withdraw_item
from qunying.content.actions.write_variant import write_variant
from qunying.content.drafting import ItemPlan, VariantText
from qunying.engines.cadence import Rule
from qunying.kernel.actors import Actor
from qunying.kernel.clock import day_start, local_day
from qunying.sample.people import staff
from qunying.sample.pictures import drawn
from qunying.sample.timeline import ANALYSIS_AT, INSTALLER, LAUNCHED_AT, PLANNED_AT, ZONE, command

ALL_RIGHT = Checklist(claims_true=True, rights_clear=True, title_fits=True)
PAGE = "member_web"

WRAPPING = VariantText(
    title="三步包好一份秋日礼物",
    body="礼物好不好看，一半在包装。\n\n1. 选纸：**素色**最百搭\n2. 折边：两侧内折 *2 厘米*\n3. 系带：打一个蝴蝶结\n\n![包装](1)\n\n> 示例内容，图片为示意图。",
    link="/m/gallery/",
)
TABLE = VariantText(
    title="十二月的餐桌，这样布置就够了",
    body="一块素色桌布、两支烛台、一只蛋糕架。\n\n- 主色一个，点缀色一个\n- 高低错开，中间留白\n\n> 示例内容，图片为示意图。",
    link="/m/gallery/",
)
LIGHTS = VariantText(
    title="小灯串的五种挂法",
    body="窗台、床头、书架、镜子、玻璃瓶。\n\n**先通电试亮，再上墙。**\n\n> 示例内容，图片为示意图。",
    link="/m/boards/",
)
LIST = VariantText(title="五件人人喜欢的小礼物", body="- 复古灯串\n- 茶杯套装\n- 手账本\n- 小烛台\n- 收纳盒")
QUESTION = VariantText(title="你家最想换掉哪件小物？", body="群里聊聊，**明晚 8 点**选三位送小样。")
SHOWS = VariantText(title="本周群友晒单", body="感谢 **群友** 的分享，快来看看。")


def make_content(readers: list[UUID], communities: dict[str, UUID], now: datetime) -> None:
    """Write, publish and play the sample's content.

    Args:
        readers: members who read what was published in the autumn and winter of 2011.
        communities: by key; the posts of the coming days go to them.
        now: the present instant.
    """
    cover, still, lights = _library(now)
    gifts, owners = (communities[key] for key in ("gift-lovers", "shop-owners"))
    rule = Rule(most_per_day=2, most_per_week=10, least_per_week=1, hours_between=4, duplicate_days=14)
    set_cadence(**_order("cadence", now, staff("manager")), community_id=gifts, rule=rule)
    wrapping = _idea("wrapping", PLANNED_AT, title="秋日礼物怎么包更好看", brief="教程，带出包装纸与丝带。", category="tutorial")  # fmt: skip
    _finish("wrapping", wrapping, _with(WRAPPING, cover), PLANNED_AT, LAUNCHED_AT)
    _play("wrapping", wrapping, readers, LAUNCHED_AT, gifts)
    december = ANALYSIS_AT - timedelta(days=16)
    table = _idea("table", december, title="十二月的餐桌", kind="picture", topic_kind="festival", topic="圣诞", goal="convert")  # fmt: skip
    _finish("table", table, _with(TABLE, still), december, december + timedelta(hours=6))
    _play("table", table, readers[::-1], december + timedelta(hours=6), gifts)
    measure_item(
        command_id=command("content:measure"), actor=staff("manager"), now=ANALYSIS_AT, item_id=wrapping,
        lesson="（示例）读的人里约三分之一点了链接；下次在步骤里直接放商品链接。",
    )  # fmt: skip
    lately = now - timedelta(days=4)
    hanging = _idea("lights", lately, title="小灯串的五种挂法", category="knowledge", topic_kind="interest", topic="布置")  # fmt: skip
    _finish("lights", hanging, _with(LIGHTS, lights), lately, lately + timedelta(hours=8))
    _plan_the_coming_days(now, gifts, owners, cover)


def _plan_the_coming_days(now: datetime, gifts: UUID, owners: UUID, cover: UUID) -> None:
    """Fill the calendar from tomorrow on: two posts that come too close, one in review, a draft, ideas, one dropped."""
    today = local_day(now, ZONE)
    soon, later = (day_start(today + timedelta(days=days), ZONE) + timedelta(hours=19) for days in (2, 5))
    presents = _idea("list", now, title="圣诞清单：五件小礼物", kind="picture", goal="convert", topic_kind="festival", topic="圣诞")  # fmt: skip
    _finish("list", presents, _with(LIST, cover), now, soon, groups=[gifts, owners])
    talk = _idea("question", now, title="话题：最想换掉的小物", topic_kind="hot", topic="换新", category="activity")  # fmt: skip
    _finish("question", talk, QUESTION, now, soon + timedelta(minutes=20), groups=[gifts], page=False)
    shows = _idea(
        "shows", now, title="群友晒单合集", topic_kind="interest", topic="晒单", category="activity"
    )
    _finish("shows", shows, SHOWS, now, later, groups=[gifts], approved=False)
    draft = _idea("draft", now, title="新年第一杯茶", category="knowledge", goal="retain")
    _write("draft", draft, VariantText(title="新年第一杯茶", body="（草稿）水温、投茶量、冲泡时间。"), now)
    _place("draft", draft, later + timedelta(days=2), now)
    _idea("warehouse", now, title="仓库一日：礼物是怎么打包的", kind="short_video", goal="brand", horizon="long", brief="跟拍仓库同事一天。")  # fmt: skip
    _idea("live", now, title="周末直播：现场配色答疑", kind="live", goal="engage", category="activity")
    dropped = _idea("dropped", now, title="全场最低价合集", goal="convert")
    withdraw_item(
        **_order("dropped:drop", now, staff("manager")), item_id=dropped, reason="“最低价”无法证明，不用。"
    )


def _library(now: datetime) -> tuple[UUID, UUID, UUID]:
    """Put three drawn pictures and the address of a video into the library; the rights to one end soon."""
    today = local_day(now, ZONE)
    facts = (
        MaterialFacts(name="礼品包装（示意图）", tags=["包装", "示例"]),
        MaterialFacts(name="餐桌布置（示意图）", rights="licensed", rights_holder="示例图库", rights_until=date(today.year + 1, 12, 31), tags=["餐桌", "示例"]),
        MaterialFacts(name="窗边灯串（示意图）", rights="free", tags=["灯串", "示例"]),
        MaterialFacts(name="仓库跟拍素材（示例链接）", kind="video", link="https://example.com/warehouse", rights="licensed", rights_holder="示例摄影工作室", rights_until=today + timedelta(days=12), tags=["仓库", "示例"]),
    )  # fmt: skip
    colours = ((46, 110, 92), (150, 84, 62), (52, 66, 128), None)
    ids = [
        add_material(
            command_id=command(f"material:{number}"), actor=staff("operator"), now=now, facts=fact,
            picture=drawn(colour) if colour else None,
        ).material_id
        for number, (fact, colour) in enumerate(zip(facts, colours, strict=True))
    ]  # fmt: skip
    return ids[0], ids[1], ids[2]


def _with(text: VariantText, material_id: UUID) -> VariantText:
    return VariantText(title=text.title, body=text.body, link=text.link, material_ids=(material_id,))


def _order(name: str, now: datetime, actor: Actor | None = None) -> dict[str, Any]:
    return {"command_id": command(f"content:{name}"), "actor": actor or staff("operator"), "now": now}


def _idea(key: str, now: datetime, **plan: str) -> UUID:
    made = create_item(**_order(key, now), plan=ItemPlan(**plan))  # type: ignore[arg-type]
    return made.item_id


def _write(key: str, item_id: UUID, text: VariantText, now: datetime) -> None:
    """Write a piece for our pages, for groups, and for an account elsewhere."""
    for platform in (PAGE, "wecom", "xiaohongshu"):
        words = VariantText(
            title=text.title[:20], body=text.body, link=text.link, material_ids=text.material_ids
        )
        write_variant(**_order(f"{key}:{platform}", now), item_id=item_id, platform=platform, text=words)


def _place(key: str, item_id: UUID, at: datetime, now: datetime, group: UUID | None = None) -> UUID:
    where: dict[str, Any] = {"community_id": group} if group else {"platform": PAGE}
    made = plan_placement(**_order(f"{key}:at:{group or PAGE}", now), item_id=item_id, planned_at=at, **where)
    return made.placement_id


def _finish(
    key: str,
    item_id: UUID,
    text: VariantText,
    now: datetime,
    at: datetime,
    *,
    groups: tuple[UUID, ...] | list[UUID] = (),
    page: bool = True,
    approved: bool = True,
) -> None:
    """Write, place, hand in and approve a piece; without groups it is published on our page at its time."""
    _write(key, item_id, text, now)
    page_id = _place(key, item_id, at, now) if page else None
    for number, group in enumerate(groups):
        _place(key, item_id, at + timedelta(hours=number), now, group)
    submit_item(**_order(f"{key}:submit", now), item_id=item_id)
    if approved:
        approve_item(**_order(f"{key}:approve", now, staff("manager")), item_id=item_id, checklist=ALL_RIGHT)
    if page_id and not groups:
        publish_placement(**_order(f"{key}:publish", at, INSTALLER), placement_id=page_id)


def _play(key: str, item_id: UUID, readers: list[UUID], start: datetime, community_id: UUID) -> None:
    """Let members read, follow the link, like, share and comment in the days after."""
    token = ""
    for number, member_id in enumerate(readers[:30]):
        at = start + timedelta(hours=2 + number)
        visit = Visit(
            item_id=item_id, member_id=member_id, share=token if number % 4 == 3 else "",
            community_id=community_id if number % 3 == 0 else None,
        )  # fmt: skip
        who: dict[str, Any] = {"item_id": item_id, "member_id": member_id}
        note_visit(**_order(f"{key}:view:{number}", at, INSTALLER), visit=visit)
        if number % 3 == 1:
            followed = Visit(**who, followed=True)
            note_visit(**_order(f"{key}:click:{number}", at, INSTALLER), visit=followed)
        if number % 5 == 0:
            like_item(**_order(f"{key}:like:{number}", at, INSTALLER), **who)
        if number == 1:
            token = share_item(**_order(f"{key}:share", at, INSTALLER), **who).token
    for number, words in enumerate(("（模拟）丝带怎么打才不松？", "（模拟）照着做了一份，朋友很喜欢！", "（模拟）求链接求链接求链接")):  # fmt: skip
        at = start + timedelta(hours=6 + number)
        said = comment_on_item(
            **_order(f"{key}:comment:{number}", at, INSTALLER),
            item_id=item_id, member_id=readers[number], text=words,
        )  # fmt: skip
    hide_comment(**_order(f"{key}:hide", at), comment_id=said.comment_id, reference="重复刷屏（示例）")
