"""What the pages of staff and members say of a thing on its way."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VIEW_NAMES = {
    "ready": _("To pack"),
    "waiting": _("Waiting for an address"),
    "pickup": _("Waiting at a place"),
    "overdue": _("Overdue"),
    "sent": _("On its way"),
    "received": pgettext_lazy("parcel", "Received"),
    "returned": pgettext_lazy("parcel", "Came back"),
    "cancelled": _("Cancelled"),
    "all": pgettext_lazy("filter", "All"),
}
SOURCE_NAMES = {"activities": _("Activities"), "points_shop": _("Points shop")}
SOURCE_PAGES = {"activities": "activities.award", "points_shop": "points_shop.purchase"}
CARRIERS = ("顺丰速运", "中通快递", "圆通速递", "韵达速递", "申通快递", "极兔速递", "京东物流", "EMS")
BADGES = {"sent": "ok", "received": "ok", "returned": "bad", "cancelled": ""}
