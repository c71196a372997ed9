"""End a team whose time is over."""

from datetime import datetime
from uuid import UUID

from qunying.activities.queries.list_rights import get_team
from qunying.activities.teams import fail_when_due
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act


@action
def end_team(*, command_id: str, actor: Actor, now: datetime, team_id: UUID) -> str:
    """Let a team go that was not full in time, with everybody's place, and return its state; else change nothing.

    Raises:
        UnknownTeam.
    """
    get_team(team_id)
    return fail_when_due(team_id, Act(command_id=command_id, actor=actor, now=now))
