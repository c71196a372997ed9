"""The points shop: items, what members bought, and how often."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class Item(models.Model):
    """One thing in the shop. What it is stays once it is open; so does what is left of its stock."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        COUPON = "coupon", _("coupon")
        CHANCES = "chances", _("chances in an activity")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", pgettext_lazy("item", "on offer")
        CLOSED = "closed", pgettext_lazy("item", "taken off")

    class Period(models.TextChoices):
        EVER = "ever", _("in all")
        MONTH = "month", _("in a month")
        DAY = "day", _("in a day")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=60)
    about = models.TextField(_("description"), blank=True)
    picture = models.CharField(max_length=64, blank=True)
    price_points = models.PositiveIntegerField(_("price in points"))
    stock = models.PositiveIntegerField(_("stock"))
    pool = models.OneToOneField("ledger.Pool", null=True, on_delete=models.PROTECT, related_name="+")
    template_id = models.UUIDField(_("coupon"), null=True)
    activity = models.ForeignKey(
        "activities.Activity",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("activity"),
    )
    chances = models.PositiveIntegerField(_("chances"), default=1)
    per_member = models.PositiveIntegerField(_("times per member"), null=True)
    period = models.CharField(_("counted"), max_length=5, choices=Period, default=Period.EVER)
    tiers = models.JSONField(_("tiers"), default=list)
    opens_at = models.DateTimeField(_("from"), null=True)
    closes_at = models.DateTimeField(_("until"), null=True)
    send_days = models.PositiveIntegerField(_("days until it is sent"), default=7)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("created at"))
    is_simulated = models.BooleanField(_("simulated"), default=False)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.CheckConstraint(condition=Q(price_points__gt=0, stock__gt=0), name="item_price"),
            models.CheckConstraint(condition=Q(per_member=None) | Q(per_member__gt=0), name="item_limit"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="item_dates",
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(pool__isnull=False), name="item_has_stock"),
            models.CheckConstraint(
                condition=Q(kind="goods")
                | Q(kind="coupon", template_id__isnull=False)
                | Q(kind="chances", activity__isnull=False),
                name="item_of_its_kind",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="item_latest")]

    def __str__(self) -> str:
        return self.title


class Bought(models.Model):
    """How many units of an item a member has bought in a period: a counter under the limit."""

    pk = models.CompositePrimaryKey("item_id", "member_id", "period")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.CharField(max_length=10)
    taken = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.member_id}: {self.taken}"


class Purchase(models.Model):
    """What a member got for points: the units, the spend, and what was given."""

    class State(models.TextChoices):
        BOUGHT = "bought", pgettext_lazy("purchase", "bought")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="purchases", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("how many"))
    points = models.PositiveIntegerField(_("points"))
    serials = models.JSONField()
    period = models.CharField(max_length=10, blank=True)
    spend_id = models.UUIDField()
    refund_id = models.UUIDField(null=True)
    coupon_ids = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOUGHT)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    bought_at = models.DateTimeField(_("bought at"))
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, points__gt=0), name="purchase_amount"),
            models.CheckConstraint(
                condition=Q(state="bought", refund_id=None) | Q(state="cancelled", refund_id__isnull=False),
                name="purchase_refunded",
            ),
        ]
        indexes = [
            models.Index(fields=["item", "-bought_at", "-id"], name="purchase_of_item"),
            models.Index(fields=["-bought_at", "-id"], name="purchase_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item_id}"
