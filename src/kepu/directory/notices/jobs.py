"""Send notices every five minutes."""

from procrastinate.contrib.django import app

from kepu.directory.notices import services


@app.periodic(cron="*/5 * * * *")
@app.task(name="notices.send_due", queueing_lock="notices.send_due", retry=3)
def send_due(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.send_due()
