"""What referrals put into the member centre: the way to one's invitation."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(
    Tab.ACTIVITIES,
    20,
    "referrals.invite",
    _("Invite friends"),
    _("Your link and poster, and who has come"),
)
