"""Who lends in real processes at the same time."""

from kepu.directory.register.models import Person
from kepu.outreach.library import services
from kepu.outreach.library.services import Counts


def agree(loan_id: int, person_id: int) -> str:
    """Agree to a loan; its state."""
    return str(services.agree_loan(loan_id, actor=Person.objects.get(pk=person_id)).state)


def hand_out(loan_id: int, person_id: int) -> str:
    """Hand copies out; the loan's state."""
    return str(services.hand_out_loan(loan_id, actor=Person.objects.get(pk=person_id)).state)


def hand_out_or_count(what: str, key: int, person_id: int) -> str:
    """Hand copies out, or count one copy only."""
    if what == "out":
        return hand_out(key, person_id)
    counted = services.count_stock(key, Counts(1, 2), reason="盘点", actor=Person.objects.get(pk=person_id))
    return "counted" if counted else "same"
