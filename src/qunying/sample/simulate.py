"""A simulated brand in an empty installation: its orders come in through the same door as real ones."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from django.conf import settings
from pyarrow import parquet

from qunying.accounts.actions.change_brand import change_brand
from qunying.accounts.queries.get_brand import find_brand
from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.import_roster import RosterRow, import_roster
from qunying.communities.profile import CommunityProfile
from qunying.engines.simulation import SimulatedBrand, simulate_brand
from qunying.intake.orders.mapping import Options, guess_mapping
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.list_members import count_members
from qunying.sample.orders import import_file
from qunying.sample.timeline import fixed_id
from qunying.segments.actions.refresh_scores import refresh_scores

ZONE, CURRENCY, MINOR = "Asia/Shanghai", "CNY", 100
REGIONS = ("上海", "浙江", "江苏", "广东", "四川", "北京", "山东", "湖北")
CHANNELS = ("天猫", "京东", "微信小程序")
SOURCES = ("包裹卡", "直播间", "老客邀请", "门店")
COMMUNITIES = ("模拟 · 新品尝鲜群", "模拟 · 福利官群", "模拟 · 老友群", "模拟 · 同城群")
CAPACITY = 500
RETURN_PREFIX = "C"

SIMULATOR = actors.system("simulate")


class NotEmpty(Problem):
    """The installation has members already."""

    code = "simulate_not_empty"
    kind = Kind.CONFLICT
    message = "This installation has members already; simulate into an empty one (another QUNYING_HOME)."


def simulate(*, members: int, days: int, products: int, seed: int, end: datetime) -> dict[str, Any]:
    """Fill an empty installation with a simulated brand, and return what is true of it.

    Args:
        members: people who ever bought.
        days: length of the period.
        products: size of the range.
        seed: the same seed, sizes and end give the same brand.
        end: when the period ends; aware.

    Raises:
        NotEmpty: when there are members.
        ValueError: for sizes out of range.
    """
    if count_members(limit=1):
        raise NotEmpty
    brand = simulate_brand(members=members, days=days, products=products, seed=seed)
    start = end.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days
    )
    folder = Path(settings.FILES_ROOT) / "simulated"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orders.parquet"
    orders = order_table(brand, start, end)
    parquet.write_table(orders, file)
    mapping = guess_mapping(orders.column_names, Options(cancellation_prefix=RETURN_PREFIX))
    if find_brand() is None:
        change_brand(
            command_id=_any_command(),
            actor=SIMULATOR,
            now=clock.now(),
            name="模拟品牌 Simulated brand",
            zone=ZONE,
            currency=CURRENCY,
        )
    outcome = import_file(
        file,
        actor=SIMULATOR,
        command=_any_command,
        run_id=new_id(),
        zone=ZONE,
        currency=CURRENCY,
        mapping=mapping.as_json(),
    )
    joined = _join_communities(brand, start)
    refresh_scores(command_id=_any_command(), actor=SIMULATOR, now=clock.now(), backfill=True)
    truths = describe(brand, seed=seed, start=start, end=end)
    (folder / "truths.json").write_text(json.dumps(truths, ensure_ascii=False, indent=1))
    return {**outcome.as_json(), "group_members": joined, "truths": truths}


def order_table(brand: SimulatedBrand, start: datetime, end: datetime) -> pa.Table:
    """Return the lines until ``end`` as the table that a shop system would export, local times from ``start`` on."""
    before = brand.minute < (end - start) // timedelta(minutes=1)
    order, member, product = brand.order[before], brand.member[before], brand.product[before]
    quantity = brand.quantity[before]
    number = np.char.add(np.where(quantity < 0, RETURN_PREFIX, ""), (100_000 + order).astype(str))
    minutes = np.datetime64(start.replace(tzinfo=None), "s") + brand.minute[before].astype("timedelta64[m]")
    return pa.table(
        {
            "order number": number,
            "paid at": minutes,
            "customer id": np.char.add("S", (member + 1).astype(str)),
            "商家编码": [f"P{code:04d}" for code in product],
            "商品名称": [f"模拟商品 {code + 1}" for code in product],
            "quantity": quantity,
            "unit price": [f"{price / MINOR:.2f}" for price in brand.price_minor[product]],
            "sales channel": np.array(CHANNELS)[order % len(CHANNELS)],
            "收货省份": np.array(REGIONS)[member % len(REGIONS)],
        }
    )


def describe(brand: SimulatedBrand, *, seed: int, start: datetime, end: datetime) -> dict[str, Any]:
    """Return the truths of a brand, with their sizes, for whoever checks an analysis against them."""
    return {
        **asdict(brand.truths),
        "seed": seed,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "pair": [f"P{code:04d}" for code in brand.truths.pair],
        "members_by_kind": {
            kind.name: int(np.count_nonzero(brand.kinds == place))
            for place, kind in enumerate(brand.truths.kinds)
        },
        "members_in_communities": int(np.count_nonzero(brand.is_in_community)),
    }


def _join_communities(brand: SimulatedBrand, start: datetime) -> int:
    """Put the members who are in a community into groups of at most 500, each joining on the day of their first order."""
    people = np.flatnonzero(brand.is_in_community)
    joined = 0
    for place, group in enumerate(np.array_split(people, max(1, -(-len(people) // CAPACITY)))):
        made = create_community(
            command_id=_any_command(),
            actor=SIMULATOR,
            now=clock.now(),
            profile=CommunityProfile(
                name=f"{COMMUNITIES[place % len(COMMUNITIES)]} {place // len(COMMUNITIES) + 1}",
                kind="customer",
                platform="wecom",
                state="active",
                capacity=CAPACITY,
            ),
        )
        rows = [
            RosterRow(
                platform_user_id=str(fixed_id(f"simulated:{member}")),
                nickname=f"模拟会员{member + 1}",
                role="owner" if index == 0 else "admin" if index in {1, 2} else "member",
                source=SOURCES[member % len(SOURCES)],
                joined_at=start + timedelta(minutes=int(brand.arrived[member])),
                identities={"shop_customer": f"S{member + 1}"},
            )
            for index, member in enumerate(group.tolist())
        ]
        joined += import_roster(
            command_id=_any_command(),
            actor=SIMULATOR,
            now=clock.now(),
            community_id=made.community_id,
            rows=rows,
            is_complete=True,
        ).joined
    return joined


def _any_command(_step: str = "") -> str:
    return str(new_id())
