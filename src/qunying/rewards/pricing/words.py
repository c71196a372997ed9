"""Offers in words: what one promises, where it counts, what it goes with, and why it is not used."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from qunying.kernel.money import display_money
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.cart_terms import CartTerms
from qunying.rewards.pricing.promotion_terms import promise_of
from qunying.rewards.tiers.naming import tier_names

# The groups that the forms make, as people call them.
GROUPS = {"coupon": gettext_lazy("Coupons"), "promotion": gettext_lazy("Automatic offers")}

REASONS = {
    "not_yet": gettext_lazy("has not begun"),
    "over": gettext_lazy("is over"),
    "other_currency": gettext_lazy("is in another currency"),
    "other_channel": gettext_lazy("counts elsewhere: online, or in stores"),
    "other_store": gettext_lazy("counts in other stores"),
    "other_tier": gettext_lazy("is for other tiers"),
    "no_product": gettext_lazy("covers nothing of this cart"),
    "too_few_units": gettext_lazy("needs more units"),
    "below_threshold": gettext_lazy("needs a larger total"),
    "excluded": gettext_lazy("does not go with another offer that is better here"),
    "no_effect": gettext_lazy("nothing is left that it could lower"),
    "better_without": gettext_lazy("the cart costs no less with it"),
    "used_up": gettext_lazy("would cost more than is left of its limit"),
    "no_budget": gettext_lazy("would cost more than is left of its campaign's budget"),
    "not_for_member": gettext_lazy("is not given to this member"),
    "points_instead": gettext_lazy("does not go with the points that are used"),
}


def promise_in_words(promotion: Promotion) -> str:
    """Return what an automatic offer promises."""
    promise, currency = promise_of(promotion), promotion.currency

    def money(amount: int | None) -> str:
        return display_money(amount or 0, currency)

    kinds = Promotion.Kind
    if promotion.kind == kinds.STEPS:
        parts = [
            _("{off} off from {threshold}").format(off=money(o), threshold=money(t)) for t, o in promise.steps
        ]
        return _("; ").join(parts)
    sentences = {
        kinds.AMOUNT_OFF: _("{amount} off"),
        kinds.PERCENT_OFF: _("{percent} off"),
        kinds.EVERY: _("{amount} off for every full {each}"),
        kinds.UNIT_PRICE: _("{price} a unit"),
        kinds.UNIT_PERCENT: _("{percent} off the list price"),
        kinds.BUNDLE: _("any {units} for {price}"),
        kinds.BUY_GET: _("buy {buy}, get {get} free"),
        kinds.GIFT: _("{quantity} × {gift} as a gift"),
        kinds.FREE_SHIPPING: _("free shipping"),
    }
    said = [
        str(sentences[kinds(promotion.kind)]).format(
            amount=money(promise.amount_minor),
            percent=f"{(promise.basis_points or 0) / 100:g}%",
            each=money(promise.each_minor),
            price=money(promise.price_minor),
            units=promise.units,
            buy=promise.buy,
            get=promise.get,
            quantity=promise.gift_quantity,
            gift=promise.gift_product,
        )
    ]
    if promise.cap_minor:
        said.append(_("at most {cap}").format(cap=money(promise.cap_minor)))
    if promise.threshold_minor:
        said.append(_("from {threshold}").format(threshold=money(promise.threshold_minor)))
    if promise.most_times:
        times = promise.most_times
        said.append(ngettext("at most {times} time", "at most {times} times", times).format(times=times))
    return pgettext("offer", ", ").join(said)


# When offers are worked out, by the engine's stages.
TURNS: Mapping[int, str | Lazy] = {
    4: gettext_lazy("early"),
    5: gettext_lazy("in the usual turn"),
    6: gettext_lazy("late, before coupons"),
    7: gettext_lazy("among the coupons"),
    8: gettext_lazy("after coupons"),
}


def scope_in_words(cart: CartTerms) -> list[str]:
    """Return what an offer counts for and where, a sentence each."""
    said = []
    sentences = (
        (cart.products, _("products: {names}")),
        (cart.tags, _("products tagged: {names}")),
        (cart.without_products, _("not for products: {names}")),
        (cart.without_tags, _("not for products tagged: {names}")),
        (cart.stores, _("in stores: {names}")),
        (_tiers(cart.tiers), _("for tiers: {names}")),
    )
    for names, sentence in sentences:
        if names:
            said.append(sentence.format(names=_(", ").join(names)))
    if cart.channels == ("online",):
        said.append(_("online only"))
    if cart.channels == ("store",):
        said.append(_("in stores only"))
    if cart.least_units:
        count = cart.least_units
        said.append(ngettext("from {count} unit", "from {count} units", count).format(count=count))
    return said or [_("all products, everywhere")]


def _tiers(codes: Sequence[str]) -> list[str]:
    """Return the names of tiers; of one that never was, its code."""
    names = tier_names() if codes else {}
    return [names.get(code, code) for code in codes]


def stacking_in_words(cart: CartTerms) -> list[str]:
    """Return what an offer goes with, a sentence each."""
    if cart.alone == "cart":
        return [_("goes with no other offer")]
    said = []
    if cart.alone == "lines":
        said.append(_("its products count for no other offer"))
    if cart.group:
        at_most = (
            _("at most one of the group “{group}” an order")
            if cart.once_per == "cart"
            else _("at most one of the group “{group}” on a product")
        )
        said.append(at_most.format(group=GROUPS.get(cart.group, cart.group)))
    elif cart.alone == "no":
        said.append(_("goes with every offer"))
    said.append(
        _("goes by list prices")
        if cart.counts == "list"
        else _("goes by what earlier offers have left; worked out: {turn}").format(
            turn=TURNS.get(cart.stage, cart.stage)
        )
    )
    return said
