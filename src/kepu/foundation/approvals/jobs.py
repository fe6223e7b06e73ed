"""Let requests expire that nobody decided."""

from procrastinate.contrib.django import app

from kepu.foundation.approvals import services


@app.periodic(cron="11 16 * * *")
@app.task(name="approvals.expire", queueing_lock="approvals.expire")
def expire(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.expire_approvals()
