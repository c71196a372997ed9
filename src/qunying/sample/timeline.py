"""When things happen in the sample. Orders and their times are real; what Qunying did with them is told as if it had been there."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from qunying.kernel import actors
from qunying.kernel.actors import Actor

ZONE = "Europe/London"
CURRENCY = "GBP"
ANALYSIS_AT = datetime(2011, 12, 9, 23, 59, 59, tzinfo=UTC)  # the end of the last day with orders

PLANNED_AT = datetime(2011, 9, 5, 9, tzinfo=UTC)
LAUNCHED_AT = datetime(2011, 9, 12, 9, tzinfo=UTC)

INSTALLER: Actor = actors.system("sample")

_NAMES = UUID("b1d4c2f2-8a53-4c8e-9f0a-1d7c3f6a2e11")


def fixed_id(name: str) -> UUID:
    """Return the id that a thing of the sample always has, so that a load that was cut short goes on where it stopped."""
    return uuid5(_NAMES, name)


def command(name: str) -> str:
    """Return the command id of a step; the same step again gets its stored answer."""
    return f"sample:{name}"
