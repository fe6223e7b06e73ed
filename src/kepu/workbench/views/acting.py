"""Act for a resident who called: begin after a spoken check, end by a button."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kepu.directory.register import services
from kepu.directory.register.choices import ActingEnd
from kepu.directory.register.http import acting_for, forget_acting, remember_acting
from kepu.directory.register.permissions import may_act_for_others
from kepu.foundation.codes.queries import parameter
from kepu.web.http import PageRequest, attempt, status_of
from kepu.workbench.forms import ActingForm
from kepu.workbench.queries import actings_of
from kepu.workbench.views.access import only


@never_cache
@require_http_methods(["GET", "POST"])
@only(may_act_for_others)
def begin(request: PageRequest) -> HttpResponse:
    form = ActingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acting = attempt(form, lambda: services.start_acting(**form.cleaned_data, actor=request.user))
        if acting is not None:
            remember_acting(request, acting)
            return redirect("portal:home")
    context = {
        "form": form,
        "idle": parameter("acting.idle_minutes"),
        "actings": actings_of(request.user),
        "acting": acting_for(request),
    }
    return render(request, "workbench/acting.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@only(may_act_for_others)
def end(request: PageRequest) -> HttpResponse:
    acting = acting_for(request)
    if acting is not None:
        services.end_acting(acting.pk, how=ActingEnd.BUTTON, actor=request.user)
        forget_acting(request)
        messages.success(request, _("代办已结束。"))
    return redirect("workbench:acting")
