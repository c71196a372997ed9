"""The vote: options with words and pictures, so many votes per member and day, results shown at once or after the close."""

from typing import Annotated, ClassVar, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.prizes import award_prize
from qunying.activities.rules import Line, Prize, Settings
from qunying.activities.stock import take_unit
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem

MOST_OPTIONS = 10


class NoSuchOption(Problem):
    """What was chosen is not offered."""

    code = "no_such_option"
    kind = ProblemKind.INVALID
    message = gettext_lazy("Choose one of what is offered.")


class Option(BaseModel):
    """What can be chosen. picture: the name under which a picture is kept; empty for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,11}$")]
    title: Line
    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    picture: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""


class VoteSettings(Settings):
    """Options, when their votes are shown, and at most one prize, which thanks for the first vote while there are some."""

    options: list[Option] = Field(min_length=2, max_length=MOST_OPTIONS)
    results: Literal["live", "after"] = "live"
    prizes: list[Prize] = Field(default_factory=list, max_length=1)


class Vote(Kind):
    """What members like best."""

    slug = "vote"
    title = gettext_lazy("Vote")
    summary = gettext_lazy("Members vote for what they like best, once or every day.")
    settings: ClassVar[type[Settings]] = VoteSettings
    progress_template = "activities/progress_vote.html"
    panel_template = "activities/panel_answers.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse two options with one key."""
        vote = VoteSettings.model_validate(settings.model_dump())
        check_options([option.key for option in vote.options])
        return vote

    def take(self, turn: Turn) -> Taken:
        """Count a vote, and thank for the first one."""
        vote: VoteSettings = self.read(turn.activity)
        if turn.choice not in {option.key for option in vote.options}:
            raise NoSuchOption
        prize = vote.prizes[0] if vote.prizes and turn.number == 1 else None
        serial = take_unit(turn.activity, prize.key, turn.act) if prize else None
        if prize is None or serial is None:
            return Taken(turn.note(landed=turn.choice))
        part = turn.note(landed=turn.choice, given=prize.key)
        award = award_prize(turn.activity, turn.member_id, prize, turn.act, participation=part, serial=serial)
        return Taken(part, [award])


def check_options(keys: list[str]) -> None:
    """Refuse keys that are there twice. Raises: ValueError."""
    if len(keys) != len(set(keys)):
        raise ValueError(_("two options have the same key"))
