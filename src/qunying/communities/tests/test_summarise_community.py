"""Growth, activity and sales of a community's people."""

from datetime import UTC, date, datetime

import pytest

from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.queries.summarise_community import summarise_community
from qunying.communities.tests.make import make_community, take_over
from qunying.members.tests.make import make_member
from qunying.stream.lake import memory_analysis

pytestmark = pytest.mark.django_db


def test_sales_of_the_people_who_are_in() -> None:
    ann, bob = make_member(email="ann@example.com"), make_member(email="bob@example.com")
    community = make_community()
    joined = datetime(2026, 2, 27, 17, tzinfo=UTC)  # already the 28th in Shanghai
    take_over(
        community, RosterRow(platform_user_id="w1", joined_at=joined, identities={"email": "ann@example.com"})
    )

    def event(member: object, name: str, amount: int) -> dict[str, object]:
        at = datetime(2026, 3, 1, 2, tzinfo=UTC)
        return {"name": name, "member_id": member.id, "occurred_at": at, "amount": amount}  # type: ignore[attr-defined]

    events = [
        event(ann, "order_paid", 500),
        event(ann, "order_refunded", -100),
        event(bob, "order_paid", 900),
    ]
    with memory_analysis(events) as analysis:
        found = summarise_community(
            analysis, community.id, start=date(2026, 2, 28), end=date(2026, 3, 1), zone="Asia/Shanghai"
        )
        before = summarise_community(
            analysis, community.id, start=date(2026, 2, 1), end=date(2026, 2, 27), zone="Asia/Shanghai"
        )
    assert (found.people, found.joined, found.active, found.buyers, found.orders, found.sales_minor) == (
        1,
        1,
        1,
        1,
        1,
        400,
    )
    assert (before.people, before.sales_minor) == (0, 0)
