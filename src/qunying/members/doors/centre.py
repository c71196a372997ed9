"""What members put into the member centre themselves."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(
    Tab.ME, 15, "members.preferences", _("Preferences"), _("Language, and hours in which nothing comes")
)
list_page(Tab.ME, 10, "members.my_data", _("My data"), _("What we know of you, and where we may write"))
