"""How often bodies reported on time and late: counted in one way wherever it is shown, never scored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kepu.plan.reports.models import Report


@dataclass(frozen=True, slots=True)
class Timeliness:
    """What became of some owed reports by a day.

    Attributes:
        owed: how many there are.
        on_time: first sent by the day that held for the body.
        late: first sent after it, or not sent although it is over.
        missing: those of the late ones that were never sent.
    """

    owed: int
    on_time: int
    late: int
    missing: tuple[Report, ...]


def timeliness(reports: Iterable[Report], day: date) -> Timeliness:
    """Count reports as they stood at the end of a day.

    Args:
        reports: each with its period.
        day: what was sent later had not come yet.
    """
    found = list(reports)
    sent = [one for one in found if one.first_submitted_on is not None and one.first_submitted_on <= day]
    missing = tuple(one for one in found if one not in sent and one.due_on < day)
    on_time = sum(1 for one in sent if one.is_on_time)
    return Timeliness(len(found), on_time, len(sent) - on_time + len(missing), missing)
