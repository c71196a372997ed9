"""What is kept of a community's past: states it went through, rules that it had."""

from datetime import datetime

from qunying.communities.events import COMMUNITY_STATE_CHANGED
from qunying.communities.models import Community, RulesVersion
from qunying.kernel.actors import Actor
from qunying.stream.record import NewEvent, record


def note_state(community: Community, old: str, now: datetime, reason: str = "") -> None:
    """Record that a community is in another state than before."""
    if community.state == old:
        return
    record(
        NewEvent(
            type=COMMUNITY_STATE_CHANGED,
            occurred_at=now,
            received_at=now,
            community_id=community.id,
            properties={"old": old, "new": community.state, "reason": reason},
        )
    )


def keep_rules(community: Community, now: datetime, actor: Actor) -> None:
    """Keep the rules as a new version when they differ from the last one; with the community's row held."""
    last = community.rules_versions.order_by("-version").first()
    if community.rules == (last.text if last else ""):
        return
    RulesVersion.objects.create(
        community=community,
        version=last.version + 1 if last else 1,
        text=community.rules,
        valid_from=now,
        written_by=actor.key,
    )
