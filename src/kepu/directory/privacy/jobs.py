"""Let personal data go when its time is over, once a night."""

from procrastinate.contrib.django import app

from kepu.directory.privacy import services


@app.periodic(cron="20 3 * * *")
@app.task(name="privacy.apply_retention", queueing_lock="privacy.apply_retention")
def apply_retention(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.apply_retention()
