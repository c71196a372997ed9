"""The brand's lifecycle stages and scoring."""

from datetime import datetime

from qunying.segments.models import Definitions
from qunying.segments.rules.policy import (
    DEFAULT_BINS,
    DEFAULT_STAGES,
    DEFAULT_WINDOW_DAYS,
    ScoringPolicy,
    default_policy,
    policy_of,
)


def get_policy(as_of: datetime) -> ScoringPolicy:
    """Return the definitions that were in force at an instant; the defaults before anybody changed them."""
    row = Definitions.objects.filter(valid_from__lte=as_of).order_by("-version").first()
    return policy_of(row.version, row.stages, row.window_days, row.bins) if row else default_policy()


def get_definitions() -> Definitions:
    """Return the newest definitions, as stored; the defaults as version 0 when nobody has changed them."""
    newest = Definitions.objects.order_by("-version").first()
    return newest or Definitions(
        version=0, stages=DEFAULT_STAGES, window_days=DEFAULT_WINDOW_DAYS, bins=DEFAULT_BINS, changed_by=""
    )


def list_definitions() -> list[Definitions]:
    """Return all versions, the newest first."""
    return list(Definitions.objects.order_by("-version"))
