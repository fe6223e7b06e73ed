"""The desk: one's own shares, and for those who look after all of it where every target stands."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.foundation.clock import today
from kepu.plan.breakdown.queries import desk_plans, own_shares
from kepu.plan.tasks.queries.desk import may_read_desk
from kepu.web.http import PageRequest


def reader(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Everyone with a role in the programme finds these pages."""

    @wraps(view)
    @login_required
    def answer(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_read_desk(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return answer


@require_GET
@reader
def listing(request: PageRequest) -> HttpResponse:
    context = {"own": own_shares(request.user, today()), "plans": desk_plans(request.user), "day": today()}
    return render(request, "breakdown/desk.html", context)
