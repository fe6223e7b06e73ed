"""Notices made through the services, in the world of seven states."""

from dataclasses import dataclass, field
from datetime import date

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.clock import fixed
from kepu.foundation.codes.models import Parameter
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.services import give_feedback, issue_notice, propose_notices, sign_notice
from tests.factories import PersonFactory
from tests.plan.worlds import DAY, World, seven_states

MONDAY = date(2024, 9, 23)
"""A plain Monday after the Mid-autumn festival; the National Day of 2024 is 1 to 7 October."""


def set_figure(name: str, value: object) -> None:
    """What the operator fills in on the page of parameters."""
    assert Parameter.objects.filter(name=f"supervision.{name}").update(override=value, is_overridden=True)


@dataclass
class Scene:
    """The world with its proposals on 2024-09-15, the office, and the liaison of the bureau."""

    world: World = field(default_factory=seven_states)

    def __post_init__(self) -> None:
        self.office: Person = PersonFactory(role=Role.LEADING_OFFICE)
        self.liaison: Person = PersonFactory(role=Role.LIAISON, organisation=self.bureau)
        with fixed(DAY):
            self.proposed = propose_notices(self.world.plan.pk)

    @property
    def bureau(self) -> Organisation:
        return self.world.bureau

    @property
    def association(self) -> Organisation:
        return self.world.city.office

    def someone(self, role: str) -> Person:
        """Somebody else with a role; a district officer looks after 市南区."""
        place = {"region": self.world.city.south} if role == Role.DISTRICT_OFFICER else {}
        return PersonFactory(role=role, **place)

    def draft(self, code: str = "二(一)3", body: Organisation | None = None) -> SupervisionNotice:
        return SupervisionNotice.objects.get(task=self.world.task(code), body=body or self.bureau)

    def issued(self, code: str = "二(一)3", *, on: date = MONDAY) -> SupervisionNotice:
        with fixed(on):
            return issue_notice(self.draft(code).pk, actor=self.office)

    def signed(self, code: str = "二(一)3", *, on: date = MONDAY) -> SupervisionNotice:
        with fixed(on):
            return sign_notice(self.issued(code, on=on).pk, actor=self.liaison)

    def answered(self, code: str = "二(一)3", *, on: date = MONDAY) -> SupervisionNotice:
        notice = self.signed(code, on=on)
        with fixed(on):
            return self.answer(notice)

    def answer(self, notice: SupervisionNotice, *, actor: Person | None = None) -> SupervisionNotice:
        return give_feedback(
            notice.pk,
            cause="培训师资不足。",
            measures="与高校合办两期培训班。",
            promised_on=date(2024, 11, 20),
            actor=actor or self.liaison,
        )


def fresh(notice: SupervisionNotice) -> SupervisionNotice:
    """The notice as it stands now."""
    return SupervisionNotice.objects.get(pk=notice.pk)


def kinds(notice: SupervisionNotice) -> list[str]:
    """The steps of a notice."""
    return list(notice.steps.values_list("kind", flat=True))
