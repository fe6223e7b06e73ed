"""What can be done with orders, offers and sessions."""

from kepu.outreach.requests.services.asking import OrderWords, ask_again, ask_order
from kepu.outreach.requests.services.campaigns import CampaignWords, change_campaign, make_campaign
from kepu.outreach.requests.services.feeds import new_feed
from kepu.outreach.requests.services.handling import (
    approve_order,
    cancel_order,
    erase_contacts,
    expire_orders,
    mark_unmet,
    move_order,
    reopen_order,
    return_order,
)
from kepu.outreach.requests.services.helpers import (
    decline_helpers,
    hang_asks_again,
    open_helper_shift,
    shift_called_off,
)
from kepu.outreach.requests.services.offering import (
    accept_offer,
    decline_offer,
    lapse_offers,
    offer_next,
    offer_order,
    withdraw_offers,
)
from kepu.outreach.requests.services.rounds import (
    RoundTerms,
    drop_wish,
    open_round,
    run_round,
    solve_again,
    stop_round,
    wish,
)
from kepu.outreach.requests.services.scheduling import (
    SessionWords,
    call_off_with_slot,
    close_session,
    close_sessions,
    recount_session,
    schedule_session,
)
from kepu.outreach.requests.services.sending import apply_round, send_round
from kepu.outreach.requests.services.sessions import (
    cancel_session,
    cancel_sessions_of,
    check_in_session,
    move_session,
    rate_session,
)
from kepu.outreach.requests.services.sheets import bring_orders
from kepu.outreach.requests.services.standing import (
    StandingWords,
    change_standing,
    chosen_standing,
    register_standing,
    show_standing,
    withdraw_standing,
)
from kepu.outreach.requests.services.thanks import print_thanks, take_thanks
from kepu.outreach.requests.services.visits import drop_visit, hold_visit, move_visit, plan_visit, take_visit_back

__all__ = [
    "CampaignWords",
    "OrderWords",
    "RoundTerms",
    "SessionWords",
    "StandingWords",
    "accept_offer",
    "apply_round",
    "approve_order",
    "ask_again",
    "ask_order",
    "bring_orders",
    "call_off_with_slot",
    "cancel_order",
    "cancel_session",
    "cancel_sessions_of",
    "change_campaign",
    "change_standing",
    "check_in_session",
    "chosen_standing",
    "close_session",
    "close_sessions",
    "decline_helpers",
    "decline_offer",
    "drop_visit",
    "drop_wish",
    "erase_contacts",
    "expire_orders",
    "hang_asks_again",
    "hold_visit",
    "lapse_offers",
    "make_campaign",
    "mark_unmet",
    "move_order",
    "move_session",
    "move_visit",
    "new_feed",
    "offer_next",
    "offer_order",
    "open_helper_shift",
    "open_round",
    "plan_visit",
    "print_thanks",
    "rate_session",
    "recount_session",
    "register_standing",
    "reopen_order",
    "return_order",
    "run_round",
    "schedule_session",
    "send_round",
    "shift_called_off",
    "show_standing",
    "solve_again",
    "stop_round",
    "take_thanks",
    "take_visit_back",
    "wish",
    "withdraw_offers",
    "withdraw_standing",
]
