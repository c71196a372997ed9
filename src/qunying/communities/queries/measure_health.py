"""How communities do in a period: people, talk, answers, sales; for all communities at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.queries.summarise_community import SALES
from qunying.engines.community_health import Figures, Score, score
from qunying.engines.decline import Outlook, look_ahead
from qunying.kernel.ids import new_id
from qunying.stream.lake import Analysis, load, property_of
from qunying.stream.money import in_currency

POSTED = "message_posted"
ACTIVE_BY = (
    "message_posted", "order_paid", "coupon_claimed", "coupon_redeemed", "message_clicked",
    "content_viewed", "content_liked", "content_commented", "check_in_made", "question_asked",
)  # fmt: skip
WEEKS = 12
ANSWERED_WITHIN = 24 * 60

_STAY_SCHEMA = pa.schema(
    [
        ("community_id", pa.string()),
        ("member_id", pa.string()),
        ("source", pa.string()),
        ("joined_at", pa.timestamp("us", tz="UTC")),
        ("left_at", pa.timestamp("us", tz="UTC")),
    ]
)
_STAYS = """
SELECT g.community_id::text AS community_id, coalesce(m.member_id, g.member_id)::text AS member_id,
       g.source, g.joined_at, g.left_at
FROM communities_groupmember g LEFT JOIN identity_map m ON m.key = g.member_id
WHERE g.community_id = ANY(%s::uuid[])
"""


@dataclass(frozen=True)
class Week:
    """One whole week of a community: counts, and its Monday."""

    start: date
    joined: int = 0
    left: int = 0
    messages: int = 0
    speakers: int = 0
    newcomers: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Health:
    """A community in a period.

    Attributes:
        figures: what was counted.
        score: what follows from it, part by part.
        orders, sales_minor: of the known members who were in at the end; refunds are taken off.
        top_share: share of the messages that the busiest tenth of the speakers wrote; None without messages.
        sources: people who came, by source, most first.
        weeks: the last whole weeks, oldest first.
        outlook: early signs of decline in them.
        sentiment: how kindly people speak, 0 to 1; None as long as nothing judges it, and no part of the score.
    """

    figures: Figures
    score: Score
    orders: int = 0
    sales_minor: int = 0
    top_share: float | None = None
    sources: Mapping[str, int] = field(default_factory=dict)
    weeks: tuple[Week, ...] = ()
    outlook: Outlook = field(default_factory=lambda: Outlook("too_short", ()))
    sentiment: float | None = None

    @property
    def sales_per_member_minor(self) -> float | None:
        """Sales divided by known members."""
        return self.sales_minor / self.figures.members if self.figures.members else None


def measure_health(
    analysis: Analysis, community_ids: Collection[UUID], *, start: date, end: date, zone: str
) -> dict[UUID, Health]:
    """Return the health of communities for the local days ``start`` to ``end``, both included.

    Weeks are the twelve whole weeks (Monday to Sunday) before the day after ``end``. A community of which no message
    was ever recorded has no talk to judge: those parts stay unknown.
    """
    stays = f"stays_{new_id().hex}"
    asked = [str(one) for one in community_ids]
    load(analysis.connection, stays, _STAY_SCHEMA, _STAYS, [asked])
    view = _View(analysis, asked, analysis.connection.table(stays), zone, start, end)
    tables = {
        name: _by_community(analysis, getattr(view, name)())
        for name in ("people", "behaviour", "talk", "answers", "concentration")
    }
    sources, weeks = view.sources_of(), view.weeks()
    found = {}
    for community_id in community_ids:
        row = {
            name: value
            for table in tables.values()
            for name, value in table.get(str(community_id), {}).items()
        }
        mine = weeks.get(str(community_id), ())
        figures = _figures(row, (end - start).days + 1)
        found[community_id] = Health(
            figures=figures,
            score=score(figures),
            orders=int(row.get("orders") or 0),
            sales_minor=int(row.get("sales_minor") or 0),
            top_share=row.get("top_share"),
            sources=sources.get(str(community_id), {}),
            weeks=mine,
            outlook=_outlook(mine, talks=figures.messages is not None),
        )
    return found


def _figures(row: Mapping[str, int | float | None], days: int) -> Figures:
    def count(name: str) -> int:
        return int(row.get(name) or 0)

    talks = bool(row.get("ever"))
    return Figures(
        days=days,
        **{
            name: count(name)
            for name in ("people_before", "people", "joined", "left", "members", "active", "buyers")
        },
        messages=count("messages") if talks else None,
        **{name: count(name) for name in ("speakers", "spoken_days", "openers", "answered")},
        reply_minutes=row.get("reply_minutes"),
        gini=row.get("gini"),
    )


def _outlook(weeks: tuple[Week, ...], *, talks: bool) -> Outlook:
    names = ["joined", "left", *(["messages", "speakers", "newcomers", "answered"] if talks else [])]
    return look_ahead({name: [getattr(week, name) for week in weeks] for name in names})


def _by_community(analysis: Analysis, table: ir.Table) -> dict[str, dict[str, int | float | None]]:
    rows = analysis.connection.to_pyarrow(table).to_pylist()
    return {row.pop("community_id"): row for row in rows}


class _View:
    """The tables that every figure is asked of."""

    def __init__(
        self, analysis: Analysis, asked: list[str], stays: ir.Table, zone: str, start: date, end: date
    ) -> None:
        self.analysis, self.zone, self.start, self.end = analysis, zone, start, end
        self.first_monday = end + timedelta(days=1) - timedelta(days=(end.weekday() + 1) % 7 + 7 * WEEKS)
        self.stays = stays.mutate(joined_on=self._day(stays.joined_at), left_on=self._day(stays.left_at))
        events = analysis.events
        posts = events.filter(events.name == POSTED, events.community_id.isin(asked))
        # Kept, because every figure of the talk is asked of it: reading the stream once is most of the work.
        talk = posts.select(
            "community_id",
            author=ibis.coalesce(
                posts.member_id, posts.anonymous_id, property_of(posts.properties, "platform_user_id")
            ),
            message=posts.content_id,
            reply_to=property_of(posts.properties, "reply_to"),
            at=posts.occurred_at,
            on=self._day(posts.occurred_at),
        )
        self.posts = self._kept("posts", talk)
        self.answered_openers = self._kept("openers", self._answered_openers())

    def _kept(self, name: str, table: ir.Table) -> ir.Table:
        """Work a table out once, for this reading."""
        return self.analysis.connection.create_table(f"{name}_{new_id().hex}", obj=table, temp=True)

    def _day(self, column: ir.Value) -> ir.DateValue:
        return self.analysis.local_time(column, self.zone).date()

    def _within(self, column: ir.Value) -> ir.BooleanValue:
        return column.between(ibis.literal(self.start), ibis.literal(self.end))

    def people(self) -> ir.Table:
        """Who is in, comes and goes."""
        s, start, end = self.stays, ibis.literal(self.start), ibis.literal(self.end)
        before = (s.joined_on < start) & (s.left_on.isnull() | (s.left_on >= start))
        present = (s.joined_on <= end) & (s.left_on.isnull() | (s.left_on > end))
        return s.group_by("community_id").aggregate(
            people_before=before.sum(),
            people=present.sum(),
            members=s.member_id.nunique(where=present),
            joined=self._within(s.joined_on).sum(),
            left=(self._within(s.left_on).fill_null(False)).sum(),
        )

    def behaviour(self) -> ir.Table:
        """What the known members who are in at the end did, wherever they did it; talk counts in its community only."""
        s, end = self.stays, ibis.literal(self.end)
        present = s.filter(s.member_id.notnull(), s.joined_on <= end, s.left_on.isnull() | (s.left_on > end))
        e = in_currency(self.analysis.events, get_brand().currency)
        e = e.filter(
            e.name.isin({*SALES, *ACTIVE_BY}), e.member_id.notnull(), self._within(self._day(e.occurred_at))
        )
        e = e.select("member_id", "name", "amount", place=e.community_id)
        joined = present.select("community_id", "member_id").distinct().join(e, "member_id")
        joined = joined.filter((joined.name != POSTED) | (joined.place == joined.community_id))
        return joined.group_by("community_id").aggregate(
            active=joined.member_id.nunique(where=joined.name.isin(ACTIVE_BY)),
            buyers=joined.member_id.nunique(where=joined.name == "order_paid"),
            orders=(joined.name == "order_paid").sum(),
            sales_minor=joined.amount.sum(where=joined.name.isin(SALES)),
        )

    def talk(self) -> ir.Table:
        """Messages, who wrote them, on how many days."""
        p = self.posts
        within = self._within(p.on)
        return p.group_by("community_id").aggregate(
            ever=p.count(),
            messages=within.sum(),
            speakers=p.author.nunique(where=within),
            spoken_days=p.on.nunique(where=within),
        )

    def _answered_openers(self) -> ir.Table:
        """Posts of the period and the weeks that reply to nothing, with the minutes until somebody else replied (null when
        nobody did)."""
        p = self.posts.filter(self.posts.on >= ibis.literal(min(self.start, self.first_monday)))
        opener = p.filter(p.reply_to.isnull() | (p.reply_to == ""))
        replies = p.filter(p.reply_to.notnull()).select(
            "reply_to", replied_at=p.at, replied_by=p.author, in_community=p.community_id
        )
        pairs = opener.left_join(
            replies,
            [
                opener.message == replies.reply_to,
                opener.community_id == replies.in_community,
                opener.author != replies.replied_by,
                replies.replied_at >= opener.at,
            ],
        )
        first = pairs.group_by("community_id", "message", "on", "at").aggregate(
            replied=pairs.replied_at.min()
        )
        return first.mutate(minutes=(first.replied.epoch_seconds() - first.at.epoch_seconds()) / 60)

    def answers(self) -> ir.Table:
        """How many openers were answered within a day, and how fast."""
        a = self.answered_openers
        a = a.filter(self._within(a.on))
        return a.group_by("community_id").aggregate(
            openers=a.count(),
            answered=(a.minutes <= ANSWERED_WITHIN).fill_null(False).sum(),
            reply_minutes=a.minutes.median(),
        )

    def concentration(self) -> ir.Table:
        """Gini's coefficient of the messages per speaker, and the share of the busiest tenth."""
        p = self.posts.filter(self._within(self.posts.on), self.posts.author.notnull())
        each = p.group_by("community_id", "author").aggregate(posts=p.count())
        up = ibis.window(group_by="community_id", order_by=[each.posts, each.author])
        each = each.mutate(place=ibis.row_number().over(up) + 1)
        each = each.mutate(size=each.count().over(ibis.window(group_by="community_id")))
        busiest = each.place > each.size - (each.size / 10).ceil()
        return each.group_by("community_id").aggregate(
            gini=((2 * each.place - each.size - 1) * each.posts).sum() / (each.count() * each.posts.sum()),
            top_share=each.posts.sum(where=busiest) / each.posts.sum(),
        )

    def sources_of(self) -> dict[str, dict[str, int]]:
        """People who came in the period, by community and source, most first."""
        s = self.stays.filter(self._within(self.stays.joined_on))
        counted = s.group_by("community_id", "source").aggregate(people=s.count())
        found: dict[str, dict[str, int]] = {}
        ordered = counted.order_by(ibis.desc("people"), "source")
        for row in self.analysis.connection.to_pyarrow(ordered).to_pylist():
            found.setdefault(row["community_id"], {})[row["source"]] = row["people"]
        return found

    def weeks(self) -> dict[str, tuple[Week, ...]]:
        """The last whole weeks of every community that has people or messages."""
        p = self.posts
        first = p.group_by("community_id", "author").aggregate(first_on=p.on.min())
        new = first.group_by("community_id", week=self._week(first.first_on)).aggregate(
            newcomers=first.count()
        )
        talk = p.group_by("community_id", week=self._week(p.on)).aggregate(
            messages=p.count(), speakers=p.author.nunique()
        )
        a = self.answered_openers
        answered = a.group_by("community_id", week=self._week(a.on)).aggregate(
            answered=(a.minutes <= ANSWERED_WITHIN).fill_null(False).sum()
        )
        s = self.stays
        came = s.group_by("community_id", week=self._week(s.joined_on)).aggregate(joined=s.count())
        went = s.group_by("community_id", week=self._week(s.left_on)).aggregate(left=s.count())
        counts: dict[tuple[str, int], dict[str, int]] = {}
        seen = set(self._column(s))
        for table in (new, talk, answered, came, went):
            recent = table.filter(table.week.between(0, WEEKS - 1))
            for row in self.analysis.connection.to_pyarrow(recent).to_pylist():
                community, week = row.pop("community_id"), row.pop("week")
                seen.add(community)
                counts.setdefault((community, week), {}).update(row)
        mondays = [self.first_monday + timedelta(weeks=week) for week in range(WEEKS)]
        return {
            community: tuple(
                Week(monday, **counts.get((community, week), {})) for week, monday in enumerate(mondays)
            )
            for community in seen
        }

    def _column(self, table: ir.Table) -> list[str]:
        found = self.analysis.connection.to_pyarrow(table.select("community_id").distinct())
        ids: list[str] = found[0].to_pylist()
        return ids

    def _week(self, day: ir.Value) -> ir.IntegerValue:
        """The number of a day's week, 0 for the first one; negative before it."""
        return (day.delta(ibis.literal(self.first_monday), unit="day") / 7).floor().cast("int64")
