"""In whose name prizes are given."""

from qunying.kernel import actors
from qunying.kernel.acts import Act


def by_the_rules(act: Act) -> Act:
    """Return the act by which prizes are given: not by whoever is at the door, but by rules that were approved."""
    return {**act, "actor": actors.system("activities")}
