"""What the points shop puts into the member centre: the way in."""

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, list_page

list_page(Tab.MEMBERSHIP, 40, "points_shop.shop", _("Points shop"), _("What you can get for your points"))
list_page(Tab.MEMBERSHIP, 45, "points_shop.my_purchases", _("What I have redeemed"), _("And where it is"))
