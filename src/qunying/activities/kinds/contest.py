"""The buyer-show contest: members enter works that they sent in, others vote or a jury scores, ranks win prizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from qunying.activities.acting import by_the_rules
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, ContestWork
from qunying.activities.prizes import award_prizes
from qunying.activities.rules import MOST_PRIZES, Prize, Settings
from qunying.activities.vote_signs import is_held, leave_out_doubles
from qunying.content.queries.get_item import list_gallery, list_submissions
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.members.queries.resolve_members import present_ids

CAN_ENTER = ("received", "accepted")


class WorkNotFit(Problem):
    """The work is not the member's, is no buyer show, or was turned down."""

    code = "work_not_fit"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("Choose one of your own buyer shows that is in the gallery or waits for review.")


class WorkEntered(Problem):
    """The work takes part already."""

    code = "work_entered"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("This work takes part already.")


class ContestSettings(Settings):
    """Prizes for ranks, the best first: as many ranks as there are of each.

    ranked_by: members' votes, or the average of a jury's scores. votes_a_day: how many votes a member has on a day, one for a
    work. jurors: how many scores a work needs. How many works a member may enter is the activity's own limit.
    """

    prizes: list[Prize] = Field(min_length=1, max_length=MOST_PRIZES)
    ranked_by: Literal["votes", "jury"] = "votes"
    votes_a_day: int = Field(default=1, ge=1, le=20)
    jurors: int = Field(default=1, ge=1, le=20)


@dataclass(frozen=True)
class Standing:
    """A work of a contest with what it has: votes, scores, and their average from 0 to 100."""

    work: ContestWork
    votes: int
    scores: int
    average: float

    def result(self, ranked_by: str) -> float:
        """Return what ranks it."""
        return self.votes if ranked_by == "votes" else self.average


class Contest(Kind):
    """A competition of works."""

    slug = "contest"
    title = gettext_lazy("Buyer-show contest")
    summary = gettext_lazy("Members enter buyer shows; votes or a jury rank them, and ranks win prizes.")
    settings: ClassVar[type[Settings]] = ContestSettings
    progress_template = "activities/progress_contest.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse prizes that cannot be won by a rank."""
        rules = ContestSettings.model_validate(settings.model_dump())
        if any(prize.kind == "chances" for prize in rules.prizes):
            raise ValueError(_("further chances are of no use here"))
        return rules

    def take(self, turn: Turn) -> Taken:
        """Enter a work. What still waits for review is shown as soon as it is in the gallery."""
        own = list_own_ids(turn.member_id)
        found = list_submissions(member_ids=own).filter(pk=_id(turn.choice), kind="buyer_show").first()
        if found is None or found.state not in CAN_ENTER:
            raise WorkNotFit
        try:
            with transaction.atomic():
                ContestWork.objects.create(
                    activity=turn.activity,
                    submission=found,
                    member_id=turn.member_id,
                    entered_at=turn.act["now"],
                )
        except IntegrityError as error:
            raise WorkEntered from error
        return Taken(turn.note(landed=str(found.pk)))

    def settles_by_itself(self, activity: Activity) -> bool:
        """Wait until the jury has scored every work that can win, or a person has looked at votes that show signs."""
        rules: ContestSettings = self.read(activity)
        if rules.ranked_by == "votes":
            return not is_held(activity)
        return all(standing.scores >= rules.jurors for standing in list_standings(activity))

    def settle(self, activity: Activity, act: Act) -> dict[str, Any] | None:
        """Rank the works and give the prizes: a member wins once, with the best of theirs; nothing wins without a vote or point."""
        rules: ContestSettings = self.read(activity)
        if rules.ranked_by == "votes":
            leave_out_doubles(activity, rules.votes_a_day)
        ranked = ranked_standings(list_standings(activity), rules.ranked_by)
        present = present_ids({standing.work.member_id for standing in ranked})
        prizes = [prize for prize in rules.prizes for _unit in range(prize.count)]
        winners: dict[UUID, None] = {}
        for rank, standing in enumerate(ranked, 1):
            standing.work.rank = rank
            if standing.result(rules.ranked_by) > 0:
                winners.setdefault(present[standing.work.member_id])
        ContestWork.objects.bulk_update([one.work for one in ranked], ["rank"], batch_size=1_000)
        award_prizes(activity, list(zip(winners, prizes, strict=False)), by_the_rules(act))
        return None


def list_standings(activity: Activity) -> list[Standing]:
    """Return the works that everybody sees: in the gallery, and not taken out; the latest first."""
    works = (
        ContestWork.objects.filter(activity=activity, removed_at=None, submission__in=list_gallery())
        .select_related("submission")
        .prefetch_related("submission__places")
        .annotate(
            vote_count=Count("votes", filter=Q(votes__is_counted=True), distinct=True),
            score_count=Count("scores", distinct=True),
            average=Avg("scores__points"),
        )
        .order_by("-entered_at", "id")
    )
    return [Standing(work, work.vote_count, work.score_count, float(work.average or 0)) for work in works]


def ranked_standings(standings: Sequence[Standing], ranked_by: str) -> list[Standing]:
    """Return works by rank; of equal ones the first that was entered stands higher, as the rules say."""
    return sorted(standings, key=lambda one: (-one.result(ranked_by), one.work.entered_at, str(one.work.pk)))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
