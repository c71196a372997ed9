"""What must always be true of the book, each as one question to the database about all rows.

Other nouns add what their own tables and the book must agree on with ``@integrity_check``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import LiteralString

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.ledger.checkpoints import hash_balances, is_signed, statement_of
from qunying.ledger.models import Checkpoint
from qunying.ledger.sealing import FIRST_HASH, find_broken_blocks

MOST_SHOWN = 50


@dataclass(frozen=True)
class IntegrityCheck:
    """A named check; ``find`` returns a text for each thing that is wrong, up to fifty."""

    name: str
    title: str | Promise
    find: Callable[[], list[str]]


CHECKS: dict[str, IntegrityCheck] = {}


def integrity_check(
    name: str, title: str | Promise
) -> Callable[[Callable[[], list[str]]], Callable[[], list[str]]]:
    """Add a function that looks for breaks to the audit."""

    def add(find: Callable[[], list[str]]) -> Callable[[], list[str]]:
        CHECKS[name] = IntegrityCheck(name, title, find)
        return find

    return add


def ask(question: LiteralString) -> list[str]:
    """Return the single text column of a query, at most fifty rows. A percent sign is written twice."""
    with connection.cursor() as cursor:
        cursor.execute(question + " LIMIT %s", [MOST_SHOWN])
        return [str(text) for (text,) in cursor.fetchall()]


@integrity_check("lines_sum_to_zero", _("Every transaction sums to zero in each asset"))
def _lines_sum_to_zero() -> list[str]:
    return ask(
        "SELECT format('transaction %%s: %%s %%s', p.transaction_id, sum(p.amount), a.asset)"
        " FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id"
        " GROUP BY p.transaction_id, a.asset HAVING sum(p.amount) <> 0"
    )


@integrity_check("transactions_have_lines", _("No transaction is empty, no line is without one"))
def _transactions_have_lines() -> list[str]:
    return ask(
        "SELECT format('transaction %%s', coalesce(t.id, p.transaction_id))"
        " FROM ledger_transaction t FULL JOIN ledger_posting p ON p.transaction_id = t.id"
        " WHERE p.transaction_id IS NULL OR t.id IS NULL"
    )


@integrity_check("assets_sum_to_zero", _("All accounts of an asset together are zero"))
def _assets_sum_to_zero() -> list[str]:
    return ask(
        "SELECT format('%%s: %%s', asset, sum(balance)) FROM ledger_account"
        " GROUP BY asset HAVING sum(balance) <> 0"
    )


@integrity_check("balances_follow_lines", _("Every balance is the sum of its lines"))
def _balances_follow_lines() -> list[str]:
    return ask(
        "SELECT format('account %%s: balance %%s, lines %%s', a.id, a.balance, coalesce(p.total, 0))"
        " FROM ledger_account a"
        " LEFT JOIN (SELECT account_id, sum(amount) AS total FROM ledger_posting GROUP BY account_id) p"
        " ON p.account_id = a.id WHERE a.balance <> coalesce(p.total, 0)"
    )


@integrity_check("balances_in_bounds", _("No account is outside its bounds"))
def _balances_in_bounds() -> list[str]:
    return ask(
        "SELECT format('account %%s (%%s): %%s', id, purpose, balance) FROM ledger_account"
        " WHERE balance < CASE WHEN purpose IN ('issuance', 'member.debt') THEN balance ELSE 0 END"
        " OR (purpose = 'member.debt' AND balance > 0) OR balance < floor OR balance > ceiling"
    )


@integrity_check("holds_are_held", _("Open holds and held units are the same"))
def _holds_are_held() -> list[str]:
    return ask(
        "SELECT format('account %%s: held %%s, open holds %%s', a.id, a.balance, coalesce(h.total, 0))"
        " FROM ledger_account a"
        " LEFT JOIN (SELECT held_account_id, sum(amount) AS total FROM ledger_hold WHERE state = 'open'"
        "  GROUP BY held_account_id) h ON h.held_account_id = a.id"
        " WHERE a.purpose IN ('member.held', 'budget.held') AND a.balance <> coalesce(h.total, 0)"
    )


@integrity_check("holds_end_once", _("Every hold that ended names the transaction that ended it"))
def _holds_end_once() -> list[str]:
    return ask(
        "SELECT format('hold %%s: %%s', id, state) FROM ledger_hold"
        " WHERE (state = 'open') <> (resolved_by_id IS NULL) OR (state <> 'settled' AND settled_amount <> 0)"
        " OR settled_amount > amount"
    )


@integrity_check("lots_are_available", _("What is left of the lots is what is available"))
def _lots_are_available() -> list[str]:
    return ask(
        "SELECT format('account %%s: available %%s, lots %%s', a.id, a.balance, coalesce(l.total, 0))"
        " FROM ledger_account a"
        " LEFT JOIN (SELECT account_id, sum(remaining) AS total FROM ledger_lot GROUP BY account_id) l"
        " ON l.account_id = a.id"
        " WHERE a.purpose = 'member.available' AND a.asset = 'points' AND a.balance <> coalesce(l.total, 0)"
    )


@integrity_check("lots_follow_lines", _("What is left of every lot follows from its lines"))
def _lots_follow_lines() -> list[str]:
    return ask(
        "SELECT format('lot %%s: remaining %%s, lines %%s', l.id, l.remaining, coalesce(p.total, 0))"
        " FROM ledger_lot l"
        " LEFT JOIN (SELECT lot_id, sum(amount) AS total FROM ledger_posting WHERE lot_id IS NOT NULL"
        "  GROUP BY lot_id) p ON p.lot_id = l.id"
        " WHERE l.remaining <> coalesce(p.total, 0) OR l.remaining < 0 OR l.remaining > l.amount"
    )


@integrity_check("lots_expired_once", _("What expired of the lots is what the book says has expired"))
def _lots_expired_once() -> list[str]:
    return ask(
        "SELECT format('points: expired %%s, lots %%s', b.total, l.total)"
        " FROM (SELECT coalesce(sum(balance), 0) AS total FROM ledger_account"
        "  WHERE owner_kind = 'brand' AND asset = 'points' AND purpose = 'breakage') b,"
        " (SELECT coalesce(sum(expired), 0) AS total FROM ledger_lot) l WHERE b.total <> l.total"
    )


@integrity_check("reversals_within_original", _("Nothing was taken back twice"))
def _reversals_within_original() -> list[str]:
    return ask(
        "WITH moved AS (SELECT transaction_id, sum(amount) AS total FROM ledger_posting WHERE amount > 0"
        "  AND transaction_id IN (SELECT id FROM ledger_transaction WHERE reverses_id IS NOT NULL"
        "   UNION SELECT transaction_id FROM ledger_reversedtotal) GROUP BY transaction_id),"
        " back AS (SELECT t.reverses_id, sum(m.total) AS total FROM ledger_transaction t"
        "  JOIN moved m ON m.transaction_id = t.id WHERE t.reverses_id IS NOT NULL GROUP BY t.reverses_id)"
        " SELECT format('transaction %%s: moved %%s, taken back %%s, counted %%s',"
        "  coalesce(b.reverses_id, r.transaction_id), o.total, b.total, r.reversed)"
        " FROM back b FULL JOIN ledger_reversedtotal r ON r.transaction_id = b.reverses_id"
        " LEFT JOIN moved o ON o.transaction_id = coalesce(b.reverses_id, r.transaction_id)"
        " WHERE b.total IS DISTINCT FROM r.reversed OR o.total IS NULL OR b.total > o.total"
        " OR r.reversed > r.original"
    )


@integrity_check("budgets_are_kept", _("No campaign has promised or spent more than its budget"))
def _budgets_are_kept() -> list[str]:
    return ask(
        "WITH funded AS (SELECT a.owner_id, a.asset, sum(p.amount) AS total FROM ledger_posting p"
        "  JOIN ledger_account a ON a.id = p.account_id AND a.owner_kind = 'campaign'"
        "  WHERE EXISTS (SELECT FROM ledger_posting q JOIN ledger_account i ON i.id = q.account_id"
        "   WHERE q.transaction_id = p.transaction_id AND i.purpose = 'issuance' AND i.asset = a.asset)"
        "  GROUP BY a.owner_id, a.asset),"
        " used AS (SELECT owner_id, asset, sum(balance) AS total FROM ledger_account"
        "  WHERE purpose IN ('budget.held', 'budget.spent') GROUP BY owner_id, asset)"
        " SELECT format('campaign %%s: budget %%s, used %%s %%s', u.owner_id, f.total, u.total, u.asset)"
        " FROM used u LEFT JOIN funded f USING (owner_id, asset) WHERE u.total > coalesce(f.total, 0)"
    )


@integrity_check("stock_is_kept", _("No stock gave out more than it has, and what came back is listed"))
def _stock_is_kept() -> list[str]:
    return ask(
        "SELECT format('stock %%s: total %%s, issued %%s, returned %%s, listed %%s',"
        "  p.id, p.total, p.issued, p.returned, coalesce(r.units, 0))"
        " FROM ledger_pool p"
        " LEFT JOIN (SELECT pool_id, count(*) AS units, min(serial) AS first, max(serial) AS last"
        "  FROM ledger_returnedunit GROUP BY pool_id) r ON r.pool_id = p.id"
        " WHERE p.issued > p.total OR p.issued < 0 OR p.returned <> coalesce(r.units, 0)"
        " OR r.first < 1 OR r.last > p.issued"
    )


@integrity_check(
    "commands_were_answered", _("Every transaction belongs to a command or reaction that was carried out")
)
def _commands_were_answered() -> list[str]:
    return ask(
        "SELECT format('transaction %%s: command %%s of %%s', t.id, t.command_id, t.actor)"
        " FROM ledger_transaction t"
        " LEFT JOIN kernel_command c ON c.actor = t.actor AND c.command_id = t.command_id"
        " WHERE (c.id IS NULL OR c.refusal IS NOT NULL) AND NOT EXISTS (SELECT FROM stream_reactionrun r"
        "  WHERE t.actor = 'system:' || r.reaction AND t.command_id = r.reaction || ':' || r.event_id)"
    )


@integrity_check("chain_is_unbroken", _("No sealed row has changed"))
def _chain_is_unbroken() -> list[str]:
    return [f"block {block.number}: {block.reason}" for block in find_broken_blocks()[:MOST_SHOWN]]


@integrity_check("checkpoints_follow_lines", _("Every day's balances are the sums of the lines until then"))
def _checkpoints_follow_lines() -> list[str]:
    return ask(
        "WITH days AS (SELECT day, coalesce(lag(last_block_id) OVER (ORDER BY day), 0) AS after,"
        "  last_block_id AS last FROM ledger_checkpoint),"
        " moved AS (SELECT d.day, p.account_id, sum(p.amount) AS amount FROM days d"
        "  JOIN ledger_transaction t ON t.block_id > d.after AND t.block_id <= d.last"
        "  JOIN ledger_posting p ON p.transaction_id = t.id GROUP BY d.day, p.account_id),"
        " summed AS (SELECT day, account_id, sum(amount) OVER (PARTITION BY account_id ORDER BY day) AS balance"
        "  FROM moved)"
        " SELECT format('%%s, account %%s: kept %%s, lines %%s', coalesce(s.day, b.checkpoint_id),"
        "  coalesce(s.account_id, b.account_id), b.balance, s.balance)"
        " FROM summed s FULL JOIN ledger_checkpointbalance b"
        "  ON b.checkpoint_id = s.day AND b.account_id = s.account_id"
        " WHERE b.balance IS DISTINCT FROM s.balance"
    )


@integrity_check("checkpoints_are_signed", _("No checkpoint of a day has changed"))
def _checkpoints_are_signed() -> list[str]:
    broken: list[str] = []
    previous = FIRST_HASH
    for checkpoint in Checkpoint.objects.select_related("last_block").order_by("day"):
        statement = statement_of(checkpoint)
        if checkpoint.previous_hash != previous:
            broken.append(f"checkpoint {checkpoint.day}: does not follow the one before it")
        elif statement.hash != checkpoint.hash or not is_signed(checkpoint.hash, checkpoint.signature):
            broken.append(f"checkpoint {checkpoint.day}: is not what was signed")
        elif hash_balances(checkpoint.day) != checkpoint.balances_hash:
            broken.append(f"checkpoint {checkpoint.day}: its balances have changed")
        previous = checkpoint.hash
    return broken[:MOST_SHOWN]
