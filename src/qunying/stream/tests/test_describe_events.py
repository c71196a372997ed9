"""The page of event names says what the code says."""

from pathlib import Path

import pytest

from qunying.stream.describe_events import describe_events
from qunying.stream.events import EventType, is_event_name, is_own_event


def test_page_is_up_to_date() -> None:
    page = Path(__file__).parents[4] / "docs" / "events.md"
    if not page.is_file():
        pytest.skip("no checkout")
    assert page.read_text() == describe_events(), "python -m qunying.stream.describe_events > docs/events.md"


def test_what_is_ours_cannot_be_reported() -> None:
    for name in (
        "member_created",
        "coupon_redeemed",
        "message_sent",
        "campaign_assigned",
        "community_joined",
        "tag_added",
    ):
        assert is_own_event(name), name
    for known in EventType.known.values():
        assert not (known.outside and is_own_event(known.name)), known.name


@pytest.mark.parametrize(
    "name",
    ["viewed", "Product_viewed", "product__viewed", "_viewed", "product_", "a" * 60 + "_bcde", "商品_viewed"],
)
def test_names_have_a_form(name: str) -> None:
    assert not is_event_name(name)
