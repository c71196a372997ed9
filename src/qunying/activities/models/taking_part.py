"""Who took part, how often, and what they got."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id

from .activity import Activity


class Turns(models.Model):
    """How often a member has taken part: in all, and on the latest day on which they did.

    ``given_back``: how many of all do not count, because nothing could come of them (a team that was not formed) or a chance was used.
    ``bought``: how many of all were paid with points; they come beside the limits, which are for free ones.
    """

    pk = models.CompositePrimaryKey("activity_id", "member_id")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    taken = models.PositiveIntegerField()
    day = models.DateField()
    taken_today = models.PositiveIntegerField()
    given_back = models.PositiveIntegerField(default=0, db_default=0)
    bought = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(given_back__lte=F("taken")), name="turns_given_back_were_taken"
            ),
            models.CheckConstraint(condition=Q(bought__lte=F("taken")), name="turns_bought_were_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.taken}"


class Stock(models.Model):
    """The pool in the book from which units of a prize come."""

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="stocks", db_index=False)
    key = models.CharField(max_length=20)
    pool = models.OneToOneField("ledger.Pool", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "key"], name="activity_stock_once")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.key}"


class Participation(models.Model):
    """One time that a member took part: which of theirs, with what, and where it led. ``spend_id``: the points it was paid with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="parts", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    serial = models.BigIntegerField(null=True)
    choice = models.CharField(max_length=200, blank=True)
    landed = models.CharField(max_length=40, blank=True)
    given = models.CharField(max_length=40, blank=True)
    spend_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "member", "number"], name="participation_once"),
            models.UniqueConstraint(
                fields=["spend_id"], condition=Q(spend_id__isnull=False), name="participation_paid_once"
            ),
            models.UniqueConstraint(
                fields=["activity", "serial"], condition=Q(serial__isnull=False), name="participation_serial"
            ),
        ]
        indexes = [models.Index(fields=["activity", "-at", "-id"], name="participation_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} #{self.number}"


class Award(models.Model):
    """A prize that somebody won. ``owed``: it could not be given yet; ``problem`` says why, nothing is lost.

    ``held``: vetting has a case of it; until a person has decided it is neither given nor anybody else's. ``taken_back``: what
    won it does not count any more. Goods are ``queued``: the noun ``fulfilment`` knows how far they are.
    """

    class Kind(models.TextChoices):
        POINTS = "points", _("points")
        COUPON = "coupon", _("coupon")
        CHANCES = "chances", _("further chances")
        MONEY = "money", _("red-packet money")
        GOODS = "goods", _("goods")

    class State(models.TextChoices):
        GIVEN = "given", pgettext_lazy("prize", "given")
        OWED = "owed", _("still owed")
        QUEUED = "queued", _("passed on to sending")
        HELD = "held", pgettext_lazy("prize", "held for review")
        REFUSED = "refused", pgettext_lazy("prize", "refused after review")
        TAKEN_BACK = "taken_back", pgettext_lazy("prize", "taken back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="awards", db_index=False)
    participation = models.ForeignKey(
        Participation, null=True, on_delete=models.PROTECT, related_name="awards"
    )
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    prize = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.BigIntegerField(default=0)
    template_id = models.UUIDField(null=True)
    stock_serial = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State)
    problem = models.CharField(max_length=60, blank=True)
    reference = models.UUIDField(null=True)
    won_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "prize", "stock_serial"],
                condition=Q(stock_serial__isnull=False),
                name="award_serial_once",
            )
        ]
        indexes = [
            models.Index(fields=["activity", "-won_at", "-id"], name="award_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.member_id}"
