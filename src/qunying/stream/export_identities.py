"""The identity map beside the lake, for readers that have no PostgreSQL (a Spark cluster)."""

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake
from django.conf import settings
from django.db import connection

from qunying.stream.export import sole_writer
from qunying.stream.schema import IDENTITY_SCHEMA
from qunying.stream.tail import copy_out

_FINGERPRINT = "SELECT count(*), coalesce(sum(hashtextextended(key::text || member_id::text, 0)), 0)::text FROM identity_map"


def identities_folder() -> Path:
    """Return where the snapshot is."""
    return Path(settings.HOME) / "lake" / "identity_map"


def export_identities(now: datetime) -> bool:
    """Replace the snapshot of the identity map when the map has changed; tell whether it was replaced."""
    with sole_writer() as is_sole:
        fingerprint = _fingerprint()
        if not is_sole or fingerprint == _stored_fingerprint():
            return False
        with copy_out("SELECT key, member_id FROM identity_map ORDER BY key", [], IDENTITY_SCHEMA) as batches:
            write_deltalake(
                identities_folder(),
                batches if batches is not None else pa.Table.from_pylist([], IDENTITY_SCHEMA),
                mode="overwrite",
                commit_properties=CommitProperties(
                    custom_metadata={"identities": fingerprint, "at": now.isoformat()}
                ),
            )
    return True


def _fingerprint() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT)
        return json.dumps(cursor.fetchone())


def _stored_fingerprint() -> str | None:
    folder = identities_folder()
    if not DeltaTable.is_deltatable(str(folder)):
        return None
    return DeltaTable(folder).history(1)[0].get("identities")
