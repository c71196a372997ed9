"""Automatic offers, in versions, and how deep any offer may go."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class Promotion(models.Model):
    """One version of an automatic offer. Its terms change while it is a draft; once open they stay, and a change is
    a new version of the same series. What it costs comes out of the budget of ``campaign_id``, if there is one.
    """

    class Kind(models.TextChoices):
        AMOUNT_OFF = "amount_off", _("amount off")
        PERCENT_OFF = "percent_off", _("percent off")
        STEPS = "steps", _("the more, the more off")
        EVERY = "every", _("off for every full amount")
        UNIT_PRICE = "unit_price", _("fixed price of a product")
        UNIT_PERCENT = "unit_percent", _("discount on a product's price")
        BUNDLE = "bundle", _("several for one price")
        BUY_GET = "buy_get", _("buy some, get some free")
        GIFT = "gift", _("gift")
        FREE_SHIPPING = "free_shipping", _("free shipping")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", pgettext_lazy("offer", "running")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.UUIDField(editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    currency = models.CharField(_("currency"), max_length=3)
    terms = models.JSONField(_("terms"))
    starts_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(pgettext_lazy("offer", "until"), null=True)
    campaign_id = models.UUIDField(_("campaign"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.TextField(_("created by"))
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="promotion_version"),
            models.UniqueConstraint(
                fields=["series"], condition=Q(state="open"), name="promotion_one_open_version"
            ),
            models.UniqueConstraint(
                fields=["series"], condition=Q(state="draft"), name="promotion_one_draft_version"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(starts_at__lt=models.F("ends_at")),
                name="promotion_times",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="promotion_latest"),
            models.Index(fields=["ends_at"], condition=Q(state="open"), name="promotion_open"),
            models.Index(
                fields=["campaign_id"], condition=Q(campaign_id__isnull=False), name="promotion_campaign"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PriceFloor(models.Model):
    """How much of its list price a product keeps at least, whatever offers there are."""

    class Kind(models.TextChoices):
        ALL = "all", _("all products")
        TAG = "tag", _("products with a tag")
        PRODUCT = "product", _("one product")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("for"), max_length=10, choices=Kind)
    key = models.CharField(_("product or tag"), max_length=100, blank=True)
    least_basis_points = models.PositiveIntegerField(_("least share of the list price (basis points)"))
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.TextField(_("changed by"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="price_floor_once"),
            models.CheckConstraint(
                condition=Q(least_basis_points__gte=1, least_basis_points__lte=10_000),
                name="price_floor_share",
            ),
            models.CheckConstraint(
                condition=Q(kind="all", key="") | (~Q(kind="all") & ~Q(key="")), name="price_floor_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
