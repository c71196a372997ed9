"""What moderation puts into the member centre: the rules, one's penalties and reports."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(
    Tab.COMMUNITY,
    90,
    "moderation.rules_page",
    _("House rules"),
    _("What holds in our communities"),
    is_public=True,
)
list_page(
    Tab.ME,
    60,
    "moderation.my_penalties",
    _("My penalties"),
    _("What was decided about me, and how to appeal"),
)
list_page(Tab.ME, 70, "moderation.my_reports", _("My reports"), _("What I reported, and what became of it"))
