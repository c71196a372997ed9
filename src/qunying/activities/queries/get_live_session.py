"""What a live session brought: who booked and came, what was said, and what those who came ordered afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import ibis
from django.db.models import Count, Q

from qunying.activities.events import LIVE_ENTERED
from qunying.activities.kinds.live import LiveSettings, words_of
from qunying.activities.models import Activity, LiveAnswer, LiveBooking, LiveReplay, LiveWord
from qunying.activities.stock import levels_of
from qunying.content.queries.get_effect import sales_after
from qunying.members.queries.resolve_members import present_ids
from qunying.stream.lake import open_analysis, property_of
from qunying.stream.money import in_currency

WINDOW = timedelta(days=1)


@dataclass(frozen=True)
class WordFigures:
    """A watchword: since when and until when it counts, right answers and how many of them won, wrong guesses while it was the latest,
    prizes left. word: itself, once it was announced.
    """

    key: str
    title: str
    minutes: int
    prize: str
    announced_at: datetime | None = None
    until: datetime | None = None
    word: str = ""
    right: int = 0
    won: int = 0
    wrong: int = 0
    left: int | None = None


@dataclass(frozen=True)
class LiveFigures:
    """Members, each once: with a booking, reminded, in the room, and of these who had booked before they went in."""

    booked: int
    reminded: int
    came: int
    came_booked: int
    replay: str
    words: list[WordFigures] = field(default_factory=list)


@dataclass(frozen=True)
class LiveSales:
    """Of those who came: who ordered within the window from going in first, their orders, and the sales net of refunds in minor units."""

    came: int
    buyers: int
    orders: int
    sales_minor: int
    currency: str
    window_hours: int = int(WINDOW / timedelta(hours=1))


def get_live_session(activity: Activity) -> LiveFigures:
    """Return who booked and came, and what became of each watchword."""
    held = LiveBooking.objects.filter(activity=activity, cancelled_at=None)
    rows = list(held.values_list("member_id", "booked_at", "reminded_at", "came_at"))
    present = present_ids(row[0] for row in rows)

    def persons(member_ids: Iterable[UUID]) -> int:
        return len({present[each] for each in member_ids})

    return LiveFigures(
        booked=persons(row[0] for row in rows),
        reminded=persons(row[0] for row in rows if row[2]),
        came=persons(row[0] for row in rows if row[3]),
        came_booked=persons(row[0] for row in rows if row[3] and row[1] < row[3]),
        replay=find_replay(activity),
        words=_words(activity),
    )


def find_replay(activity: Activity) -> str:
    """Return where a live session can be seen again; empty: nowhere."""
    return LiveReplay.objects.filter(activity=activity).values_list("address", flat=True).first() or ""


def _words(activity: Activity) -> list[WordFigures]:
    rules = LiveSettings.model_validate(activity.settings)
    announced = {each.key: each for each in LiveWord.objects.filter(activity=activity)}
    said, levels = words_of(activity) if announced else {}, levels_of(activity)
    counts: dict[str, dict[str, int]] = {
        row["word__key"]: {name: row[name] for name in ("right", "won", "wrong")}
        for row in LiveAnswer.objects.filter(word__activity=activity)
        .values("word__key")
        .annotate(
            right=Count("id", filter=Q(is_right=True)),
            won=Count("award"),
            wrong=Count("id", filter=Q(is_right=False)),
        )
    }
    names = rules.stock_names()
    found = []
    for word in rules.words:
        on_air = announced.get(word.key)
        found.append(
            WordFigures(
                key=word.key,
                title=word.title,
                minutes=word.minutes,
                prize=names[word.prize],
                announced_at=on_air.announced_at if on_air else None,
                until=on_air.until if on_air else None,
                word=said[word.key] if on_air else "",
                left=levels[word.prize].left if word.prize in levels else None,
                **counts.get(word.key, {}),
            )
        )
    return found


def get_live_sales(activity: Activity) -> LiveSales:
    """Return what those who came ordered in the day after they first went in. It is no effect: some would have bought anyway."""
    with open_analysis() as analysis:
        events = in_currency(analysis.events, activity.currency)
        session = property_of(events.properties, "activity_id") == str(activity.id)
        came = events.filter(events.name == LIVE_ENTERED.name, session, events.member_id.notnull())
        first = came.group_by(buyer=came.member_id).aggregate(
            touched_at=came.occurred_at.min(), touch=came.id.min()
        )
        touches = first.mutate(content_id=ibis.literal(str(activity.id)), share=ibis.null("string"))
        rows = analysis.connection.to_pyarrow(sales_after(events, touches, [str(activity.id)], WINDOW))
        members = int(analysis.connection.to_pyarrow(first.count()).as_py() or 0)
    row: dict[str, int | None] = next(iter(rows.to_pylist()), {})
    return LiveSales(
        came=members,
        buyers=int(row.get("buyers") or 0),
        orders=int(row.get("orders") or 0),
        sales_minor=int(row.get("sales_minor") or 0),
        currency=activity.currency,
    )
