"""The desk: one's own shares, and for those who look after all of it where every target stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.breakdown.queries import desk_plans, own_shares
from kepu.plan.tasks.queries.desk import may_read_desk
from kepu.web.http import PageRequest, only

reader = only(may_read_desk)
"""Everyone with a role in the programme finds these pages."""


@require_GET
@reader
def listing(request: PageRequest) -> HttpResponse:
    context = {"own": own_shares(request.user, today()), "plans": desk_plans(request.user), "day": today()}
    return render(request, "breakdown/desk.html", context)
