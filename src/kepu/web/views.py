"""How a visitor wants to read, kept in a cookie; and the page that shows every component."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kepu.web.context import ELDER_COOKIE, THEME_COOKIE
from kepu.web.forms import ElderForm, ExampleForm, ThemeForm
from kepu.web.http import day_of
from kepu.web.queries import showcase

_SERVICE_WORKER = Path(__file__).parent / "static" / "web" / "service_worker.js"
A_YEAR = 365 * 24 * 60 * 60


@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    form = ElderForm(request.POST)
    return _keep(request, ELDER_COOKIE, form.cleaned_data["size"] if form.is_valid() else "")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    return _keep(request, THEME_COOKIE, form.cleaned_data["theme"] if form.is_valid() else "")


def _keep(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Remember a choice for a year (an empty one is forgotten) and go back to the page it was made on."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(target if is_ours else "/")
    if value:
        response.set_cookie(
            cookie, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The script that keeps pages of the field on a device; it stands at the root, so that it reaches every page."""
    response = HttpResponse(_SERVICE_WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def look(request: HttpRequest) -> HttpResponse:
    """Show every component, to people of the house; on a demonstration or a developer's site, to everyone."""
    if not (request.user.is_authenticated or settings.DEBUG or settings.KEPU_IS_DEMONSTRATION):
        return redirect_to_login(request.get_full_path())
    frame = request.GET.get("as", "desk")
    if frame not in {"portal", "desk", "plain"}:
        raise Http404
    things = showcase()
    context = {
        "things": things,
        "day": day_of(request, start=things.start, end=things.end),
        "frame": f"web/{frame}.html",
        "form": ExampleForm({"name": "", "reason": _("试一试"), "groups": ["1"]}),
    }
    return render(request, "web/look.html", context)
