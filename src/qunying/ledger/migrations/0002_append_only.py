"""The book is written once: triggers refuse to change or remove what stands in it."""

from django.db import migrations

CREATE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the book is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER ledger_transaction_no_delete BEFORE DELETE ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

-- Sealing gives a transaction its block, once; nothing else changes.
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE ON ledger_transaction
    FOR EACH ROW WHEN (
        OLD.block_id IS NOT NULL OR NEW.block_id IS NULL
        OR (OLD.id, OLD.kind, OLD.reason, OLD.actor, OLD.command_id, OLD.campaign_id, OLD.source_event_id, OLD.business_at,
            OLD.recorded_at, OLD.reverses_id, OLD.policy_version)
        IS DISTINCT FROM
           (NEW.id, NEW.kind, NEW.reason, NEW.actor, NEW.command_id, NEW.campaign_id, NEW.source_event_id, NEW.business_at,
            NEW.recorded_at, NEW.reverses_id, NEW.policy_version))
    EXECUTE FUNCTION ledger_refuse_change();

CREATE TRIGGER ledger_block_append_only BEFORE UPDATE OR DELETE ON ledger_block
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

-- Whose account it is, in what and for what, and its bounds stay for ever; only the balance moves.
CREATE TRIGGER ledger_account_no_delete BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_identity BEFORE UPDATE ON ledger_account
    FOR EACH ROW WHEN (
        (OLD.id, OLD.owner_kind, OLD.owner_id, OLD.asset, OLD.purpose, OLD.floor, OLD.ceiling)
        IS DISTINCT FROM (NEW.id, NEW.owner_kind, NEW.owner_id, NEW.asset, NEW.purpose, NEW.floor, NEW.ceiling))
    EXECUTE FUNCTION ledger_refuse_change();
"""

DROP = """
DROP TRIGGER ledger_posting_append_only ON ledger_posting;
DROP TRIGGER ledger_transaction_no_delete ON ledger_transaction;
DROP TRIGGER ledger_transaction_append_only ON ledger_transaction;
DROP TRIGGER ledger_block_append_only ON ledger_block;
DROP TRIGGER ledger_account_no_delete ON ledger_account;
DROP TRIGGER ledger_account_identity ON ledger_account;
DROP FUNCTION ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
