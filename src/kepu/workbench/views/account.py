"""One's own account: roles, password, second step."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.directory.register.permissions import may_issue_token
from kepu.directory.register.queries import has_second_factor
from kepu.foundation.clock import today
from kepu.web.http import PageRequest


@require_GET
@login_required
def detail(request: PageRequest) -> HttpResponse:
    context = {
        "assignments": request.user.roles_on(today()),
        "has_second_factor": has_second_factor(request.user),
        "may_issue_token": may_issue_token(request.user),
    }
    return render(request, "workbench/account.html", context)
