"""Who brought whom, and what came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id
from qunying.referrals.models.programme import Programme


class InviteCode(models.Model):
    """The code that a member's link carries."""

    member = models.OneToOneField(
        "members.Member", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=12, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Bond(models.Model):
    """That one member brought another: written once for whoever was brought, and never changed in that."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("invitation", "has joined")
        HELD = "held", pgettext_lazy("invitation", "reward on its way")
        REVIEW = "review", pgettext_lazy("invitation", "held for review")
        REWARDED = "rewarded", pgettext_lazy("invitation", "rewarded")
        REFUSED = "refused", pgettext_lazy("invitation", "refused after review")
        RETURNED = "returned", pgettext_lazy("invitation", "order returned")
        LAPSED = "lapsed", pgettext_lazy("invitation", "did not order in time")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="bonds")
    inviter = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    invited = models.OneToOneField("members.Member", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    bound_at = models.DateTimeField(_("since"))
    order_id = models.UUIDField(null=True)
    order_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    qualified_at = models.DateTimeField(null=True)
    matures_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    is_capped = models.BooleanField(_("beyond the inviter's cap"), default=False)
    is_cleared = models.BooleanField(_("released by a person"), default=False)
    signs = models.JSONField(_("signs"), default=list)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.CheckConstraint(condition=~Q(inviter=F("invited")), name="bond_of_two")]
        indexes = [
            models.Index(fields=["inviter", "-bound_at"], name="bond_of_inviter"),
            models.Index(fields=["matures_at"], condition=Q(state="held"), name="bond_maturing"),
            models.Index(fields=["bound_at"], condition=Q(state="waiting"), name="bond_waiting"),
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="bond_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.inviter_id} → {self.invited_id}"


class Reward(models.Model):
    """What one side got, or is owed, for an invitation."""

    class Side(models.TextChoices):
        INVITER = "inviter", _("inviter")
        INVITED = "invited", _("friend")

    class Kind(models.TextChoices):
        POINTS = "points", _("points")
        COUPON = "coupon", _("coupon")

    class State(models.TextChoices):
        GIVEN = "given", pgettext_lazy("prize", "given")
        OWED = "owed", _("still owed")
        TAKEN_BACK = "taken_back", _("taken back")
        KEPT = "kept", _("used before the return")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bond = models.ForeignKey(Bond, on_delete=models.PROTECT, related_name="rewards", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    kind = models.CharField(max_length=6, choices=Kind)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()
    template_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State)
    problem = models.CharField(max_length=60, blank=True)
    reference = models.UUIDField(null=True)
    debt = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bond", "side", "kind"], name="reward_once")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"
