"""The console's form of an item."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.accounts.instants import LocalTimeField
from qunying.activities.queries.get_activity import list_activities
from qunying.kernel import clock
from qunying.points_shop.drafting import MOST_POINTS, MOST_UNITS, ItemWords
from qunying.points_shop.models import Item
from qunying.rewards.queries.get_template import list_templates
from qunying.rewards.queries.get_tier import list_levels
from qunying.rewards.tiers.drafting import present_policy

# What problems of an item call its fields → the form's names of them.
FIELDS = {"item_fixed": "kind"}


class StockForm(forms.Form):
    """How many units more, and why."""

    units = forms.IntegerField(label=_("Add units"), min_value=1, max_value=MOST_UNITS)
    reason = forms.CharField(label=pgettext_lazy("stock", "Why"), max_length=500)


class ItemForm(forms.Form):
    """What an item is, what it costs, who may have it."""

    title = forms.CharField(label=_("Title"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=Item.Kind.choices)
    coupon = forms.ChoiceField(label=_("Coupon"), required=False, help_text=_("for coupons"))
    activity = forms.ChoiceField(
        label=pgettext_lazy("activity", "Activity"), required=False, help_text=_("for chances")
    )
    chances = forms.IntegerField(label=_("Chances per unit"), min_value=1, max_value=100, initial=1)
    price_points = forms.IntegerField(label=_("Price in points"), min_value=1, max_value=MOST_POINTS)
    stock = forms.IntegerField(label=_("Stock"), min_value=1, max_value=MOST_UNITS)
    per_member = forms.IntegerField(
        label=_("Times per member"),
        min_value=1,
        required=False,
        help_text=_("empty: as many as they can pay"),
    )
    period = forms.ChoiceField(label=_("Counted"), choices=Item.Period.choices)
    tiers = forms.MultipleChoiceField(
        label=_("For these tiers only"), required=False, widget=forms.CheckboxSelectMultiple
    )
    opens_at = LocalTimeField(label=_("From"), required=False)
    closes_at = LocalTimeField(label=_("Until"), required=False)
    send_days = forms.IntegerField(
        label=_("Goods are sent within (days)"), min_value=1, max_value=365, initial=7
    )
    about = forms.CharField(
        label=pgettext_lazy("item", "Description"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture = forms.FileField(
        label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the open coupons, the activities that are not over, and the tiers that there are."""
        super().__init__(*args, **kwargs)
        coupons = [
            (str(row.id), row.name) for row in list_templates(state="open").order_by("-created_at")[:200]
        ]
        running = list_activities().filter(closes_at__gt=clock.now()).order_by("closes_at")[:100]
        policy = present_policy(clock.now())
        levels = list_levels(policy, count=False) if policy else []
        fields: Any = self.fields
        fields["coupon"].choices = [("", "—"), *coupons]
        fields["activity"].choices = [("", "—"), *((str(row.id), row.title) for row in running)]
        fields["tiers"].choices = [(level.code, level.name) for level in levels]
        if not levels:
            del fields["tiers"]

    def clean(self) -> dict[str, Any]:
        """See that coupons and chances say of what they are, and that the end lies ahead of the beginning."""
        typed: dict[str, Any] = self.cleaned_data
        kind, opens, closes = (typed.get(name) for name in ("kind", "opens_at", "closes_at"))
        if kind == Item.Kind.COUPON and not typed.get("coupon"):
            self.add_error("coupon", _("Choose which coupon; only open ones are listed."))
        if kind == Item.Kind.CHANCES and not typed.get("activity"):
            self.add_error("activity", _("Choose which activity; those that are over are not listed."))
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It ends after it has begun."))
        return typed

    def words(self) -> ItemWords:
        """Return what was typed."""
        typed = dict(self.cleaned_data)
        typed.pop("picture", None)
        coupon, activity = typed.pop("coupon"), typed.pop("activity")
        return ItemWords(
            **typed,
            template_id=UUID(coupon) if coupon else None,
            activity_id=UUID(activity) if activity else None,
        )


def initial_of(item: Item) -> dict[str, Any]:
    """Return an item as the form has it."""
    names = set(ItemForm.base_fields) - {"coupon", "activity", "picture"}
    known = {name: getattr(item, name) for name in names}
    return {**known, "coupon": str(item.template_id or ""), "activity": str(item.activity_id or "")}
