"""The latest audit of the book."""

from qunying.ledger.models import AuditRun


def find_last_audit() -> AuditRun | None:
    """Return what the latest audit found, or None when there was none."""
    return AuditRun.objects.order_by("-ran_at").first()
