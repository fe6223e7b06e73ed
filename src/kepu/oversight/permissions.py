"""Who may do what with questions of the public."""

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.oversight.models import Question

DESK_ROLES = (Role.LEADING_OFFICE, Role.LIAISON, Role.DISTRICT_OFFICER)


def may_open_desk(actor: Person) -> bool:
    """The leading office, liaisons and district officers have questions to see."""
    return actor.holds(*DESK_ROLES)


def may_screen_questions(actor: Person) -> bool:
    """Only the leading office decides what is shown, and to which body a question goes."""
    return actor.holds(Role.LEADING_OFFICE)


def may_handle_question(actor: Person, question: Question) -> bool:
    """The leading office every question; a liaison those of the own body and the bodies below it."""
    return actor.holds(Role.LEADING_OFFICE) or (
        question.owner is not None and actor.holds(Role.LIAISON, organisation=question.owner)
    )
