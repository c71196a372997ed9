"""Prizes that were won and not given yet, as the brand owes them."""

from collections import Counter

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from qunying.activities.models import Activity, Award
from qunying.activities.prizes import SOURCE
from qunying.fulfilment.queries.list_fulfilments import waiting_ids
from qunying.rewards.liability.owing import Waiting, add_owing

_TITLES = {
    Award.State.OWED: _("Prizes still owed"),
    Award.State.HELD: _("Prizes held for review"),
    Award.State.QUEUED: _("Prizes to be sent"),
}


@add_owing
def prizes_owed() -> list[Waiting]:
    """Return how many prizes wait, and what they are worth by the rules of their activities."""
    to_send = Q(state=Award.State.QUEUED, id__in=waiting_ids(SOURCE))
    open_awards = Award.objects.filter(Q(state__in=[Award.State.OWED, Award.State.HELD]) | to_send)
    rows = open_awards.values("state", "activity_id", "prize").annotate(count=Count("id"))
    found = list(rows.order_by())
    activities = Activity.objects.in_bulk({row["activity_id"] for row in found})
    counts: Counter[tuple[str, str]] = Counter()
    worth: Counter[tuple[str, str]] = Counter()
    for row in found:
        activity = activities[row["activity_id"]]
        key = row["state"], activity.currency
        counts[key] += row["count"]
        prizes = {prize["key"]: prize for prize in activity.settings.get("prizes", [])}
        worth[key] += row["count"] * prizes.get(row["prize"], {}).get("worth_minor", 0)
    return [
        Waiting(_TITLES[Award.State(state)], count, worth[state, currency], currency)
        for (state, currency), count in sorted(counts.items())
    ]
