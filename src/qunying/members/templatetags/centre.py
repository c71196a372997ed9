"""Template words for the member centre."""

from typing import Any

from django import template

from qunying.members.centre import TITLES, Tab, list_entries, tab_of, tab_url

register = template.Library()


@register.inclusion_tag("members/tabs.html", takes_context=True)
def member_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The bar at the bottom: five tabs, the present one marked."""
    here = tab_of(context["request"].path)
    return {"tabs": [(tab, TITLES[tab], tab_url(tab), tab == here) for tab in Tab]}


@register.inclusion_tag("members/entries.html", takes_context=True)
def tab_entries(context: dict[str, Any], tab: str) -> dict[str, Any]:
    """The pages that are listed under a tab: ``{% tab_entries "activities" %}``."""
    signed_in = getattr(context["request"], "member", None) is not None
    return {"entries": list_entries(Tab(tab), signed_in=signed_in)}
