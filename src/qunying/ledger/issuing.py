"""The hot verb of the book: a unit from a stock to each of some members, paid for by a budget, in one statement.

It serves the ordinary case only. When the next unit is one that came back, when an account is not there yet,
or when the stock or the budget has run out, it changes nothing, and the plain way decides.
"""

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from qunying.kernel.actions import Running, running_action
from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.prepared import fetch_prepared
from qunying.ledger.accounts import Purpose, money_asset, of_brand, of_campaign, of_member
from qunying.ledger.book import transaction_id_of
from qunying.ledger.entries import Entry, Line, NewHold, check

# ``ledger_take_units`` (in the database) locks the stock and the shared accounts; what stands before it waits for nobody.
# ``allowed`` has a row for each issue: place, member_id, transaction_id, actor, command_id, hold_id, now. ``granted`` has those for which
# there is stock and budget, in the order of their places, with their serials.
ISSUE_STEPS: LiteralString = """
taken AS MATERIALIZED (
    SELECT taken.* FROM (SELECT count(*) AS units FROM allowed) wanted CROSS JOIN LATERAL ledger_take_units(%(pool)s::uuid, wanted.units,
        %(now)s::timestamptz, %(asset)s::text, %(campaign)s::uuid, %(money)s::text, %(amount)s::bigint, %(accounts)s::bigint) taken
), granted AS MATERIALIZED (
    SELECT numbered.*, taken.before + numbered.nth AS serial
    FROM (SELECT allowed.*, row_number() OVER (ORDER BY place) AS nth FROM allowed) numbered, taken
    WHERE numbered.nth <= taken.units
), noted AS (
    INSERT INTO ledger_transaction
        (id, kind, reason, actor, command_id, campaign_id, business_at, recorded_at, policy_version)
    SELECT transaction_id, %(kind)s::text, '', actor, command_id, %(campaign)s::uuid, now, now, 1 FROM granted
), mine AS (
    INSERT INTO ledger_account AS a (owner_kind, owner_id, asset, purpose, floor, balance, version)
    SELECT 'member', member_id, %(asset)s::text, 'member.available', 0, count(*), count(*)
    FROM granted GROUP BY member_id ORDER BY member_id
    ON CONFLICT (owner_kind, owner_id, asset, purpose)
        DO UPDATE SET balance = a.balance + excluded.balance, version = a.version + excluded.version
    RETURNING id, owner_id
), holding AS (
    INSERT INTO ledger_hold (id, account_id, held_account_id, placed_by_id, amount, settled_amount, state)
    SELECT hold_id, taken.budget, taken.held, transaction_id, %(amount)s::bigint, 0, 'open'
    FROM granted, taken WHERE taken.held IS NOT NULL
), lines AS (
    INSERT INTO ledger_posting (transaction_id, line, account_id, amount)
    SELECT granted.transaction_id, shared.line::smallint, shared.account, shared.amount FROM granted, taken CROSS JOIN LATERAL (
        VALUES (0, taken.issuance, -1), (2, taken.budget, - %(amount)s::bigint), (3, taken.held, %(amount)s::bigint)
    ) shared(line, account, amount) WHERE shared.account IS NOT NULL
    UNION ALL SELECT transaction_id, 1::smallint, -- looked up, not joined: the planner expects one row, and would compare all with all
        ((SELECT jsonb_object_agg(owner_id, id) FROM mine) ->> member_id::text)::bigint, 1 FROM granted
)
"""
_ISSUE: LiteralString = (
    "WITH allowed AS (SELECT 1 AS place, %(member)s::uuid AS member_id, %(transaction_id)s::uuid AS transaction_id,"
    " %(actor)s::text AS actor, %(command_id)s::text AS command_id, %(hold_id)s::uuid AS hold_id,"
    " %(now)s::timestamptz AS now)," + ISSUE_STEPS + "SELECT serial FROM granted"
)


@dataclass(frozen=True)
class Issue:
    """One unit of a stock for a member, and the money to be held for it; without a hold there is no campaign.

    kind and part name the entry, as in ``entries.Entry``; the asset is the one that the stock's units are of.
    """

    kind: str
    part: str
    pool_id: UUID
    asset: str
    member_id: UUID
    campaign_id: UUID | None = None
    currency: str = ""
    hold_id: UUID | None = None
    hold_amount: int = 0


def entry_of(issue: Issue) -> Entry:
    """Return what an issue writes into the book."""
    lines = (
        Line(of_brand(issue.asset, Purpose.ISSUANCE), -1),
        Line(of_member(issue.member_id, issue.asset), 1),
    )
    holds: tuple[NewHold, ...] = ()
    if issue.hold_id is not None and issue.campaign_id is not None:
        holds = (NewHold(issue.hold_id, of_campaign(issue.campaign_id, issue.currency), issue.hold_amount),)
    return Entry(kind=issue.kind, part=issue.part, lines=lines, holds=holds, campaign_id=issue.campaign_id)


def shared_values_of(issue: Issue) -> dict[str, object]:
    """Return the values of the steps that issues of one stock by one campaign have in common, after checking one of them as the book
    does.
    """
    entry = entry_of(issue)
    check([entry])
    return {
        "pool": issue.pool_id,
        "kind": issue.kind,
        "campaign": issue.campaign_id,
        "asset": issue.asset,
        "money": money_asset(issue.currency),
        "amount": issue.hold_amount,
        "accounts": 3 if entry.holds else 1,
    }


def own_values_of(
    running: Running, *, kind: str, part: str, member_id: UUID, hold_id: UUID | None
) -> dict[str, object]:
    """Return the values of the steps that only one issue has; kind and part as in ``Issue``."""
    return {
        "now": running.now,
        "transaction_id": transaction_id_of(kind, part, running),
        "actor": running.actor.key,
        "command_id": running.command_id,
        "member": member_id,
        "hold_id": hold_id,
    }


def may_issue_at_once() -> bool:
    """Tell whether no test has taken a guard away, which only the plain way can do without."""
    return not (disabled_guard("ledger.pool_guard") or disabled_guard("ledger.balance_guard"))


def issue_at_once(issue: Issue) -> int | None:
    """Do it in one statement and return the serial, or None when the case is not ordinary and nothing was changed."""
    running = running_action()
    if running is None:
        raise RuntimeError("value moves only inside an action")
    if not may_issue_at_once():
        return None
    own = own_values_of(
        running, kind=issue.kind, part=issue.part, member_id=issue.member_id, hold_id=issue.hold_id
    )
    rows = fetch_prepared(_ISSUE, shared_values_of(issue) | own)
    return int(rows[0][0]) if rows else None
