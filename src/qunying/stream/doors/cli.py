"""``qunying stream``: how the stream is, and bringing it into the lake by hand."""

from dataclasses import asdict
from typing import Annotated

import typer

from qunying.kernel import clock
from qunying.kernel.terminal import answer
from qunying.stream.compact import compact_lake
from qunying.stream.events import EventType, is_own_event
from qunying.stream.export import export_to_lake
from qunying.stream.export_identities import export_identities
from qunying.stream.queries.count_events import count_events
from qunying.stream.queries.get_status import get_status

app = typer.Typer(no_args_is_help=True, help="The event stream and its lake.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def status(*, json: Json = False) -> None:
    """Show how far the readers are, who holds them back, and what the lake holds."""
    answer(asdict(get_status()), json=json)


@app.command()
def export(*, compact: bool = False, json: Json = False) -> None:
    """Bring everything that is final into the lake; with --compact rewrite months of many small files too."""
    now = clock.now()
    done = asdict(export_to_lake(now))
    done["identities_replaced"] = export_identities(now)
    if compact:
        done["compacted"] = compact_lake(now).months
    answer(done, json=json)


@app.command()
def events(*, json: Json = False) -> None:
    """List the declared events: their properties, whether other systems may report them, how many there are."""
    counts = count_events()
    known = {
        name: {
            "title": str(known.title),
            "properties": dict(known.properties),
            "from_outside": not is_own_event(name),
            "count": counts.get(name, 0),
        }
        for name, known in sorted(EventType.known.items())
    }
    others = {
        name: {"from_outside": True, "count": count} for name, count in counts.items() if name not in known
    }
    answer({"events": {**known, **others}}, json=json)
