"""Audit the book and keep what was found."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.models import AuditRun
from qunying.ledger.queries.audit import AuditReport, run_checks


@action
def run_audit(*, command_id: str, actor: Actor, now: datetime) -> AuditReport:
    """Run every check over all rows, keep the result for the console, and return it."""
    report = run_checks()
    AuditRun.objects.create(
        id=new_id(),
        ran_at=now,
        ok=report.ok,
        seconds=report.seconds,
        checks=[{"name": check.name, "ok": check.ok, "breaks": check.breaks} for check in report.checks],
    )
    return report
