"""The book: accounts, transactions, postings, lots, holds, and the pools of scarce stock."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Account(models.Model):
    """One balance: of an owner, in an asset, for a purpose.

    The balance is the sum of the account's postings.
    """

    id = models.BigAutoField(primary_key=True)
    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    asset = models.TextField()
    purpose = models.TextField()
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "asset", "purpose"], name="account_once"
            ),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(balance__gte=F("floor")), name="balance_above_floor"
            ),
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(balance__lte=F("ceiling")), name="balance_below_ceiling"
            ),
        ]
        indexes = [models.Index(fields=["asset", "purpose"], name="account_asset")]

    def __str__(self) -> str:
        return f"{self.owner_kind}/{self.owner_id}/{self.asset}/{self.purpose}"


class Block(models.Model):
    """A sealed run of transactions.

    Its hash covers the block before it, so that no sealed row can change unseen.
    """

    number = models.BigIntegerField(primary_key=True)
    transactions = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.number} {self.hash[:12]}"


class Transaction(models.Model):
    """One movement of value. Rows are appended; a trigger lets nothing change but the block, once."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    reason = models.TextField()
    actor = models.TextField()
    command_id = models.TextField()
    campaign_id = models.UUIDField(null=True)
    source_event_id = models.UUIDField(null=True)
    business_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    policy_version = models.PositiveSmallIntegerField(default=1)
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["recorded_at"], condition=Q(block=None), name="transaction_unsealed"),
            models.Index(fields=["block"], condition=Q(block__isnull=False), name="transaction_block"),
            models.Index(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="transaction_reverses"
            ),
            models.Index(fields=["actor", "command_id"], name="transaction_command"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.id)[:8]}"


class Lot(models.Model):
    """Units of one credit that end together. Lots are used soonest end first, one without an end last.

    origin: the lot that these units were in before: they came back when it had ended, or were carried over to another account.
    expired: units that ended unused and were not taken back since.
    """

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    source = models.ForeignKey(Transaction, on_delete=models.PROTECT)
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    expired = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("amount")), name="lot_remaining"
            ),
            models.CheckConstraint(condition=Q(expired__gte=0), name="lot_expired"),
        ]
        indexes = [
            models.Index(fields=["origin"], condition=Q(origin__isnull=False), name="lot_origin"),
            models.Index(fields=["account", "expires_at"], name="lot_of_account"),
            models.Index(fields=["expires_at"], condition=Q(remaining__gt=0), name="lot_due"),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.amount}"


class Hold(models.Model):
    """Units set aside until they are settled or given back. ``open`` ends once, by one guarded update."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SETTLED = "settled", _("settled")
        VOIDED = "voided", _("given back")
        EXPIRED = "expired", _("lapsed")

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds", db_index=False)
    held_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="held_by", db_index=False
    )
    placed_by = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="holds_placed")
    amount = models.BigIntegerField()
    settled_amount = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    expires_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, null=True, related_name="holds_resolved"
    )
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_amount"),
            models.CheckConstraint(
                condition=Q(settled_amount__gte=0, settled_amount__lte=F("amount")), name="hold_settled"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="hold_due")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class LotUse(models.Model):
    """Units that a spend or a hold took from a lot, so that a refund goes back to the same lot."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT)
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT)
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, null=True)
    amount = models.BigIntegerField()
    returned = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("amount")), name="lot_use_returned"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount - self.returned} of {self.lot_id}"


class Posting(models.Model):
    """One line of a transaction. Rows are appended; a trigger lets nothing change."""

    id = models.BigAutoField(primary_key=True)
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    line = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", db_index=False)
    amount = models.BigIntegerField()
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "line"], name="posting_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="posting_amount"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="posting_statement")]

    def __str__(self) -> str:
        return f"{self.amount:+d}"


class ReversedTotal(models.Model):
    """How much of a transaction has been taken back; never more than it moved."""

    transaction = models.OneToOneField(Transaction, on_delete=models.PROTECT, primary_key=True)
    original = models.BigIntegerField()
    reversed = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reversed__gt=0, reversed__lte=F("original")), name="reversed_within_original"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reversed}/{self.original}"


class Proposed(models.Model):
    """What one person proposes and, until it expires, another decides."""

    id = models.UUIDField(primary_key=True, default=new_id)
    reason = models.TextField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.TextField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Adjustment(Proposed):
    """A correction by hand. Above the ceiling it waits for a second person."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        POSTED = "posted", _("posted")
        REJECTED = "rejected", _("rejected")

    owner_kind = models.TextField()
    owner_id = models.UUIDField()
    asset = models.TextField()
    purpose = models.TextField()
    amount = models.BigIntegerField()
    evidence = models.TextField()
    needs_second_person = models.BooleanField()
    state = models.CharField(max_length=10, choices=State)
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_amount"),
            models.CheckConstraint(
                condition=~Q(state="posted", needs_second_person=True, decided_by=F("proposed_by")),
                name="adjustment_second_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="adjustment_state")]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.asset}"


class Pool(models.Model):
    """Scarce stock. ``issued`` counts serials and never goes down; what came back waits in a list.

    ``ended`` counts units that were in the total, were never given out and are not there any more.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField()
    total = models.BigIntegerField()
    issued = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    ended = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    rules_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(issued__gte=0, issued__lte=F("total")), name="pool_issued"),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("issued")), name="pool_returned"
            ),
            models.CheckConstraint(condition=Q(ended__gte=0), name="pool_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.issued}/{self.total}"


class Enlargement(Proposed):
    """Units that somebody asked for in a pool; another person adds them. ``name`` says what they are of."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        ADDED = "added", pgettext_lazy("stock", "added")
        REJECTED = "rejected", _("rejected")

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="enlargements")
    units = models.BigIntegerField()
    name = models.TextField()
    state = models.CharField(max_length=10, choices=State)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="enlargement_units"),
            models.CheckConstraint(
                condition=~Q(state="added", decided_by=F("proposed_by")), name="enlargement_second_person"
            ),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="enlargement_state")]

    def __str__(self) -> str:
        return f"+{self.units} {self.name}"


class ReturnedUnit(models.Model):
    """A unit that came back; the oldest goes out first, before a new serial."""

    id = models.BigAutoField(primary_key=True)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, db_index=False)
    serial = models.BigIntegerField()
    returned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "serial"], name="returned_unit_once")]
        indexes = [models.Index(fields=["pool", "id"], name="returned_unit_oldest")]

    def __str__(self) -> str:
        return f"{self.serial}"


class Checkpoint(models.Model):
    """What the book came to at the end of a day: all that was sealed by then, signed, so that it can be kept
    elsewhere and compared. ``totals``: asset → purpose → sum of the balances.
    """

    day = models.DateField(primary_key=True)
    taken_at = models.DateTimeField()
    last_block = models.OneToOneField(Block, on_delete=models.PROTECT)
    transactions = models.BigIntegerField()
    totals = models.JSONField()
    balances_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.day} {self.hash[:12]}"


class CheckpointBalance(models.Model):
    """The balance that an account had at a checkpoint; only accounts that moved since the one before."""

    pk = models.CompositePrimaryKey("account_id", "checkpoint_id")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="balances")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="+")
    balance = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.checkpoint_id}: {self.balance}"


class AuditRun(models.Model):
    """What one audit of the book found."""

    id = models.UUIDField(primary_key=True, default=new_id)
    ran_at = models.DateTimeField()
    ok = models.BooleanField()
    checks = models.JSONField()
    seconds = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["-ran_at"], name="audit_latest")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M} {'ok' if self.ok else 'broken'}"
