"""Seal the trail every five seconds."""

from procrastinate.contrib.django import app

from kepu.foundation.audit import services


@app.periodic(cron="* * * * * */5")
@app.task(name="audit.seal_entries", queueing_lock="audit.seal_entries")
def seal_entries(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.seal_entries()
