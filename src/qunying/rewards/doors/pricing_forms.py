"""Forms of offers and carts, with amounts and percentages as people write them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.inputs import LocalTimeInput
from qunying.kernel.money import to_decimal, to_minor
from qunying.members.member_field import MemberField
from qunying.rewards.models import PriceFloor, Promotion
from qunying.rewards.pricing.cart_terms import CartTerms
from qunying.rewards.pricing.carts import AskedCart, AskedLine
from qunying.rewards.pricing.limits import OfferLimits, limits_of
from qunying.rewards.pricing.promotion_terms import (
    NEEDED,
    PROMOTION_TERMS,
    Promise,
    PromotionWording,
    cart_terms_of,
    promise_of,
)
from qunying.rewards.pricing.words import TURNS
from qunying.rewards.tiers.naming import tier_choices

HUNDRED = Decimal(100)
MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "min_value": 0, "max_value": 10**9}
CHANNELS = [("", gettext_lazy("online and in stores")), ("online", gettext_lazy("online only")), ("store", gettext_lazy("in stores only"))]  # fmt: skip
GOES_WITH = [
    ("promotion", gettext_lazy("coupons and gifts, one offer like it on a product")),
    ("all", gettext_lazy("every other offer")),
    ("lines", gettext_lazy("nothing else on its products")),
    ("cart", gettext_lazy("nothing else in the order")),
]
COUNTS = [("left", gettext_lazy("what earlier offers have left")), ("list", gettext_lazy("list prices"))]
STAGES = [(stage, TURNS[stage]) for stage in (4, 5, 6, 8)]
NAMES_HELP = gettext_lazy("Several are separated by commas.")
LISTED = ("products", "tags", "without_products", "without_tags", "stores")
_SEPARATOR = re.compile(r"[,，、;；\n]")


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a text that separates them by commas or lines, each once."""
    return tuple(dict.fromkeys(name.strip() for name in _SEPARATOR.split(text) if name.strip()))


class ScopeForm(forms.Form):
    """For which products, where and for whom an offer counts."""

    products = forms.CharField(label=gettext_lazy("Products (codes)"), required=False, max_length=5_000, help_text=NAMES_HELP)  # fmt: skip
    tags = forms.CharField(label=gettext_lazy("Products tagged"), required=False, max_length=5_000, help_text=NAMES_HELP)  # fmt: skip
    without_products = forms.CharField(
        label=gettext_lazy("Not for products"), required=False, max_length=5_000, help_text=NAMES_HELP
    )
    without_tags = forms.CharField(
        label=gettext_lazy("Not for products tagged"), required=False, max_length=5_000, help_text=NAMES_HELP
    )
    channel = forms.ChoiceField(label=pgettext_lazy("offer", "Where"), choices=CHANNELS, required=False)
    stores = forms.CharField(label=gettext_lazy("Stores (codes)"), required=False, max_length=5_000, help_text=NAMES_HELP)  # fmt: skip
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("For these tiers only"), required=False, widget=forms.CheckboxSelectMultiple
    )
    least_units = forms.IntegerField(label=gettext_lazy("From so many units"), required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the tiers that there are, and those that were chosen when there were others."""
        super().__init__(*args, **kwargs)
        if offered := tier_choices(clock.now(), self.initial.get("tiers") or ()):
            self.fields["tiers"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["tiers"]

    def scope(self) -> dict[str, Any]:
        """Return the fields of ``CartTerms`` that the form has."""
        values = self.cleaned_data
        return {
            **{name: names_in(values[name]) for name in LISTED},
            "tiers": tuple(values.get("tiers", ())),
            "channels": (values["channel"],) if values["channel"] else (),
            "least_units": values["least_units"] or 0,
        }


def scope_initial(cart: CartTerms) -> dict[str, Any]:
    """Return what the form of a scope shows."""
    return {
        **{name: ", ".join(getattr(cart, name)) for name in LISTED},
        "tiers": list(cart.tiers),
        "channel": cart.channels[0] if len(cart.channels) == 1 else "",
        "least_units": cart.least_units or None,
    }


def _fields() -> dict[str, forms.Field]:
    return {
        "amount_minor": forms.DecimalField(label=gettext_lazy("Amount off"), **MONEY),
        "basis_points": forms.DecimalField(
            label=gettext_lazy("Percent off"), max_digits=5, decimal_places=2, min_value=0, max_value=100
        ),
        "cap_minor": forms.DecimalField(label=gettext_lazy("At most"), **MONEY),
        "steps": forms.CharField(
            label=pgettext_lazy("offer", "Steps"),
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=gettext_lazy("A line for each: “300 = 50” takes 50 off from a total of 300."),
        ),
        "each_minor": forms.DecimalField(label=gettext_lazy("For every full"), **MONEY),
        "most_times": forms.IntegerField(label=gettext_lazy("At most so many times"), min_value=1),
        "price_minor": forms.DecimalField(label=gettext_lazy("Price"), **MONEY),
        "units": forms.IntegerField(label=gettext_lazy("Units together"), min_value=1),
        "buy": forms.IntegerField(label=gettext_lazy("Buy"), min_value=1),
        "get": forms.IntegerField(label=gettext_lazy("Get free"), min_value=1),
        "gift_product": forms.CharField(label=gettext_lazy("Gift (product code)"), max_length=100),
        "gift_quantity": forms.IntegerField(label=gettext_lazy("Units of the gift"), min_value=1),
        "gift_worth_minor": forms.DecimalField(label=gettext_lazy("Worth of one unit"), **MONEY),
        "threshold_minor": forms.DecimalField(label=gettext_lazy("From a total of"), **MONEY),
    }


class PromotionForm(ScopeForm):
    """An automatic offer of one kind: only the numbers that the kind needs."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    starts_at = forms.DateTimeField(
        label=pgettext_lazy("offer", "From"), required=False, widget=LocalTimeInput()
    )
    ends_at = forms.DateTimeField(
        label=pgettext_lazy("offer", "Until"), required=False, widget=LocalTimeInput()
    )
    uses = forms.IntegerField(label=gettext_lazy("Orders in all"), required=False, min_value=1)
    per_member = forms.IntegerField(
        label=pgettext_lazy("offer", "Orders per member"), required=False, min_value=1
    )
    budget = forms.DecimalField(
        label=gettext_lazy("May cost in all"), required=False, **{**MONEY, "min_value": Decimal("0.01")}
    )
    campaign = forms.ChoiceField(
        label=gettext_lazy("Paid by the budget of"),
        required=False,
        help_text=gettext_lazy(
            "Campaigns whose budget is open. Members who are held out do not get the offer."
        ),
    )
    goes_with = forms.ChoiceField(label=gettext_lazy("Goes with"), choices=GOES_WITH)
    counts = forms.ChoiceField(label=gettext_lazy("Goes by"), choices=COUNTS)
    stage = forms.TypedChoiceField(label=gettext_lazy("Worked out"), choices=STAGES, coerce=int, initial=5)

    def __init__(
        self,
        data: Any,
        *,
        kind: str,
        currency: str,
        zone: str,
        campaigns: Sequence[tuple[str, str]] = (),
        promotion: Promotion | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(promotion, zone) if promotion else None)
        self.kind, self.currency, self.zone = kind, currency, zone
        self.payer = promotion.campaign_id if promotion else None
        needed, possible = NEEDED[kind]
        numbers = _fields()
        for name in (*needed, *possible):
            self.fields[name] = numbers[name]
            self.fields[name].required = name in needed
        if campaigns:
            self.fields["campaign"].choices = [("", "—"), *campaigns]  # type: ignore[attr-defined]
        else:
            del self.fields["campaign"]
        first = ["name", *needed, *possible, "starts_at", "ends_at"]
        first += ["uses", "per_member", "budget", "campaign"]
        if kind in {"unit_price", "unit_percent"}:
            del self.fields["counts"], self.fields["stage"]
        self.order_fields(first)

    def clean(self) -> dict[str, Any]:
        """See that it ends after it has begun."""
        typed: dict[str, Any] = self.cleaned_data
        begins, ends = typed.get("starts_at"), typed.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("It ends after it has begun."))
        return typed

    def clean_steps(self) -> tuple[tuple[int, int], ...]:
        """Return the steps in minor units."""
        steps = []
        for line in filter(None, map(str.strip, self.cleaned_data["steps"].splitlines())):
            parts = re.split(r"[=:：＝]", line)
            try:
                threshold, off = (to_minor(Decimal(part.strip()), self.currency) for part in parts)
            except (ValueError, InvalidOperation) as error:
                raise forms.ValidationError(
                    _("“{line}” is no step such as “300 = 50”.").format(line=line)
                ) from error
            steps.append((threshold, off))
        return tuple(steps)

    def wording(self) -> PromotionWording:
        """Return the offer as the actions take it."""
        values = self.cleaned_data
        goes_with, payer = values["goes_with"], self.payer
        if "campaign" in values:
            payer = UUID(values["campaign"]) if values["campaign"] else None
        cart = CartTerms(
            **self.scope(),
            group="promotion" if goes_with == "promotion" else "",
            alone=goes_with if goes_with in {"lines", "cart"} else "no",
            counts=values.get("counts", "left"),
            stage=values.get("stage", PROMOTION_TERMS.stage),
        )
        return PromotionWording(
            name=values["name"],
            kind=self.kind,
            currency=self.currency,
            promise=self._promise(),
            cart=cart,
            limits=OfferLimits(
                uses=values["uses"],
                per_member=values["per_member"],
                cost_minor=None if values["budget"] is None else to_minor(values["budget"], self.currency),
            ),
            starts_at=_instant(values["starts_at"], self.zone),
            ends_at=_instant(values["ends_at"], self.zone),
            campaign_id=payer,
        )

    def _promise(self) -> Promise:
        needed, possible = NEEDED[self.kind]
        numbers: dict[str, Any] = {}
        for name in (*needed, *possible):
            value = self.cleaned_data[name]
            if name == "basis_points":
                numbers[name] = int(value * HUNDRED)
            elif name.endswith("_minor"):
                numbers[name] = None if value is None else to_minor(value, self.currency)
            else:
                numbers[name] = value
        return Promise(**numbers)


def _instant(typed: datetime | None, zone: str) -> datetime | None:
    return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if typed else None


def _initial(promotion: Promotion, zone: str) -> dict[str, Any]:
    promise, cart = promise_of(promotion), cart_terms_of(promotion)
    numbers: dict[str, Any] = {}
    for name in (*NEEDED[promotion.kind][0], *NEEDED[promotion.kind][1]):
        value = getattr(promise, name)
        if name == "steps":
            written = (
                (to_decimal(t, promotion.currency), to_decimal(o, promotion.currency)) for t, o in value
            )
            value = "\n".join(f"{threshold} = {off}" for threshold, off in written)
        elif name == "basis_points":
            value = Decimal(value) / HUNDRED
        elif name.endswith("_minor") and value is not None:
            value = to_decimal(value, promotion.currency)
        numbers[name] = value
    times = {
        name: at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if (at := getattr(promotion, name)) else None
        for name in ("starts_at", "ends_at")
    }
    goes_with = cart.alone if cart.alone != "no" else "promotion" if cart.group else "all"
    limits = limits_of(promotion)
    budget = None if limits.cost_minor is None else to_decimal(limits.cost_minor, promotion.currency)
    return {
        "name": promotion.name,
        "uses": limits.uses,
        "per_member": limits.per_member,
        "budget": budget,
        "campaign": str(promotion.campaign_id or ""),
        **numbers,
        **times,
        **scope_initial(cart),
        "goes_with": goes_with,
        "counts": cart.counts,
        "stage": cart.stage,
    }


class FloorForm(forms.Form):
    """How much of its list price a product keeps at least."""

    kind = forms.ChoiceField(label=gettext_lazy("For"), choices=PriceFloor.Kind.choices)
    key = forms.CharField(label=gettext_lazy("Product code or tag"), required=False, max_length=100)
    percent = forms.DecimalField(
        label=gettext_lazy("Keeps at least (percent of the list price)"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Empty takes the floor away."),
    )

    def floor(self) -> dict[str, Any]:
        """Return what ``set_price_floor`` takes."""
        percent = self.cleaned_data["percent"]
        points = None if percent is None else int(percent * HUNDRED)
        return {
            "kind": self.cleaned_data["kind"],
            "key": self.cleaned_data["key"],
            "least_basis_points": points,
        }


class CartForm(forms.Form):
    """A cart to try offers on."""

    lines = forms.CharField(
        label=gettext_lazy("Cart"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "A line for each product: code; units; price of one; tags, separated by commas."
        ),
    )
    shipping = forms.DecimalField(label=gettext_lazy("Shipping"), required=False, **MONEY)
    channel = forms.ChoiceField(
        label=pgettext_lazy("offer", "Where"),
        choices=[("online", gettext_lazy("online")), ("store", gettext_lazy("in a store"))],
    )
    store = forms.CharField(label=gettext_lazy("Store (code)"), required=False, max_length=100)
    member = MemberField(
        label=gettext_lazy("Member"),
        required=False,
        help_text=gettext_lazy(
            "Their coupons and tier count as well. Phone, e-mail, customer number, name, or the address of the profile."
        ),
    )
    with_points = forms.BooleanField(label=gettext_lazy("With as many points as may be used"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        """Let the member be found by what this person of the staff may see."""
        super().__init__(*args, **kwargs)
        self.fields["member"].actor = actor  # type: ignore[attr-defined]

    def asked(self, currency: str) -> AskedCart:
        """Return the cart as ``quote_cart`` takes it; a line that cannot be read is an error of the form.

        Raises: forms.ValidationError.
        """
        lines = []
        for number, text in enumerate(
            filter(None, map(str.strip, self.cleaned_data["lines"].splitlines())), 1
        ):
            parts = [part.strip() for part in re.split(r"[;；\t]", text)]
            try:
                price = to_minor(Decimal(parts[2]), currency)
                quantity = int(parts[1])
            except (ValueError, IndexError, InvalidOperation) as error:
                raise forms.ValidationError(
                    _("“{line}” is no line such as “P1; 2; 175.00; shoes”.").format(line=text)
                ) from error
            tags = names_in(parts[3]) if len(parts) > 3 else ()
            lines.append(
                AskedLine(
                    id=str(number), product=parts[0], quantity=quantity, unit_price_minor=price, tags=tags
                )
            )
        values: Mapping[str, Any] = self.cleaned_data
        return AskedCart(
            currency=currency,
            lines=tuple(lines),
            shipping_minor=to_minor(values["shipping"] or Decimal(0), currency),
            channel=values["channel"],
            store=values["store"],
        )
