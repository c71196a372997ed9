"""Jobs of the segments: members age without any event."""

import structlog

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import job
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.queries.find_scores import find_last_run
from qunying.segments.queries.list_segments import list_segments

log = structlog.get_logger()

TASK = actors.system("refresh_segments")


@job
def refresh_all(*, backfill: bool = False) -> None:
    """Score everybody and find the members of every segment anew; after an import with ``backfill``."""
    now = clock.now()
    refresh_scores(command_id=str(new_id()), actor=TASK, now=now, backfill=backfill)
    for segment in list_segments():
        try:
            refresh_segment(command_id=str(new_id()), actor=TASK, now=now, segment_id=segment.id)
        except Exception as error:  # whatever is wrong with one, the others are found anew
            log.warning("segment_not_refreshed", segment=str(segment.id), exc_info=error)


@job(every="7 * * * *")
def refresh_daily() -> None:
    """Do so once a day, soon after midnight where the brand is."""
    zone, run = get_brand().zone, find_last_run()
    today = clock.local_day(get_analysis_time(clock.now()), zone)
    if run is None or clock.local_day(run.as_of, zone) != today:
        refresh_all(backfill=False)
