"""A guess: what staff are asked, the outcome with its second look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from ninja import Router, Schema
from pydantic import StringConstraints

from qunying.accounts.queries.list_audit import name_actors
from qunying.activities.actions.confirm_outcome import confirm_outcome
from qunying.activities.actions.state_outcome import state_outcome
from qunying.activities.doors.api_words import TEXT
from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.kinds.guess import Guess, GuessSettings
from qunying.activities.kinds.vote import MOST_OPTIONS
from qunying.activities.models import Activity, Outcome, State
from qunying.activities.queries.count_answers import count_answers
from qunying.activities.queries.get_activity import get_activity, list_parts
from qunying.activities.took_part import TookPart
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.refusals import told_in
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN
from qunying.members.queries.get_member import list_own_ids


class GuessForm(forms.Form):
    """A guess: the question, what can be guessed, where the outcome will be found, how it is rewarded."""

    question = forms.CharField(label=_("What is to be guessed"), max_length=200)
    options = forms.CharField(
        label=_("Possible answers"),
        max_length=700,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line, two to ten."),
    )
    sources = forms.CharField(
        label=_("Where the outcome will be found"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One to three public places, one per line; members are told beforehand."),
    )
    pot_points = forms.IntegerField(
        label=_("Points to be shared by who was right"),
        min_value=0,
        required=False,
        help_text=_("Empty: the prizes below are drawn among who was right."),
    )
    alternates = forms.IntegerField(
        label=_("Substitutes to be drawn"), min_value=0, max_value=1_000, initial=0, required=False
    )

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        typed = self.cleaned_data
        titles = [line.strip() for line in typed["options"].splitlines() if line.strip()]
        return {
            "question": typed["question"],
            "options": [
                {"key": f"o{number}", "title": title}
                for number, title in enumerate(titles[: MOST_OPTIONS + 1], 1)
            ],
            "sources": [line.strip() for line in typed["sources"].splitlines() if line.strip()],
            "pot_points": typed.get("pot_points") or 0,
            "alternates": typed.get("alternates") or 0,
        }

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        return {
            **settings,
            "options": "\n".join(option["title"] for option in settings["options"]),
            "sources": "\n".join(settings["sources"]),
            "pot_points": settings["pot_points"] or None,
        }


def title_of(activity: Activity, key: str) -> str:
    """Return what an answer says; one for the empty answer, too."""
    options = GuessSettings.model_validate(activity.settings).options
    return next((option.title for option in options if option.key == key), gettext("called off"))


def tell_guess(activity: Activity, took: TookPart) -> str:
    """Return the sentence that repeats the guess."""
    return gettext("Your guess is noted: {title}").format(title=title_of(activity, took.landed))


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return the question, the member's guess, and after the end the outcome."""
    guess = GuessSettings.model_validate(activity.settings)
    part = list_parts(activity.id, list_own_ids(member_id)).order_by("at").first() if member_id else None
    settled = activity.state == State.SETTLED
    outcome = Outcome.objects.filter(activity=activity).first() if settled else None
    return {
        "guess": guess,
        "mine": title_of(activity, part.landed) if part else "",
        "outcome": outcome,
        "outcome_title": title_of(activity, outcome.answer) if outcome else "",
        "rows": count_answers(activity) if settled else [],
        "left": None,
    }


class OutcomeForm(forms.Form):
    """The outcome, and where it can be read."""

    answer = forms.ChoiceField(label=_("Outcome"), required=False)
    source = forms.ChoiceField(label=_("Source"))
    evidence = forms.CharField(label=_("Where it can be read"), max_length=300)

    def __init__(self, guess: GuessSettings, data: Any = None) -> None:
        super().__init__(data)
        answers = [(option.key, option.title) for option in guess.options]
        self.fields["answer"].initial = guess.options[0].key
        self.fields["answer"].choices = [*answers, ("", _("called off: nobody is right"))]  # type: ignore[attr-defined]
        self.fields["source"].choices = [(source, source) for source in guess.sources]  # type: ignore[attr-defined]


def panel(activity: Activity) -> Mapping[str, Any]:
    """Return the guesses, and the outcome as far as it is known."""
    outcome = Outcome.objects.filter(activity=activity).first()
    guess = GuessSettings.model_validate(activity.settings)
    keys = {key for key in (outcome.stated_by, outcome.confirmed_by) if key} if outcome else set()
    names = name_actors(keys)
    return {
        "stated_by": names.get(outcome.stated_by, "") if outcome else "",
        "confirmed_by": names.get(outcome.confirmed_by, "") if outcome else "",
        "rows": count_answers(activity),
        "form": OutcomeForm(guess),
        "outcome": outcome,
        "outcome_title": title_of(activity, outcome.answer) if outcome else "",
        "is_closed": activity.state == State.CLOSED,
    }


@require_POST
@page("activities.state_outcome")
def state(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Enter the outcome; what is refused is asked for again, as it was typed."""
    activity = get_activity(activity_id, kind=Guess.slug)
    form = OutcomeForm(GuessSettings.model_validate(activity.settings), request.POST)
    with told_in(form):
        if form.is_valid():
            state_outcome(**act_of(request), activity_id=activity_id, **form.cleaned_data)
    if form.errors:
        context = {"activity": activity, "form": form}
        return show(request, "activities/outcome.html", activity.title, context)
    messages.success(request, gettext("Noted. Somebody else must look at the source and confirm it."))
    return redirect("activities.activity", activity_id)


@require_POST
@page("activities.confirm_outcome")
def confirm(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Confirm the outcome."""
    done = confirm_outcome(
        **act_of(request), activity_id=activity_id, answer=request.POST.get("answer", "")[:12]
    )
    told = gettext("Confirmed: {right} of {guessed} were right, {rewarded} rewarded.")
    messages.success(request, told.format(right=done.right, guessed=done.guessed, rewarded=done.rewarded))
    return redirect("activities.activity", activity_id)


router = Router()
KEY = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,11})?$")]


class OutcomeIn(Schema, extra="forbid"):
    """The outcome, empty when it was called off; which of the sources, and where it can be read there."""

    answer: KEY
    source: TEXT
    evidence: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PLAIN)]


class ConfirmIn(Schema, extra="forbid"):
    """The outcome as whoever confirms has seen it."""

    answer: KEY


@router.post("/activities/{activity_id}/outcome", operation_id="activities.state_outcome")
def state_by_program(request: ApiRequest, activity_id: UUID, body: OutcomeIn) -> dict[str, str]:
    """Enter the outcome of a closed guess; somebody else confirms it."""
    return {"answer": state_outcome(**act_of(request), activity_id=activity_id, **body.dict())}


@router.post("/activities/{activity_id}/outcome/confirm", operation_id="activities.confirm_outcome")
def confirm_by_program(request: ApiRequest, activity_id: UUID, body: ConfirmIn) -> dict[str, Any]:
    """Confirm the outcome that somebody else entered: rewards are given, everything is published."""
    return vars(confirm_outcome(**act_of(request), activity_id=activity_id, answer=body.answer))


DOOR = KindDoor(
    form=GuessForm,
    told=tell_guess,
    shown=shown,
    panel=panel,
    panel_acts=("state_outcome", "confirm_outcome"),
    console=[
        path("activities/<uuid:activity_id>/outcome/", state, name="activities.state_outcome"),
        path("activities/<uuid:activity_id>/outcome/confirm/", confirm, name="activities.confirm_outcome"),
    ],
    api=router,
)
