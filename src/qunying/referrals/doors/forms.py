"""The console's form of an invitation programme, with amounts as people write them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.money import to_decimal, to_minor
from qunying.referrals.drafting import LONGEST_DAYS, MOST_POINTS, Promise
from qunying.referrals.models import Programme
from qunying.referrals.models.programme import Qualifies
from qunying.rewards.queries.get_template import list_templates

_SAME = ("name", "about", "qualifies", "within_days", "new_within_days", "hold_days", "inviter_points", "invited_points", "per_day", "per_inviter")  # fmt: skip


def _days(label: Any, help_text: Any, initial: int, least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, initial=initial, min_value=least, max_value=LONGEST_DAYS
    )


def _points(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_POINTS, initial=0, required=False)


class ProgrammeForm(forms.Form):
    """What is promised for bringing a friend."""

    name = forms.CharField(label=_("Name"), max_length=60)
    qualifies = forms.ChoiceField(
        label=_("A friend counts"), choices=Qualifies.choices, initial="first_order"
    )
    least_order = forms.DecimalField(
        label=_("Least amount of the order"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        max_value=10**8,
        required=False,
    )
    within_days = _days(_("Days to order"), _("After these, an invitation ends without reward."), 30)
    new_within_days = _days(
        _("Days as a member at most"),
        _("Who has been here longer, or has ordered, is not brought by anybody."),
        7,
    )
    hold_days = _days(
        _("Days until rewards are given"),
        _("The return window: an order that goes back within it brings nothing."),
        7,
        least=0,
    )
    inviter_points = _points(_("Points for the inviter"))
    inviter_coupon = forms.ChoiceField(label=_("Coupon for the inviter"), required=False)
    invited_points = _points(_("Points for the friend"))
    invited_coupon = forms.ChoiceField(label=_("Coupon for the friend"), required=False)
    per_day = forms.IntegerField(
        label=_("Rewarded friends a day"), min_value=1, max_value=MOST_POINTS, initial=5, required=False
    )
    per_inviter = forms.IntegerField(
        label=_("Rewarded friends in all"), min_value=1, max_value=MOST_POINTS, initial=50, required=False
    )
    about = forms.CharField(
        label=_("Terms for members"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the open coupons."""
        super().__init__(*args, **kwargs)
        found = list_templates(state="open").order_by("-created_at")[:200]
        for name in ("inviter_coupon", "invited_coupon"):
            choices = [("", "—"), *((str(row.id), row.name) for row in found)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that something is promised, and that a limit holds it."""
        typed: dict[str, Any] = self.cleaned_data
        rewards = ("inviter_points", "inviter_coupon", "invited_points", "invited_coupon")
        if not any(typed.get(name) for name in rewards) and not any(map(self.has_error, rewards)):
            self.add_error("inviter_points", _("Promise something to the inviter or to the friend."))
        caps = ("per_day", "per_inviter")
        if not any(typed.get(name) for name in caps) and not any(map(self.has_error, caps)):
            self.add_error("per_inviter", _("Limit how many friends are rewarded, a day or in all."))
        return typed

    def promise(self) -> Promise:
        """Return what was typed."""
        typed = self.cleaned_data
        least = to_minor(typed.get("least_order") or Decimal(0), get_brand().currency)
        same = {name: typed[name] for name in _SAME}
        same |= {name: typed.get(name) or 0 for name in ("inviter_points", "invited_points")}
        coupons: dict[str, Any] = {
            f"{side}_template_id": UUID(typed[f"{side}_coupon"]) if typed.get(f"{side}_coupon") else None
            for side in ("inviter", "invited")
        }
        return Promise(**same, **coupons, least_order_minor=least)


def initial_of(programme: Programme) -> dict[str, Any]:
    """Return what the form shows of a programme."""
    return {
        **{name: getattr(programme, name) for name in _SAME},
        "least_order": to_decimal(programme.least_order_minor, programme.currency),
        "inviter_coupon": str(programme.inviter_template_id or ""),
        "invited_coupon": str(programme.invited_template_id or ""),
    }
