"""What members chose: votes, guesses, scores."""

from dataclasses import dataclass

from django.db.models import Count

from qunying.activities.models import Activity, Participation


@dataclass(frozen=True)
class Chosen:
    """An answer, how often it was chosen, and which share of all that is (0–1)."""

    key: str
    title: str
    count: int
    share: float


def count_answers(activity: Activity) -> list[Chosen]:
    """Return how often each answer of a vote or guess was chosen, in the order of the rules; of a quiz each score, the best first."""
    rows = Participation.objects.filter(activity=activity).values_list("landed")
    counts = dict(rows.annotate(times=Count("id")))
    total = sum(counts.values())
    offered = activity.settings.get("options")
    if offered is None:
        titles = {key: key for key in sorted(counts, key=_score, reverse=True)}
    else:
        titles = {option["key"]: option["title"] for option in offered}
    return [
        Chosen(key, title, counts.get(key, 0), counts.get(key, 0) / total if total else 0.0)
        for key, title in titles.items()
    ]


def _score(landed: str) -> int:
    return int(landed.split("/", maxsplit=1)[0] or 0)
