"""What the points shop, its stock and its counters must agree on; part of the audit."""

from django.utils.translation import gettext_lazy as _

from qunying.ledger.integrity import ask, integrity_check


@integrity_check(
    "shop_units_are_out_of_stock", _("As many units were bought for points as their stock gave out")
)
def _shop_units_are_out_of_stock() -> list[str]:
    return ask(
        "SELECT format('item %%s: %%s bought, %%s out', i.id, coalesce(sum(p.quantity), 0),"
        "  l.issued - l.returned)"
        " FROM points_shop_item i JOIN ledger_pool l ON l.id = i.pool_id"
        " LEFT JOIN points_shop_purchase p ON p.item_id = i.id AND p.state = 'bought'"
        " GROUP BY i.id, l.issued, l.returned"
        " HAVING coalesce(sum(p.quantity), 0) <> l.issued - l.returned"
    )


@integrity_check("shop_counters_are_kept", _("What members bought for points is what was counted for them"))
def _shop_counters_are_kept() -> list[str]:
    return ask(
        "SELECT format('item %%s, member %%s, %%s: %%s counted, %%s bought', item_id, member_id, period,"
        "  sum(counted), sum(bought)) FROM ("
        " SELECT item_id, member_id, period, taken AS counted, 0 AS bought FROM points_shop_bought UNION ALL"
        " SELECT item_id, member_id, period, 0, quantity FROM points_shop_purchase WHERE state = 'bought'"
        ") both_sides GROUP BY item_id, member_id, period HAVING sum(counted) <> sum(bought)"
    )


@integrity_check(
    "shop_points_were_spent", _("Each purchase spent the points that it says, and no cancelled one kept any")
)
def _shop_points_were_spent() -> list[str]:
    return ask(
        "WITH moved AS (SELECT coalesce(t.reverses_id, t.id) AS spend_id, l.amount,"
        "  t.reverses_id IS NULL AS is_spend FROM ledger_posting l"
        "  JOIN ledger_account a ON a.id = l.account_id AND a.asset = 'points' AND a.purpose = 'redeemed'"
        "  JOIN ledger_transaction t ON t.id = l.transaction_id)"
        " SELECT format('purchase %%s, %%s: %%s points, %%s spent, %%s left of them', p.id, p.state, p.points,"
        "  sum(m.amount) FILTER (WHERE m.is_spend), sum(m.amount))"
        " FROM points_shop_purchase p LEFT JOIN moved m ON m.spend_id = p.spend_id"
        " GROUP BY p.id, p.state, p.points"
        " HAVING sum(m.amount) FILTER (WHERE m.is_spend) IS DISTINCT FROM p.points"
        " OR (p.state <> 'bought' AND sum(m.amount) <> 0)"
    )
