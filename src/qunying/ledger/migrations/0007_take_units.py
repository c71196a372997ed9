"""Units of a stock, and the money held for them, are taken by a function of the database."""

from django.db import migrations

# A function of the database sees rows as they are once it has their lock; a statement that waited would be judged anew as a whole.
# Locks come in the book's order: the stock, then the accounts by their ids. Members' own accounts come after it.
CREATE = """
CREATE FUNCTION ledger_take_units(
    pool uuid, wanted bigint, at timestamptz, asset text, campaign uuid, money text, amount bigint, accounts bigint,
    OUT before bigint, OUT units bigint, OUT issuance bigint, OUT budget bigint, OUT held bigint
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.issued, least(wanted, p.total - p.issued) INTO before, units FROM ledger_pool p
    WHERE wanted > 0 AND p.id = pool AND p.returned = 0 AND p.issued < p.total AND p.state = 'open'
        AND (p.opens_at IS NULL OR p.opens_at <= at) AND (p.closes_at IS NULL OR p.closes_at > at)
    FOR UPDATE;
    IF NOT FOUND THEN
        units := 0;
        RETURN;
    END IF;
    WITH locked AS (
        SELECT id, purpose, balance FROM ledger_account
        WHERE (owner_kind, owner_id, ledger_account.asset, purpose) IN (
            ('brand', '00000000-0000-0000-0000-000000000000'::uuid, ledger_take_units.asset, 'issuance'),
            ('campaign', campaign, money, 'budget'),
            ('campaign', campaign, money, 'budget.held'))
        ORDER BY id FOR UPDATE
    )
    SELECT -- without a budget that bound is NULL, which least() leaves out
        CASE WHEN count(*) = accounts
            THEN least(units, min(balance / nullif(amount, 0)) FILTER (WHERE purpose = 'budget')) ELSE 0 END,
        min(id) FILTER (WHERE purpose = 'issuance'), min(id) FILTER (WHERE purpose = 'budget'),
        min(id) FILTER (WHERE purpose = 'budget.held')
    INTO units, issuance, budget, held FROM locked;
    IF units > 0 THEN
        UPDATE ledger_pool p SET issued = p.issued + units WHERE p.id = pool;
        UPDATE ledger_account a SET version = a.version + units, balance = a.balance
            + units * CASE a.id WHEN issuance THEN -1 WHEN budget THEN -amount ELSE amount END
        WHERE a.id IN (issuance, budget, held);
    END IF;
END $$;
"""
DROP = "DROP FUNCTION ledger_take_units;"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_enlargements")]
    operations = [migrations.RunSQL(CREATE, DROP)]
