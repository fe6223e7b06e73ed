"""A small world of volunteering: a team, a receiver, a project, a shift that runs now, volunteers who agreed."""

from datetime import date, timedelta
from functools import cached_property

from kepu.directory.privacy.queries import consent_text
from kepu.directory.privacy.services import answer_consent, set_birthday
from kepu.foundation.clock import now, today
from kepu.outreach.people.volunteers.models import Project, Shift, Team, Volunteer
from kepu.outreach.people.volunteers.rules import code_at
from kepu.outreach.people.volunteers.services import (
    arrive,
    confirm_as_leader,
    confirm_as_receiver,
    depart,
    join_shift,
    plan_shift,
    register_volunteer,
    start_project,
    start_team,
)
from tests.factories import OrganisationFactory, PersonFactory, RegionFactory, city_region


def agree(person, **more):
    answer_consent(
        person.pk, "volunteer", is_given=True, text_digest=consent_text("volunteer").digest, actor=person, **more
    )


def grown_up(**more):
    person = PersonFactory(**more)
    set_birthday(person.pk, date(1980, 5, 4), actor=None)
    agree(person)
    return person


def volunteer(**more) -> Volunteer:
    person = grown_up()
    return register_volunteer(person.pk, actor=person, **more)


class World:
    """Made as it is asked for."""

    @cached_property
    def city(self):
        return city_region()

    @cached_property
    def district(self):
        return RegionFactory(code="370202", name="市南区", parent=self.city)

    @cached_property
    def host(self):
        return OrganisationFactory(name="示例科协", region=self.city)

    @cached_property
    def receiver(self):
        return OrganisationFactory(name="示例社区居委会", region=self.district)

    @cached_property
    def office(self):
        return PersonFactory(role="leading_office")

    @cached_property
    def second(self):
        return PersonFactory(role="leading_office")

    @cached_property
    def leader(self):
        return grown_up()

    @cached_property
    def contact(self):
        return PersonFactory()

    @cached_property
    def corps(self) -> Team:
        return start_team(
            "示例总队", level=1, parent=None, region=self.city, host=self.host, leader=None, actor=self.office
        )

    @cached_property
    def team(self) -> Team:
        return start_team(
            "示例科普队",
            level=4,
            parent=self.corps,
            region=self.district,
            host=self.host,
            leader=self.leader,
            actor=self.office,
        )

    @cached_property
    def project(self) -> Project:
        return start_project(
            self.team, title="教老人用手机", field="community", receiver=self.receiver, receiver_contact=self.contact,
            region=self.district, needs="会教手机的", about="每周一次", starts_on=today() - timedelta(days=60),
            ends_on=today() + timedelta(days=60), audience="elderly", actor=self.office,
        )  # fmt: skip

    def shift(self, *, starts=-60, minutes=240, capacity=5, **more) -> Shift:
        """A shift that began so many minutes ago."""
        begins = now() + timedelta(minutes=starts)
        return plan_shift(
            self.project, place="示例社区活动室", starts_at=begins, ends_at=begins + timedelta(minutes=minutes),
            capacity=capacity, leader=self.leader, actor=self.office, **more,
        )  # fmt: skip

    @cached_property
    def now_shift(self) -> Shift:
        return self.shift()


def given_up(shift) -> None:
    """Everybody gave the seats back, though some were there already, as no page lets them."""
    shift.slot.bookings.update(state="cancelled", seated_in="", cancelled_by="person")
    shift.slot.quotas.update(taken=0)


def seated(shift, who):
    """A seat that no service gave."""
    booking = shift.slot.bookings.create(
        person=who.person, party_size=1, channel="online", seated_in="shared", state="booked", secret=b"x" * 20,
        rules_version="",
    )  # fmt: skip
    return shift.seats.create(volunteer=who, booking=booking)


def code(shift) -> str:
    return code_at(bytes(shift.secret), now())


def arrived(world, who=None, shift=None, *, ago=90):
    """Somebody who signed in so many minutes ago."""
    shift, who = shift or world.now_shift, who or volunteer()
    join_shift(shift.pk, actor=who.person)
    hours = arrive(shift.pk, code(shift), actor=who.person)
    hours.starts_at = hours.starts_at - timedelta(minutes=ago)
    hours.save(update_fields=["starts_at"])
    return hours


def served(world, who=None, shift=None, *, ago=90, text=""):
    hours = arrived(world, who, shift, ago=ago)
    return depart(hours.shift_id, code(hours.shift), actor=hours.person, text=text)


def confirmed(world, who=None, shift=None, *, ago=90):
    hours = served(world, who, shift, ago=ago)
    confirm_as_leader(hours.pk, actor=world.leader)
    return confirm_as_receiver(hours.pk, actor=world.contact, satisfaction="good")
