"""What a register entry can not be or do."""

from kepu.foundation.errors import DomainError, InputUnreadable


class CapacityUnfit(InputUnreadable):
    """Something the register must know is missing or wrong; `field` names it."""

    code = "capacity_unfit"


class CapacityNotOpen(DomainError):
    """The entry is not in a state in which this can be done."""

    code = "capacity_not_open"


class CapacityChanged(DomainError):
    """Somebody else changed the entry meanwhile."""

    code = "capacity_changed"


class CapacityTwice(DomainError):
    """The person has this capacity already."""

    code = "capacity_twice"


class RosterStale(DomainError):
    """What was laid beside a row is no longer what lies there: somebody must look again."""

    code = "roster_stale"


class TeamUnfit(DomainError):
    """A team needs a leader, and nobody is in it twice."""

    code = "team_unfit"


class VisitUnfit(DomainError):
    """A visit must fit the commissioner's term and places, and is logged once a day and place."""

    code = "visit_unfit"
