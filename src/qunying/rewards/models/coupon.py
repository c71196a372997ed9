"""Coupons and their templates."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class CouponTemplate(models.Model):
    """What a coupon promises, who may have it, how many there are and how long they last."""

    class Kind(models.TextChoices):
        AMOUNT_OFF = "amount_off", _("amount off")
        PERCENT_OFF = "percent_off", _("percent off")
        GIFT = "gift", _("gift")
        FREE_SHIPPING = "free_shipping", _("free shipping")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody may claim")
        TARGETED = "targeted", _("only who is given it")
        CODE = "code", _("who has a code")

    class Validity(models.TextChoices):
        DAYS = "days", _("days from the claim")
        DATES = "dates", _("fixed dates")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", pgettext_lazy("coupon", "open")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount_minor = models.BigIntegerField(_("amount off (minor units)"), null=True)
    percent_basis_points = models.PositiveIntegerField(
        _("percent off (basis points)"),
        null=True,
        # xgettext:no-python-format # noqa: ERA001
        help_text=_("2,000 is 20 % off."),
    )
    cap_minor = models.BigIntegerField(_("at most (minor units)"), null=True)
    threshold_minor = models.BigIntegerField(_("from a total of (minor units)"), default=0)
    gift_product = models.CharField(_("gift"), max_length=100, blank=True, default="")
    gift_quantity = models.PositiveIntegerField(_("units of the gift"), null=True)
    gift_worth_minor = models.BigIntegerField(_("worth of one unit (minor units)"), null=True)
    cart_terms = models.JSONField(_("where it counts and how it stacks"), default=dict)
    returns = models.BooleanField(_("comes back when the whole order is returned"), default=True)
    currency = models.CharField(_("currency"), max_length=3)
    audience = models.CharField(_("who may have it"), max_length=10, choices=Audience)
    total = models.BigIntegerField(_("how many"))
    rounds = models.JSONField(_("rounds"), default=list, blank=True)
    leftover_ends = models.BooleanField(_("what is left of a round ends with it"), default=False)
    per_member = models.PositiveIntegerField(_("per member"), default=1)
    validity = models.CharField(_("validity"), max_length=10, choices=Validity)
    valid_days = models.PositiveIntegerField(_("valid days"), null=True)
    valid_from = models.DateField(_("valid from"), null=True)
    valid_until = models.DateField(_("valid until"), null=True)
    claim_from = models.DateField(_("claims from"), null=True)
    claim_until = models.DateField(_("claims until"), null=True)
    zone = models.CharField(_("time zone"), max_length=64)
    campaign_id = models.UUIDField(_("campaign"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    pool = models.OneToOneField("ledger.Pool", on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.TextField(_("created by"))
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("coupon template")
        verbose_name_plural = _("coupon templates")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="amount_off",
                    amount_minor__gt=0,
                    percent_basis_points=None,
                    cap_minor=None,
                    gift_worth_minor=None,
                )
                | Q(
                    Q(cap_minor=None) | Q(cap_minor__gt=0),
                    kind="percent_off",
                    amount_minor=None,
                    percent_basis_points__gte=1,
                    percent_basis_points__lte=10_000,
                    gift_worth_minor=None,
                )
                | Q(
                    Q(cap_minor=None) | Q(cap_minor__gt=0),
                    kind="free_shipping",
                    amount_minor=None,
                    percent_basis_points=None,
                    gift_worth_minor=None,
                )
                | Q(
                    ~Q(gift_product=""),
                    kind="gift",
                    amount_minor=None,
                    percent_basis_points=None,
                    cap_minor=None,
                    gift_quantity__gt=0,
                    gift_worth_minor__gt=0,
                ),
                name="template_terms",
            ),
            models.CheckConstraint(
                condition=Q(validity="days", valid_days__gte=0)
                | Q(validity="dates", valid_from__isnull=False, valid_until__gte=models.F("valid_from")),
                name="template_validity",
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0, per_member__gt=0, threshold_minor__gte=0), name="template_limits"
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(pool__isnull=False), name="template_pool"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="template_latest"),
            models.Index(fields=["campaign_id"], name="template_campaign"),
        ]

    def __str__(self) -> str:
        return self.name


class Coupon(models.Model):
    """One coupon of a member. Its code is kept sealed and found by a keyed hash."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("ready to use")
        RESERVED = "reserved", _("reserved for an order")
        REDEEMED = "redeemed", _("used")
        EXPIRED = "expired", _("expired")
        ROLLED_BACK = "rolled_back", _("use undone, ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, editable=False)
    template = models.ForeignKey(CouponTemplate, on_delete=models.PROTECT, db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()
    serial = models.BigIntegerField()
    code_hash = models.BinaryField(max_length=32)
    sealed_code = models.BinaryField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.CLAIMED)
    campaign_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    budget_hold_id = models.UUIDField(null=True)
    unit_hold_id = models.UUIDField(null=True)
    reserved_until = models.DateTimeField(null=True)
    order_number = models.TextField(null=True)
    order_id = models.UUIDField(null=True)
    order_total_minor = models.BigIntegerField(null=True)
    discount_minor = models.BigIntegerField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    redeemed_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "member", "number"], name="coupon_per_member"),
            models.UniqueConstraint(
                fields=["template", "serial"], condition=~Q(state="withdrawn"), name="coupon_serial_once"
            ),
            models.UniqueConstraint(fields=["code_hash"], name="coupon_code_once"),
        ]
        indexes = [
            models.Index(fields=["member", "-claimed_at", "-id"], name="coupon_of_member"),
            models.Index(
                fields=["campaign_id", "state"],
                condition=Q(campaign_id__isnull=False),
                name="coupon_campaign",
            ),
            models.Index(fields=["valid_until"], condition=Q(state="claimed"), name="coupon_due"),
            models.Index(fields=["reserved_until"], condition=Q(state="reserved"), name="coupon_reserved"),
            models.Index(
                fields=["order_number"], condition=Q(order_number__isnull=False), name="coupon_order_number"
            ),
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="coupon_order"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} #{self.serial}"
