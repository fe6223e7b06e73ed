"""Every night, remove contents that a killed process left behind."""

from procrastinate.contrib.django import app

from kepu.foundation.files import services


@app.periodic(cron="20 19 * * *")  # UTC; 03:20 in China
@app.task(name="files.sweep_storage", queueing_lock="files.sweep_storage")
def sweep_storage(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.sweep_storage()
