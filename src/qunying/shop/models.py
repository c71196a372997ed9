"""What was sold: products, orders with their lines, and what came back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import new_id


class Product(models.Model):
    """Something that the brand sells, under its stock code. The title is the one that was seen last."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(_("stock code"), unique=True)
    title = models.TextField(_("title"), blank=True)
    first_sold_at = models.DateTimeField(_("first sold"))
    last_sold_at = models.DateTimeField(_("last sold"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.title or self.code


class Order(models.Model):
    """One paid order. ``source`` and ``number`` are its key; without a member it is an anonymous order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField(_("source"))
    number = models.TextField(_("order number"))
    member = models.ForeignKey(
        "members.Member", on_delete=models.PROTECT, null=True, related_name="orders", db_index=False
    )
    placed_at = models.DateTimeField(_("placed at"))
    channel = models.TextField(_("sales channel"), blank=True)
    store = models.TextField(_("store"), blank=True)
    country = models.TextField(_("country or region"), blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    total_minor = models.BigIntegerField(_("total"))
    units = models.BigIntegerField(_("units"))

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [models.UniqueConstraint(fields=["number", "source"], name="order_once")]
        indexes = [
            models.Index(
                fields=["member", "-placed_at"], name="order_member", condition=Q(member__isnull=False)
            ),
            models.Index(fields=["-placed_at", "-id"], name="order_latest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product of an order. Its key is the order, what the line says, and which of equal lines it is.

    Products are only ever added, so the database need not check that a line's product exists: with a million
    lines the check,
    which also locks the product's row, takes longer than writing them.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    description = models.TextField(blank=True)
    quantity = models.IntegerField()
    unit_price_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    is_gift = models.BooleanField(default=False)
    content_key = models.UUIDField()
    occurrence = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "content_key", "occurrence"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_minor__gte=0), name="order_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.description}"


class Refund(models.Model):
    """Money given back. Quantities and amounts are positive here and negative in the stream."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.TextField(_("source"))
    number = models.TextField(_("refund number"))
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="refunds")
    refunded_at = models.DateTimeField(_("refunded at"))
    channel = models.TextField(_("sales channel"), blank=True)
    store = models.TextField(_("store"), blank=True)
    country = models.TextField(_("country or region"), blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    total_minor = models.BigIntegerField(_("total"))
    units = models.BigIntegerField(_("units"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.UniqueConstraint(fields=["number", "source"], name="refund_once")]

    def __str__(self) -> str:
        return self.number


class RefundLine(models.Model):
    """One product of a refund, with the order line that it gives back where that could be found."""

    id = models.BigAutoField(primary_key=True)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines", db_index=False)
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, related_name="refund_lines"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    description = models.TextField(blank=True)
    quantity = models.IntegerField()
    unit_price_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    content_key = models.UUIDField()
    occurrence = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "content_key", "occurrence"], name="refund_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_minor__gte=0), name="refund_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.description}"
