"""A factory that needs something, a liaison, an office, and experts who might come."""

from functools import cached_property
from typing import Any

from kepu.directory.register.models import Person
from kepu.foundation.clock import fixed, today
from kepu.outreach.enterprises.models import Need, NeedOrder, Proposal
from kepu.outreach.enterprises.services import (
    NeedWords,
    OrderTerms,
    ProposalWords,
    check_need,
    order_for_need,
    post_need,
    record_proposal,
)
from kepu.outreach.requests.models import Session
from kepu.outreach.requests.services import accept_offer, check_in_session
from tests.factories import OrganisationFactory, PersonFactory
from tests.outreach.bookings.factories import text_digest
from tests.outreach.requests.worlds import World, day

TITLE = "焊缝老有气孔怎么办"


class Works(World):
    """The village of orders, with a factory in it."""

    @cached_property
    def factory(self):
        return OrganisationFactory(name="示例机械厂", region=self.district)

    @cached_property
    def poster(self) -> Person:
        return PersonFactory()

    @cached_property
    def liaison(self) -> Person:
        return PersonFactory(role="liaison", organisation=self.factory)

    def need_words(self, **more: Any) -> NeedWords:
        """What a factory needs within three weeks."""
        given: dict[str, Any] = {
            "title": TITLE, "kind": "technical", "region": self.district, "workers": 30, "wanted_by": day(21),
            "body": self.factory, "place": "示例机械厂三车间", "words": "换过两种焊条，还是有。", "contact_name": "示例主任",
            "contact_phone": "13900000002",
        }  # fmt: skip
        return NeedWords(**(given | more))

    def post(self, who: Person | None = None, **more: Any) -> Need:
        """Posted, not checked."""
        return post_need(self.need_words(**more), actor=who or self.poster, text_digest=text_digest())

    def checked(self, who: Person | None = None, **more: Any) -> Need:
        """Posted and checked."""
        return check_need(self.post(who, **more).pk, actor=self.office)

    def terms(self, **more: Any) -> OrderTerms:
        given: dict[str, Any] = {
            "topic": TITLE, "form": "advice", "people": 30, "place": "示例机械厂三车间", "earliest": day(1),
            "latest": day(21),
        }  # fmt: skip
        return OrderTerms(**(given | more))

    def ordered(self, need: Need, kind: str = "visit", **more: Any) -> NeedOrder:
        """An expert's visit is ordered, or a class."""
        form = {"form": "lecture"} if kind == "class" else {}
        return order_for_need(need.pk, kind, self.terms(**(form | more)), actor=self.office)

    def welder(self, **more: Any):
        """Somebody who knows about welding and gives advice."""
        return self.expert(TITLE, **{"forms": ["advice", "lecture"], "audiences": ["workers"]} | more)

    def held(self, made: NeedOrder, **more: Any) -> Session:
        """Offered, accepted, and given by an expert."""
        capacity = self.welder(**more)
        session = accept_offer(self.offer(made.order, capacity).pk, actor=capacity.person)
        with fixed(session.starts_at):
            return check_in_session(session.pk, people=28, actor=capacity.person)

    def proposal(self, who: Person | None = None, **more: Any) -> Proposal:
        """Recorded by the factory's liaison."""
        given: dict[str, Any] = {
            "title": "焊前先烘焊条", "proposed": "每班开工前烘一小时。", "workers": 3, "proposed_on": today(),
            "body": self.factory,
        }  # fmt: skip
        return record_proposal(ProposalWords(**(given | more)), actor=who or self.liaison)
