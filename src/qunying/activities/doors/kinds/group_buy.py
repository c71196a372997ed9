"""The doors of group buys: how staff write one, what a member is told and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunying.activities.doors.kinds.door import KindDoor, tell_held
from qunying.activities.doors.kinds.goods_form import GoodsForm, initial_goods
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, Right
from qunying.activities.queries.list_rights import get_right, list_goods, list_my_rights
from qunying.activities.took_part import TookPart

MINUTES_PER_HOUR = 60


class GroupBuyForm(GoodsForm):
    """A group buy: goods, how many buy together, and how long a team may take."""

    size = forms.IntegerField(label=_("Members of a team"), min_value=2, max_value=50, initial=3)
    hours = forms.IntegerField(label=_("Hours for a team to be full"), min_value=1, max_value=168, initial=24)

    def settings(self, currency: str) -> dict[str, Any]:
        """Return the settings."""
        minutes = self.cleaned_data["hours"] * MINUTES_PER_HOUR
        return {**self.goods(currency), "size": self.cleaned_data["size"], "fill_minutes": minutes}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:
        """Return what the form shows of settings."""
        hours = max(1, settings["fill_minutes"] // MINUTES_PER_HOUR)
        return {**initial_goods(settings, currency), "size": settings["size"], "hours": hours}


def tell_team(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence after opening or joining a team."""
    right = get_right(took.right_id or UUID(int=0))
    if right.state == Right.State.HELD:
        return gettext("Your team is full.") + " " + tell_held()
    if right.state == Right.State.RESERVED:
        return gettext("Your team is full. The code of your right is below: show it to the shop in time.")
    return gettext("Your place is held. Send the team's link to your friends, so that it is full in time.")


def show_teams(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return what the page shows: goods, price, the member's rights with their teams."""
    goods = list_goods(activity, kind_of(activity.kind).read(activity))
    return {**goods, "rights": list_my_rights(activity.id, member_id)}


DOOR = KindDoor(form=GroupBuyForm, told=tell_team, shown=show_teams)
