"""What the messages noun says of a post that is ours."""

from contextlib import suppress
from datetime import datetime, timedelta

from qunying.content.actions.confirm_placement import confirm_placement
from qunying.content.actions.fail_placement import fail_placement
from qunying.content.drafting import WrongItemState
from qunying.content.placing import PlacementDone, PlacementNotFound
from qunying.content.publishing import placement_id_in
from qunying.kernel.actors import system
from qunying.messages.reasons import explanation
from qunying.stream.react import StreamEvent, reaction

PATIENCE = timedelta(days=7)


@reaction("community_posted", max_age=PATIENCE)
def note_posted(event: StreamEvent, now: datetime) -> None:
    """A post of an item is out: its place counts as published."""
    placement_id = placement_id_in(event.properties.get("step", ""))
    if placement_id is None:
        return
    with suppress(PlacementNotFound, PlacementDone, WrongItemState):
        confirm_placement(
            command_id=f"posted:{event.id}", actor=system("content"), now=now, placement_id=placement_id
        )


@reaction("message_refused", "message_dropped", max_age=PATIENCE)
def note_not_posted(event: StreamEvent, now: datetime) -> None:
    """A post of an item will not go out: its place says why."""
    placement_id = placement_id_in(event.properties.get("step", ""))
    if placement_id is None:
        return
    state = "refused" if event.name == "message_refused" else "dropped"
    with suppress(PlacementNotFound, PlacementDone):
        fail_placement(
            command_id=f"not_posted:{event.id}",
            actor=system("content"),
            now=now,
            placement_id=placement_id,
            reason=explanation(state, event.properties.get("reason", "")),
        )
