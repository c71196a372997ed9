"""Points at the checkout in words: what they pay, and why not more of them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.kernel.money import display_money
from qunying.rewards.models import CheckoutPolicy
from qunying.rewards.pricing.cart_terms import read_cart_terms
from qunying.rewards.pricing.checkout_policy import MOST_SHARE
from qunying.rewards.pricing.words import scope_in_words

POINTS_REASONS = {
    "all_paid": gettext_lazy("nothing more is left that points could pay for"),
    "share": gettext_lazy("points pay for no larger share of an order"),
    "amount": gettext_lazy("points pay for no larger amount of an order"),
    "balance": gettext_lazy("the member has no more points"),
    "as_asked": gettext_lazy("no more were asked for"),
    "below_least": gettext_lazy("the order needs a larger total for points"),
    "no_product": gettext_lazy("points pay for nothing of this cart"),
    "with_coupons": gettext_lazy("points do not go with coupons"),
    "no_member": gettext_lazy("only members have points: say whose cart it is"),
    "other_currency": gettext_lazy("points pay in another currency"),
    "suspended": gettext_lazy("rewards are suspended for this member"),
    "no_policy": gettext_lazy("points pay for nothing at present"),
}


def amounts_in_words(policy: CheckoutPolicy | None) -> str:
    """Return how the amounts of orders come in."""
    if policy is None or policy.order_amounts == CheckoutPolicy.OrderAmounts.AFTER:
        return _("Amounts of orders come after our discounts and are what was paid in money.")
    return _("Amounts of orders come before our discounts; these are taken off before points are earned.")


def policy_in_words(policy: CheckoutPolicy | None) -> list[str]:
    """Return what points pay, a sentence each."""
    if policy is None or not policy.minor_per_hundred:
        return [_("Points pay for no part of an order.")]

    def money(amount: int) -> str:
        return display_money(amount, policy.currency)

    said = [_("100 points pay {amount} of an order.").format(amount=money(policy.minor_per_hundred))]
    if policy.least_minor:
        said.append(_("The goods have to come to {amount} or more.").format(amount=money(policy.least_minor)))
    if policy.share_basis_points < MOST_SHARE:
        percent = f"{policy.share_basis_points / 100:g}%"
        said.append(_("At most {percent} of what is to be paid for goods.").format(percent=percent))
    if policy.most_minor is not None:
        said.append(_("At most {amount} of one order.").format(amount=money(policy.most_minor)))
    if policy.scope:
        terms = read_cart_terms(policy.scope)
        said.append(_("What they pay for: {scope}.").format(scope=_("; ").join(scope_in_words(terms))))
    if not policy.with_coupons:
        said.append(_("Points and coupons do not go together in one order."))
    return said
