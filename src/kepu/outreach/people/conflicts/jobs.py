"""Look for doubles once a night."""

from procrastinate.contrib.django import app

from kepu.outreach.people.conflicts import services


@app.periodic(cron="40 19 * * *")
@app.task(name="conflicts.find_doubles", queueing_lock="conflicts.find_doubles")
def find_doubles(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.find_doubles()
