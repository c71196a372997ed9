"""The segments that the sample works with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.sample.people import staff
from qunying.sample.timeline import command
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.refresh_segment import refresh_segment

RULES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "bought-in-90-days": (
        "近90天购买过",
        "最近 90 天内至少下过一单的会员",
        {"event": "order_paid", "count": {"at_least": 1}, "within": {"days": 90}},
    ),
    "repeat-buyers": (
        "半年内复购",
        "半年内下过两单及以上的会员",
        {"event": "order_paid", "count": {"at_least": 2}, "within": {"days": 180}},
    ),
    "continental-europe": (
        "欧洲大陆买家",
        "德国、法国、荷兰、比利时、西班牙的会员",
        {"attribute": "country", "in": ["Germany", "France", "Netherlands", "Belgium", "Spain"]},
    ),
    "sleeping-big-spenders": (
        "沉睡高消费",
        "累计消费 1000 英镑以上、90 天没有下单的会员",
        {
            "all": [
                {"event": "order_paid", "sum": "amount", "at_least": 100_000},
                {"not": {"event": "order_paid", "count": {"at_least": 1}, "within": {"days": 90}}},
            ]
        },
    ),
    "white-hanging-heart": (
        "买过白色挂心",
        "买过爆款 85123A（白色挂心烛台）的会员",
        {
            "event": "order_line_paid",
            "where": [{"property": "stock_code", "in": ["85123A"]}],
            "count": {"at_least": 1},
        },
    ),
}


def make_segments(now: datetime) -> dict[str, UUID]:
    """Make the segments and return their ids by slug."""
    made = {}
    for slug, (name, description, rule) in RULES.items():
        saved = create_segment(
            command_id=command(f"segment:{slug}"),
            actor=staff("operator"),
            now=now,
            name=name,
            slug=slug,
            description=description,
            rule=rule,
        )
        made[slug] = saved.segment_id
    return made


def refresh_segments(segments: dict[str, UUID], now: datetime) -> None:
    """Fill the segments as of the brand's analysis time."""
    for slug, segment_id in segments.items():
        refresh_segment(
            command_id=command(f"refresh:{slug}"), actor=staff("operator"), now=now, segment_id=segment_id
        )
