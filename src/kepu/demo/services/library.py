"""Tell the example's library: made-up resources, packages, copies over the districts, and loans in every state, each step at its time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kepu.directory.register.choices import Participant, Role
from kepu.directory.register.models import Organisation, Person, Region
from kepu.directory.register.services.demonstration import demonstration_participant, demonstration_person
from kepu.foundation import clock
from kepu.outreach.library.models import Holding, Loan, Resource
from kepu.outreach.library.services import (
    Counts,
    HoldingPlace,
    LoanTerms,
    PackageWords,
    ResourceWords,
    add_resource,
    agree_loan,
    ask_loan,
    cancel_loan,
    hand_out_loan,
    keep_loans,
    make_package,
    refuse_loan,
    register_holding,
    return_loan,
)

_NOON = 10


@transaction.atomic
def load_library(given: Mapping[str, Any]) -> int:
    """Load the made-up library of an example; a site that has any resource is left as it is.

    Args:
        given: the file `library.toml`.

    Returns:
        How many resources were added.

    Raises:
        LookupError: it names a body, a region or a resource that is not there.
    """
    if not settings.KEPU_IS_DEMONSTRATION or Resource.objects.exists():
        return 0
    return _Teller(given, clock.today()).tell()


class _Teller:
    """Reads bodies and regions once, and does everything as the office."""

    def __init__(self, given: Mapping[str, Any], day: date) -> None:
        self._given, self._day = given, day
        self._office: Person = demonstration_person(Role.LEADING_OFFICE)
        self._bodies = {body.name: body for body in Organisation.objects.all()}
        self._regions = {region.code: region for region in Region.objects.filter(valid_to=None)}
        self._made: dict[str, Resource] = {}

    def tell(self) -> int:
        with clock.fixed(self._at(self._given["added"])):
            for row in self._given["resource"]:
                self._resource(row)
            for row in self._given["package"]:
                chosen = [self._made[title].pk for title in row["resources"]]
                words = PackageWords(row["title"], row["occasion"], chosen, row["audiences"], row["summary"])
                make_package(self._body(row["owner"]).pk, words, actor=self._office, is_demonstration=True)
        for row in self._given["loan"]:
            self._loan(row)
        keep_loans()
        return len(self._made)

    def _at(self, days: int) -> datetime:
        noon = datetime.combine(self._day, datetime.min.time()) + timedelta(days=days, hours=_NOON)
        return timezone.make_aware(noon)

    def _body(self, name: str) -> Organisation:
        if name not in self._bodies:
            raise LookupError(f"library: no body is called {name}")
        return self._bodies[name]

    def _resource(self, row: Mapping[str, Any]) -> None:
        first = row["holdings"][0]
        words = ResourceWords(
            title=row["title"], kind=row["kind"], region_id=self._regions[first["region"]].pk,
            source=self._given["source"], rights=self._given["rights"], topics=row["topics"], subjects=row["subjects"],
            audiences=row["audiences"], forms=row["forms"], is_lendable=row.get("is_lendable", True),
        )  # fmt: skip
        owner = self._body(row["owner"])
        made = add_resource(owner.pk, words, actor=self._office, is_demonstration=True)
        self._made[made.title] = made
        for one in row["holdings"]:
            region = self._regions[one["region"]]
            place = HoldingPlace(self._body(one["keeper"]).pk, region.pk, one["storage"], self._given["contact"])
            counts = Counts(one["good"], one.get("damaged", 0), one.get("lost", 0))
            register_holding(made.pk, place, counts, actor=self._office)

    def _loan(self, row: Mapping[str, Any]) -> None:
        holding = Holding.objects.get(resource=self._made[row["resource"]], region__code=row["region"])
        terms = LoanTerms(row["copies"], self._on(row["first"]), self._on(row["last"]), row["purpose"])
        with clock.fixed(self._at(row["asked"])):
            if "body" in row:
                body = self._body(row["body"])
                actor = demonstration_person(Role.LIAISON, organisation=body)
                loan = ask_loan(holding.pk, terms, actor=actor, organisation_id=body.pk)
            else:
                actor = demonstration_participant(Participant.RESIDENT, row["by"])
                loan = ask_loan(holding.pk, terms, actor=actor)
        if row["until"] != "asked":
            self._answer(loan, row, actor)

    def _answer(self, loan: Loan, row: Mapping[str, Any], actor: Person) -> None:
        with clock.fixed(self._at(row["asked"] + 1)):
            if row["until"] == "refused":
                refuse_loan(loan.pk, actor=self._office, answer=row["answer"])
                return
            agree_loan(loan.pk, actor=self._office)
            if row["until"] == "cancelled":
                cancel_loan(loan.pk, actor=actor, reason=row["answer"])
            if row["until"] in {"cancelled", "agreed"}:
                return
        with clock.fixed(self._at(row["first"])):
            hand_out_loan(loan.pk, actor=self._office)
        if row["until"] == "returned":
            with clock.fixed(self._at(row["last"])):
                damaged, note = row.get("damaged", 0), row.get("note", "")
                return_loan(loan.pk, actor=self._office, damaged=damaged, note=note)

    def _on(self, days: int) -> date:
        return self._day + timedelta(days=days)
