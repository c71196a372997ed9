"""What activities tell members by itself: a right to buy that is about to end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from qunying.activities.models import Right
from qunying.messages.notices import NoticeKind, Occasion, declare_notice
from qunying.messages.own_notices import page, shown

BEFORE = timedelta(hours=2)
HELD_FOR = timedelta(minutes=30)


def rights_ending(now: datetime) -> Iterator[Occasion]:
    """Rights that end within two hours, of members who have had them for half an hour."""
    ending = Right.objects.filter(
        state=Right.State.RESERVED,
        expires_at__gt=now,
        expires_at__lte=now + BEFORE,
        taken_at__lte=now - HELD_FOR,
    )
    for right in ending.select_related("activity").order_by("expires_at", "id").iterator():
        assert right.expires_at is not None  # noqa: S101 - it is reserved
        variables = {
            "title": right.activity.title,
            "time": shown(right.expires_at),
            "link_address": page("rights/"),
        }
        yield Occasion(right.member_id, str(right.id), variables, right.expires_at)


declare_notice(
    NoticeKind(
        slug="rights_ending",
        title=_("Right to buy about to end"),
        about=_("Two hours before, to who has had it for half an hour."),
        purpose="service",
        name="通知：购买资格即将失效 Notice: right to buy about to end",
        texts={
            "zh-hans": (
                "购买资格即将失效：{{ title }}",
                "您在「{{ title }}」的购买资格将于 {{ time }} 失效，请尽快下单：{{ link_address }}",
            ),
            "en": (
                "Your right to buy is about to end: {{ title }}",
                "Your right to buy from “{{ title }}” ends on {{ time }}: {{ link_address }}",
            ),
        },
        variables={"title": "", "time": "", "link_address": ""},
        find=rights_ending,
    )
)
