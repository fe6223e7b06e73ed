"""Writes of the register of people."""

from kepu.outreach.people.capacities.services.admitting import (
    admit_capacity,
    check_capacity,
    default_end,
    end_capacity,
    follow_consent,
    keep_terms,
    renew_capacity,
    return_capacity,
)
from kepu.outreach.people.capacities.services.applying import (
    CapacityWords,
    apply_capacity,
    begin_capacity,
    change_capacity,
    withdraw_capacity,
)
from kepu.outreach.people.capacities.services.erasing import forget_person
from kepu.outreach.people.capacities.services.rosters import (
    bring_people,
    decide_person,
    let_go_of_rosters,
    register_clear_people,
)
from kepu.outreach.people.capacities.services.teams import (
    change_team,
    dissolve_team,
    forget_records,
    found_team,
    hand_team_on,
    join_team,
    leave_team,
    note_output,
    note_record,
    strike_output,
)
from kepu.outreach.people.capacities.services.visits import log_visit, strike_visit

__all__ = [
    "CapacityWords",
    "admit_capacity",
    "apply_capacity",
    "begin_capacity",
    "bring_people",
    "change_capacity",
    "change_team",
    "check_capacity",
    "decide_person",
    "default_end",
    "dissolve_team",
    "end_capacity",
    "follow_consent",
    "forget_person",
    "forget_records",
    "found_team",
    "hand_team_on",
    "join_team",
    "keep_terms",
    "leave_team",
    "let_go_of_rosters",
    "log_visit",
    "note_output",
    "note_record",
    "register_clear_people",
    "renew_capacity",
    "return_capacity",
    "strike_output",
    "strike_visit",
    "withdraw_capacity",
]
