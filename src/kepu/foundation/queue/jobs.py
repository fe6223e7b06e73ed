"""Look every minute for jobs whose worker died."""

from procrastinate.contrib.django import app

from kepu.foundation.queue import services


@app.periodic(cron="* * * * *")
@app.task(name="queue.retry_stalled", queueing_lock="queue.retry_stalled")
def retry_stalled(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.retry_stalled_jobs()
