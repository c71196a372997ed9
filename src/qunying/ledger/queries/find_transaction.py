"""One transaction as other nouns and pages see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose
from qunying.ledger.models import Posting, ReversedTotal, Transaction


@dataclass(frozen=True)
class PostedLine:
    """One signed amount on one account."""

    account_id: int
    account: AccountRef
    amount: int


@dataclass(frozen=True)
class Posted:
    """A transaction in the book; ``member_id`` is the one member who has a part in it, if it is one."""

    id: UUID
    kind: str
    reason: str
    actor: str
    command_id: str
    campaign_id: UUID | None
    recorded_at: datetime
    business_at: datetime
    reverses: UUID | None
    reversed_by: tuple[UUID, ...]
    reversed_amount: int
    block: int | None
    lines: tuple[PostedLine, ...]

    @property
    def member_id(self) -> UUID | None:
        """The one member whose accounts moved, or None when there is none or more than one."""
        members = {
            line.account.owner_id for line in self.lines if line.account.owner_kind == OwnerKind.MEMBER
        }
        return members.pop() if len(members) == 1 else None


def find_transaction(transaction_id: UUID) -> Posted | None:
    """Return a transaction with its lines and what took it back, or None."""
    found = Transaction.objects.filter(pk=transaction_id).first()
    if found is None:
        return None
    reversed_total = ReversedTotal.objects.filter(pk=transaction_id).first()
    return Posted(
        id=found.id,
        kind=found.kind,
        reason=found.reason,
        actor=found.actor,
        command_id=found.command_id,
        campaign_id=found.campaign_id,
        recorded_at=found.recorded_at,
        business_at=found.business_at,
        reverses=found.reverses_id,
        reversed_by=tuple(Transaction.objects.filter(reverses=found).values_list("id", flat=True)),
        reversed_amount=reversed_total.reversed if reversed_total else 0,
        block=found.block_id,
        lines=tuple(_line(posting) for posting in found.postings.select_related("account").order_by("line")),
    )


def _line(posting: Posting) -> PostedLine:
    account = posting.account
    ref = AccountRef(OwnerKind(account.owner_kind), account.owner_id, account.asset, Purpose(account.purpose))
    return PostedLine(account.id, ref, posting.amount)
