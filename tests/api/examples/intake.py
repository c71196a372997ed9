"""Requests about events from outside."""

import json
from datetime import timedelta
from typing import Any

from qunying.intake.actions.ingest_events import ingest_events
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.members.tests.make import anybody
from tests.api.examples import Example, example


def reported(**fields: Any) -> dict[str, Any]:
    """An event as a shop reports it."""
    at = clock.now() - timedelta(hours=1)
    return {"source_event_id": str(new_id()), "name": "product_viewed", "occurred_at": at.isoformat(), **fields}


@example("intake.ingest_events")
def ingest() -> Example:
    body = {"source": "shop", "events": [reported(product="85123A"), reported()]}
    return Example(body=body, other={"source": "shop", "events": [reported()]})


def set_aside() -> None:
    """Have one event in quarantine."""
    event = json.dumps(reported(member_id=str(new_id())), sort_keys=True)
    now = clock.now()
    ingest_events(command_id=str(new_id()), actor=anybody(), now=now, source="shop", events=[event])


@example("intake.list_quarantined")
def list_quarantined() -> Example:
    set_aside()
    return Example(query={"limit": 5})


@example("intake.replay_quarantined")
def replay() -> Example:
    set_aside()
    return Example(body={"reasons": ["unknown_member"]}, other={"after_id": 3})
