"""The doors of product trials: writing one, what members see, applications and reports."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunying.accounts.instants import LocalTimeField
from qunying.activities.doors import trial_api, trial_pages
from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.doors.kinds.draw import draw_initial, draw_settings, show_draw
from qunying.activities.kinds.trial import SAMPLE, TrialSettings, report_due
from qunying.activities.models import Activity, Award, TrialReport
from qunying.activities.queries.get_activity import list_parts
from qunying.activities.queries.list_reports import list_applications, list_reports
from qunying.activities.took_part import TookPart
from qunying.kernel.money import to_decimal, to_minor
from qunying.members.queries.get_member import list_own_ids

ASKED = ("product", "places", "question", "report_days", "report_points", "is_drawn")


class TrialForm(forms.Form):
    """A product trial: what, for how many, and what is asked."""

    product = forms.CharField(label=_("Product"), max_length=60)
    worth = forms.DecimalField(
        label=_("Worth of one"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    places = forms.IntegerField(label=_("How many can try it"), min_value=1, max_value=1_000_000)
    question = forms.CharField(
        label=_("Question to those who apply"),
        max_length=200,
        required=False,
        help_text=_("For example why they want to try it. Empty: none."),
    )
    report_days = forms.IntegerField(
        label=_("Days to report, from being chosen"), min_value=1, max_value=180, initial=14
    )
    report_points = forms.IntegerField(
        label=_("Points for an accepted report"), min_value=0, max_value=1_000_000, initial=0
    )

    is_drawn = forms.BooleanField(
        label=_("Drawn by lot"),
        required=False,
        help_text=_(
            "Instead of your choice: a public draw among all who applied, which anybody can check. It needs the following."
        ),
    )
    draw_at = LocalTimeField(label=_("The public value is known from"), required=False)
    source = forms.CharField(label=_("Public value"), max_length=60, required=False)
    second_source = forms.CharField(label=_("Another, if the first fails"), max_length=60, required=False)
    alternates = forms.IntegerField(
        label=_("Substitutes to be drawn"), min_value=0, max_value=1_000, initial=0, required=False
    )

    def settings(self, currency: str) -> dict[str, Any]:
        """Return the settings."""
        asked = {name: self.cleaned_data[name] for name in ASKED}
        worth = self.cleaned_data["worth"] or Decimal(0)
        return {**asked, **draw_settings(self.cleaned_data), "worth_of_one": to_minor(worth, currency)}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:
        """Return what the form shows of settings."""
        draw = {"sources": [], "draw_at": "", "alternates": 0, **settings}
        return {**settings, **draw_initial(draw), "worth": to_decimal(settings["worth_of_one"], currency)}


def read_answer(typed: QueryDict) -> str:
    """Return the answer in one line; members write it in several."""
    return " ".join(typed.get("choice", "").split())


def tell_application(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence after applying."""
    return gettext("You have applied. Who gets the product is shown here.")


def show_trial(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:
    """Return the member's product, until when the report is due, and the report; who has applied reads how far that is."""
    settings = TrialSettings.model_validate(activity.settings)
    own = list_own_ids(member_id) if member_id else []
    award = Award.objects.filter(activity=activity, member_id__in=own, prize=SAMPLE).first()
    due = report_due(award, settings) if award else None
    return {
        "sample": award,
        "due": due,
        "is_late": due is not None and now > due,
        "report": TrialReport.objects.filter(award=award).first() if award else None,
        "points": settings.report_points,
        **show_draw(activity, member_id, now),
        **({"may_play": True, "left": None} if own and list_parts(activity.id, own).exists() else {}),
    }


def trial_panel(activity: Activity) -> Mapping[str, Any]:
    """Return how many have applied, were chosen, and have reported."""
    applied = list_applications(activity.id)
    return {
        "applied": applied.count(),
        "chosen": applied.exclude(given="").count(),
        "to_read": list_reports(activity.id, TrialReport.State.WAITING).count(),
    }


DOOR = KindDoor(
    form=TrialForm,
    told=tell_application,
    read=read_answer,
    shown=show_trial,
    panel=trial_panel,
    member=trial_pages.member,
    console=trial_pages.console,
    api=trial_api.router,
)
