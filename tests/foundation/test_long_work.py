"""Long work: that it is alive can be seen."""

import pytest
from django.db import connection

from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.services import finish_progress, report_progress, start_progress


@pytest.mark.django_db
def test_every_report_says_that_the_work_is_alive():
    progress = start_progress("示例", owner_id=None, total=9)

    def grow_old() -> None:
        with connection.cursor() as cursor:
            cursor.execute("update queue_progress set updated_at = '2020-01-01'")

    grow_old()
    report_progress(progress.pk, done=3)
    progress.refresh_from_db()
    assert (progress.updated_at.year > 2020, progress.percent, progress.state) == (True, 33, ProgressState.RUNNING)
    grow_old()
    finish_progress(progress.pk)
    progress.refresh_from_db()
    assert (progress.updated_at.year > 2020, progress.is_over) == (True, True)
