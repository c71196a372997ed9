"""What the stages of a member's life with the brand are called."""

from django.utils.translation import pgettext_lazy

STAGE_TITLES = {
    "potential": pgettext_lazy("lifecycle stage", "Potential"),
    "new": pgettext_lazy("lifecycle stage", "New"),
    "active": pgettext_lazy("lifecycle stage", "Active"),
    "loyal": pgettext_lazy("lifecycle stage", "Loyal"),
    "dormant": pgettext_lazy("lifecycle stage", "Dormant"),
    "churned": pgettext_lazy("lifecycle stage", "Churned"),
}
