"""What a kind of activity is: its settings, what taking part does, what is promised and published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.activities.models import Activity, Award, Participation, Right
from qunying.activities.rules import Prize, Settings
from qunying.activities.stock import stock_up
from qunying.engines.simulate_activity import Mechanic, SimulatedPrize
from qunying.kernel.actions import Running
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem

LONGEST_CHOICE = 200


class NothingLeft(Problem):
    """Everything that there was has been given out."""

    code = "nothing_left"
    kind = ProblemKind.CONFLICT
    message = _("“{title}”: nothing is left.")


@dataclass(frozen=True)
class Turn:
    """A member at the door of an activity, checked and counted. spend_id: the points they paid for this turn."""

    activity: Activity
    member_id: UUID
    number: int
    choice: str
    act: Act
    spend_id: UUID | None = None

    def note(self, **fields: Any) -> Participation:
        """Write the turn down."""
        participation = self.unwritten(**fields)
        participation.save(force_insert=True)
        return participation

    def numbered(self, number: int) -> "Turn":
        """Return the turn with its number."""
        return replace(self, number=number)

    def unwritten(self, **fields: Any) -> Participation:
        """Return what is to be written down of the turn."""
        return Participation(
            activity=self.activity,
            member_id=self.member_id,
            number=self.number,
            choice=fields.pop("choice", self.choice),
            spend_id=self.spend_id,
            at=self.act["now"],
            **fields,
        )


@dataclass(frozen=True)
class Taken:
    """What came of a turn."""

    participation: Participation
    awards: list[Award] = field(default_factory=list)
    right: Right | None = None


class Desk(Protocol):
    """Where many are served at once: all that is needed is read before, and written in a few statements.

    needs: the units of each stock that one turn takes. most: turns per member in all; None is without limit. is_ranked: whether it serves after the ranking of a fair window
    (True) or before it (False); None where nothing is ranked.
    """

    @property
    def needs(self) -> Mapping[UUID, int]: ...
    @property
    def most(self) -> int | None: ...
    @property
    def is_ranked(self) -> bool | None: ...

    def check(self, turns_before: int) -> None:
        """Refuse a member by the turns they have had. Raises: Problem."""

    def serve(
        self, turns: Sequence[Turn], units: Mapping[UUID, Sequence[int]], runnings: Sequence[Running]
    ) -> list[Taken]:
        """Write what comes of turns.

        Args:
            units: the serials that were taken of each stock, for all of them.
            runnings: the command of each.
        """
        ...


class Kind:
    """One kind of activity. A kind overrides what is different with it.

    once: a member takes part once. own_limits: times per member, and per member and day, when staff do not choose them.
    has_desk: a rush of members is served together.
    progress_template, panel_template: what members see of the course of it, and what staff see besides stock and prizes.
    """

    slug: ClassVar[str]
    title: ClassVar[str | Promise]
    summary: ClassVar[str | Promise]
    settings: ClassVar[type[Settings]]
    is_chance: ClassVar[bool] = False
    once: ClassVar[bool] = False
    own_limits: ClassVar[tuple[int | None, int | None] | None] = None
    gives_rights: ClassVar[bool] = False
    has_desk: ClassVar[bool] = False
    progress_template: ClassVar[str] = ""
    panel_template: ClassVar[str] = ""

    @property
    def play_template(self) -> str:
        """Return the part of the member's page that takes part."""
        return f"activities/play_{self.slug}.html"

    def title_of(self, activity: Activity) -> str | Promise:  # noqa: ARG002
        """Return what people are told that an activity of this kind is."""
        return self.title

    def read(self, activity: Activity) -> Any:
        """Return the settings of an activity of this kind."""
        return self.settings.model_validate(activity.settings)

    def checked(self, settings: Settings) -> Settings:
        """Return settings that are whole, with what follows from them filled in.

        Raises: ValueError with a sentence when they cannot be.
        """
        return settings

    def ends(self, settings: Settings) -> datetime | None:  # noqa: ARG002
        """Return when it is over, for a kind that goes on after its close."""
        return None

    def promise(self, activity: Activity, secret: bytes) -> str:  # noqa: ARG002
        """Return the hash that is published before opening; empty when there is nothing to promise."""
        return ""

    def furnish(self, activity: Activity, act: Act) -> None:
        """Make what the activity needs to open: its stock."""
        for prize in self.read(activity).prizes_of():
            stock_up(activity, prize.key, prize.count, act)

    def take(self, turn: Turn) -> Taken:
        """Do what taking part does."""
        raise NotImplementedError

    def phase(self, activity: Activity, now: datetime) -> bool | None:  # noqa: ARG002
        """Return which desk serves at this instant (``Desk.is_ranked``)."""
        return None

    def desk(self, activity: Activity, is_ranked: bool | None) -> Desk:
        """Return where many are served at once, for a kind that has it."""
        raise NotImplementedError

    def is_drawn(self, activity: Activity) -> bool:  # noqa: ARG002
        """Tell whether tickets are frozen at the close and drawn from with a public value."""
        return False

    def close(self, activity: Activity, act: Act) -> dict[str, Any] | None:  # noqa: ARG002
        """Return what is published at the close, if anything."""
        return None

    def settle(self, activity: Activity, act: Act) -> dict[str, Any] | None:  # noqa: ARG002
        """Return what is published when it is settled, if anything."""
        return None

    def mechanic(self, activity: Activity) -> Mechanic | None:  # noqa: ARG002
        """Return what a turn leads to, as simulations want it; None for a kind that is not simulated."""
        return None

    def settles_by_itself(self, activity: Activity) -> bool:  # noqa: ARG002
        """Tell whether nothing but the close is waited for."""
        return True


def simulated(prizes: list[Prize], chances: Mapping[str, float] | None = None) -> list[SimulatedPrize]:
    """Return prizes as simulations want them; ``chances`` by key, for odds."""
    return [
        SimulatedPrize(
            prize.key,
            prize.count,
            prize.amount if prize.kind == "money" else prize.worth_minor,
            (chances or {}).get(prize.key, 0.0),
        )
        for prize in prizes
    ]


def prize_by_key(settings: Settings, key: str) -> Prize:
    """Return one of the prizes. Raises: StopIteration never, because rules name only their own."""
    return next(prize for prize in settings.prizes_of() if prize.key == key)
