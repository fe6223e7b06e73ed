"""Fold deltas every two seconds."""

from procrastinate.contrib.django import app

from kepu.ledger import services


@app.periodic(cron="* * * * * */2")
@app.task(name="ledger.fold_deltas", queueing_lock="ledger.fold_deltas")
def fold_deltas(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.fold_deltas()
