"""The start page of the desk, and what its person was told."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kepu.directory.notices.queries import notices_for, preference_of
from kepu.directory.notices.services import mark_read, set_preference
from kepu.directory.register.http import NOT_FOR_RESIDENTS
from kepu.web.http import PageRequest
from kepu.workbench.forms import NoticePreferenceForm
from kepu.workbench.queries import desk_of


@require_GET
@login_required
def home(request: PageRequest) -> HttpResponse:
    return render(request, "workbench/home.html", {"desk": desk_of(request.user)})


@require_http_methods(["GET", "POST"])
@login_required
def notices(request: PageRequest) -> HttpResponse:
    form = NoticePreferenceForm(request.POST or None, instance=preference_of(request.user))
    if request.method == "POST" and form.is_valid():
        set_preference(request.user, **form.cleaned_data)
        messages.success(request, _("记下了，从下一条通知起照这样送。"))
        return redirect("workbench:notices")
    page = Paginator(notices_for(request.user), 30).get_page(request.GET.get("page"))
    response = render(request, "workbench/notices.html", {"page": page, "form": form})
    mark_read(request.user)
    return response


class SignInPage(LoginView):  # type: ignore[misc]
    """The login package's page without its own `site`, which would hide ours from the template.

    Who was on the way to a page that residents have too goes to their door, from which a link leads back here.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = request.GET.get("next", "")
        is_for_all = wanted.startswith("/") and not wanted.startswith(NOT_FOR_RESIDENTS)
        if request.method == "GET" and is_for_all and "work" not in request.GET and not request.user.is_authenticated:
            return redirect(f"{reverse('portal:sign_in')}?{urlencode({'next': wanted})}")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.pop("site", None)
        return context


@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 a view
    """The short address that people remember."""
    return redirect("account_login", permanent=False)


def not_here(request: HttpRequest, **_kwargs: str) -> HttpResponse:  # noqa: ARG001 a view
    """Pages of the login package that this site does not offer: accounts are given by an administrator."""
    raise Http404
