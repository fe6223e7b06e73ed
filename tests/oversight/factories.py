"""Questions made through the services, as a visitor and the house make them."""

import uuid
from dataclasses import dataclass, field
from datetime import date

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.foundation.codes.models import Parameter
from kepu.oversight.models import Question
from kepu.oversight.services import Receipt, answer_question, ask_question, judge_answer, release_question
from tests.factories import OrganisationFactory, PersonFactory

MONDAY = date(2024, 9, 2)
"""A Monday; the Mid-autumn festival of 2024 is the 15th to the 17th, and the 14th is worked."""


def set_days(name: str, value: int | None) -> None:
    """What the operator fills in on the page of parameters."""
    Parameter.objects.filter(name=f"oversight.{name}").update(override=value, is_overridden=value is not None)


def ask(
    title: str = "展馆周一开放吗",
    text: str = "想带孩子去看看。",
    *,
    kind: str = "ask",
    about: str = "",
    visitor: str = "",
) -> Receipt:
    return ask_question(kind=kind, title=title, text=text, form_key=uuid.uuid4(), about=about, visitor=visitor)


@dataclass
class Scene:
    """A body with its liaison, the office, and one asked question."""

    body: Organisation = field(default_factory=OrganisationFactory)
    kind: str = "ask"

    def __post_init__(self) -> None:
        self.liaison: Person = PersonFactory(role=Role.LIAISON, organisation=self.body)
        self.office: Person = PersonFactory(role=Role.LEADING_OFFICE)
        self.receipt = ask(kind=self.kind, about=f"directory.organisation:{self.body.pk}")
        self.pk = self.receipt.question_id
        self.proof = (self.receipt.number, self.receipt.code)

    @property
    def question(self) -> Question:
        return Question.objects.get(pk=self.pk)

    def release(self) -> "Scene":
        release_question(self.pk, title="展馆周一开放吗", text="想去看看。", owner_id=self.body.pk, actor=self.office)
        return self

    def answer(self, text: str = "周一闭馆，周二至周日开放。") -> "Scene":
        answer_question(self.pk, text=text, actor=self.liaison)
        return self

    def dispute(self) -> "Scene":
        judge_answer(*self.proof, is_settled=False, text="没有说节假日怎么开放。")
        return self
