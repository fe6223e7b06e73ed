"""Void sign-ins that nobody signed out of."""

from procrastinate.contrib.django import app

from kepu.outreach.people.volunteers import services


@app.periodic(cron="35 * * * *")
@app.task(name="volunteers.drop_forgotten", queueing_lock="volunteers.drop_forgotten")
def drop_forgotten(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.drop_forgotten()
