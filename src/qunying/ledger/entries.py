"""What can be written into the book: entries of lines, holds and what becomes of holds."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import AccountRef, is_money

MAX_LINES = 64
MAX_ENTRIES = 500
MAX_MONEY = 10**12
MAX_UNITS = 10**10
MAX_REASON = 500
# A mobile number of mainland China, a number with a country code, an e-mail address.
_CONTACT = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)|\+\d[\d -]{7,}|[\w.+-]+@[\w-]+\.\w")
_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")  # its digits may look like a number


class UnbalancedEntry(Problem):
    """The lines of an asset do not sum to zero."""

    code = "unbalanced_entry"
    kind = Kind.INVALID
    message = _("The lines of “{asset}” sum to {total} instead of zero.")


class AmountOutOfRange(Problem):
    """An amount is zero, or beyond what one movement may carry."""

    code = "amount_out_of_range"
    kind = Kind.INVALID
    message = _("The amount {amount} is not between 1 and {largest}.")


class TooManyLines(Problem):
    """A transaction has more lines, or a batch more transactions, than allowed."""

    code = "too_many_lines"
    kind = Kind.INVALID
    message = _("That is too much for one movement: at most {largest} are allowed.")


class ReasonNotFit(Problem):
    """The book is never erased, so a reason holds no contact of a person, and it is short."""

    code = "reason_not_fit"
    kind = Kind.INVALID
    message = _("Keep the reason short and leave phone numbers and e-mail addresses out: it is never erased.")


@dataclass(frozen=True)
class Line:
    """One signed amount on one account.

    expires_at: for a credit of an asset with lots, when the new lot ends (None: never). lot_id: for a debit,
        the very lot to take from; for a credit, the lot that the units were in before.
    returns: for a credit, the transaction or hold whose units come back, so that they return to the lots
        they came from.
    """

    account: AccountRef
    amount: int
    expires_at: datetime | None = None
    lot_id: UUID | None = None
    returns: UUID | None = None


@dataclass(frozen=True)
class NewHold:
    """Units of an account to be set aside until ``expires_at`` (None: until somebody decides)."""

    id: UUID
    account: AccountRef
    amount: int
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Settlement:
    """An open hold of which ``amount`` goes ``to`` an account; the rest goes back."""

    hold_id: UUID
    amount: int
    to: AccountRef


@dataclass(frozen=True)
class Release:
    """An open hold that goes back whole: given back by somebody, or because its time is over."""

    hold_id: UUID
    state: Literal["voided", "expired"] = "voided"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One transaction to be. Several assets may move in it; each sums to zero on its own.

    part tells several entries of one command apart. An ``id`` of its own makes the entry happen once
    whatever the command.
    """

    kind: str
    lines: tuple[Line, ...] = ()
    holds: tuple[NewHold, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    releases: tuple[Release, ...] = ()
    reason: str = ""
    campaign_id: UUID | None = None
    source_event_id: UUID | None = None
    business_at: datetime | None = None
    reverses: UUID | None = None
    part: str = ""
    id: UUID | None = None


def check(entries: list[Entry]) -> None:
    """Refuse entries that cannot be right whatever the balances are.

    Raises:
        TooManyLines: more than 500 entries, or an entry of more than 64 lines.
        AmountOutOfRange: a zero amount, or one beyond the ceiling of its asset.
        UnbalancedEntry: an asset whose lines do not sum to zero.
        ReasonNotFit: a reason that holds somebody's contact.
    """
    if len(entries) > MAX_ENTRIES:
        raise TooManyLines(largest=MAX_ENTRIES)
    for entry in entries:
        if (
            len(entry.lines) + 2 * len(entry.holds) + 3 * len(entry.settlements) + 2 * len(entry.releases)
            > MAX_LINES
        ):
            raise TooManyLines(largest=MAX_LINES)
        check_reason(entry.reason)
        totals: Counter[str] = Counter()
        for line in entry.lines:
            check_amount(abs(line.amount), line.account.asset)
            totals[line.account.asset] += line.amount
        for hold in entry.holds:
            check_amount(hold.amount, hold.account.asset)
        for asset, total in totals.items():
            if total:
                raise UnbalancedEntry(asset=asset, total=total)


def check_reason(reason: str) -> None:
    """Refuse a reason that names a person's contact, or goes on and on.

    Raises:
        ReasonNotFit.
    """
    if len(reason) > MAX_REASON or "\0" in reason or _CONTACT.search(_ID.sub("", reason)):
        raise ReasonNotFit


def check_amount(amount: int, asset: str) -> None:
    """Refuse an amount that is not positive, or beyond what one movement of the asset may carry.

    Raises:
        AmountOutOfRange.
    """
    largest = MAX_MONEY if is_money(asset) else MAX_UNITS
    if not 0 < amount <= largest:
        raise AmountOutOfRange(amount=amount, largest=largest)
