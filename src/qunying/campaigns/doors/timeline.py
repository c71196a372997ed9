"""Timelines as plain HTML: bars and marks whose place is a percentage of the days shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qunying.campaigns.models import Campaign, Stage, StageKind, Task

MOST_MARKS = 12
DAYS_OF_A_YEAR = 366
LAST_MARK = 0.95  # further right its words would be cut off


@dataclass(frozen=True)
class Bar:
    """A bar over some days. left and width are percentages."""

    label: str
    starts_on: date
    ends_on: date
    left: float
    width: float
    tone: str
    campaign: Campaign | None = None
    tasks: Sequence[tuple[Task, float]] = ()


@dataclass(frozen=True)
class Timeline:
    """Bars below a row of dates. today is a percentage, or None when it is outside."""

    starts_on: date
    ends_on: date
    marks: list[tuple[str, float]]
    bars: list[Bar]
    today: float | None


def timeline_of_stages(stages: Sequence[Stage], tasks: Sequence[Task], today: date) -> Timeline | None:
    """Return the four stages of a campaign with their tasks on them; None without stages."""
    if not stages:
        return None
    ordered = sorted(stages, key=lambda stage: list(StageKind).index(StageKind(stage.kind)))
    days = [
        *(stage.starts_on for stage in stages),
        *(stage.ends_on for stage in stages),
        *(t.due_on for t in tasks),
    ]
    frame = _Frame(min(days), max(days))
    bars = []
    for stage in ordered:
        own = [(task, frame.middle(task.due_on)) for task in tasks if task.stage == stage.kind]
        bars.append(
            frame.bar(stage.get_kind_display(), stage.starts_on, stage.ends_on, stage.kind, tasks=own)
        )
    return frame.timeline(bars, today)


def timeline_of_campaigns(campaigns: Sequence[Campaign], today: date) -> Timeline | None:
    """Return campaigns from their first to their last day; None without any."""
    if not campaigns:
        return None
    frame = _Frame(min(row.starts_on for row in campaigns), max(row.ends_on for row in campaigns))
    ordered = sorted(campaigns, key=lambda row: (row.starts_on, row.name))
    bars = [frame.bar(row.name, row.starts_on, row.ends_on, row.state, campaign=row) for row in ordered]
    return frame.timeline(bars, today)


class _Frame:
    """The days that are shown, and where in them something lies."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = (last - first).days + 1

    def middle(self, day: date) -> float:
        return ((day - self.first).days + 0.5) / self.days * 100

    def bar(
        self,
        label: str,
        starts_on: date,
        ends_on: date,
        tone: str,
        *,
        campaign: Campaign | None = None,
        tasks: Sequence[tuple[Task, float]] = (),
    ) -> Bar:
        left = (starts_on - self.first).days / self.days * 100
        width = ((ends_on - starts_on).days + 1) / self.days * 100
        return Bar(label, starts_on, ends_on, left, width, tone, campaign, tasks)

    def timeline(self, bars: list[Bar], today: date) -> Timeline:
        step = max(1, -(-self.days // MOST_MARKS))
        form = "%m-%d" if self.first.year == self.last.year or self.days <= DAYS_OF_A_YEAR else "%Y-%m"
        marks = [
            ((self.first + timedelta(days=offset)).strftime(form), offset / self.days * 100)
            for offset in range(0, self.days, step)
            if offset / self.days < LAST_MARK
        ]
        inside = self.first <= today <= self.last
        return Timeline(self.first, self.last, marks, bars, self.middle(today) if inside else None)
