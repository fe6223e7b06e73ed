"""What is typed about orders, offers, sessions, rounds and campaigns."""

from kepu.outreach.requests.forms.calendar import CalendarForm, CampaignForm, CloseForm, ScheduleForm
from kepu.outreach.requests.forms.orders import (
    AskForm,
    CheckInForm,
    HelperShiftForm,
    MoveForm,
    OfferForm,
    OrderFilterForm,
    RateForm,
    ReasonForm,
    RoundForm,
    TableForm,
    UnmetForm,
    WishForm,
)
from kepu.outreach.requests.forms.standing import StandingFilterForm, StandingForm

__all__ = [
    "AskForm",
    "CalendarForm",
    "CampaignForm",
    "CheckInForm",
    "CloseForm",
    "HelperShiftForm",
    "MoveForm",
    "OfferForm",
    "OrderFilterForm",
    "RateForm",
    "ReasonForm",
    "RoundForm",
    "ScheduleForm",
    "StandingFilterForm",
    "StandingForm",
    "TableForm",
    "UnmetForm",
    "WishForm",
]
