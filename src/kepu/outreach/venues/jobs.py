"""Look every morning for contents that are due; compute sitings; count visits."""

from procrastinate.contrib.django import app

from kepu.outreach.venues import services


@app.periodic(cron="33 22 * * *")
@app.task(name="venues.keep_contents", queueing_lock="venues.keep_contents")
def keep_contents(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_contents()


@app.task(name="venues.run_siting")
def run_siting(run_id: str) -> None:
    services.run_siting(run_id)


@app.task(name="venues.record_visit", retry=3)
def record_visit(arrival_id: int) -> None:
    services.record_visit(arrival_id)
