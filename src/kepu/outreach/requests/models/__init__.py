"""Orders, the offers and sessions that answer them, what both sides say afterwards, and rounds."""

from kepu.outreach.requests.models.campaigns import Campaign
from kepu.outreach.requests.models.feeds import CalendarFeed
from kepu.outreach.requests.models.helpers import TeamAsk
from kepu.outreach.requests.models.orders import MOST_HELPERS, MOST_VISITS, Order, OrderStep
from kepu.outreach.requests.models.rounds import Round, RoundMatch, RoundWish
from kepu.outreach.requests.models.sessions import Offer, Rating, Session
from kepu.outreach.requests.models.standing import StandingClass, StandingOffer, StandingStop

__all__ = [
    "MOST_HELPERS",
    "MOST_VISITS",
    "CalendarFeed",
    "Campaign",
    "Offer",
    "Order",
    "OrderStep",
    "Rating",
    "Round",
    "RoundMatch",
    "RoundWish",
    "Session",
    "StandingClass",
    "StandingOffer",
    "StandingStop",
    "TeamAsk",
]
