"""Paths of this room."""

from django.urls import path

from kepu.outreach.requests.views import calendar, desk, feeds, own, public, rounds, scheduling, sessions, standing

app_name = "requests"

urlpatterns = [
    path("events/", calendar.events, name="events"),
    path("events/calendar.ics", calendar.feed, name="events_calendar"),
    path("events/<int:pk>/", calendar.event, name="event"),
    path("order/campaigns/<slug:slug>/", calendar.campaign, name="campaign"),
    path("desk/orders/sessions/", scheduling.listing, name="open_sessions"),
    path("desk/orders/sessions/new/", scheduling.schedule, name="schedule"),
    path("desk/orders/campaigns/", scheduling.campaign_list, name="campaigns"),
    path("desk/orders/campaigns/<int:pk>/", scheduling.campaign, name="campaign_change"),
    path("order/", public.home, name="home"),
    path("order/new/", own.ask, name="ask"),
    path("order/standing/", standing.listing, name="standing"),
    path("order/standing/<int:pk>/", standing.one, name="standing_one"),
    path("order/mine/", own.mine, name="mine"),
    path("order/mine/<int:pk>/", own.order, name="own"),
    path("order/mine/<int:pk>/change/", own.change, name="own_change"),
    path("order/mine/<int:pk>/cancel/", own.cancel, name="own_cancel"),
    path("order/offers/<int:pk>/", own.offer, name="offer"),
    path("order/offers/<int:pk>/answer/", own.answer, name="answer"),
    path("order/calendar/new/", feeds.new, name="feed_new"),
    path("order/calendar/<str:token>.ics", feeds.feed, name="feed"),
    path("order/sessions/<int:pk>/calendar.ics", feeds.session, name="session_calendar"),
    path("order/sessions/<int:pk>/", sessions.session, name="session"),
    path("order/sessions/<int:pk>/thanks/", sessions.thanks, name="thanks"),
    path("order/sessions/<int:pk>/<str:what>/", sessions.act, name="session_act"),
    path("desk/orders/", desk.desk, name="desk"),
    path("desk/orders/call/", desk.call, name="call"),
    path("desk/orders/bring/", desk.bring, name="bring"),
    path("desk/orders/bring/template/", desk.bring_template, name="bring_template"),
    path("desk/orders/unmet/", desk.unmet, name="unmet"),
    path("desk/orders/standing/", standing.desk, name="standing_desk"),
    path("desk/orders/standing/new/", standing.new, name="standing_new"),
    path("desk/orders/standing/<int:pk>/", standing.change, name="standing_change"),
    path("desk/orders/standing/<int:pk>/<str:what>/", standing.act, name="standing_act"),
    path("desk/orders/rounds/", rounds.listing, name="rounds"),
    path("desk/orders/rounds/<int:pk>/", rounds.one, name="round"),
    path("desk/orders/rounds/<int:pk>/wish/", rounds.wish, name="round_wish"),
    path("desk/orders/rounds/<int:pk>/wish/<int:number>/drop/", rounds.unwish, name="round_unwish"),
    path("desk/orders/rounds/<int:pk>/<str:what>/", rounds.act, name="round_act"),
    path("desk/orders/<int:pk>/", desk.order, name="desk_order"),
    path("desk/orders/<int:pk>/handle/", desk.handle, name="handle"),
    path("desk/orders/<int:pk>/offer/", desk.offer, name="desk_offer"),
]
