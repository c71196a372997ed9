"""The sweeper: jobs of workers that died go back into the queue, finished ones are forgotten."""

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


@job(every="23 * * * *")
def forget_finished_jobs() -> None:
    """Forget what was done more than a day ago; what failed stays to be looked at."""
    async_to_sync(app.job_manager.delete_old_jobs)(nb_hours=24, include_cancelled=True)
