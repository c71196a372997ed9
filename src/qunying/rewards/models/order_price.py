"""What orders were promised to cost, by line and by offer, and what of it came back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id

# What points pay for a line stands beside what offers took off it.
POINTS_KEY = "points"


class OrderPrice(models.Model):
    """The price that an order of the shop has reserved, then paid. Amounts are what the member pays in money.

    ``points`` pay for ``points_off_minor`` more; they are held while the order is reserved and spent when it is paid.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", pgettext_lazy("order", "reserved")
        REDEEMED = "redeemed", pgettext_lazy("order", "paid")
        RELEASED = "released", pgettext_lazy("order", "given up")
        REFUNDED = "refunded", pgettext_lazy("order", "returned")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_number = models.TextField(unique=True)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.RELEASED)
    currency = models.CharField(max_length=3)
    list_minor = models.BigIntegerField(default=0)
    goods_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    is_shipping_refunded = models.BooleanField(default=False)
    quote_hash = models.CharField(max_length=64, default="")
    priced_at = models.DateTimeField()
    reserved_until = models.DateTimeField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    order_id = models.UUIDField(null=True)
    points = models.BigIntegerField(default=0)
    points_off_minor = models.BigIntegerField(default=0)
    points_returned = models.BigIntegerField(default=0)
    points_hold_id = models.UUIDField(null=True)
    points_spent_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    refunded_minor__gte=0, refunded_minor__lte=F("goods_minor") + F("shipping_minor")
                ),
                name="order_price_refunded",
            ),
            models.CheckConstraint(
                condition=Q(
                    points_off_minor__gte=0, points_returned__gte=0, points_returned__lte=F("points")
                ),
                name="order_price_points",
            ),
        ]
        indexes = [
            models.Index(fields=["-priced_at", "-id"], name="order_price_latest"),
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="order_price_order"),
            models.Index(
                fields=["reserved_until"],
                condition=Q(points_hold_id__isnull=False),
                name="order_price_keeps_points",
            ),
            models.Index(
                fields=["points_spent_by"],
                condition=Q(points_spent_by__isnull=False),
                name="order_price_spent_points",
            ),
        ]

    def __str__(self) -> str:
        return self.order_number

    @property
    def total_minor(self) -> int:
        """What the member pays, shipping included."""
        return self.goods_minor + self.shipping_minor


class OrderPriceLine(models.Model):
    """One line: what is paid for it, what each offer took off (by the offer's id), how many units came back.

    What points pay is in ``off_by`` under ``POINTS_KEY``; ``points`` says how many these are.
    """

    id = models.BigAutoField(primary_key=True)
    order_price = models.ForeignKey(
        OrderPrice, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    line_id = models.CharField(max_length=100)
    product = models.CharField(max_length=100)
    quantity = models.PositiveIntegerField()
    list_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    off_by = models.JSONField(default=dict)
    points = models.BigIntegerField(default=0)
    returned_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_price", "line_id"], name="order_price_line_once"),
            models.CheckConstraint(
                condition=Q(
                    returned_quantity__lte=F("quantity"), paid_minor__gte=0, paid_minor__lte=F("list_minor")
                ),
                name="order_price_line_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"


class OrderOffer(models.Model):
    """An offer that an order uses: an automatic one, or a coupon; and what of it has been given back.

    ``budget_hold_id`` is what a reservation holds for an automatic offer on its campaign's budget; a coupon has a hold of its own.
    """

    id = models.BigAutoField(primary_key=True)
    order_price = models.ForeignKey(
        OrderPrice, on_delete=models.PROTECT, related_name="offers", db_index=False
    )
    promotion = models.ForeignKey(
        "rewards.Promotion", on_delete=models.PROTECT, null=True, related_name="uses"
    )
    coupon = models.ForeignKey("rewards.Coupon", on_delete=models.PROTECT, null=True, related_name="uses")
    key = models.CharField(max_length=60)
    off_minor = models.BigIntegerField(default=0)
    off_shipping_minor = models.BigIntegerField(default=0)
    gift_product = models.CharField(max_length=100, blank=True, default="")
    gift_quantity = models.PositiveIntegerField(default=0)
    gift_worth_minor = models.BigIntegerField(default=0)
    gift_returned = models.BooleanField(default=False)
    given_back_minor = models.BigIntegerField(default=0)
    budget_hold_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["order_price"],
                condition=Q(budget_hold_id__isnull=False),
                name="order_offer_holds",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["order_price", "key"], name="order_offer_once"),
            models.CheckConstraint(
                condition=Q(promotion=None, coupon__isnull=False) | Q(promotion__isnull=False, coupon=None),
                name="order_offer_either",
            ),
            models.CheckConstraint(
                condition=Q(
                    given_back_minor__gte=0,
                    given_back_minor__lte=F("off_minor")
                    + F("off_shipping_minor")
                    + F("gift_quantity") * F("gift_worth_minor"),
                ),
                name="order_offer_given_back",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def gift_minor(self) -> int:
        """What the gift is worth, all units of it."""
        return self.gift_quantity * self.gift_worth_minor

    @property
    def cost_minor(self) -> int:
        """What the offer costs the brand: what it takes off, and the worth of its gift."""
        return self.off_minor + self.off_shipping_minor + self.gift_minor
