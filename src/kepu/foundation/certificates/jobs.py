"""Make the papers of certificates, and let their days of publicity end."""

from procrastinate.contrib.django import app

from kepu.foundation.certificates import services


@app.task(name="certificates.make_paper")
def make_paper(certificate_id: int, progress_id: str, site: str) -> None:
    services.make_paper(certificate_id, progress_id, site)


@app.periodic(cron="5 16 * * *")
@app.task(name="certificates.end_publicity", queueing_lock="certificates.end_publicity")
def end_publicity(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.end_publicity()
