"""What goes where and when, and what the cadence rules say to it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qunying.communities.queries.get_community import list_communities
from qunying.content.models import CadenceRule, Placement
from qunying.content.placing import MOVABLE, placements_between
from qunying.content.platforms import PLATFORMS
from qunying.content.publishing import STEP
from qunying.engines.cadence import CadenceWarning, Post, Rule, Warns, check_cadence
from qunying.kernel.clock import day_end, day_start
from qunying.messages.queries.list_community_posts import list_community_posts

# How far around a range is looked: a text may come again after so many days at most.
AROUND = timedelta(days=31)


@dataclass
class Entry:
    """One post in the calendar, at its wall-clock time; ``item_id`` is None for posts that campaigns and services planned."""

    key: str
    title: str
    at: datetime
    place: str
    community_id: UUID | None
    state: str
    state_title: str
    text: str = ""
    item_id: UUID | None = None
    placement_id: UUID | None = None
    is_movable: bool = False
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Spoken:
    """A warning in words, with what it is about."""

    kind: str
    community_id: UUID
    day: date
    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """The days of a range, each with its posts in order of time, and everything to look at."""

    days: dict[date, list[Entry]]
    warnings: list[Spoken]


def get_calendar(first: date, last: date, *, zone: str, community_id: UUID | None = None) -> Calendar:
    """Return the calendar of local days, both included.

    Args:
        first, last: the days that are shown.
        zone: the brand's; times in the answer are wall-clock times of it.
        community_id: only this community; None for everything, our own pages and accounts too.
    """
    entries = _entries(day_start(first, zone) - AROUND, day_end(last, zone) + AROUND, ZoneInfo(zone))
    if community_id is not None:
        entries = [entry for entry in entries if entry.community_id == community_id]
    names, rules = _rules(community_id)
    posts = [
        Post(entry.key, entry.community_id, entry.at, entry.text)
        for entry in entries
        if entry.community_id is not None
    ]
    found = check_cadence(posts, rules, first=first, last=last)
    by_key = {entry.key: entry for entry in entries}
    spoken = [_spoken(warning, names, by_key) for warning in found]
    for warning in spoken:
        for key in warning.keys:
            by_key[key].warnings.append(warning.text)
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        days[entry.at.date()].append(entry)
    length = (last - first).days + 1
    return Calendar({day: days[day] for day in (first + timedelta(n) for n in range(length))}, spoken)


def list_cadence_rules() -> tuple[Rule, dict[UUID, Rule]]:
    """Return the rule for all communities, and those that have their own."""
    rules = {row.community_id: _rule(row) for row in CadenceRule.objects.all()}
    return rules.pop(None, Rule()), rules  # type: ignore[return-value]


def _rule(row: CadenceRule) -> Rule:
    return Rule(
        row.most_per_day, row.most_per_week, row.least_per_week, row.hours_between, row.duplicate_days
    )


def _rules(community_id: UUID | None) -> tuple[dict[Any, str], dict[Any, Rule]]:
    usual, own = list_cadence_rules()
    communities = [
        size.community
        for size in list_communities()
        if size.community.state != "closed" and community_id in (None, size.community.pk)
    ]
    names = {community.pk: community.name for community in communities}
    return names, {community.pk: own.get(community.pk, usual) for community in communities}


def _entries(start: datetime, end: datetime, zone: ZoneInfo) -> list[Entry]:
    placements = placements_between(start, end).prefetch_related("item__variants")
    entries = [_of_placement(placement, zone) for placement in placements]
    others = list_community_posts(start, end).exclude(step__startswith=STEP)
    names = {size.community.pk: size.community.name for size in list_communities()}
    for send in others:
        text = send.plan.template_version
        entries.append(
            Entry(
                key=f"send:{send.pk}",
                title=send.plan.title or text.subject or _("Post"),
                at=send.due_at.astimezone(zone).replace(tzinfo=None),
                place=names.get(send.community_id, "") if send.community_id else "",
                community_id=send.community_id,
                state="other",
                state_title=str(send.get_state_display()),
                text=f"{text.subject} {text.body}",
            )
        )
    return sorted(entries, key=lambda entry: (entry.at, entry.key))


def _of_placement(placement: Placement, zone: ZoneInfo) -> Entry:
    item = placement.item
    texts = {variant.platform: f"{variant.title} {variant.body}" for variant in item.variants.all()}
    is_open = placement.state in (Placement.State.PLANNED, Placement.State.FAILED)
    return Entry(
        key=f"placement:{placement.pk}",
        title=item.title,
        at=placement.planned_at.astimezone(zone).replace(tzinfo=None),
        place=str(placement.community or PLATFORMS[placement.platform].title),
        community_id=placement.community_id,
        state=placement.state if placement.state != Placement.State.PLANNED else item.state,
        state_title=str(
            placement.get_state_display()
            if placement.state != Placement.State.PLANNED
            else item.get_state_display()
        ),
        text=texts.get(placement.platform) or next(iter(texts.values()), ""),
        item_id=item.pk,
        placement_id=placement.pk,
        is_movable=is_open and item.state in MOVABLE,
    )


def _spoken(warning: CadenceWarning[str], names: dict[Any, str], entries: dict[str, Entry]) -> Spoken:
    titles = [f"“{entries[key].title}”" for key in warning.keys]
    texts = {
        Warns.TOO_OFTEN_A_DAY: _("{community}, {day}: {count} posts in a day, at most {limit} are wanted."),
        Warns.TOO_OFTEN_A_WEEK: _("{community}, week of {day}: {count} posts, at most {limit} are wanted."),
        Warns.TOO_CLOSE: _("{community}, {day}: less than {limit} hours between {titles}."),
        Warns.SAME_HOUR: _("{community}, {day}: {titles} come in the same hour."),
        Warns.DUPLICATE: _("{community}, {day}: {titles} say the same within {limit} days."),
        Warns.EMPTY_WEEK: _("{community}, week of {day}: {count} posts, at least {limit} are wanted."),
    }
    text = texts[warning.kind].format(
        community=names.get(warning.community, ""),
        day=warning.day.isoformat(),
        count=warning.count,
        limit=warning.limit,
        titles=pgettext("titles", " and ").join(titles[:2]),
    )
    return Spoken(str(warning.kind), warning.community, warning.day, text, warning.keys)  # type: ignore[arg-type]
