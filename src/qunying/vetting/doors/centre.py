"""What vetting puts into the member centre: what of mine is held, and why."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(
    Tab.ME,
    65,
    "vetting.held",
    _("Held for review"),
    _("Rewards that a person looks at before they are given"),
)
