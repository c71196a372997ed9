"""Notices about what nouns below do: parcels, things to choose or to collect, points, tiers and coupons about to end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.accounts.queries.get_brand import get_brand
from qunying.fulfilment.queries.list_to_tell import list_sent, list_unanswered, list_uncollected
from qunying.kernel.clock import local_day
from qunying.ledger.accounts import POINTS
from qunying.ledger.queries.list_lots import list_member_ends
from qunying.messages.models import Purpose
from qunying.messages.notices import NoticeKind, Occasion, declare_notice
from qunying.rewards.queries.get_tier import list_warned
from qunying.rewards.queries.list_coupons import list_ending

POINTS_BEFORE = timedelta(days=14)
COUPONS_BEFORE = timedelta(days=3)
PARCELS_SINCE = timedelta(days=2)
ANSWER_AFTER = timedelta(hours=1)
ASKED_SINCE = timedelta(days=30)


def page(path: str) -> str:
    """Return the address of a member page."""
    return f"{settings.PUBLIC_URL}/m/{path}"


def shown(instant: datetime) -> str:
    """Return an instant by the brand's clock, as both languages read it."""
    return format_datetime(instant.astimezone(ZoneInfo(get_brand().zone)), "yyyy-MM-dd HH:mm", locale="en")


def parcels_sent(now: datetime) -> Iterator[Occasion]:
    """What was sent in the last two days."""
    for one in list_sent(now - PARCELS_SINCE):
        variables = {
            "title": one.title,
            "carrier": one.carrier,
            "tracking": one.tracking,
            "link_address": page(f"parcels/{one.id}/"),
        }
        yield Occasion(one.member_id, str(one.id), variables)


def goods_to_choose(now: datetime) -> Iterator[Occasion]:
    """What members have for an hour or more without saying where it shall go."""
    for one in list_unanswered(now - ASKED_SINCE, now - ANSWER_AFTER):
        variables = {"title": one.title, "link_address": page(f"parcels/{one.id}/")}
        yield Occasion(one.member_id, str(one.id), variables)


def goods_to_collect(now: datetime) -> Iterator[Occasion]:
    """What should have been collected by now."""
    for one in list_uncollected(now):
        variables = {
            "title": one.title,
            "place": one.place.name if one.place else "",
            "link_address": page(f"parcels/{one.id}/"),
        }
        yield Occasion(one.member_id, str(one.id), variables)


def points_ending(now: datetime) -> Iterator[Occasion]:
    """Points that end within 14 days: one occasion for all lots of a member that end on the same day."""
    zone = get_brand().zone
    ends = list_member_ends(POINTS, now, now + POINTS_BEFORE)
    for (member_id, day), group in groupby(
        ends, key=lambda end: (end.owner_id, local_day(end.ends_at, zone))
    ):
        lots = list(group)
        variables = {
            "points": str(sum(lot.amount for lot in lots)),
            "time": shown(lots[0].ends_at),
            "link_address": page("points/"),
        }
        yield Occasion(member_id, f"{day:%F}", variables, lots[0].ends_at)


def tiers_dropping(now: datetime) -> Iterator[Occasion]:
    """Tiers whose policy has warned that they end."""
    for one in list_warned(now):
        variables = {"tier": one.name, "time": shown(one.ends_at), "link_address": page("tier/")}
        yield Occasion(one.member_id, f"{one.code}:{one.ends_at:%F}", variables, one.ends_at)


def coupons_ending(now: datetime) -> Iterator[Occasion]:
    """Coupons that end within three days: one occasion for all of a member that end on the same day."""
    zone = get_brand().zone
    coupons = list_ending(now, now + COUPONS_BEFORE)
    for (member_id, day), group in groupby(
        coupons, key=lambda coupon: (coupon.member_id, local_day(coupon.valid_until, zone))
    ):
        ending = list(group)
        variables = {
            "coupons": str(len(ending)),
            "title": ending[0].template.name,
            "time": shown(ending[0].valid_until),
            "link_address": page("coupons/"),
        }
        yield Occasion(member_id, f"{day:%F}", variables, ending[0].valid_until)


def declare() -> None:
    """Add the kinds of this module."""
    for kind in _KINDS:
        declare_notice(kind)


_KINDS = (
    NoticeKind(
        slug="parcel_sent",
        title=_("Parcel sent"),
        about=_("As soon as carrier and tracking number are entered."),
        purpose=Purpose.SERVICE,
        name="通知：已发货 Notice: parcel sent",
        texts={
            "zh-hans": (
                "已发货：{{ title }}",
                "您的「{{ title }}」已寄出。{{ carrier }} 运单号 {{ tracking }}。\n\n收到后可在这里确认：{{ link_address }}",
            ),
            "en": (
                "On its way: {{ title }}",
                (
                    "“{{ title }}” has been sent. {{ carrier }}, tracking number {{ tracking }}.\n\n"
                    "How far it is, and where to say that it has arrived: {{ link_address }}"
                ),
            ),
        },
        variables={"title": "", "carrier": "", "tracking": "", "link_address": ""},
        find=parcels_sent,
    ),
    NoticeKind(
        slug="goods_to_choose",
        title=_("Prize waits for an address"),
        about=_(
            "An hour after something was won or bought for points, if the member has not said where it shall go."
        ),
        purpose=Purpose.SERVICE,
        name="通知：请选择领取方式 Notice: say where to send it",
        texts={
            "zh-hans": (
                "请选择领取方式：{{ title }}",
                "「{{ title }}」是您的了。请填写收货地址，或选择到店自提：{{ link_address }}",
            ),
            "en": (
                "Where shall it go? {{ title }}",
                "“{{ title }}” is yours. Give an address, or choose a place to pick it up: {{ link_address }}",
            ),
        },
        variables={"title": "", "link_address": ""},
        find=goods_to_choose,
    ),
    NoticeKind(
        slug="goods_to_collect",
        title=_("Prize to be collected"),
        about=_("When something that the member wanted to pick up is still there on its due day."),
        purpose=Purpose.SERVICE,
        name="通知：待自提 Notice: to be collected",
        texts={
            "zh-hans": (
                "等您来取：{{ title }}",
                "「{{ title }}」还在{{ place }}等您。到店时请出示页面上的取货码：{{ link_address }}",
            ),
            "en": (
                "Waiting for you: {{ title }}",
                "“{{ title }}” still waits for you at {{ place }}. Show the code on this page: {{ link_address }}",
            ),
        },
        variables={"title": "", "place": "", "link_address": ""},
        find=goods_to_collect,
    ),
    NoticeKind(
        slug="points_ending",
        title=_("Points about to end"),
        about=_("14 days before; what ends on the same day is told together."),
        purpose=Purpose.PROMOTION,
        name="通知：积分即将过期 Notice: points about to end",
        texts={
            "zh-hans": (
                "{{ points }} 积分即将过期",
                "您有 {{ points }} 积分将于 {{ time }} 过期。看看能换什么：{{ link_address }}",
            ),
            "en": (
                "{{ points }} points are about to end",
                "{{ points }} of your points end on {{ time }}. What they are good for: {{ link_address }}",
            ),
        },
        variables={"points": "", "time": "", "link_address": ""},
        find=points_ending,
        is_daily=True,
    ),
    NoticeKind(
        slug="tier_dropping",
        title=_("Tier about to drop"),
        about=_(
            "When the tier policy warns: as many days before as it says, and when a grace period begins."
        ),
        purpose=Purpose.PROMOTION,
        name="通知：等级即将到期 Notice: tier about to drop",
        texts={
            "zh-hans": (
                "您的{{ tier }}等级即将到期",
                "您的{{ tier }}等级将于 {{ time }} 到期。看看还差多少就能保级：{{ link_address }}",
            ),
            "en": (
                "Your tier {{ tier }} is about to end",
                "Your tier {{ tier }} ends on {{ time }}. What it takes to keep it: {{ link_address }}",
            ),
        },
        variables={"tier": "", "time": "", "link_address": ""},
        find=tiers_dropping,
        is_daily=True,
    ),
    NoticeKind(
        slug="coupons_ending",
        title=pgettext_lazy("notice", "Coupons about to end"),
        about=_(
            "Three days before, to who has had them for a day; what ends on the same day is told together."
        ),
        purpose=Purpose.PROMOTION,
        name="通知：优惠券即将到期 Notice: coupons about to end",
        texts={
            "zh-hans": (
                "{{ coupons }} 张优惠券即将到期",
                "您有 {{ coupons }} 张优惠券（{{ title }} 等）将于 {{ time }} 到期，别忘了使用：{{ link_address }}",
            ),
            "en": (
                "Coupons about to end: {{ coupons }}",
                "You have {{ coupons }} coupon(s), such as “{{ title }}”, that end on {{ time }}: {{ link_address }}",
            ),
        },
        variables={"coupons": "", "title": "", "time": "", "link_address": ""},
        find=coupons_ending,
        is_daily=True,
    ),
)
