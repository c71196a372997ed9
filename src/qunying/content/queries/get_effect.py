"""What content did: seen, answered, followed, bought after.

The rule, said on the page as well: an exposure is one reader's first view of an item on a day. An order counts for the item that its
buyer last opened before paying, if that was within the window; each order counts for one item at most, less what was refunded since.
Visitors who never sign in count as readers, and cannot count as buyers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import ibis
from ibis.expr import types as ir

from qunying.stream.lake import Analysis, property_of
from qunying.stream.money import in_currency

WINDOWS = (1, 3, 7, 14, 30)
DEFAULT_WINDOW = 7
_TOUCHES = ("content_viewed", "content_clicked")
_ANSWERS = ("content_liked", "content_commented", "content_shared")


@dataclass(frozen=True)
class Effect:
    """What one item did.

    Attributes:
        exposures: one reader's views of one day count once.
        readers: different people and browsers who saw it.
        likes, comments, shares: likes less those taken back.
        engaged: different members who liked, commented or shared.
        clicks, clickers: how often its link was followed, and by how many.
        buyers, orders, sales_minor: of orders that count for it, in minor units, net of refunds.
        share_readers, share_orders, share_sales_minor: the part that came through a member's share.
        community_readers: the part of the readers who came from a post to a community.
    """

    exposures: int = 0
    readers: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    engaged: int = 0
    clicks: int = 0
    clickers: int = 0
    buyers: int = 0
    orders: int = 0
    sales_minor: int = 0
    share_readers: int = 0
    share_orders: int = 0
    share_sales_minor: int = 0
    community_readers: int = 0

    @property
    def engagement_rate(self) -> float | None:
        """Engaged members among readers, 0 to 1; None without readers."""
        return min(1.0, self.engaged / self.readers) if self.readers else None

    @property
    def click_rate(self) -> float | None:
        """Readers who followed the link, 0 to 1; None without readers."""
        return min(1.0, self.clickers / self.readers) if self.readers else None

    @property
    def conversion(self) -> float | None:
        """Readers who bought, 0 to 1; None without readers."""
        return min(1.0, self.buyers / self.readers) if self.readers else None

    def figures(self) -> dict[str, int]:
        """Return the counts, to be stored."""
        return asdict(self)


def get_effects(
    analysis: Analysis,
    content_ids: Sequence[UUID],
    *,
    zone: str,
    window_days: int = DEFAULT_WINDOW,
    currency: str = "",
) -> dict[UUID, Effect]:
    """Return what each item did until now (or the analysis' instant), in two statements whatever their number.

    Args:
        content_ids: the items asked for; orders are shared out among all content, also what is not asked for.
        zone: the brand's, for days.
        window_days: how long after opening an item an order counts for it.
        currency: in which sales are counted; empty when there is only one.
    """
    wanted = [str(content_id) for content_id in content_ids]
    if not wanted:
        return {}
    counts = {row.pop("content_id"): row for row in _rows(analysis, _interest(analysis, wanted, zone))}
    sales = {
        row.pop("content_id"): row
        for row in _rows(analysis, _sales(in_currency(analysis.events, currency), wanted, window_days))
    }
    names = {field.name for field in fields(Effect)}
    found = {}
    for content_id in content_ids:
        row = {**counts.get(str(content_id), {}), **sales.get(str(content_id), {})}
        found[content_id] = Effect(**{name: int(value or 0) for name, value in row.items() if name in names})
    return found


def get_effect(
    analysis: Analysis, content_id: UUID, *, zone: str, window_days: int = DEFAULT_WINDOW, currency: str = ""
) -> Effect:
    """Return what one item did (see ``get_effects``)."""
    found = get_effects(analysis, [content_id], zone=zone, window_days=window_days, currency=currency)
    return found[content_id]


def _rows(analysis: Analysis, table: ir.Table) -> list[dict[str, Any]]:
    return list(analysis.connection.to_pyarrow(table).to_pylist())


def _interest(analysis: Analysis, wanted: Sequence[str], zone: str) -> ir.Table:
    events = analysis.events
    seen = events.filter(events.content_id.isin(wanted))
    who = ibis.coalesce(seen.member_id, seen.anonymous_id, seen.id)
    day = analysis.local_time(seen.occurred_at, zone).date().cast("string")
    seen = seen.mutate(who=who, visit=who + "/" + day, share=property_of(seen.properties, "share"))
    viewed, clicked = seen.name == "content_viewed", seen.name == "content_clicked"
    return seen.group_by("content_id").aggregate(
        exposures=seen.visit.nunique(where=viewed),
        readers=seen.who.nunique(where=viewed),
        likes=(seen.name == "content_liked").sum() - (seen.name == "content_unliked").sum(),
        comments=(seen.name == "content_commented").sum(),
        shares=(seen.name == "content_shared").sum(),
        engaged=seen.who.nunique(where=seen.name.isin(_ANSWERS)),
        clicks=clicked.sum(),
        clickers=seen.who.nunique(where=clicked),
        share_readers=seen.who.nunique(where=viewed & seen.share.notnull()),
        community_readers=seen.who.nunique(where=viewed & seen.community_id.notnull()),
    )


def _sales(events: ir.Table, wanted: Sequence[str], window_days: int) -> ir.Table:
    touches = events.filter(
        events.name.isin(_TOUCHES), events.member_id.notnull(), events.content_id.notnull()
    )
    touches = touches.select(
        touches.content_id,
        buyer=touches.member_id,
        touched_at=touches.occurred_at,
        touch=touches.id,
        share=property_of(touches.properties, "share"),
    )
    return sales_after(events, touches, wanted, timedelta(days=window_days))


def sales_after(events: ir.Table, touches: ir.Table, wanted: Sequence[str], window: timedelta) -> ir.Table:
    """Return what was ordered after touches, one row for each thing that was touched: an order counts for the latest touch of its buyer
    within the window before it was paid, less what was refunded since.

    Args:
        events: with the amounts in one currency.
        touches: content_id (the thing), buyer, touched_at, touch (an id that orders touches of one instant), share (how; may be null).
        wanted: the things asked for.
        window: how long after a touch an order counts.
    """
    paid = events.filter(events.name == "order_paid", events.member_id.notnull())
    paid = paid.select(
        order=ibis.coalesce(paid.order_id, paid.id),
        member=paid.member_id,
        paid_at=paid.occurred_at,
        amount=paid.amount,
    )
    refunded = events.filter(events.name == "order_refunded", events.order_id.notnull())
    back = refunded.group_by(refunded_order=refunded.order_id).aggregate(back=refunded.amount.sum())
    pairs = paid.join(
        touches,
        [
            paid.member == touches.buyer,
            touches.touched_at <= paid.paid_at,
            paid.paid_at <= touches.touched_at + ibis.interval(window),
        ],
    )
    latest = ibis.window(
        group_by=pairs.order, order_by=[pairs.touched_at.desc(), pairs.share.isnull(), pairs.touch]
    )
    pairs = pairs.mutate(place=ibis.row_number().over(latest))
    credited = pairs.filter(pairs.place == 0, pairs.content_id.isin(wanted))
    credited = credited.left_join(back, credited.order == back.refunded_order)
    net = credited.amount.fill_null(0) + credited.back.fill_null(0)
    credited = credited.mutate(net=net)
    by_share = credited.share.notnull()
    return credited.group_by("content_id").aggregate(
        buyers=credited.member.nunique(),
        orders=credited.order.nunique(),
        sales_minor=credited.net.sum(),
        share_orders=credited.order.nunique(where=by_share),
        share_sales_minor=credited.net.sum(where=by_share),
    )
