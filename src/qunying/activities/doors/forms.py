"""Console forms of activities: the common part, and prizes as rows. What a kind asks besides: ``doors/kinds``."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from annotated_types import MaxLen
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.accounts.instants import LocalTimeField
from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.drafting import Draft
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.wheel import Wheel
from qunying.activities.models import Activity, Award
from qunying.activities.rules import MILLION, MOST_PRIZES, Prize
from qunying.kernel import clock
from qunying.kernel.money import to_decimal, to_minor
from qunying.ledger.accounts import OwnerKind
from qunying.ledger.naming import find_pages
from qunying.ledger.queries.list_budgets import list_budgets
from qunying.rewards.queries.get_template import list_templates
from qunying.segments.queries.list_segments import list_segments

ROWS = 6
PLACES = {"bad_activity_dates": "closes_at", "bad_activity_limits": "per_member"}
PER_CENT = MILLION // 100
_COUNTED = {Award.Kind.POINTS, Award.Kind.CHANCES, Award.Kind.MONEY}


class ActivityForm(forms.Form):
    """What every kind of activity has."""

    title = forms.CharField(label=_("Title"), max_length=60)
    organiser = forms.CharField(label=_("Organiser and contact"), required=False, max_length=200)
    about = forms.CharField(
        label=_("Terms for members"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Who may take part and how, when and how prizes are handed out, when a prize is forfeited."
        ),
    )
    opens_at = LocalTimeField(label=_("Opens"))
    closes_at = LocalTimeField(label=_("Closes"))
    claim_until = LocalTimeField(label=_("Prizes are handed out until"), required=False)
    segment = forms.ChoiceField(label=_("For whom"), required=False)
    campaign = forms.ChoiceField(
        label=_("Part of the campaign"), required=False, help_text=_("Its budget pays the money that is won.")
    )
    per_member = forms.IntegerField(label=_("Times per member"), min_value=0, required=False, initial=1)
    per_day = forms.IntegerField(label=_("Times per member and day"), min_value=1, required=False)
    min_account_days = forms.IntegerField(
        label=_("Member for at least (days)"), min_value=0, required=False, initial=0
    )

    partner_name = forms.CharField(
        label=_("Held together with"),
        required=False,
        max_length=60,
        help_text=_(
            "The partner, if there is one. Members are told that they get no data of theirs from us."
        ),
    )
    partner_link = forms.URLField(
        label=_("Partner's page"), required=False, max_length=300, assume_scheme="https"
    )
    partner_bears = forms.CharField(
        label=_("What the partner bears"),
        required=False,
        max_length=200,
        help_text=_("Such as prizes, the place, the costs. Empty: nothing."),
    )

    def __init__(self, *args: Any, once: bool = False, **kwargs: Any) -> None:
        """Offer the segments that there are; ``once``: the kind itself says how often a member takes part."""
        super().__init__(*args, **kwargs)
        found = [(str(segment.id), segment.name) for segment in list_segments()]
        self.fields["segment"].choices = [("", _("every member")), *found]  # type: ignore[attr-defined]
        self.fields["campaign"].choices = [("", "—"), *_campaigns(self.initial.get("campaign"))]  # type: ignore[attr-defined]
        if once:
            del self.fields["per_member"], self.fields["per_day"]

    def clean(self) -> dict[str, Any]:
        """See that the times follow each other and lie ahead."""
        typed: dict[str, Any] = self.cleaned_data
        opens, closes, until = (typed.get(name) for name in ("opens_at", "closes_at", "claim_until"))
        if closes and closes <= clock.now():
            self.add_error("closes_at", _("This is in the past."))
        elif opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes after it has opened."))
        if closes and until and until < closes:
            self.add_error("claim_until", _("Prizes are handed out at least until it closes."))
        link = typed.get("partner_link") or ""
        if link and not link.startswith("https://"):
            self.add_error("partner_link", _("This begins with https://."))
        if (link or typed.get("partner_bears")) and not typed.get("partner_name"):
            self.add_error("partner_name", _("Say who the partner is."))
        return typed

    def partner(self) -> dict[str, str] | None:
        """Return the partner that was typed."""
        typed = self.cleaned_data
        if not typed["partner_name"]:
            return None
        return {name: typed[f"partner_{name}"] for name in ("name", "link", "bears")}


class PrizeForm(forms.Form):
    """One row of the prizes; a row without a name is left out."""

    name = forms.CharField(label=_("Prize"), max_length=60, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("prize", "Kind"), choices=Award.Kind.choices, required=False)
    amount = forms.DecimalField(
        label=_("Amount of one"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("points, chances or money"),
    )
    coupon = forms.ChoiceField(label=_("Coupon"), required=False)
    worth = forms.DecimalField(
        label=_("Worth of one"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    count = forms.IntegerField(label=pgettext_lazy("prize", "How many"), min_value=1, required=False)
    chance = forms.DecimalField(
        label=_("Chance in %"), max_digits=8, decimal_places=4, min_value=0, max_value=100, required=False
    )

    def __init__(self, *args: Any, with_chance: bool = False, **kwargs: Any) -> None:
        """Offer the open coupons."""
        super().__init__(*args, **kwargs)
        self.empty_permitted = False  # a row that was not changed counts as well
        found = [
            (str(row.id), row.name) for row in list_templates(state="open").order_by("-created_at")[:200]
        ]
        self.fields["coupon"].choices = [("", "—"), *found]  # type: ignore[attr-defined]
        if not with_chance:
            del self.fields["chance"]

    def clean(self) -> dict[str, Any]:
        """See that a row says all that its kind needs; a row in which nothing was typed is left out."""
        typed: dict[str, Any] = self.cleaned_data
        if not typed.get("name"):
            if any(typed.get(name) for name in ("amount", "coupon", "worth", "count", "chance")):
                self.add_error("name", _("Give the prize a name, or empty its row."))
            return typed
        kind, amount = typed.get("kind"), typed.get("amount")
        if kind in _COUNTED and not self.has_error("amount"):
            if not amount:
                self.add_error("amount", _("Say how much one of them is."))
            elif kind != Award.Kind.MONEY and amount != int(amount):
                self.add_error("amount", _("This is a whole number."))
        if kind == Award.Kind.COUPON and not typed.get("coupon"):
            self.add_error("coupon", _("Choose which coupon; only open ones are listed."))
        if not typed.get("count") and not self.has_error("count"):
            self.add_error("count", _("Say how many there are."))
        return typed

    def settings(self, number: int, currency: str) -> dict[str, Any] | None:
        """Return the prize of the row, or None for an empty one."""
        typed = self.cleaned_data
        if not typed.get("name"):
            return None
        kind, amount = typed["kind"], typed.get("amount") or Decimal(1)
        whole = to_minor(amount, currency) if kind == Award.Kind.MONEY else int(amount)
        worth = to_minor(typed.get("worth") or Decimal(0), currency)
        return {
            "key": f"p{number}",
            "name": typed["name"],
            "kind": kind,
            "amount": max(1, whole) if kind not in {Award.Kind.COUPON, Award.Kind.GOODS} else 1,
            "template_id": typed.get("coupon") or None if kind == Award.Kind.COUPON else None,
            "worth_minor": whole if kind == Award.Kind.MONEY and not worth else worth,
            "count": typed.get("count") or 1,
            "weight": int((typed.get("chance") or Decimal(0)) * PER_CENT),
        }


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Prizes, row by row. needs_one: without a prize this kind of activity cannot be."""

    needs_one = False

    def clean(self) -> None:
        """See that there is a prize where one is needed."""
        if self.needs_one and not any(row.cleaned_data.get("name") for row in self.forms if row.is_valid()):
            raise forms.ValidationError(_("Say at least one prize."))


PrizeRows = forms.formset_factory(
    PrizeForm, formset=_Rows, extra=ROWS, max_num=MOST_PRIZES, absolute_max=MOST_PRIZES
)


def prize_rows(data: Any, slug: str, settings: dict[str, Any], currency: str) -> Any:
    """Return the rows of the prizes, filled with those that the settings have."""
    filled = [
        {
            **prize,
            "coupon": prize["template_id"],
            "worth": to_decimal(prize["worth_minor"], currency),
            "chance": Decimal(prize["weight"]) / PER_CENT,
            "amount": to_decimal(prize["amount"], currency) if prize["kind"] == "money" else prize["amount"],
        }
        for prize in settings.get("prizes", [])
    ]
    rows: Any = PrizeRows(
        data, initial=filled, prefix="prize", form_kwargs={"with_chance": slug == Wheel.slug}
    )
    prizes = kind_of(slug).settings.model_fields["prizes"]
    most = next((limit.max_length for limit in prizes.metadata if isinstance(limit, MaxLen)), MOST_PRIZES)
    rows.extra = max(0, min(ROWS, most - len(filled)))
    rows.needs_one = prizes.is_required()
    return rows


def draft_of(
    slug: str, form: ActivityForm, settings: dict[str, Any], rows: Any, activity: Activity | None
) -> Draft:
    """Return the draft that was typed."""
    typed, currency = form.cleaned_data, activity.currency if activity else get_brand().currency
    if rows is not None:
        prizes = [row.settings(number, currency) for number, row in enumerate(rows, 1)]
        settings = {**settings, "prizes": [prize for prize in prizes if prize]}
    return Draft(
        kind=slug,
        title=typed["title"],
        about=typed["about"],
        organiser=typed["organiser"],
        opens_at=typed["opens_at"],
        closes_at=typed["closes_at"],
        claim_until=typed.get("claim_until"),
        segment_id=UUID(typed["segment"]) if typed.get("segment") else None,
        campaign_id=UUID(typed["campaign"]) if typed.get("campaign") else None,
        per_member=typed.get("per_member"),
        per_day=typed.get("per_day"),
        min_account_days=typed.get("min_account_days") or 0,
        settings={**settings, "partner": form.partner()},
        is_simulated=activity.is_simulated if activity else False,
    )


def initial_of(activity: Activity) -> dict[str, Any]:
    """Return what the form shows of an activity."""
    names = (
        "title", "about", "organiser", "opens_at", "closes_at", "claim_until", "per_member", "per_day",
        "min_account_days",
    )  # fmt: skip
    shown = {name: getattr(activity, name) for name in names}
    return {
        **shown,
        "segment": str(activity.segment_id or ""),
        "campaign": str(activity.campaign_id or ""),
        **{f"partner_{name}": text for name, text in activity.settings.get("partner", {}).items()},
    }


def _campaigns(chosen: str | None) -> list[tuple[str, str]]:
    """Return the campaigns that have a budget, the latest first: those above this noun make themselves known to the book."""
    keys = list(dict.fromkeys(row.owner_id for row in list_budgets(clock.now())))
    keys += [UUID(chosen)] if chosen and UUID(chosen) not in keys else []
    own = set(Activity.objects.filter(pk__in=keys).values_list("id", flat=True))
    known = find_pages(OwnerKind.CAMPAIGN, keys)
    return [
        (str(key), known[key][0] if key in known else str(key)[:8])
        for key in keys
        if key not in own and (key in known or str(key) == chosen)
    ]


def has_prizes(slug: str) -> bool:
    """Tell whether the settings of a kind hold prizes."""
    found = kind_of(slug).settings.model_fields.get("prizes")
    return found is not None and found.annotation == list[Prize]
