"""Writes of volunteering."""

from kepu.outreach.people.volunteers.rules import PURPOSE
from kepu.outreach.people.volunteers.services.certificates import (
    SERVICE,
    SERVICE_KIND,
    accept_application,
    apply_for_certificate,
    print_certificate,
    refuse_application,
)
from kepu.outreach.people.volunteers.services.hours import (
    arrive,
    confirm_as_leader,
    confirm_as_receiver,
    depart,
    drop_forgotten,
    refuse_hours,
    reverse_hours,
)
from kepu.outreach.people.volunteers.services.late import LATE, LATE_KIND, ask_late_hours
from kepu.outreach.people.volunteers.services.register import (
    change_volunteer,
    end_volunteer,
    join_team,
    note_commendation,
    note_training,
    register_oneself,
    register_volunteer,
    start_team,
)
from kepu.outreach.people.volunteers.services.seats import (
    assign_volunteers,
    give_up_seats,
    join_shift,
    keep_children_guarded,
    leave_shift,
)
from kepu.outreach.people.volunteers.services.shifts import SHIFTS, cancel_shift, move_shift, plan_shift, start_project
from kepu.outreach.people.volunteers.services.teams import (
    change_team,
    close_team,
    leave_team,
    move_member,
    name_deputy,
    reopen_team,
)
from kepu.outreach.people.volunteers.services.telling import hang_objection, settle_todo, tell_ended, tell_issued

__all__ = [
    "LATE",
    "LATE_KIND",
    "PURPOSE",
    "SERVICE",
    "SERVICE_KIND",
    "SHIFTS",
    "accept_application",
    "apply_for_certificate",
    "arrive",
    "ask_late_hours",
    "assign_volunteers",
    "cancel_shift",
    "change_team",
    "change_volunteer",
    "close_team",
    "confirm_as_leader",
    "confirm_as_receiver",
    "depart",
    "drop_forgotten",
    "end_volunteer",
    "give_up_seats",
    "hang_objection",
    "join_shift",
    "join_team",
    "keep_children_guarded",
    "leave_shift",
    "leave_team",
    "move_member",
    "move_shift",
    "name_deputy",
    "note_commendation",
    "note_training",
    "plan_shift",
    "print_certificate",
    "refuse_application",
    "refuse_hours",
    "register_oneself",
    "register_volunteer",
    "reopen_team",
    "reverse_hours",
    "settle_todo",
    "start_project",
    "start_team",
    "tell_ended",
    "tell_issued",
]
