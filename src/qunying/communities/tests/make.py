"""Communities for tests."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.import_roster import RosterImported, RosterRow, import_roster
from qunying.communities.actions.receive_messages import Received, receive_messages
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.models import Community
from qunying.communities.profile import CommunityProfile
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.members.tests.make import NOW, anybody


def make_community(
    name: str = "",
    *,
    capacity: int = 500,
    channel_id: UUID | None = None,
    platform: str = "wecom",
    **profile_fields: Any,
) -> Community:
    """Return a new active community."""
    fields = {"kind": "customer", "state": "active", **profile_fields}
    profile = CommunityProfile(
        name=name or f"Community {new_id().hex[:8]}",
        platform=platform,
        capacity=capacity,
        channel_id=channel_id,
        **fields,
    )
    created = create_community(command_id=str(new_id()), actor=anybody(), now=NOW, profile=profile)
    return Community.objects.get(pk=created.community_id)


def take_over(community: Community, *rows: RosterRow, is_complete: bool = False, now=NOW) -> RosterImported:
    """Take a roster over."""
    return import_roster(
        command_id=str(new_id()),
        actor=anybody(),
        now=now,
        community_id=community.id,
        rows=list(rows),
        is_complete=is_complete,
    )


def tell(community: Community, *rows: IncomingMessage, now: datetime = NOW) -> Received:
    """Take in what a platform tells of messages."""
    return receive_messages(
        command_id=str(new_id()), actor=anybody(), now=now, community_id=community.id, rows=list(rows)
    )


def said(key: str, text: str = "你好", minutes_ago: int = 10, **more: object) -> IncomingMessage:
    """Return a message of ten minutes ago."""
    values: dict[str, Any] = {
        "author_id": "u1",
        "author_name": "小王",
        "sent_at": NOW - timedelta(minutes=minutes_ago),
    }
    return IncomingMessage(platform_message_id=key, text=text, **{**values, **more})


def race(runs: Sequence[Callable[[], object]]) -> list[str]:
    """Run everything at once, each in a thread with a connection of its own; return ``done`` or the problem's name."""
    outcomes: list[str] = []
    start = threading.Barrier(len(runs))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
            outcomes.append("done")
        except Problem as problem:
            outcomes.append(type(problem).__name__)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[work]) for work in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
