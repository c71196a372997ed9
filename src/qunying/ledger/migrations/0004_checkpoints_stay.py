"""What a checkpoint says is written once."""

from django.db import migrations

CREATE = """
CREATE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_checkpointbalance_append_only BEFORE UPDATE OR DELETE ON ledger_checkpointbalance
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
"""
DROP = """
DROP TRIGGER ledger_checkpoint_append_only ON ledger_checkpoint;
DROP TRIGGER ledger_checkpointbalance_append_only ON ledger_checkpointbalance;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_checkpoints")]
    operations = [migrations.RunSQL(CREATE, DROP)]
