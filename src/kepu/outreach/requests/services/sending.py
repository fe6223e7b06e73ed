"""A matched round is sent out: each offer for itself, in a job that goes on where it was broken off."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now
from kepu.foundation.errors import DomainError
from kepu.foundation.queue.services import (
    enqueue,
    failures_told,
    finish_progress,
    report_progress,
    start_progress,
)
from kepu.outreach.requests.choices import RoundState
from kepu.outreach.requests.models import Offer, Round, RoundMatch
from kepu.outreach.requests.services.offering import offer_order
from kepu.outreach.requests.services.rounds import held_round


@transaction.atomic
def apply_round(round_id: int, *, actor: Person) -> Round:
    """Send the offers of a round out; a job does it, and looks at each once more, since much may have changed.

    A round of which the sending broke off stands as matched again, and goes on where it was when it is sent once more.

    Raises:
        NotAllowed: not the leading office.
        RoundUnfit: it is not matched, or being sent out, or sent out before.
    """
    round_ = held_round(round_id, actor, (RoundState.SOLVED,))
    round_.state, round_.fault = RoundState.SENDING, ""
    round_.progress = start_progress(_("派单"), owner_id=actor.pk, total=round_.matches.count())
    round_.save(update_fields=["state", "fault", "progress"])
    record("requests.round.sent", round_, actor=actor)
    enqueue("requests.send_round", round_id=round_.pk, actor_id=actor.pk)
    return round_


def send_round(round_id: int, actor_id: int) -> None:
    """Send what a round proposes and has not sent yet; a second run of the same job sends nothing twice."""
    round_ = Round.objects.select_related("progress").get(pk=round_id)
    if round_.state != RoundState.SENDING or round_.progress is None or round_.progress.is_over:
        return
    actor, progress = Person.objects.get(pk=actor_id), round_.progress.pk
    fault = _("派到一半出了错，已派出的有效。再点一次“派出去”，会接着派。")
    with failures_told(progress, fault=fault):
        try:
            refused = _send(round_, actor, progress)
        except BaseException:
            Round.objects.filter(pk=round_.pk).update(state=RoundState.SOLVED, fault=fault)
            raise
        offered = Offer.objects.filter(round=round_).count()
        with transaction.atomic():
            round_.state, round_.applied_at = RoundState.APPLIED, now()
            round_.result = {**round_.result, "offered": offered, "refused": refused}
            round_.save(update_fields=["state", "applied_at", "result"])
            record("requests.round.applied", round_, actor=actor, offered=offered, refused=len(refused))
            finish_progress(progress, message=_("派出去了，等答复。"))


def _send(round_: Round, actor: Person, progress: uuid.UUID) -> list[tuple[int, str]]:
    """Each match for itself. Returns the orders that could not be offered any more, and why."""
    sent = set(Offer.objects.filter(round=round_).values_list("order", "capacity", "day", "part"))
    refused: list[tuple[int, str]] = []
    for number, match in enumerate(round_.matches.order_by("day", "part", "order"), start=1):
        if (match.order_id, match.capacity_id, match.day, match.part) not in sent:
            why = _send_one(round_, match, actor)
            refused += [(match.order_id, why)] if why else []
        report_progress(progress, done=number, message=_("已派 %(n)d 次") % {"n": number - len(refused)})
    return refused


def _send_one(round_: Round, match: RoundMatch, actor: Person) -> str:
    try:
        offer_order(
            match.order_id, match.capacity_id, day=match.day, part=match.part, actor=actor, reasons=match.reasons,
            of_round=round_, venue_id=match.venue_id, material_id=match.material_id,
        )  # fmt: skip
    except DomainError as problem:
        return str(problem.message)
    return ""
