"""What activities gave or took points for, so that a statement leads to the activity."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qunying.activities.models import Award, CheckInDay, Participation, TrialReport
from qunying.rewards.origins import Source, register_origins


def _find(member_ids: Collection[UUID], ids: Collection[UUID]) -> Mapping[UUID, Source]:
    """Return the activities of prizes and reports about a product that were given by these, and of turns and days that they paid."""

    def named(rows: QuerySet[Any], booked: str) -> QuerySet[Any, Any]:
        own = rows.filter(member_id__in=member_ids, **{f"{booked}__in": ids})
        return own.values_list(booked, "activity_id", "activity__title")

    found = named(Award.objects.all(), "reference").union(
        named(TrialReport.objects.all(), "grant_id"),
        named(Participation.objects.all(), "spend_id"),
        named(CheckInDay.objects.all(), "spend_id"),
        all=True,
    )
    return {
        key: Source(title, "activities.activity", activity_id, "activities.play")
        for key, activity_id, title in found
    }


def register() -> None:
    """Let statements ask activities."""
    register_origins(_find)
