"""Codes printed, mailed or handed out ahead of time: each brings one coupon to whoever enters it first."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import new_id


class CodeBatch(models.Model):
    """Some codes of a template, numbered from 1. Its file is taken out once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.ForeignKey("rewards.CouponTemplate", on_delete=models.PROTECT, related_name="batches")
    name = models.CharField(_("name"), max_length=100)
    count = models.PositiveIntegerField(_("how many"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.TextField(_("created by"))
    exported_at = models.DateTimeField(null=True)
    exported_by = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="code_batch_count")]

    def __str__(self) -> str:
        return self.name


class BatchCode(models.Model):
    """One code: kept sealed, found by a keyed hash, entered once. Its number is its own for good."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(CodeBatch, on_delete=models.PROTECT, related_name="codes", db_index=False)
    number = models.PositiveIntegerField()
    code_hash = models.BinaryField(max_length=32)
    sealed_code = models.BinaryField(max_length=64)
    coupon = models.OneToOneField(
        "rewards.Coupon", on_delete=models.PROTECT, null=True, related_name="entered_by"
    )
    entered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_code_number"),
            models.UniqueConstraint(fields=["code_hash"], name="batch_code_once"),
            models.CheckConstraint(
                condition=Q(coupon=None, entered_at=None) | Q(coupon__isnull=False, entered_at__isnull=False),
                name="batch_code_entered",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
