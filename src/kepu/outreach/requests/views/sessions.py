"""One session: its code, how many came, how it was; and moved or called off by who keeps it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kepu.directory.register.models import Person
from kepu.outreach.requests import services
from kepu.outreach.requests.forms import CheckInForm, CloseForm, HelperShiftForm, MoveForm, RateForm, ReasonForm
from kepu.outreach.requests.queries.sessions import SessionPage, session_page
from kepu.web.http import PageRequest, attempt, status_of

Forms = CheckInForm | CloseForm | HelperShiftForm | MoveForm | RateForm | ReasonForm
ACTS: dict[str, tuple[type[Forms], Callable[[int, Forms, Person], object], Promise]] = {
    "check_in": (
        CheckInForm,
        lambda pk, form, actor: services.check_in_session(pk, **form.cleaned_data, actor=actor),
        _("签到了，这一场记进了台账。"),
    ),
    "close": (
        CloseForm,
        lambda pk, form, actor: services.close_session(pk, **form.cleaned_data, actor=actor),
        _("办结了，这一场记进了台账。"),
    ),
    "rate": (
        RateForm,
        lambda pk, form, actor: services.rate_session(pk, **form.cleaned_data, actor=actor),
        _("谢谢，评好了。"),
    ),
    "move": (
        MoveForm,
        lambda pk, form, actor: services.move_session(pk, **form.cleaned_data, actor=actor),
        _("改好了，两边的人都会收到通知。"),
    ),
    "cancel": (
        ReasonForm,
        lambda pk, form, actor: services.cancel_session(pk, **form.cleaned_data, actor=actor),
        _("取消了，两边的人都会收到通知。"),
    ),
    "open_shift": (
        HelperShiftForm,
        lambda pk, form, actor: services.open_helper_shift(pk, **form.cleaned_data, actor=actor),
        _("班次开了，志愿者可以报名了。"),
    ),
    "decline_helpers": (
        ReasonForm,
        lambda pk, form, actor: services.decline_helpers(pk, **form.cleaned_data, actor=actor),
        _("记下了，已经去问下一支队。"),
    ),
}


@never_cache
@require_GET
@login_required
def session(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, _found(request, pk))


@require_POST
@login_required
def act(request: PageRequest, pk: int, what: str) -> HttpResponse:
    page = _found(request, pk)
    if what not in ACTS:
        raise Http404
    made, service, said = ACTS[what]
    form = made(request.POST)
    done = attempt(form, lambda: service(pk, form, request.user)) if form.is_valid() else None
    if done is not None:
        messages.success(request, str(said))
        return redirect("requests:session", pk) if session_page(pk, request.user) else redirect("requests:mine")
    return _show(request, page, what, form)


@require_POST
@login_required
def thanks(request: PageRequest, pk: int) -> HttpResponse:
    if _found(request, pk).session.thanks_id is None:
        services.take_thanks(pk, actor=request.user)
        messages.success(request, _("领到了。要打印的话，点“做成 PDF”。"))
    else:
        services.print_thanks(pk, site=request.build_absolute_uri("/").rstrip("/"), actor=request.user)
        messages.success(request, _("正在制作 PDF，过几秒刷新这一页就能下载。"))
    return redirect("requests:session", pk)


def _found(request: PageRequest, pk: int) -> SessionPage:
    page = session_page(pk, request.user) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return page


def _show(request: PageRequest, page: SessionPage, what: str = "", refused: Forms | None = None) -> HttpResponse:
    one = page.session
    moved = {"starts_at": one.starts_at, "ends_at": one.ends_at, "place": one.place}
    forms: dict[str, Forms] = {
        "check_in": CheckInForm(initial={"people": one.expected or None}),
        "close": CloseForm(auto_id="close_%s"),
        "rate": RateForm(),
        "move": MoveForm(initial=moved),
        "cancel": ReasonForm(auto_id="cancel_%s"),
        "open_shift": HelperShiftForm(),
        "decline_helpers": ReasonForm(auto_id="decline_%s"),
    }
    if refused is not None:
        forms[what] = refused
    template = "requests/session.html#code" if request.htmx else "requests/session.html"
    status = 200 if refused is None else status_of(refused)
    return render(request, template, {"page": page, "session": one, "forms": forms}, status=status)
