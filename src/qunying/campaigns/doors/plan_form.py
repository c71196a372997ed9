"""The form of a plan: what people type, in their units, and the plan that it makes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.campaigns.models import Campaign
from qunying.campaigns.plan import LIFT_METRICS, AudienceKind, Metric, Plan
from qunying.communities.queries.get_community import list_communities
from qunying.kernel.inputs import DayInput
from qunying.kernel.money import to_decimal, to_minor
from qunying.messages.queries.list_channels import list_channels
from qunying.messages.queries.list_templates import list_templates as list_messages
from qunying.rewards.queries.get_template import list_templates as list_offers
from qunying.segments.queries.list_segments import list_segments

HUNDRED = Decimal(100)


class PlanForm(forms.Form):
    """A campaign plan in sections. Percentages and money are typed as people say them."""

    name = forms.CharField(label=_("Name"), max_length=100)
    theme = forms.CharField(label=_("Theme"), max_length=200, required=False)
    selling_points = forms.CharField(
        label=_("Selling points"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: what it does, how it looks, which need it meets, its story."),
    )
    goal_metric = forms.ChoiceField(label=_("Goal"), choices=Metric.choices)
    goal_target = forms.DecimalField(
        label=_("Target"),
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        help_text=_("In percent, in money or as a number, as the goal says."),
    )
    goal_by = forms.DateField(label=_("To be reached by"), widget=DayInput())
    audience_kind = forms.ChoiceField(label=_("Audience"), choices=AudienceKind.choices)
    segment_id = forms.TypedChoiceField(label=_("Segment"), required=False, empty_value=None, coerce=UUID)
    community_ids = forms.MultipleChoiceField(
        label=_("Communities"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    holdout = forms.DecimalField(
        label=_("Holdout (%)"),
        min_value=Decimal(0),
        max_value=Decimal(50),
        max_digits=4,
        decimal_places=2,
        initial=Decimal(20),
        help_text=_(
            "This share of the audience gets nothing, chosen by chance. Without it nobody can tell what the"
            " campaign did."
        ),
    )
    no_holdout_reason = forms.CharField(
        label=_("Why nobody is held out"),
        max_length=500,
        required=False,
        help_text=_("Only when the holdout is 0."),
    )
    offer_id = forms.TypedChoiceField(
        label=_("Coupon"),
        required=False,
        empty_value=None,
        coerce=UUID,
        help_text=_("A coupon that is still a draft; it opens with the launch."),
    )
    budget = forms.DecimalField(
        label=_("Budget"), min_value=Decimal(0), max_digits=14, decimal_places=2, initial=Decimal(0)
    )
    expected_claims = forms.DecimalField(
        label=_("Expected share who claim (%)"), min_value=Decimal(0), max_value=HUNDRED, required=False
    )
    expected_redemptions = forms.DecimalField(
        label=_("Expected share of them who redeem (%)"),
        min_value=Decimal(0),
        max_value=HUNDRED,
        required=False,
        help_text=_("Empty: what earlier campaigns showed."),
    )
    message_template_id = forms.TypedChoiceField(
        label=_("Message to members"), required=False, empty_value=None, coerce=UUID
    )
    channel_id = forms.TypedChoiceField(
        label=_("Message channel"),
        required=False,
        empty_value=None,
        coerce=UUID,
        help_text=_("Empty: the default channel."),
    )
    post_template_id = forms.TypedChoiceField(
        label=_("Post to the communities"),
        required=False,
        empty_value=None,
        coerce=UUID,
        help_text=_(
            "Everybody in a community sees it. From four communities on, whole communities are held out"
            " instead of members."
        ),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    measurement_days = forms.IntegerField(
        label=_("Days that count after the launch"), min_value=1, max_value=366, initial=30
    )

    sections = (
        (_("What for"), ("name", "theme", "selling_points", "goal_metric", "goal_target", "goal_by")),
        (_("For whom"), ("audience_kind", "segment_id", "community_ids", "holdout", "no_holdout_reason")),
        (_("What they get"), ("offer_id", "budget", "expected_claims", "expected_redemptions")),
        (_("How they hear of it"), ("message_template_id", "channel_id", "post_template_id")),
        (_("When"), ("starts_on", "ends_on", "measurement_days")),
    )

    def __init__(self, *args: Any, currency: str, campaign: Campaign | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.label_suffix = ""
        nothing = [("", "—")]
        kept = campaign.offer_id if campaign else None
        drafts = list_offers().filter(Q(state="draft") & Q(campaign_id=None) | Q(pk=kept)).order_by("name")
        messages = [(str(row.pk), row.name) for row in list_messages(purpose="promotion")]
        choices: Mapping[str, list[tuple[str, str]]] = {
            "segment_id": [*nothing, *((str(row.pk), row.name) for row in list_segments())],
            "community_ids": [
                (str(size.community.pk), f"{size.community.name} ({size.people})")
                for size in list_communities()
            ],
            "offer_id": [*nothing, *((str(row.pk), row.name) for row in drafts)],
            "message_template_id": [*nothing, *messages],
            "post_template_id": [*nothing, *messages],
            "channel_id": [*nothing, *((str(row.pk), row.name) for row in list_channels() if row.is_active)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        self.fields["budget"].label = _("Budget ({currency})").format(currency=currency)
        self.fields["community_ids"].widget.attrs["class"] = "q-communities"

    def fieldsets(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the sections with their fields."""
        return [(title, [self[name] for name in names]) for title, names in self.sections]

    def plan(self) -> Plan:
        """Return the plan that was typed."""
        values = dict(self.cleaned_data)
        metric = values["goal_metric"]
        typed: dict[str, Any] = {
            "goal_target": self._target(metric, values.pop("goal_target")),
            "holdout_basis_points": _basis_points(values.pop("holdout")),
            "budget_minor": to_minor(values.pop("budget"), self.currency),
            "expected_claim_basis_points": _basis_points(values.pop("expected_claims")),
            "expected_redemption_basis_points": _basis_points(values.pop("expected_redemptions")),
            "community_ids": tuple(UUID(key) for key in values.pop("community_ids")),
        }
        return Plan(**values, **typed)

    def _target(self, metric: str, typed: Decimal) -> int:
        if metric in LIFT_METRICS:
            return int(typed * HUNDRED)
        return to_minor(typed, self.currency) if metric == Metric.NET_EFFECT else int(typed)


def initial_of(campaign: Campaign) -> dict[str, Any]:
    """Return what the form of an existing plan begins with."""
    values = {name: getattr(campaign, name) for name in Plan.__dataclass_fields__ if name != "community_ids"}
    ids = ("segment_id", "offer_id", "message_template_id", "channel_id", "post_template_id")
    return {
        **values,
        **{name: str(values[name] or "") for name in ids},
        "community_ids": [str(key) for key in campaign.communities.values_list("community_id", flat=True)],
        "goal_target": shown_target(campaign),
        "holdout": _percent(campaign.holdout_basis_points),
        "budget": _plain(to_decimal(campaign.budget_minor, campaign.currency)),
        "expected_claims": _percent(campaign.expected_claim_basis_points),
        "expected_redemptions": _percent(campaign.expected_redemption_basis_points),
    }


def shown_target(campaign: Campaign) -> Decimal:
    """Return the target in the unit that people type."""
    if campaign.goal_metric in LIFT_METRICS:
        return _plain(Decimal(campaign.goal_target) / HUNDRED)
    if campaign.goal_metric == Metric.NET_EFFECT:
        return to_decimal(campaign.goal_target, campaign.currency)
    return Decimal(campaign.goal_target)


def _basis_points(percent: Decimal | None) -> int | None:
    return None if percent is None else int(percent * HUNDRED)


def _percent(basis_points: int | None) -> Decimal | None:
    return None if basis_points is None else _plain(Decimal(basis_points) / HUNDRED)


def _plain(value: Decimal) -> Decimal:
    """Return a number without idle zeros and without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
