"""Work of communities that comes round by itself, or soon."""

from uuid import UUID

import structlog

from qunying.communities.actions.post_notice import post_notice
from qunying.communities.inbound.importing import run_message_import
from qunying.communities.queries.list_notices import list_due_notices
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.jobs import job
from qunying.kernel.problems import Problem

log = structlog.get_logger()


@job(every="* * * * *")
def post_notices() -> None:
    """Post the notices whose time has come, every minute; one that goes wrong keeps no other."""
    now = clock.now()
    for notice in list_due_notices(now):
        try:
            post_notice(
                command_id=f"notice:{notice.pk}:{notice.next_at}",
                actor=system("communities.post_notices"),
                now=now,
                notice_id=notice.pk,
                due_at=notice.next_at,  # type: ignore[arg-type]
            )
        except Problem as problem:
            log.warning("notice_failed", notice=str(notice.pk), code=problem.code)


@job
def import_messages(import_id: str) -> None:
    """Take over a file of messages."""
    run_message_import(UUID(import_id), clock=clock.now)
