"""Four items of the points shop and a few purchases. Who buys is real, that they do is made up and marked so."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.activities.queries.get_activity import list_activities
from qunying.fulfilment.actions.choose_address import choose_address
from qunying.fulfilment.actions.choose_pickup import choose_pickup
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.actions.write_place import write_place
from qunying.fulfilment.addresses import Address
from qunying.fulfilment.queries.list_fulfilments import of_source
from qunying.points_shop.actions.buy_item import buy_item
from qunying.points_shop.actions.open_item import open_item
from qunying.points_shop.actions.set_picture import set_picture
from qunying.points_shop.actions.write_item import write_item
from qunying.points_shop.drafting import ItemWords
from qunying.points_shop.finding import SOURCE
from qunying.rewards.actions.create_template import create_template
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.open_template import open_template
from qunying.rewards.suspending import RewardsSuspended
from qunying.rewards.wording import Wording
from qunying.sample.pictures import drawn
from qunying.sample.timeline import CURRENCY, INSTALLER, command

HOUR = timedelta(hours=1)
PRICES = {"cup": 300, "box": 900, "coupon": 200, "chance": 100}
WHERE = Address("示例收件人", "13800000000", "示例省示例市示例路 1 号")
AGREED = "同意使用此地址寄送本物品。"


def make_points_shop(members: Sequence[UUID], now: datetime) -> None:
    """Put four items on offer and let members buy: one is sent, one waits at a place, others wait for an address.

    Args:
        members: at least six.
        now: the present instant.
    """
    items = _items(now)
    place = _do(
        write_place,
        "place",
        now,
        name="示例门店（人民广场店）",
        address="示例市人民路 88 号",
        hours="10:00–21:00",
    )
    wanted = ("cup", "cup", "box", "coupon", "chance", "cup")
    for number, (member_id, key) in enumerate(zip(members, wanted, strict=False)):
        with suppress(RewardsSuspended):
            _do(
                grant_points,
                f"points:{number}",
                now - 3 * HOUR,
                member_id=member_id,
                amount=1_000,
                reason="积分商城体验（模拟）",
            )
            bought = _do(
                buy_item,
                f"buy:{number}",
                now - 2 * HOUR,
                item_id=items[key],
                member_id=member_id,
                price_points=PRICES[key],
            )
            _hand_over(number, bought.purchase_id, member_id, place, now)


def _hand_over(number: int, purchase_id: UUID, member_id: UUID, place_id: UUID, now: datetime) -> None:
    sending = of_source(SOURCE, [purchase_id]).get(purchase_id)
    if sending is None or number > 2:
        return
    own: dict[str, Any] = {"number": sending.number, "member_id": member_id}
    if number == 1:
        _do(choose_pickup, "pickup", now - HOUR, **own, place_id=place_id)
        return
    _do(choose_address, f"address:{number}", now - HOUR, **own, address=WHERE, consent=AGREED)
    if number == 0:
        _do(send_fulfilment, "send", now, number=sending.number, carrier="示例快递", tracking="SAMPLE0001")


def _items(now: datetime) -> dict[str, UUID]:
    """Return the items by key."""
    wording = Wording(
        name="积分兑换 10 元券",
        kind="amount_off",
        amount_minor=1_000,
        currency=CURRENCY,
        total=200,
        valid_days=30,
    )
    template_id = _do(create_template, "template", now, wording=wording)
    _do(open_template, "template:open", now, template_id=template_id)
    wheel = list_activities(state="open", kind="wheel").order_by("created_at").first()
    drafts = {
        "cup": ItemWords(
            kind="goods", title="陶瓷茶杯", price_points=PRICES["cup"], stock=50, per_member=1, period="month",
            about="容量 300 ml，颜色随机。兑换后七天内寄出，也可到店自提。",
        ),
        "box": ItemWords(kind="goods", title="圣诞礼盒", price_points=PRICES["box"], stock=10, per_member=1),
        "coupon": ItemWords(kind="coupon", title="10 元优惠券", price_points=PRICES["coupon"], stock=100,
            template_id=template_id, per_member=1),
    }  # fmt: skip
    if wheel is not None:
        drafts["chance"] = ItemWords(
            kind="chances", title="幸运转盘机会 1 次", price_points=PRICES["chance"], stock=500,
            activity_id=wheel.id, per_member=3, period="day",
        )  # fmt: skip
    items = {
        key: _do(write_item, f"item:{key}", now, words=words, is_simulated=True)
        for key, words in drafts.items()
    }
    for key, colour in (("cup", (70, 130, 120)), ("box", (180, 60, 60))):
        _do(set_picture, f"picture:{key}", now, item_id=items[key], sha256=drawn(colour).sha256)
    for key, item_id in items.items():
        _do(open_item, f"open:{key}", now, item_id=item_id)
    return items


def _do(action: Any, what: str, at: datetime, **arguments: Any) -> Any:
    return action(command_id=command(f"points_shop:{what}"), actor=INSTALLER, now=at, **arguments)
