"""What activities write to members: a place that came free, reminders they asked for. Service messages, one per occasion."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds.gathering import GatheringSettings
from qunying.activities.models import Activity, LiveBooking, Registration
from qunying.kernel.acts import Act
from qunying.kernel.ids import derived_id
from qunying.messages.actions.send_service_message import send_service_message
from qunying.messages.built_in import put_template_in_place

_VALUES = {"title": "", "time": "", "place": "", "link_address": ""}
_DETAILS = "{{ title }}\n时间 Time: {{ time }}\n地点 Place: {{ place }}\n{{ link_address }}"
TEXTS = {
    "reminder": (
        "活动提醒 Reminder of a gathering",
        "明天见 See you tomorrow: {{ title }}",
        f"您报名的活动明天举行，入场时请出示页面上的二维码。\nThe gathering that you registered for is tomorrow. Show the code on its page at the door.\n\n{_DETAILS}",
    ),
    "live": (
        "直播提醒 Reminder of a live session",
        "直播即将开始 Live soon: {{ title }}",
        (
            "您预约的直播即将开始，点击下面的链接进入直播间。\n"
            "The live session that you booked begins soon. This link leads you into the room.\n\n"
            "{{ title }}\n时间 Time: {{ time }}\n平台 On: {{ place }}\n{{ link_address }}"
        ),
    ),
    "moved_up": (
        "候补成功 Place at a gathering",
        "候补成功 You have a place: {{ title }}",
        (
            "有人取消，您已从候补转为报名成功。如不能参加，请尽早取消，把名额留给别人。\n"
            f"A place came free, and it is yours. Should you not come, please cancel early.\n\n{_DETAILS}"
        ),
    ),
}


def tell_moved_up(registration: Registration, act: Act) -> None:
    """Tell a member that they have a place now."""
    rules = GatheringSettings.model_validate(registration.activity.settings)
    _send("moved_up", registration, rules.starts(), act)


def send_reminder(registration: Registration, starts: datetime, act: Act) -> None:
    """Remind a member of a gathering."""
    _send("reminder", registration, starts, act)


def send_live_reminder(booking: LiveBooking, starts: datetime, act: Act) -> None:
    """Remind a member of a live session; the link leads into its room and tells that they came."""
    activity = booking.activity
    place = activity.settings["platform"]
    _write("live", activity, booking.member_id, place, f"live:{activity.pk}", starts, act)


def _send(text: str, registration: Registration, starts: datetime, act: Act) -> None:
    activity = registration.activity
    key = f"gathering:{text}:{registration.pk}"
    _write(text, activity, registration.member_id, activity.settings["place"], key, starts, act)


def _write(
    text: str, activity: Activity, member_id: UUID, place: str, key: str, starts: datetime, act: Act
) -> None:
    now = act["now"]
    name, subject, body = TEXTS[text]
    template_id = derived_id("activities.text", text)
    put_template_in_place(template_id, name, subject, body, dict(_VALUES), now)
    local = starts.astimezone(ZoneInfo(get_brand().zone))
    page = f"{settings.PUBLIC_URL}/m/activities/{activity.id}/"
    send_service_message(
        **act,
        member_id=member_id,
        template_id=template_id,
        variables={
            "title": activity.title,
            "time": format_datetime(local, "yyyy-MM-dd HH:mm", locale="en"),
            "place": place,
            "link_address": f"{page}room/" if text == "live" else page,
        },
        key=key,
        not_after=starts if starts > now else None,
    )
