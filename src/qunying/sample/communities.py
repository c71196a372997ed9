"""Two communities of real buyers. Who is in which is told by the sample; what they bought is real."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import RosterRow, import_roster
from qunying.communities.profile import CommunityProfile
from qunying.members.queries.list_contacts import list_contacts
from qunying.messages.built_in import MAILBOX_ID
from qunying.sample.people import staff
from qunying.sample.timeline import LAUNCHED_AT, command

SOURCES = ("包裹卡", "直播间", "老客邀请", "官网横幅")
SOURCE_KEYS = ("parcel", "live", "invitation", "banner")

PROFILES = {
    "gift-lovers": CommunityProfile(
        name="礼品爱好者群",
        kind="interest",
        platform="wecom",
        state="active",
        capacity=500,
        positioning="喜欢布置家居、常买小礼物的零售顾客",
        value="新品先看、每周三固定福利、搭配灵感",
        rules="1. 不发广告与外链\n2. 不攻击他人\n3. 晒单请用真实照片",
        planned_size=400,
        tags=("家居", "礼品"),
        member_types="零售顾客",
        activity_forms="晒单、接龙、周三福利",
        channel_id=MAILBOX_ID,
    ),
    "shop-owners": CommunityProfile(
        name="欧洲小店主群",
        kind="customer",
        platform="wechat",
        state="active",
        capacity=300,
        positioning="批量采购的欧洲大陆小店主",
        value="补货提醒、批量价、物流答疑",
        rules="1. 报价以私信为准\n2. 不讨论竞品价格",
        planned_size=200,
        tags=("批发",),
        member_types="小店主、经销商",
        activity_forms="接龙补货、选品投票",
    ),
}


def make_communities(people: dict[str, list[UUID]], now: datetime) -> dict[str, UUID]:
    """Set the communities up with their rosters and join links, and return their ids.

    Args:
        people: members by community, in the order of their joining.
        now: when the rosters are taken over.
    """
    made = {}
    for key, profile in PROFILES.items():
        actor = staff("operator")
        created = create_community(
            command_id=command(f"community:{key}"), actor=actor, now=LAUNCHED_AT, profile=profile
        )
        made[key] = created.community_id
        import_roster(
            command_id=command(f"roster:{key}"),
            actor=actor,
            now=now,
            community_id=created.community_id,
            rows=_roster(people[key]),
            is_complete=True,
        )
        for source_key, source in zip(SOURCE_KEYS[:2], SOURCES[:2], strict=True):
            create_join_link(
                command_id=command(f"link:{key}:{source_key}"),
                actor=actor,
                now=now,
                community_id=created.community_id,
                source=source,
            )
    return made


def _roster(members: list[UUID]) -> list[RosterRow]:
    numbers = list_contacts(members, "shop_customer")
    rows = []
    for place, member_id in enumerate(members):
        number = numbers.get(member_id)
        if number is None:
            continue
        chance = hashlib.sha256(member_id.bytes).digest()[0]
        rows.append(
            RosterRow(
                platform_user_id=f"wx_{number}",
                nickname=f"顾客{number}",
                role="owner" if place == 0 else "admin" if place in {1, 2} else "member",
                source=SOURCES[chance % len(SOURCES)],
                joined_at=LAUNCHED_AT + timedelta(hours=6 * place),
                identities={"shop_customer": number},
            )
        )
    return rows
