"""Keep the vectors of meaning; where the operator named no endpoint, these jobs do nothing."""

import logging

from procrastinate.contrib.django import app

from kepu.foundation.search import services

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="search.embed_meanings", queueing_lock="search.embed_meanings", lock="search.embed_meanings")
def embed_meanings(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    done = services.keep_meanings()
    if done is not None and done.problem:
        log.warning("vectors of meaning: %s; %s texts wait for the next minute", done.problem, done.left)


@app.periodic(cron="13 19 * * *")
@app.task(name="search.check_meanings", queueing_lock="search.check_meanings")
def check_meanings(timestamp: int = 0) -> None:  # noqa: ARG001 procrastinate names the second it was due
    services.check_meanings()
