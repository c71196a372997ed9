"""A vote: options with pictures, what members see of the count."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from ninja import Router

from qunying.activities.doors.kinds.door import KindDoor, tell_prizes
from qunying.activities.drafting import UnknownActivity
from qunying.activities.kinds.vote import MOST_OPTIONS, VoteSettings
from qunying.activities.models import Activity, State
from qunying.activities.queries.count_answers import count_answers
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.took_part import TookPart
from qunying.content.pictures import keep_picture, picture_response
from qunying.kernel.web import ApiRequest
from qunying.members.member_web import member_page

HIDDEN = {State.DRAFT, State.APPROVED, State.CANCELLED}
OVER = {State.CLOSED, State.SETTLED}


class VoteForm(forms.Form):
    """A vote: when the count is shown, and up to ten options."""

    results = forms.ChoiceField(
        label=_("The count is shown"),
        choices=[("live", pgettext_lazy("count", "at any time")), ("after", _("after the close"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for title, words and picture of each option."""
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_OPTIONS + 1):
            self.fields[f"title_{number}"] = forms.CharField(
                label=gettext("Option {number}").format(number=number),
                max_length=60,
                required=number < 3,
            )
            self.fields[f"about_{number}"] = forms.CharField(
                label=gettext("In some words"), max_length=200, required=False
            )
            self.fields[f"picture_{number}"] = forms.FileField(
                label=gettext("Picture"),
                required=False,
                help_text=gettext("There is one; a new file replaces it.")
                if self.initial.get(f"kept_{number}")
                else "",
                widget=forms.FileInput(attrs={"accept": "image/*"}),
            )
        self.fields["results"] = self.fields.pop("results")

    def heads(self) -> list[str]:
        """Return what stands above the fields of the options."""
        return [gettext("Option"), gettext("In some words"), gettext("Picture")]

    def lines(self) -> list[list[forms.BoundField]]:
        """Return the fields of each option."""
        names = ("title", "about", "picture")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, MOST_OPTIONS + 1)]

    def besides(self) -> list[forms.BoundField]:
        """Return the fields that are not of an option."""
        return [self["results"]]

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes; pictures are kept as our own re-encoding."""
        typed, options = self.cleaned_data, []
        for number in range(1, MOST_OPTIONS + 1):
            if typed.get(f"title_{number}"):
                file = typed.get(f"picture_{number}")
                kept = keep_picture(file).sha256 if file else self.initial.get(f"kept_{number}", "")
                options.append(
                    {
                        "key": f"o{number}",
                        "title": typed[f"title_{number}"],
                        "about": typed.get(f"about_{number}") or "",
                        "picture": kept,
                    }
                )
        return {"results": typed["results"], "options": options}

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        found = {"results": settings["results"]}
        for option in settings["options"]:
            number = option["key"].lstrip("o")
            found |= {f"title_{number}": option["title"], f"about_{number}": option["about"]}
            found[f"kept_{number}"] = option["picture"]
        return found


def tell_vote(activity: Activity, took: TookPart) -> str:
    """Return the sentence that thanks for a vote."""
    options = VoteSettings.model_validate(activity.settings).options
    title = next(option.title for option in options if option.key == took.landed)
    told = gettext("Thank you for your vote for “{title}”.").format(title=title)
    return f"{told} {tell_prizes(activity, took)}" if took.prizes else told


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001
    """Return the options, and the count when it may be seen."""
    vote = VoteSettings.model_validate(activity.settings)
    may_see = vote.results == "live" or activity.state in OVER
    return {"vote": vote, "rows": count_answers(activity) if may_see else []}


def panel(activity: Activity) -> Mapping[str, Any]:
    """Return the count."""
    return {"rows": count_answers(activity)}


@require_GET
@member_page
def picture(request: HttpRequest, activity_id: UUID, sha256: str) -> HttpResponse:  # noqa: ARG001
    """Show a picture of an option."""
    activity = get_activity(activity_id)
    options = activity.settings.get("options", [])
    if activity.state in HIDDEN or sha256 not in {option.get("picture") for option in options}:
        raise UnknownActivity
    return picture_response(sha256)


router = Router()


@router.get("/activities/{activity_id}/answers", operation_id="activities.count_answers")
def answers(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return how often each answer was chosen: votes, guesses, or the scores of a quiz."""
    request.actor.require("activities.view")
    return {"items": [vars(row) for row in count_answers(get_activity(activity_id))]}


DOOR = KindDoor(
    form=VoteForm,
    told=tell_vote,
    shown=shown,
    panel=panel,
    member=[
        path("activities/<uuid:activity_id>/pictures/<slug:sha256>/", picture, name="activities.picture")
    ],
    api=router,
)
