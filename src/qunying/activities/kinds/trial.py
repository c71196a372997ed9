"""The product trial: members apply, staff choose, the chosen report what they found."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from django.utils.translation import gettext_lazy
from pydantic import Field, StringConstraints

from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, Award
from qunying.activities.rules import LARGEST_AMOUNT, MILLION, Line, Prize, Settings
from qunying.activities.stock import levels_of
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem

SAMPLE = "sample"


class AnswerNeeded(Problem):
    """Whoever applies answers the question."""

    code = "answer_needed"
    kind = ProblemKind.INVALID
    message = gettext_lazy("Please answer the question.")


class TrialSettings(Settings):
    """What is tried, by how many, what is asked of those who apply, and of those who are chosen.

    worth_of_one: in minor units. report_days: from being chosen. report_points: for a report that is accepted.
    """

    product: Line
    worth_of_one: int = Field(default=0, ge=0, le=LARGEST_AMOUNT)
    places: int = Field(ge=1, le=MILLION)
    question: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    report_days: int = Field(default=14, ge=1, le=180)
    report_points: int = Field(default=0, ge=0, le=MILLION)

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
    summary = gettext_lazy("Members apply, you choose who gets the product; they report what they found.")
    settings: ClassVar[type[Settings]] = TrialSettings
    once = True
    progress_template = "activities/progress_trial.html"
    panel_template = "activities/panel_trial.html"

    def take(self, turn: Turn) -> Taken:
        """Note an application."""
        if self.read(turn.activity).question and not turn.choice:
            raise AnswerNeeded
        return Taken(turn.note())

    def settles_by_itself(self, activity: Activity) -> bool:
        """Wait until everybody who applied, or as many as there are places, has been chosen."""
        waiting = activity.parts.filter(given="").exists()
        return not waiting or levels_of(activity)[SAMPLE].left == 0


def report_due(award: Award, settings: TrialSettings) -> datetime:
    """Return until when the report about a product is due."""
    return award.won_at + timedelta(days=settings.report_days)
