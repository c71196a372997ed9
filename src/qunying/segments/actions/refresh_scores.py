"""Everybody is scored and put into their lifecycle stage; each change of stage becomes an event."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection
from pyarrow import csv

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.events import STAGE_CHANGED
from qunying.segments.models import ScoreRun
from qunying.segments.queries.evaluate_rule import question_at
from qunying.segments.rules.asking import scored_members
from qunying.stream.lake import open_analysis
from qunying.stream.record import record_from_query

COLUMNS = (
    "member_id",
    "last_order_at",
    "frequency",
    "monetary_minor",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "stage",
)

_SCORED = """
CREATE TEMP TABLE IF NOT EXISTS segments_scored (
    member_id uuid PRIMARY KEY, last_order_at timestamptz, frequency integer, monetary_minor bigint,
    recency_score smallint, frequency_score smallint, monetary_score smallint, stage text
) ON COMMIT DROP
"""

# One sixteenth of the members at a time, by the first digit of the id, so that no statement meets its
# timeout.
_SLICES = [(f"{digit:x}" + "0" * 31, f"{digit:x}" + "f" * 31) for digit in range(16)]
_SLICE = "member_id BETWEEN %s::uuid AND %s::uuid"

_CHANGES = f"""
SELECT moved.id, 'qunying', moved.id::text, %s, moved.member_id, NULL::uuid, %s, %s,
    NULL::uuid, NULL::uuid, NULL::uuid, NULL, NULL::uuid, NULL::bigint, NULL::bigint, NULL,
    jsonb_build_object('old', moved.old, 'new', moved.new), %s
FROM (
    SELECT gen_random_uuid() AS id, member_id, coalesce(stored.stage, '') AS old, scored.stage AS new
    FROM segments_scored scored LEFT JOIN segments_memberscore stored USING (member_id)
    WHERE {_SLICE} AND scored.stage IS DISTINCT FROM stored.stage
) moved
"""  # noqa: S608 - constants

_STORE = f"""
INSERT INTO segments_memberscore AS stored ({", ".join(COLUMNS)})
SELECT {", ".join(COLUMNS)} FROM segments_scored WHERE {_SLICE}
ON CONFLICT (member_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])}
WHERE ({", ".join(f"stored.{name}" for name in COLUMNS[1:])})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in COLUMNS[1:])})
"""  # noqa: S608 - constants

_FORGET = """
DELETE FROM segments_memberscore stored
WHERE NOT EXISTS (SELECT 1 FROM segments_scored scored WHERE scored.member_id = stored.member_id)
"""


@dataclass(frozen=True)
class ScoresRefreshed:
    """How many members were scored, how many changed their stage, and the instant that was looked back
    from."""

    members: int
    stage_changes: int
    as_of: datetime


@action
def refresh_scores(
    *, command_id: str, actor: Actor, now: datetime, as_of: datetime | None = None, backfill: bool = False
) -> ScoresRefreshed:
    """Score everybody and record who changed their lifecycle stage.

    Args:
        as_of: the instant to look back from; the brand's analysis time when left out.
        backfill: the changes come from imported history: their events start no reaction. The first run of
            all always counts as that.
    """
    instant = as_of or get_analysis_time(now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('segments.refresh_scores'))")
    question = question_at(instant)
    with open_analysis(instant) as analysis:
        scored = scored_members(analysis, question).select(*COLUMNS).to_pyarrow()
    history = backfill or not ScoreRun.objects.exists()
    changes = _store(scored, [STAGE_CHANGED.name, instant, now, history])
    run = ScoreRun.objects.create(
        as_of=instant,
        finished_at=now,
        definitions_version=question.policy.version,
        members=scored.num_rows,
        stage_changes=changes,
    )
    return ScoresRefreshed(run.members, run.stage_changes, instant)


def _store(scored: pa.Table, event: list[Any]) -> int:
    changes = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_SCORED)
        cursor.execute("TRUNCATE segments_scored")
        with cursor.copy(f"COPY segments_scored ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)") as copy:
            for batch in scored.to_batches(max_chunksize=50_000):
                text = io.BytesIO()
                csv.write_csv(pa.Table.from_batches([batch]), text, csv.WriteOptions(include_header=False))
                copy.write(text.getvalue())
        cursor.execute("ANALYZE segments_scored")
        for borders in _SLICES:
            changes += record_from_query(_CHANGES, [*event, *borders])
            cursor.execute(_STORE, borders)
        cursor.execute(_FORGET)
    return changes
