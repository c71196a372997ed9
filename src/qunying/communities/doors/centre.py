"""What communities put into the member centre: the way to one's groups."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(
    Tab.COMMUNITY,
    40,
    "communities.mine",
    _("My communities"),
    _("The way into your groups, and their rules"),
)
