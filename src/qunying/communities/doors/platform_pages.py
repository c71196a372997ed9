"""Console pages of platforms: the registry, the comparison for a segment, the brand's layout."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.communities.actions.change_platform import change_platform
from qunying.communities.actions.choose_platform import choose_platform
from qunying.communities.actions.drop_platform import drop_platform
from qunying.communities.doors.forms import ChoiceForm, NewPlatformForm, PlatformForm
from qunying.communities.models import Platform
from qunying.communities.queries.compare_platforms import (
    CRITERIA,
    USUAL_WEIGHTS,
    Comparison,
    Fit,
    compare_platforms,
    list_layout,
)
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.refusals import told_in
from qunying.kernel.templatetags.console import number, percent
from qunying.kernel.web import act_of, csv_response
from qunying.segments.queries.list_segments import list_segments

TITLES = {
    "audience": gettext_lazy("Fit of the audience"),
    "reach": gettext_lazy("Reach"),
    "interaction": gettext_lazy("Interaction"),
    "cost": gettext_lazy("Low cost"),
    "automation": gettext_lazy("Automation"),
}


class WeightsForm(forms.Form):
    """For whom to compare, and how much each criterion counts."""

    segment: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=gettext_lazy("Target segment"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("everybody, without figures"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = list_segments()  # type: ignore[attr-defined]
        for name in CRITERIA:
            self.fields[name] = forms.FloatField(
                label=TITLES[name], min_value=0, max_value=10, required=False, initial=USUAL_WEIGHTS[name]
            )

    def weights(self) -> dict[str, float]:
        """Return the weights typed, the usual ones where that makes no sense."""
        typed = self.cleaned_data if self.is_valid() else {}
        given = {
            name: typed[name] if typed.get(name) is not None else USUAL_WEIGHTS[name] for name in CRITERIA
        }
        return given if any(given.values()) else USUAL_WEIGHTS


@page("communities.view")
def platforms_page(request: StaffRequest) -> HttpResponse:
    """Show the registry."""
    rows = [
        {
            "platform": platform,
            "texts": {name: platform.worded(name) for name in ("audience", "strengths", "quotas")},
            "purposes": _labels(Platform.Purpose, platform.purposes),
            "abilities": _labels(Platform.Ability, platform.abilities),
        }
        for platform in Platform.objects.order_by("type", "slug")
    ]
    return show(request, "communities/platforms.html", _("Platforms"), {"rows": rows})


def _labels(choices: Any, values: list[str]) -> list[str]:
    return [str(label) for value, label in choices.choices if value in values]


@page("communities.change_platform")
def platform_page(request: StaffRequest, slug: str) -> HttpResponse:
    """Change what the registry says of a platform."""
    platform = Platform.objects.filter(pk=slug).first()
    if platform is None:
        raise Http404
    form = PlatformForm(request.POST or None, instance=platform)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            return _save(request, slug, form)
    return show(request, "communities/platform.html", platform.label, {"form": form, "platform": platform})


@page("communities.change_platform")
def new_platform(request: StaffRequest) -> HttpResponse:
    """Add a platform."""
    form = NewPlatformForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            return _save(request, form.cleaned_data.pop("slug"), form)
    return show(request, "communities/platform.html", _("New platform"), {"form": form})


def _save(request: StaffRequest, slug: str, form: PlatformForm) -> HttpResponse:
    change_platform(**act_of(request), slug=slug, profile=form.profile())
    messages.success(request, _("Saved."))
    return redirect("communities.platforms")


@page("communities.view")
def comparison_page(request: StaffRequest) -> HttpResponse:
    """Compare platforms for a segment and recommend a layout."""
    form = WeightsForm(request.GET if "audience" in request.GET else {**USUAL_WEIGHTS, **request.GET.dict()})
    weights = form.weights()
    segment = form.cleaned_data.get("segment")
    found = compare_platforms(
        segment_id=segment.id if segment else None,
        weights=weights,
        as_of=get_analysis_time(clock.now()),
    )
    if request.GET.get("format") == "csv":
        return _comparison_csv(found)
    names = {row.platform.slug: row.platform.label for row in found.rows}
    purposes = dict(Platform.Purpose.choices)
    context = {
        "form": form,
        "segment": segment,
        "people": found.people,
        "criteria": [(name, TITLES[name], weights[name]) for name in CRITERIA],
        "rows": [
            {
                "platform": row.platform,
                "total": row.ranked.total,
                "parts": [(row.scores[name], row.ranked.parts[name]) for name in CRITERIA],
                "fit": _fit_words(row.fit),
            }
            for row in found.rows
        ],
        "layout": [
            {
                "purpose": purposes[placement.purpose],
                "key": placement.key,
                "name": names[placement.key],
                "why": _why(placement, names),
                "placement": placement,
            }
            for placement in found.layout
        ],
        "choices": list_layout(),
        "choice_form": ChoiceForm(initial={"segment": segment}),
        "query": request.GET.urlencode(),
    }
    return show(request, "communities/comparison.html", _("Platform layout"), context)


def _why(placement: Any, names: dict[str, str]) -> str:
    gains = _(", ").join(f"{TITLES[name]} +{number(round(points, 1))}" for name, points in placement.because)
    if placement.runner_up is None:
        return _("The only one for this; strongest in {gains}.").format(gains=gains)
    return _("{lead} points ahead of {other}: {gains}.").format(
        lead=number(round(placement.lead, 1)), other=names[placement.runner_up], gains=gains
    )


def _fit_words(fit: Fit) -> str:
    known = [
        (_("on it already"), fit.present),
        (_("in its core age"), fit.age),
        (_("in its core sexes"), fit.sex),
        (_("in its core cities"), fit.city_tier),
    ]
    words = [f"{title} {percent(value)}" for title, value in known if value is not None]
    return _(", ").join(words) if words else _("nothing known: counted as one half")


def _comparison_csv(found: Comparison) -> HttpResponse:
    header = [_("Platform"), pgettext("score", "Points"), *(str(TITLES[name]) for name in CRITERIA)]
    rows = [
        [row.platform.label, round(row.ranked.total, 1), *(round(row.scores[name], 2) for name in CRITERIA)]
        for row in found.rows
    ]
    return csv_response("platforms", header, rows)


@require_POST
@page("communities.choose_platform")
def choose(request: StaffRequest) -> HttpResponse:
    """Put a platform into the layout."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a platform and its role."))
        return redirect("communities.comparison")
    typed = dict(form.cleaned_data)
    segment, owner, platform = typed.pop("segment"), typed.pop("owner"), typed.pop("platform")
    choose_platform(
        **act_of(request),
        platform=platform.slug,
        segment_id=segment.id if segment else None,
        owner_id=owner.id if owner else None,
        **typed,
    )
    messages.success(request, _("The platform is part of the layout."))
    return redirect("communities.comparison")


@require_POST
@page("communities.drop_platform")
def drop(request: StaffRequest, choice_id: UUID) -> HttpResponse:
    """Take a platform out of the layout."""
    drop_platform(**act_of(request), choice_id=choice_id)
    messages.success(request, _("The platform is no longer part of the layout."))
    return redirect("communities.comparison")


urlpatterns = [
    path("communities/platforms/", platforms_page, name="communities.platforms"),
    path("communities/platforms/new/", new_platform, name="communities.new_platform"),
    path("communities/platforms/<slug:slug>/", platform_page, name="communities.platform"),
    path("communities/layout/", comparison_page, name="communities.comparison"),
    path("communities/layout/choices/", choose, name="communities.choose_platform"),
    path("communities/layout/choices/<uuid:choice_id>/drop/", drop, name="communities.drop_platform"),
]
