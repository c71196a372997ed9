"""What is owed beside balances: the nouns above say what of theirs waits to be given or sent."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Waiting:
    """Things won or bought that members have not got yet. worth_minor: of all of them together, 0 when unknown."""

    what: str | Promise
    count: int
    worth_minor: int
    currency: str


type Owing = Callable[[], list[Waiting]]

_OWING: list[Owing] = []


def add_owing(find: Owing) -> Owing:
    """Have what a noun owes told with everything else."""
    _OWING.append(find)
    return find


def list_waiting() -> list[Waiting]:
    """Return everything that waits to be given or sent."""
    return [row for find in _OWING for row in find() if row.count]
