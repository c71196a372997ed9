"""The guess: one answer until the close; then two people enter the outcome, and who was right share or are drawn."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.kinds.draw import freeze
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.kinds.vote import MOST_OPTIONS, NoSuchOption, check_options
from qunying.activities.models import Activity, Participation
from qunying.activities.promises import name_of
from qunying.activities.rules import MOST_PRIZES, Line, Prize, Settings
from qunying.engines.public_draw import commit_secret
from qunying.kernel.acts import Act
from qunying.members.queries.resolve_members import present_ids


class Answer(BaseModel):
    """What can be guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,11}$")]
    title: Line


class GuessSettings(Settings):
    """What is asked, what can be guessed, and where the outcome will be found.

    pot_points: who was right share so many points, each the same whole number, what is left over stays with the brand; or, when it is 0,
    the prizes are drawn among who was right. alternates: how many are named to step in.
    """

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    options: list[Answer] = Field(min_length=2, max_length=MOST_OPTIONS)
    sources: list[Line] = Field(min_length=1, max_length=3)
    pot_points: int = Field(default=0, ge=0, le=10**9)
    prizes: list[Prize] = Field(default_factory=list, max_length=MOST_PRIZES)
    alternates: int = Field(default=0, ge=0, le=1_000)


class Guess(Kind):
    """A question whose answer nobody knows yet."""

    slug = "guess"
    title = gettext_lazy("Guess")
    summary = gettext_lazy("Members guess how something will end; who was right share points or are drawn.")
    settings: ClassVar[type[Settings]] = GuessSettings
    is_chance = True
    once = True
    progress_template = "activities/progress_guess.html"
    panel_template = "activities/panel_guess.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse both ways of rewarding at once, or none."""
        guess = GuessSettings.model_validate(settings.model_dump())
        check_options([option.key for option in guess.options])
        if bool(guess.pot_points) == bool(guess.prizes):
            raise ValueError(_("either points are shared or prizes are drawn, not both and not neither"))
        return guess

    def promise(self, activity: Activity, secret: bytes) -> str:  # noqa: ARG002
        """Return the promise of the secret half of the draw."""
        return commit_secret(secret)

    def take(self, turn: Turn) -> Taken:
        """Note the guess."""
        guess: GuessSettings = self.read(turn.activity)
        if turn.choice not in {option.key for option in guess.options}:
            raise NoSuchOption
        return Taken(turn.note(landed=turn.choice))

    def close(self, activity: Activity, act: Act) -> dict[str, Any]:
        """Freeze the guesses, and who cannot win."""
        return freeze(activity, guesses_of(activity), act)

    def settles_by_itself(self, activity: Activity) -> bool:  # noqa: ARG002
        """Wait for the outcome."""
        return False


def guesses_of(activity: Activity) -> dict[str, UUID]:
    """Return ``<name>:<guess>`` for everybody, with who they are now; of members who became one the earlier guess counts."""
    rows = list(
        Participation.objects.filter(activity=activity)
        .order_by("at", "id")
        .values_list("member_id", "landed")
    )
    present = present_ids(member for member, _guess in rows)
    first: dict[UUID, str] = {}
    for member, guessed in rows:
        first.setdefault(present[member], guessed)
    return {f"{name_of(activity, owner)}:{guessed}": owner for owner, guessed in first.items()}
