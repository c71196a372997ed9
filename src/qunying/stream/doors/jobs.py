"""What the worker does for the stream by itself."""

from qunying.kernel import clock
from qunying.kernel.jobs import job
from qunying.stream import compact, export_identities, housekeeping, run_reactions
from qunying.stream import export as exporting


@job(every="* * * * * */5")
def react() -> None:
    """Run the reactions; whoever records an event with a reaction asks for it as well."""
    run_reactions.run_reactions(clock.now())


@job(every="*/3 * * * *")
def export() -> None:
    """Bring what is final into the lake; imports ask for it as well."""
    exporting.export_to_lake(clock.now())
    export_identities.export_identities(clock.now())


@job(every="17 * * * *")
def compact_lake() -> None:
    """Keep the lake quick to read."""
    compact.compact_lake(clock.now())


@job(every="41 3 * * *")
def keep_house() -> None:
    """Make the partitions ahead, drop those that the lake holds, forget old keys."""
    housekeeping.keep_house(clock.now())
