"""The rules that communities have become the first version of their rules."""

from django.db import migrations

FIRST_VERSIONS = """
INSERT INTO communities_rulesversion (community_id, version, text, valid_from, written_by)
SELECT id, 1, rules, created_at, '' FROM communities_community WHERE rules <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_platforms_plans_live_codes")]

    operations = [migrations.RunSQL(FIRST_VERSIONS, migrations.RunSQL.noop, elidable=True)]
