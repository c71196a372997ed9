"""Rights to buy: what a flash sale or a team won, until the shop confirms it or its time is over."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id

from .activity import Activity
from .taking_part import Participation, Stock


class Team(models.Model):
    """Members who buy together: formed when it is full, failed when its time is over before."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("team", "open")
        FORMED = "formed", pgettext_lazy("team", "formed")
        FAILED = "failed", pgettext_lazy("team", "failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="teams", db_index=False)
    leader = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    held = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    deadline = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held__lte=F("size")), name="team_not_overfull"),
            models.CheckConstraint(
                condition=~Q(state="formed") | Q(held=F("size")), name="team_formed_when_full"
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "-opened_at", "-id"], name="team_latest"),
            models.Index(fields=["deadline"], condition=Q(state="open"), name="team_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.held}/{self.size}"


class Right(models.Model):
    """A right to buy certain goods at a certain price. Money and goods stay with the shop, which confirms or cancels.

    ``waiting``: a place in a team that is not full yet. ``held``: vetting has a case of it, so its time has not begun.
    ``reserved``: until ``expires_at``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("right", "waiting for the team")
        HELD = "held", pgettext_lazy("right", "held for review")
        RESERVED = "reserved", pgettext_lazy("right", "reserved")
        REDEEMED = "redeemed", pgettext_lazy("right", "bought")
        CANCELLED = "cancelled", pgettext_lazy("right", "cancelled")
        EXPIRED = "expired", pgettext_lazy("right", "expired")
        FAILED = "failed", pgettext_lazy("right", "team not formed")
        REFUSED = "refused", pgettext_lazy("right", "refused after review")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="rights", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="right")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="rights")
    code_hash = models.BinaryField(unique=True)
    sealed_code = models.BinaryField()
    lines = models.JSONField()
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=State)
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    order_number = models.CharField(_("order number"), max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["reserved", "redeemed", "expired"]) | Q(expires_at__isnull=False),
                name="right_expires",
            ),
            models.CheckConstraint(
                condition=~Q(state="redeemed") | ~Q(order_number=""), name="right_redeemed_by_order"
            ),
            models.UniqueConstraint(
                fields=["activity", "member"], condition=Q(state="waiting"), name="one_open_team_each"
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "-taken_at", "-id"], name="right_latest"),
            models.Index(fields=["expires_at"], condition=Q(state="reserved"), name="right_due"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.total_minor}"


class RightUnit(models.Model):
    """A unit of stock that a right holds, or held and gave back."""

    id = models.BigAutoField(primary_key=True)
    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="units")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="+", db_index=False)
    serial = models.BigIntegerField()
    is_out = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stock", "serial"], condition=Q(is_out=True), name="right_unit_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.serial}"
