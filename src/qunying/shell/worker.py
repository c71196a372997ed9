"""The worker: runs jobs and keeps the periodic ones coming round."""

from procrastinate.contrib.django import app

from qunying.shell.nouns import doors


def run_worker() -> None:
    """Run jobs until the process is told to stop. What a killed worker left behind is taken up by the sweeper job."""
    doors("jobs")
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as running:
        running.run_worker(concurrency=2, wait=True, delete_jobs="successful")
