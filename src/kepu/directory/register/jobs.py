"""What the register does by itself, once a night."""

from procrastinate.contrib.django import app

from kepu.directory.register import services


@app.periodic(cron="40 3 * * *")
@app.task(name="directory.drop_waiting_children", queueing_lock="directory.drop_waiting_children")
def drop_waiting_children(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.let_go_of_waiting_children()
    services.let_go_of_codes()
