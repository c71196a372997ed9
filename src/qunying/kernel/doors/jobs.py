"""The sweeper: jobs of workers that died are put back into the queue."""

from asgiref.sync import async_to_sync
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from qunying.kernel.jobs import job


@job(every="*/2 * * * *")
def retry_stalled_jobs() -> None:
    """Try again what a worker without a heartbeat was doing."""
    stalled: list[Job] = list(async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=60))
    for left_behind in stalled:
        async_to_sync(app.job_manager.retry_job)(left_behind)
