"""Enqueue jobs by name, and report, follow or cancel long work."""

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from kepu.foundation.clock import now
from kepu.foundation.errors import DomainError
from kepu.foundation.queue.choices import ProgressState
from kepu.foundation.queue.errors import JobUnknown, WorkCancelled
from kepu.foundation.queue.models import Progress

# The manager of `app` uses connections of its own inside a worker; this one always uses the caller's transaction.
_manager = JobManager(DjangoConnector())
_SILENCE_SECONDS = 60.0  # a living worker speaks every 10
_MOST_TRIES = 3

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")


def enqueue(name: str, *, lock: str | None = None, **arguments: Any) -> None:
    """Ask for a job by its name inside the caller's transaction; it runs only if that commits, also from within a job.

    Args:
        name: `app.verb_noun`, as registered by a room's `jobs.py`.
        lock: jobs with the same lock never run at the same time.
        arguments: ids and plain values.

    Raises:
        JobUnknown: no room registers this name.
    """
    if name not in app.tasks:
        raise JobUnknown(name)
    deferrer = app.configure_task(name, lock=lock)
    deferrer.job_manager = _manager
    deferrer.defer(**arguments)


class Round:
    """One round of care over many things: what fails is left behind, the rest is done, and the end tells of it."""

    def __init__(self) -> None:
        self._failures: list[Exception] = []

    def each(self, act: Callable[[T], R], things: Iterable[T]) -> list[R]:
        """Do the same to every thing, each in a transaction of its own.

        Args:
            act: called with one thing.
            things: to which; read before the first is touched.

        Returns:
            What came of those that did not fail, in their order.
        """
        done = []
        for thing in list(things):
            try:
                with transaction.atomic():
                    done.append(act(thing))
            except Exception as failure:
                log.exception("%s failed for %r", getattr(act, "__name__", act), thing)
                self._failures.append(failure)
        return done

    def end(self) -> None:
        """Raise what failed.

        Raises:
            ExceptionGroup: something did; everything else is done.
        """
        if self._failures:
            raise ExceptionGroup("not everything could be cared for", self._failures)


@contextmanager
def care_round() -> Iterator[Round]:
    """Go round with `each`, and hear of what failed when all of it is over.

    Raises:
        ExceptionGroup: something failed; everything else is done.
    """
    going = Round()
    yield going
    going.end()


def retry_stalled_jobs() -> int:
    """Give jobs whose worker died (kill -9, power cut) to another one; after three tries a job counts as failed.

    Returns:
        How many will run again.
    """
    again = 0
    for job in async_to_sync(_manager.get_stalled_jobs)(seconds_since_heartbeat=_SILENCE_SECONDS):
        if job.attempts + 1 < _MOST_TRIES:
            _manager.retry_job_by_id(int(job.id or 0), retry_at=now())
            again += 1
        else:
            async_to_sync(_manager.finish_job)(job, Status.FAILED, delete_job=False)
            log.error("job %s (%s) failed: its worker died %s times", job.id, job.task_name, _MOST_TRIES)
    return again


def start_progress(title: str, *, owner_id: int | None, total: int | None = None) -> Progress:
    """Open the record of a long piece of work, to be handed to its job by id."""
    return Progress.objects.create(title=title, owner_id=owner_id, total=total)


def report_progress(progress_id: uuid.UUID | str, *, done: int, total: int | None = None, message: str = "") -> None:
    """Say how far the work has come.

    Raises:
        WorkCancelled: its owner asked to stop; the job lets this rise so that its transaction is undone.
    """
    values: dict[str, Any] = {"done": done, "message": message, "state": ProgressState.RUNNING}
    values["updated_at"] = timezone.now()  # the wall clock's: by it others see that the work is alive
    if total is not None:
        values["total"] = total
    Progress.objects.filter(pk=progress_id).update(**values)
    if Progress.objects.filter(pk=progress_id, is_cancel_requested=True).exists():
        raise WorkCancelled(_("已按您的要求停止，没有保存任何一部分。"))


def finish_progress(
    progress_id: uuid.UUID | str,
    *,
    state: ProgressState = ProgressState.DONE,
    message: str = "",
    result: dict[str, Any] | None = None,
) -> None:
    """Close the record with its outcome."""
    Progress.objects.filter(pk=progress_id).update(
        state=state, message=message, result=result or {}, updated_at=timezone.now()
    )


@contextmanager
def failures_told(progress_id: uuid.UUID | str, *, fault: str) -> Iterator[None]:
    """Let the progress of a job say how its work ends, so that no page waits for ever.

    What a person can mend is told in its own words and ends the job; a fault of ours is told as `fault` and rises, so
    that it is logged.

    Args:
        progress_id: the work's record.
        fault: what the page says of a fault of ours.
    """
    try:
        yield
    except DomainError as problem:
        finish_progress(progress_id, state=ProgressState.FAILED, message=str(problem.message))
    except BaseException:
        finish_progress(progress_id, state=ProgressState.FAILED, message=fault)
        raise


def request_cancel(progress_id: uuid.UUID | str, *, owner_id: int) -> bool:
    """Ask running work to stop at its next report; only its owner can. Returns whether anything was there to stop."""
    open_states = (ProgressState.WAITING, ProgressState.RUNNING)
    own = Progress.objects.filter(pk=progress_id, owner_id=owner_id, state__in=open_states)
    return bool(own.update(is_cancel_requested=True))
