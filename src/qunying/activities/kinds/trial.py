"""The product trial: members apply, staff choose or a public draw does, the chosen report what they found."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.kinds.draw import check_draw_time, entries_of, freeze, ticket_of
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, Award
from qunying.activities.rules import LARGEST_AMOUNT, MILLION, Line, Prize, Settings
from qunying.activities.stock import levels_of
from qunying.engines.public_draw import commit_secret
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem

SAMPLE = "sample"


class AnswerNeeded(Problem):
    """Whoever applies answers the question."""

    code = "answer_needed"
    kind = ProblemKind.INVALID
    message = gettext_lazy("Please answer the question.")


class TrialPlaces(BaseModel):
    """How many are drawn, as the checking program reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Literal["sample"] = "sample"
    count: int = Field(ge=1)


class TrialSettings(Settings):
    """What is tried, by how many, what is asked of those who apply, and of those who are chosen.

    worth_of_one: in minor units. report_days: from being chosen. report_points: for a report that is accepted.
    is_drawn: by lot instead of staff's choice; then draw_at, sources and alternates are those of a draw. prizes: follow
    from these, for the program that checks the draw.
    """

    product: Line
    worth_of_one: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    places: int = Field(ge=1, le=MILLION)
    question: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    report_days: int = Field(default=14, ge=1, le=180)
    report_points: int = Field(default=0, ge=0, le=MILLION)
    is_drawn: bool = False
    draw_at: Annotated[str, StringConstraints(max_length=20)] = ""
    sources: list[Line] = Field(default=[], max_length=3)
    alternates: int = Field(default=0, ge=0, le=1_000)
    prizes: list[TrialPlaces] = Field(default=[], max_length=1)

    def prizes_of(self) -> list[Prize]:
        """Return the product as goods to be sent."""
        return [
            Prize(
                key=SAMPLE, name=self.product, kind="goods", worth_minor=self.worth_of_one, count=self.places
            )
        ]


class Trial(Kind):
    """A product to try, for a report."""

    slug = "trial"
    title = gettext_lazy("Product trial")
    summary = gettext_lazy(
        "Members apply; you choose who gets the product, or the lot does. They report what they found."
    )
    settings: ClassVar[type[Settings]] = TrialSettings
    once = True
    progress_template = "activities/progress_trial.html"
    panel_template = "activities/panel_trial.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse a draw without a public value, and write down what is drawn."""
        trial = TrialSettings.model_validate(settings.model_dump())
        if not trial.is_drawn:
            return trial.model_copy(update={"draw_at": "", "sources": [], "alternates": 0, "prizes": []})
        if not trial.sources:
            raise ValueError(_("a draw needs a public value"))
        check_draw_time(trial.draw_at)
        return trial.model_copy(update={"prizes": [TrialPlaces(count=trial.places)]})

    def is_drawn(self, activity: Activity) -> bool:
        """Tell whether the lot decides."""
        return bool(activity.settings.get("is_drawn"))

    def promise(self, activity: Activity, secret: bytes) -> str:
        """Return the promise of the secret half of the draw, if there is one."""
        return commit_secret(secret) if self.is_drawn(activity) else ""

    def take(self, turn: Turn) -> Taken:
        """Note an application; it is a ticket where the lot decides."""
        if self.read(turn.activity).question and not turn.choice:
            raise AnswerNeeded
        return Taken(turn.note(landed=ticket_of(turn) if self.is_drawn(turn.activity) else ""))

    def close(self, activity: Activity, act: Act) -> dict[str, Any] | None:
        """Freeze the applications where the lot decides."""
        return freeze(activity, entries_of(activity), act) if self.is_drawn(activity) else None

    def settles_by_itself(self, activity: Activity) -> bool:
        """Wait for the draw, or until everybody who applied, or as many as there are places, has been chosen."""
        if self.is_drawn(activity):
            return False
        waiting = activity.parts.filter(given="").exists()
        return not waiting or levels_of(activity)[SAMPLE].left == 0


def report_due(award: Award, settings: TrialSettings) -> datetime:
    """Return until when the report about a product is due."""
    return award.won_at + timedelta(days=settings.report_days)
