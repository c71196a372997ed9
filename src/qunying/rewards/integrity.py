"""What coupons and the book must agree on; part of the audit."""

from django.utils.translation import gettext_lazy as _

from qunying.ledger.integrity import ask, integrity_check
from qunying.ledger.queries.list_pools import list_rules
from qunying.rewards.models import CouponTemplate
from qunying.rewards.terms import rules_hash


@integrity_check("coupons_are_in_the_book", _("Every member has as many coupons as the book says"))
def _coupons_are_in_the_book() -> list[str]:
    return ask(
        "WITH coupons AS (SELECT member_id, 'coupon:' || template_id AS asset,"
        "  CASE state WHEN 'claimed' THEN 'member.available' ELSE 'member.held' END AS purpose,"
        "  count(*) AS units"
        "  FROM rewards_coupon WHERE state IN ('claimed', 'reserved') GROUP BY 1, 2, 3),"
        " booked AS (SELECT owner_id AS member_id, asset, purpose, balance FROM ledger_account"
        "  WHERE owner_kind = 'member' AND asset LIKE 'coupon:%%' AND balance <> 0)"
        " SELECT format('member %%s, %%s, %%s: coupons %%s, book %%s', member_id, asset, purpose,"
        "  coalesce(units, 0), coalesce(balance, 0))"
        " FROM coupons FULL JOIN booked USING (member_id, asset, purpose)"
        " WHERE units IS DISTINCT FROM balance"
    )


@integrity_check("used_coupons_are_in_the_book", _("Used and ended coupons are as many as the book says"))
def _used_coupons_are_in_the_book() -> list[str]:
    return ask(
        "WITH coupons AS (SELECT 'coupon:' || template_id AS asset,"
        "  CASE state WHEN 'redeemed' THEN 'redeemed' ELSE 'breakage' END AS purpose, count(*) AS units"
        "  FROM rewards_coupon WHERE state IN ('redeemed', 'expired', 'rolled_back') GROUP BY 1, 2),"
        " booked AS (SELECT asset, purpose, balance FROM ledger_account WHERE owner_kind = 'brand'"
        "  AND asset LIKE 'coupon:%%' AND purpose IN ('redeemed', 'breakage') AND balance <> 0)"
        " SELECT format('%%s, %%s: coupons %%s, book %%s', asset, purpose,"
        "  coalesce(units, 0), coalesce(balance, 0))"
        " FROM coupons FULL JOIN booked USING (asset, purpose) WHERE units IS DISTINCT FROM balance"
    )


@integrity_check(
    "serials_have_no_gap", _("The serials of every template run from 1 without a gap, each once")
)
def _serials_have_no_gap() -> list[str]:
    return ask(
        "WITH serials AS (SELECT t.pool_id, c.serial FROM rewards_coupon c"
        "  JOIN rewards_coupontemplate t ON t.id = c.template_id WHERE c.state <> 'withdrawn'"
        "  UNION ALL SELECT r.pool_id, r.serial FROM ledger_returnedunit r"
        "   JOIN rewards_coupontemplate t ON t.pool_id = r.pool_id),"
        " counted AS (SELECT pool_id, count(*) AS units, count(DISTINCT serial) AS different,"
        "  min(serial) AS first, max(serial) AS last FROM serials GROUP BY pool_id)"
        " SELECT format('template %%s: %%s serials from %%s to %%s, %%s issued',"
        "  t.id, coalesce(c.different, 0), c.first, c.last, p.issued)"
        " FROM rewards_coupontemplate t JOIN ledger_pool p ON p.id = t.pool_id"
        " LEFT JOIN counted c ON c.pool_id = p.id"
        " WHERE coalesce(c.units, 0) <> p.issued OR coalesce(c.different, 0) <> p.issued"
        " OR (p.issued > 0 AND (c.first <> 1 OR c.last <> p.issued))"
    )


@integrity_check("coupons_within_limits", _("Nobody has more coupons than one member may have"))
def _coupons_within_limits() -> list[str]:
    return ask(
        "SELECT format('template %%s, member %%s: %%s coupons', c.template_id, c.member_id, count(*))"
        " FROM rewards_coupon c JOIN rewards_coupontemplate t ON t.id = c.template_id"
        " GROUP BY c.template_id, c.member_id, t.per_member HAVING count(*) > t.per_member"
    )


@integrity_check("promises_are_funded", _("Every promised discount is held for on its campaign's budget"))
def _promises_are_funded() -> list[str]:
    return ask(
        "SELECT format('coupon %%s: its hold is %%s', c.id, coalesce(h.state, 'missing'))"
        " FROM rewards_coupon c LEFT JOIN ledger_hold h ON h.id = c.budget_hold_id"
        " WHERE c.campaign_id IS NOT NULL AND c.state IN ('claimed', 'reserved')"
        " AND h.state IS DISTINCT FROM 'open'"
    )


@integrity_check("terms_are_kept", _("No terms have changed since their template was opened"))
def _terms_are_kept() -> list[str]:
    opened = {t.pool_id: t for t in CouponTemplate.objects.all() if t.pool_id is not None}
    rules = list_rules(opened)
    return [f"template {t.id}" for pool_id, t in opened.items() if rules.get(pool_id) != rules_hash(t)]


@integrity_check(
    "order_points_are_in_the_book", _("Points of orders are held, spent and given back as the book says")
)
def _order_points_are_in_the_book() -> list[str]:
    return ask(
        "SELECT format('order %%s: %%s points, %%s given back', o.order_number, o.points, o.points_returned)"
        " FROM rewards_orderprice o LEFT JOIN ledger_hold h ON h.id = o.points_hold_id"
        " LEFT JOIN ledger_posting p ON p.transaction_id = o.points_spent_by AND p.amount > 0"
        "  AND p.account_id IN (SELECT id FROM ledger_account WHERE purpose = 'redeemed')"
        " LEFT JOIN ledger_reversedtotal r ON r.transaction_id = o.points_spent_by"
        " WHERE o.points > 0 AND ((o.points_hold_id IS NOT NULL"
        "   AND (h.state IS DISTINCT FROM 'open' OR h.amount <> o.points))"
        "  OR (o.state IN ('redeemed', 'refunded') AND p.amount IS DISTINCT FROM o.points)"
        "  OR o.points_returned > coalesce(r.reversed, 0))"
    )


@integrity_check(
    "reserved_offers_are_funded", _("What reserved offers cost is held on their campaigns' budgets")
)
def _reserved_offers_are_funded() -> list[str]:
    return ask(
        "SELECT format('order %%s, offer %%s: its hold is %%s', o.order_number, f.key,"
        "  coalesce(h.state, 'missing'))"
        " FROM rewards_orderoffer f JOIN rewards_orderprice o ON o.id = f.order_price_id"
        " LEFT JOIN ledger_hold h ON h.id = f.budget_hold_id"
        " WHERE f.budget_hold_id IS NOT NULL AND (h.state IS DISTINCT FROM 'open'"
        "  OR h.amount <> f.off_minor + f.off_shipping_minor + f.gift_quantity * f.gift_worth_minor)"
    )
