"""What a member is told when they have taken part."""

from dataclasses import dataclass, field
from uuid import UUID

from qunying.activities.kinds.kind import Taken
from qunying.activities.models import Award


@dataclass(frozen=True)
class PrizeTold:
    """A prize as it is told to whoever won it."""

    award_id: UUID
    name: str
    kind: str
    amount: int
    state: str

    @classmethod
    def of(cls, award: Award) -> "PrizeTold":
        """Return a prize as it is told."""
        return cls(award.id, award.name, award.kind, award.amount, award.state)


@dataclass(frozen=True)
class TookPart:
    """What came of it: which of the member's times it was, its serial among all, what was won.

    right_id, team_id: the right to buy, and the team in which it waits for others.
    """

    participation_id: UUID
    number: int
    serial: int | None
    landed: str
    prizes: list[PrizeTold] = field(default_factory=list)
    right_id: UUID | None = None
    team_id: UUID | None = None


def told(taken: Taken) -> TookPart:
    """Return a turn as it is told."""
    part, right = taken.participation, taken.right
    return TookPart(
        part.id,
        part.number,
        part.serial,
        part.landed,
        [PrizeTold.of(award) for award in taken.awards],
        right_id=right.id if right else None,
        team_id=right.team_id if right else None,
    )
