"""Keys for other systems."""

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kepu.directory.register import services
from kepu.directory.register.permissions import may_issue_token
from kepu.directory.register.queries import tokens_visible_to
from kepu.foundation.clock import now
from kepu.foundation.errors import InputUnreadable
from kepu.web.http import PageRequest
from kepu.workbench.forms import TokenForm
from kepu.workbench.views.access import only


@require_http_methods(["GET", "POST"])
@only(may_issue_token)
def listing(request: PageRequest) -> HttpResponse:
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data.pop("expires_on")
        expires_at = datetime.combine(day, time.max, tzinfo=get_current_timezone()) if day else None
        try:
            _token, secret = services.issue_token(
                request.user, **form.cleaned_data, actor=request.user, expires_at=expires_at
            )
            form = TokenForm()
        except InputUnreadable as problem:
            form.add_error(None, str(problem))
    context = {"form": form, "secret": secret, "tokens": tokens_visible_to(request.user), "now": now()}
    return render(request, "workbench/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@only(may_issue_token)
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(tokens_visible_to(request.user), pk=pk)
    services.revoke_token(token.pk, actor=request.user)
    messages.success(request, _("令牌“%(name)s”已停用，用它的系统从现在起连不上。") % {"name": token.name})
    return redirect("workbench:tokens")
