"""Tell the example's needs of enterprises: posted, checked, ordered for, served or unmet, and what workers proposed."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from kepu.demo.services.ordering import accept, at_hour, hold, offer_best
from kepu.directory.privacy.queries import consent_text
from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.models import Person, Region
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation import clock
from kepu.outreach.bookings.services import CONSENT
from kepu.outreach.enterprises.models import Need
from kepu.outreach.enterprises.services import (
    NeedWords,
    OrderTerms,
    ProposalWords,
    answer_proposal,
    check_need,
    close_need,
    order_for_need,
    post_need,
    record_proposal,
    record_result,
)
from kepu.outreach.requests.choices import Unmet
from kepu.outreach.requests.queries.supply import rank_order
from kepu.outreach.requests.services import mark_unmet

_FIRST_POSTER = 81
"""Residents from this number on post needs; those before it stand behind the doors, ask for talks or book."""
_WAIT, _WINDOW = 5, 25
"""Days after its posting between which a visit or a class may be."""


@transaction.atomic
def load_enterprises(given: Mapping[str, Any]) -> int:
    """Load the made-up needs of an example; a site that has any is left as it is.

    Args:
        given: the file `enterprises.toml`.

    Returns:
        How many needs were posted.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Need.objects.exists():
        return 0
    office, day = demonstration_person(Role.LEADING_OFFICE), clock.today()
    for number, row in enumerate(given["need"]):
        poster = demonstration_participant(Participant.RESIDENT, _FIRST_POSTER + number)
        need = _tell(row, poster, office, day)
        for proposal in row.get("proposal", ()):
            _propose(proposal, need, poster, day)
    return len(given["need"])


def _tell(row: Mapping[str, Any], poster: Person, office: Person, day: date) -> Need:
    posted = day + timedelta(days=row["posted"])
    words = NeedWords(
        title=row["title"], kind=row["kind"], region=Region.objects.get(code=row["region"]), workers=row["workers"],
        wanted_by=day + timedelta(days=row["wanted"]), body_name=row["body"], words=row["words"], place=row["place"],
        subject=row.get("subject", ""), is_public=row["is_public"],
    )  # fmt: skip
    with clock.fixed(at_hour(posted)):
        need = post_need(words, actor=poster, text_digest=consent_text(CONSENT).digest)
    if row["until"] != "posted":
        with clock.fixed(at_hour(posted + timedelta(days=1))):
            check_need(need.pk, actor=office)
    if "order" in row:
        _serve(row, need, posted, office)
    need.refresh_from_db()
    return need


def _serve(row: Mapping[str, Any], need: Need, posted: date, office: Person) -> None:
    ordered = posted + timedelta(days=2)
    terms = OrderTerms(
        topic=row["title"], form=row["form"], people=row["people"], place=row["place"],
        earliest=posted + timedelta(days=_WAIT), latest=posted + timedelta(days=_WINDOW),
    )  # fmt: skip
    with clock.fixed(at_hour(ordered)):
        order = order_for_need(need.pk, row["order"], terms, actor=office).order
        order.refresh_from_db()
        ranking = rank_order(order)
        if row["until"] == "unmet" or not ranking.bundles:
            mark_unmet(order.pk, ranking.rule or Unmet.OTHER, actor=office)
            return
    session = accept(offer_best(order, ranking.bundles[0], ordered, office), ordered)
    if row["until"] == "planned":
        return
    hold(session, row["people"])
    if row["until"] == "closed":
        with clock.fixed(session.ends_at + timedelta(days=2)):
            close_need(need.pk, row["became"], actor=office)


def _propose(row: Mapping[str, Any], need: Need, poster: Person, day: date) -> None:
    proposed = day + timedelta(days=row["proposed_on"])
    words = ProposalWords(row["title"], row["words"], row["workers"], proposed, need=need)
    with clock.fixed(at_hour(proposed)):
        proposal = record_proposal(words, actor=poster)
    if row["until"] == "proposed":
        return
    with clock.fixed(at_hour(proposed + timedelta(days=3))):
        answer_proposal(proposal.pk, is_adopted=row["until"] != "declined", words=row["answer"], actor=poster)
    if row["until"] == "resulted":
        result_on = day + timedelta(days=row["result_on"])
        with clock.fixed(at_hour(result_on)):
            saved = Decimal(row["saved_yuan"])
            record_result(proposal.pk, row["result"], result_on=result_on, saved_yuan=saved, actor=poster)
