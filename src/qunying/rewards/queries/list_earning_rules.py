"""Rules of earning with what came of them, earnings of a member, runs over the past."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from qunying.members.queries.get_member import list_own_ids
from qunying.rewards.models import Earning, EarningRule, PastEarning


@dataclass(frozen=True)
class RuleOutcome:
    """A rule as lists show it: the version that says most about it now, and what all versions have given."""

    rule: EarningRule
    state: str
    draft: EarningRule | None
    times: int
    units: int


def list_earning_rules(now: datetime) -> list[RuleOutcome]:
    """Return every rule once, those in force first; ``state`` is in_force, planned, draft or ended."""
    versions: dict[UUID, list[EarningRule]] = {}
    for row in EarningRule.objects.order_by("series", "version"):
        versions.setdefault(row.series, []).append(row)
    given = Earning.objects.values("series").annotate(
        times=Count("id"), total=Sum(F("units") - F("taken_back"))
    )
    sums = {row["series"]: (row["times"], row["total"] or 0) for row in given}
    outcomes = [_outcome(rows, now, *sums.get(series, (0, 0))) for series, rows in versions.items()]
    order = ("in_force", "planned", "draft", "ended")
    return sorted(outcomes, key=lambda each: (order.index(each.state), each.rule.asset, each.rule.name))


def _outcome(rows: list[EarningRule], now: datetime, times: int, units: int) -> RuleOutcome:
    draft = next((row for row in rows if row.state == EarningRule.State.DRAFT), None)
    shown = next((row for row in rows if rule_state(row, now) == "in_force"), rows[-1])
    return RuleOutcome(shown, rule_state(shown, now), draft, times, units)


def rule_state(rule: EarningRule, now: datetime) -> str:
    """Return where a version stands: draft, planned, in_force or ended."""
    if rule.starts_at is None:
        return "draft"
    if rule.ends_at is not None and rule.ends_at <= now:
        return "ended"
    return "in_force" if rule.starts_at <= now else "planned"


def list_versions(series: UUID) -> list[EarningRule]:
    """Return the versions of a rule, newest first."""
    return list(EarningRule.objects.filter(series=series).order_by("-version"))


def list_earnings(member_id: UUID | None = None, *, series: UUID | None = None) -> QuerySet[Earning]:
    """Return what was earned, by a member (also under ids merged with them) or under a rule; order it by ``-earned_at``."""
    earnings = Earning.objects.select_related("rule")
    if member_id is not None:
        earnings = earnings.filter(member_id__in=list_own_ids(member_id))
    return earnings.filter(series=series) if series is not None else earnings


def list_running_past_earnings() -> list[UUID]:
    """Return the runs over orders of the past that are not done, oldest first."""
    running = PastEarning.objects.filter(state=PastEarning.State.RUNNING).order_by("started_at")
    return list(running.values_list("id", flat=True))


def list_past_earnings(size: int = 20) -> list[PastEarning]:
    """Return the latest runs over orders of the past."""
    return list(PastEarning.objects.order_by("-started_at")[:size])
