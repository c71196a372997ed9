"""The console page of what points pay at the checkout."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.list_audit import name_actors
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import to_decimal, to_minor
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of
from qunying.rewards.actions.state_checkout_policy import state_checkout_policy
from qunying.rewards.doors.pricing_forms import HUNDRED, MONEY, NAMES_HELP, names_in
from qunying.rewards.models import CheckoutPolicy
from qunying.rewards.pricing.checkout_policy import MOST_SHARE, SCOPE, CheckoutWording, find_policy
from qunying.rewards.pricing.checkout_words import amounts_in_words, policy_in_words
from qunying.rewards.queries.list_checkout_policies import list_checkout_policies

# Where a refusal is told: the field of the form by the name of the policy's.
PLACES = {
    "minor_per_hundred": "rate",
    "least_minor": "least",
    "share_basis_points": "share",
    "most_minor": "most",
}


class CheckoutPolicyForm(forms.Form):
    """What points pay, with amounts and percentages as people write them."""

    rate = forms.DecimalField(
        label=gettext_lazy("100 points pay"),
        required=False,
        help_text=gettext_lazy("Empty: points pay for no part of an order."),
        **MONEY,
    )
    least = forms.DecimalField(label=gettext_lazy("From a total of goods of"), required=False, **MONEY)
    share = forms.DecimalField(
        label=gettext_lazy("At most (percent of what is to be paid for goods)"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=100,
        help_text=gettext_lazy("Empty: all of it. Shipping is never paid with points."),
    )
    most = forms.DecimalField(
        label=gettext_lazy("At most for one order"),
        required=False,
        **{**MONEY, "min_value": Decimal("0.01")},
    )
    products = forms.CharField(
        label=gettext_lazy("Products (codes)"), required=False, max_length=5_000, help_text=NAMES_HELP
    )
    tags = forms.CharField(label=gettext_lazy("Products tagged"), required=False, max_length=5_000)
    without_products = forms.CharField(
        label=gettext_lazy("Not for products"), required=False, max_length=5_000
    )
    without_tags = forms.CharField(
        label=gettext_lazy("Not for products tagged"), required=False, max_length=5_000
    )
    with_coupons = forms.BooleanField(label=gettext_lazy("Coupons may be used as well"), required=False)
    order_amounts = forms.ChoiceField(
        label=gettext_lazy("Amounts of orders come"),
        choices=CheckoutPolicy.OrderAmounts.choices,
        help_text=gettext_lazy(
            "Points are earned for what was paid in money. Amounts before our discounts are lowered by them first."
        ),
    )

    def wording(self, currency: str) -> CheckoutWording:
        """Return what the action takes."""
        values = self.cleaned_data
        share = values["share"]
        return CheckoutWording(
            currency=currency,
            minor_per_hundred=to_minor(values["rate"] or Decimal(0), currency),
            least_minor=to_minor(values["least"] or Decimal(0), currency),
            share_basis_points=MOST_SHARE if share is None else int(share * HUNDRED),
            most_minor=None if values["most"] is None else to_minor(values["most"], currency),
            with_coupons=values["with_coupons"],
            order_amounts=values["order_amounts"],
            **{name: names_in(values[name]) for name in SCOPE},
        )


def _initial(policy: CheckoutPolicy | None) -> dict[str, Any]:
    if policy is None:
        return {"with_coupons": True}
    amounts = {"rate": policy.minor_per_hundred, "least": policy.least_minor, "most": policy.most_minor}
    shown = {name: to_decimal(amount, policy.currency) for name, amount in amounts.items() if amount}
    if policy.share_basis_points < MOST_SHARE:
        shown["share"] = Decimal(policy.share_basis_points) / HUNDRED
    names = {name: ", ".join(policy.scope.get(name, ())) for name in SCOPE}
    return {
        **shown,
        **names,
        "with_coupons": policy.with_coupons,
        "order_amounts": policy.order_amounts,
    }


@page("rewards.view")
def checkout_policy_page(request: StaffRequest) -> HttpResponse:
    """Show what points pay and every version of it, and put the next one into force."""
    policy, currency = find_policy(), get_brand().currency
    form = CheckoutPolicyForm(request.POST or None, initial=_initial(policy))
    if request.method == "POST":
        request.actor.require("rewards.state_checkout_policy")
    if request.method == "POST" and form.is_valid():
        with told_in(form, places=PLACES):
            state_checkout_policy(**act_of(request), wording=form.wording(currency))
            messages.success(request, _("In force. What orders have reserved or paid stays as it was."))
            return redirect("rewards.checkout_policy")
    found = cut_page(list_checkout_policies(), order_by="-number", cursor=request.GET.get("cursor"))
    people = name_actors({each.written_by for each in found.rows})
    context = {
        "policy": policy,
        "words": policy_in_words(policy),
        "amounts": amounts_in_words(policy),
        "form": form,
        "form_currency": currency,
        "versions": [
            (each, [*policy_in_words(each), amounts_in_words(each)], people[each.written_by])
            for each in found.rows
        ],
        "next_cursor": found.next_cursor,
        "may_state": request.actor.may("rewards.state_checkout_policy"),
    }
    return show(request, "rewards/checkout_policy.html", _("Checkout"), context)


urlpatterns = [path("pricing/points/", checkout_policy_page, name="rewards.checkout_policy")]
