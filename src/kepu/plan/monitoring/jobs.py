"""Make the papers of a monitoring report."""

from procrastinate.contrib.django import app

from kepu.plan.monitoring import services


@app.task(name="monitoring.make_papers")
def make_papers(report_id: int, progress_id: str) -> None:
    services.make_papers(report_id, progress_id)
