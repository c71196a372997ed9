"""What fulfilment puts into the member centre: the way to what is sent."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(
    Tab.MEMBERSHIP, 50, "fulfilment.parcels", _("What comes to me"), _("Where to send it, and how far it is")
)
