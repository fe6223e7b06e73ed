"""Care for the terms of the register once a day."""

from procrastinate.contrib.django import app

from kepu.outreach.people.capacities import services


@app.periodic(cron="50 22 * * *")
@app.task(name="capacities.keep_terms", queueing_lock="capacities.keep_terms")
def keep_terms(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.keep_terms()
