"""The platforms that every installation knows from the start. Their limits are set by vendors and change: staff edit them.

Judgements go from 1 to 5 (cost: 5 is dear). ``name``, ``audience``, ``strengths`` and ``quotas`` are shown in the
reader's language until staff write their own.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GATHER, ATTRACT, SELL, INFORM = "gather", "attract", "sell", "inform"
ROSTER, READ, POST, CONFIRMED, WELCOME, CODE, MODERATE = (
    "roster", "read", "post", "confirmed_post", "welcome", "live_code", "moderate",
)  # fmt: skip
ALL_TIERS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, kw_only=True)
class ShippedPlatform:
    """One platform: its texts, judgements 1–5, core audience and what can be automated."""

    type: str
    name: str | Promise
    audience: str | Promise
    strengths: str | Promise
    quotas: str | Promise
    purposes: tuple[str, ...]
    abilities: tuple[str, ...] = ()
    reach: int
    interaction: int
    cost: int
    ages: tuple[int, int] = (18, 60)
    sexes: tuple[str, ...] = ()
    city_tiers: tuple[str, ...] = ()
    group_capacity: int | None = None


SHIPPED: dict[str, ShippedPlatform] = {
    "wecom": ShippedPlatform(
        type="social",
        name=_("WeCom group"),
        audience=_("Customers of all ages who use WeChat; they need no other app."),
        strengths=_("Members stay with the brand when staff change; roster, live code and welcome are official."),
        quotas=_("Up to 500 people a group. Mass posts wait for a staff member, one a day and group; robots 20 posts a minute."),
        purposes=(GATHER, SELL, INFORM),
        abilities=(ROSTER, READ, POST, CONFIRMED, WELCOME, CODE, MODERATE),
        reach=4, interaction=4, cost=2, ages=(20, 60), group_capacity=500,
    ),
    "wechat": ShippedPlatform(
        type="social",
        name=_("WeChat group"),
        audience=_("Nearly everybody in China, mostly with friends and family."),
        strengths=_("Close and lively; people are there all day."),
        quotas=_("Up to 500 people; above 200 only by invitation. QR codes end after 7 days. No official interface."),
        purposes=(GATHER,),
        reach=4, interaction=5, cost=3, ages=(16, 70), group_capacity=500,
    ),
    "wechat_account": ShippedPlatform(
        type="social",
        name=_("WeChat personal account"),
        audience=_("Customers whom a guide knows one by one."),
        strengths=_("Trust and personal advice; the highest conversion."),
        quotas=_("A few thousand friends an account; programs that act for people get it closed."),
        purposes=(SELL,),
        reach=2, interaction=5, cost=5, ages=(18, 65),
    ),
    "official_account": ShippedPlatform(
        type="content",
        name=_("WeChat official account"),
        audience=_("Readers who follow the brand, strongest from 25 to 50."),
        strengths=_("Long articles, menu, customer service; leads on to mini program and groups."),
        quotas=_("Subscription accounts publish once a day, service accounts four times a month."),
        purposes=(INFORM, ATTRACT),
        abilities=(POST, WELCOME, CODE),
        reach=4, interaction=2, cost=3, ages=(25, 55),
    ),
    "mini_program": ShippedPlatform(
        type="shop",
        name=_("WeChat mini program"),
        audience=_("Buyers who come from WeChat chats, scans and search."),
        strengths=_("Shop, membership and coupons without installing anything."),
        quotas=_("One subscription message for each consent."),
        purposes=(SELL,),
        abilities=(POST,),
        reach=4, interaction=2, cost=4, ages=(18, 60),
    ),
    "moments": ShippedPlatform(
        type="social",
        name=_("WeChat Moments"),
        audience=_("Friends and customers of staff."),
        strengths=_("Seen in passing, credible, good for new products and buyer shows."),
        quotas=_("Posted by a person or after staff confirm; the platform limits how many a customer sees."),
        purposes=(INFORM, ATTRACT),
        abilities=(CONFIRMED,),
        reach=3, interaction=3, cost=1, ages=(18, 65),
    ),
    "video_account": ShippedPlatform(
        type="short_video",
        name=_("WeChat Channels (video account)"),
        audience=_("WeChat users from 30 upwards, also in smaller cities."),
        strengths=_("Short video and live inside WeChat; leads straight into groups."),
        quotas=_("Publishing and live need a person."),
        purposes=(ATTRACT, SELL),
        reach=4, interaction=3, cost=4, ages=(30, 65), city_tiers=ALL_TIERS,
    ),
    "qq": ShippedPlatform(
        type="social",
        name=_("QQ group"),
        audience=_("Pupils, students and hobby circles under 28."),
        strengths=_("Large groups, files, anonymous chat; strong for interests and games."),
        quotas=_("200 to 3,000 people by the owner's level; robots need approval."),
        purposes=(GATHER,),
        abilities=(READ, POST, MODERATE),
        reach=3, interaction=4, cost=2, ages=(12, 28), group_capacity=2000,
    ),
    "dingtalk": ShippedPlatform(
        type="social",
        name=_("DingTalk group"),
        audience=_("People at work: dealers, stores, companies that buy."),
        strengths=_("Read receipts, tasks, robots; good for partners and industry circles."),
        quotas=_("Custom robots send up to 20 posts a minute in a group."),
        purposes=(GATHER, INFORM),
        abilities=(ROSTER, READ, POST, WELCOME, MODERATE),
        reach=2, interaction=3, cost=1, ages=(22, 55), city_tiers=("1", "2", "3"), group_capacity=1000,
    ),
    "feishu": ShippedPlatform(
        type="social",
        name=_("Feishu group"),
        audience=_("Staff of internet and technology companies."),
        strengths=_("Documents beside the talk, open interfaces."),
        quotas=_("Custom robots send up to 100 posts a minute, 5 a second."),
        purposes=(GATHER, INFORM),
        abilities=(ROSTER, READ, POST, WELCOME, MODERATE),
        reach=1, interaction=3, cost=1, ages=(22, 40), city_tiers=("1", "2"), group_capacity=5000,
    ),
    "telegram": ShippedPlatform(
        type="social",
        name=_("Telegram group"),
        audience=_("Customers outside mainland China."),
        strengths=_("Very large groups, everything open to programs."),
        quotas=_("Up to 200,000 people; robots send up to 20 posts a minute in a group."),
        purposes=(GATHER, INFORM),
        abilities=(ROSTER, READ, POST, WELCOME, CODE, MODERATE),
        reach=2, interaction=4, cost=1, ages=(18, 45), city_tiers=("overseas",), group_capacity=200_000,
    ),
    "weibo": ShippedPlatform(
        type="social",
        name=_("Weibo super topic"),
        audience=_("Fans under 35, more women than men, mostly in large cities."),
        strengths=_("Public, quick to spread; check-ins and fan culture."),
        quotas=_("Hosts pin and feature posts by hand; no posting by programs."),
        purposes=(ATTRACT, GATHER),
        reach=5, interaction=4, cost=3, ages=(16, 35), sexes=("female",), city_tiers=("1", "2", "3"),
    ),
    "douyin": ShippedPlatform(
        type="short_video",
        name=_("Douyin fan group"),
        audience=_("Viewers of all ages and cities, strongest from 18 to 45."),
        strengths=_("From video and live straight into the group and the shop."),
        quotas=_("Up to 500 people a group; who may join is set by fan level; posting by hand."),
        purposes=(ATTRACT, SELL, GATHER),
        reach=5, interaction=3, cost=4, ages=(18, 45), city_tiers=ALL_TIERS, group_capacity=500,
    ),
    "xiaohongshu": ShippedPlatform(
        type="content",
        name=_("Xiaohongshu"),
        audience=_("Women from 18 to 35 in large cities who look for advice before buying."),
        strengths=_("Recommendations that are found by search for months."),
        quotas=_("Group chats are small; promotion must be marked, addresses outside are removed."),
        purposes=(ATTRACT,),
        reach=4, interaction=4, cost=3, ages=(18, 35), sexes=("female",), city_tiers=("1", "2"),
    ),
    "bilibili": ShippedPlatform(
        type="content",
        name=_("Bilibili"),
        audience=_("Students and young employees from 16 to 30."),
        strengths=_("Long explanations, loyal followers, comments on the picture."),
        quotas=_("Posting by hand; dynamic posts and fan groups of the creator."),
        purposes=(ATTRACT,),
        reach=4, interaction=4, cost=4, ages=(16, 30), city_tiers=("1", "2", "3"),
    ),
    "zhihu": ShippedPlatform(
        type="content",
        name=_("Zhihu"),
        audience=_("Educated readers from 20 to 40 with questions."),
        strengths=_("Answers that are found by search for years; trust in experts."),
        quotas=_("Posting by hand; promotion must be marked."),
        purposes=(ATTRACT, INFORM),
        reach=3, interaction=3, cost=3, ages=(20, 40), city_tiers=("1", "2"),
    ),
    "taobao_group": ShippedPlatform(
        type="shop",
        name=_("Taobao shop group"),
        audience=_("Buyers of the brand's Taobao or Tmall shop, more women than men."),
        strengths=_("Group prices and coupons next to the shop."),
        quotas=_("Up to 500 people a group, for buyers of the shop."),
        purposes=(SELL, GATHER),
        abilities=(POST, WELCOME),
        reach=3, interaction=2, cost=2, ages=(20, 50), sexes=("female",), group_capacity=500,
    ),
    "taobao_live": ShippedPlatform(
        type="live",
        name=_("Taobao Live"),
        audience=_("Buyers who watch and order, more women than men."),
        strengths=_("Selling in the moment; regulars become fans."),
        quotas=_("Needs a host, a room and regular hours."),
        purposes=(SELL, ATTRACT),
        reach=4, interaction=3, cost=5, ages=(20, 50), sexes=("female",),
    ),
    "forum": ShippedPlatform(
        type="forum",
        name=_("Own forum"),
        audience=_("Members who are signed in on the member pages."),
        strengths=_("Everything belongs to the brand; questions and answers stay findable."),
        quotas=_("None but the brand's own rules."),
        purposes=(GATHER, INFORM),
        abilities=(ROSTER, READ, POST, WELCOME, CODE, MODERATE),
        reach=2, interaction=3, cost=3, ages=(16, 65),
    ),
    "irc": ShippedPlatform(
        type="forum",
        name=_("IRC channel"),
        audience=_("Technicians and open-source circles."),
        strengths=_("Open protocol, public logs."),
        quotas=_("Set by each network."),
        purposes=(GATHER,),
        abilities=(ROSTER, READ, POST, WELCOME, MODERATE),
        reach=1, interaction=3, cost=1, ages=(18, 50), city_tiers=("overseas",),
    ),
    "offline": ShippedPlatform(
        type="offline",
        name=_("Store circle (offline)"),
        audience=_("Regulars of a store and its neighbourhood."),
        strengths=_("People meet; trial, tasting and workshops."),
        quotas=_("Limited by space and staff."),
        purposes=(GATHER, SELL),
        reach=1, interaction=5, cost=5, ages=(20, 70), group_capacity=60,
    ),
    "partner": ShippedPlatform(
        type="partner",
        name=_("Partner brand's community"),
        audience=_("Customers of brands that sell other things to the same people."),
        strengths=_("New people at low cost through exchanged benefits."),
        quotas=_("As agreed with the partner."),
        purposes=(ATTRACT,),
        reach=3, interaction=2, cost=2, ages=(18, 60),
    ),
    "other": ShippedPlatform(
        type="social",
        name=_("Other platform"),
        audience=_("Not described yet."),
        strengths=_("Not described yet."),
        quotas=_("Not described yet."),
        purposes=(GATHER,),
        reach=2, interaction=3, cost=3,
    ),
}  # fmt: skip


def shipped_rows() -> list[dict[str, Any]]:
    """Return the columns of every shipped platform; texts stay empty so that the wording follows the language."""
    return [
        {
            "slug": slug,
            "type": shipped.type,
            "purposes": list(shipped.purposes),
            "abilities": list(shipped.abilities),
            "reach": shipped.reach,
            "interaction": shipped.interaction,
            "cost": shipped.cost,
            "age_from": shipped.ages[0],
            "age_until": shipped.ages[1],
            "core_sexes": list(shipped.sexes),
            "core_city_tiers": list(shipped.city_tiers),
            "group_capacity": shipped.group_capacity,
        }
        for slug, shipped in SHIPPED.items()
    ]
