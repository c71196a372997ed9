"""Templates, plans and clocks for tests of messages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.messages.actions.create_template import create_template
from qunying.messages.actions.dispatch_due import Dispatched, dispatch_due
from qunying.messages.actions.plan_sends import Planned, plan_sends
from qunying.messages.built_in import MAILBOX_ID

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)  # 12:00 in Shanghai
_numbers = count(1)


def words(now: datetime = NOON) -> dict[str, Any]:
    """The three arguments that every action takes."""
    return {"command_id": str(new_id()), "actor": system("test"), "now": now}


def make_template(
    *, purpose: str = "promotion", body: str = "Hello {{ name }}: {{ link }}", **text: Any
) -> UUID:
    """Return the id of a new template."""
    made = create_template(
        **words(),
        name=f"Template {next(_numbers)}",
        purpose=purpose,
        subject=text.get("subject", "News for {{ name }}"),
        body=body,
        variables=text.get("variables", {"name": "friend"}),
        texts=text.get("texts"),
    )
    return made.template_id


def plan(member_ids: list[UUID], *, now: datetime = NOON, **wanted: Any) -> Planned:
    """Plan a promotion in the mailbox, due at once, unless told otherwise."""
    values = {
        "campaign_id": new_id(),
        "step": "offer",
        "channel_id": MAILBOX_ID,
        "due_at": now,
        **wanted,
    }
    if "template_id" not in values:
        values["template_id"] = make_template()
    return plan_sends(**words(now), member_ids=member_ids, **values)


def dispatch(at: datetime = NOON) -> Dispatched:
    """Send what is due at one instant."""
    return dispatch_due(clock=lambda: at, lasts=timedelta(minutes=10))


def ticking(start: datetime, step: timedelta = timedelta(seconds=1)) -> Callable[[], datetime]:
    """Return a clock that moves on by ``step`` each time it is asked."""
    ticks = count()
    return lambda: start + step * next(ticks)
