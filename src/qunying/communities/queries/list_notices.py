"""Notices, and when they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qunying.communities.models import Notice, NoticePosting
from qunying.communities.service.schedule import occurrences_of


@dataclass(frozen=True)
class Occurrence:
    """One time of a notice."""

    at: datetime
    notice: Notice


def list_notices() -> list[Notice]:
    """Return all notices, active ones first, by when they are due next."""
    notices = Notice.objects.select_related("community").order_by("-is_active", "next_at", "title")
    return list(notices)


def list_due_notices(now: datetime) -> list[Notice]:
    """Return the notices whose time has come."""
    return list(Notice.objects.filter(is_active=True, next_at__lte=now).order_by("next_at"))


def list_occurrences(notices: Sequence[Notice], first: date, days: int, zone: str) -> list[Occurrence]:
    """Return when active notices are due on local days, in order of time."""
    found = [
        Occurrence(at, notice)
        for notice in notices
        if notice.is_active
        for at in occurrences_of(notice, first, days, zone)
    ]
    return sorted(found, key=lambda occurrence: (occurrence.at, occurrence.notice.title))


def list_postings(size: int = 50) -> list[NoticePosting]:
    """Return what notices did lately, newest first."""
    return list(NoticePosting.objects.select_related("notice", "community").order_by("-due_at", "-pk")[:size])
