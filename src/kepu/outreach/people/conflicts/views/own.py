"""One's own ties: declare, see, end."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.outreach.people.conflicts import services
from kepu.outreach.people.conflicts.forms import OwnTieForm
from kepu.outreach.people.conflicts.queries import own_ties
from kepu.web.http import PageRequest, attempt, status_of


@require_http_methods(["GET", "POST"])
@login_required
def ties(request: PageRequest) -> HttpResponse:
    form = OwnTieForm(request.POST) if request.method == "POST" else OwnTieForm()
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.declare_tie(request.user, actor=request.user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("申报好了。"))
            return redirect("conflicts:own")
    context = {"form": form, "ties": own_ties(request.user)}
    return render(request, "conflicts/own.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@login_required
def end(request: PageRequest, pk: int) -> HttpResponse:
    get_object_or_404(own_ties(request.user), pk=pk)
    try:
        services.take_back_tie(pk, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem))
    return redirect("conflicts:own")
