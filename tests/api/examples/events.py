"""Requests about reported events."""

from qunying.intake.actions.ingest_events import ingest_events
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from tests.api.examples import Example, example


def _reported(**fields: object) -> dict[str, object]:
    return {
        "source_event_id": "4711",
        "name": "product_viewed",
        "occurred_at": clock.now().isoformat(),
        "product": "85123A",
        **fields,
    }


def _set_aside() -> None:
    ingest_events(
        command_id=str(new_id()),
        actor=system("test"),
        now=clock.now(),
        source="shop",
        events=['{"name":"?"}'],
    )


@example("intake.ingest_events")
def _ingest() -> Example:
    body = {"source": "shop", "events": [_reported(), _reported(source_event_id="4712", quantity="many")]}
    return Example(body=body, other={"source": "shop", "events": [_reported(source_event_id="4713")]})


@example("intake.list_quarantined")
def _quarantined() -> Example:
    _set_aside()
    return Example(query={"reason": "bad_shape", "limit": 10})


@example("intake.replay_quarantined")
def _replay() -> Example:
    _set_aside()
    return Example(body={"reasons": ["bad_shape"]}, other={"reasons": ["too_old"]})
