"""The doors of flash sales: how staff write one, what a member is told and shown; rights and teams are in doors of their own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunying.activities.doors import rights_api, rights_member, rights_pages
from qunying.activities.doors.kinds.door import KindDoor, tell_held
from qunying.activities.doors.kinds.goods_form import GoodsForm, initial_goods
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, Right
from qunying.activities.queries.get_proof import find_published
from qunying.activities.queries.list_rights import code_of, get_right, list_goods, list_my_rights
from qunying.activities.took_part import TookPart
from qunying.activities.window import window_of
from qunying.kernel.money import display_money


class FlashSaleForm(GoodsForm):
    """A flash sale: goods, and who gets them."""

    window_seconds = forms.IntegerField(
        label=_("Fair window (seconds)"),
        min_value=0,
        max_value=600,
        initial=10,
        help_text=_(
            "Everybody who asks in the first seconds is ranked by lot, so that no fast line wins. 0: first come, first served."
        ),
    )

    def settings(self, currency: str) -> dict[str, Any]:
        """Return the settings."""
        return {**self.goods(currency), "window_seconds": self.cleaned_data["window_seconds"]}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:
        """Return what the form shows of settings."""
        return {**initial_goods(settings, currency), "window_seconds": settings["window_seconds"]}


def tell_right(activity: Activity, took: TookPart) -> str:
    """Return the sentence after asking: the right with its code, or that the entry is in."""
    if took.right_id is None:
        said = gettext(
            "You are in. Who gets one is drawn when the first {seconds} seconds are over: look again then."
        )
        return said.format(seconds=window_of(activity))
    right = get_right(took.right_id)
    if right.state == Right.State.HELD:
        return gettext("You got one.") + " " + tell_held()
    said = gettext("It is reserved for you at {price}. Show the code {code} to the shop in time.")
    return said.format(price=display_money(right.total_minor, right.currency), code=code_of(right))


def show_goods(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:
    """Return what the page shows: goods, price, the member's rights, and how far a fair window has come."""
    window = window_of(activity)
    published = find_published(activity.id) if window else None
    ranked = published is not None and published.digest is not None
    over = now >= activity.opens_at + timedelta(seconds=window)
    return {
        **list_goods(activity, kind_of(activity.kind).read(activity)),
        "rights": list_my_rights(activity.id, member_id),
        "window": window,
        "in_window": bool(window) and not ranked and not over,
        "being_ranked": bool(window) and not ranked and over,
    }


DOOR = KindDoor(
    form=FlashSaleForm,
    told=tell_right,
    shown=show_goods,
    member=rights_member.urlpatterns,
    console=rights_pages.urlpatterns,
    api=rights_api.router,
)
