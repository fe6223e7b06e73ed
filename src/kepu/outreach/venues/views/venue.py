"""One venue at the desk with the forms that fit its state and the person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kepu.directory.register.models import Person
from kepu.foundation.errors import NotAllowed
from kepu.outreach.venues import services
from kepu.outreach.venues.forms import (
    AccreditForm,
    ClosureForm,
    ContentForm,
    EndForm,
    FreeForm,
    NoForm,
    OpeningForm,
    PhotoForm,
    ReasonForm,
    RenewForm,
    StayForm,
)
from kepu.outreach.venues.models import Accreditation
from kepu.outreach.venues.permissions import may_open_venues
from kepu.outreach.venues.queries.pages import VenuePage, venue_page
from kepu.web.http import PageRequest, View, attempt, only, status_of

Service = Callable[[int, Any, Person], object]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to be done with a venue: its form, its service, and what is said afterwards."""

    form: type[forms.Form]
    service: Service
    said: Promise


ACTS: dict[str, Act] = {
    "publish": Act(
        NoForm, lambda pk, _form, actor: services.publish_venue(pk, actor=actor), _("公布了，公众查得到了。")
    ),
    "close": Act(
        ReasonForm,
        lambda pk, form, actor: services.close_venue(pk, actor=actor, **form.cleaned_data),
        _("已停用。"),
    ),
    "accredit": Act(
        AccreditForm, lambda pk, form, actor: services.accredit_venue(pk, form.terms, actor=actor), _("命名登记好了。")
    ),
    "opening": Act(
        OpeningForm,
        lambda pk, form, actor: services.set_opening(
            pk,
            valid_from=form.cleaned_data["valid_from"],
            note=form.cleaned_data["note"],
            hours=form.hours,
            actor=actor,
        ),
        _("开放时间定好了。"),
    ),
    "shut": Act(
        ClosureForm,
        lambda pk, form, actor: services.close_for_days(pk, actor=actor, **form.cleaned_data),
        _("闭馆登记好了，公众页上看得到。"),
    ),
    "free": Act(
        FreeForm,
        lambda pk, form, actor: services.add_free_days(pk, actor=actor, **form.cleaned_data),
        _("免费开放日定好了。"),
    ),
    "stay": Act(
        StayForm,
        lambda pk, form, actor: services.place_stay(
            pk, actor=actor, region_id=form.cleaned_data.pop("region"), **form.cleaned_data
        ),
        _("驻留定好了。"),
    ),
    "content": Act(
        ContentForm,
        lambda pk, form, actor: services.change_content(
            pk, form.panels, changed_on=form.cleaned_data["changed_on"], actor=actor
        ),
        _("更换登记好了。"),
    ),
    "photo": Act(
        PhotoForm,
        lambda pk, form, actor: services.add_photo(
            pk, form.cleaned_data["file"], caption=form.cleaned_data["caption"], actor=actor
        ),
        _("照片加上了。"),
    ),
}
DROPS = {"closure": services.drop_closure, "free": services.drop_free_days, "photo": services.remove_photo}


@require_GET
@only(may_open_venues)
def venue(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def act(name: str) -> View:
    """A view that runs one service for the form that was sent, and shows the page again where a rule stood against it."""
    wanted = ACTS[name]

    @require_POST
    @only(may_open_venues)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        page = _found(request, pk)
        form = _form(name, page, request.user, request)
        if form.is_valid():
            if attempt(form, lambda: (wanted.service(pk, form, request.user), True)) is not None:
                messages.success(request, str(wanted.said))
                return redirect("venues:venue", pk)
        elif name not in page.acts:
            raise NotAllowed
        return _page(request, _found(request, pk), name, form)

    return view


@require_POST
@only(may_open_venues)
def drop(request: PageRequest, pk: int, what: str, one: int) -> HttpResponse:
    _found(request, pk)
    if what not in DROPS:
        raise Http404
    DROPS[what](pk, one, actor=request.user)
    messages.success(request, str(_("去掉了。")))
    return redirect("venues:venue", pk)


@require_POST
@only(may_open_venues)
def renew(request: PageRequest, pk: int) -> HttpResponse:
    return _on_naming(request, pk, RenewForm, services.renew_accreditation, _("续期登记好了。"))


@require_POST
@only(may_open_venues)
def end(request: PageRequest, pk: int) -> HttpResponse:
    return _on_naming(request, pk, EndForm, services.end_accreditation, _("终止登记好了。"))


def _on_naming(
    request: PageRequest, pk: int, kind: type[forms.Form], service: Callable[..., object], said: Promise
) -> HttpResponse:
    naming = get_object_or_404(Accreditation, pk=pk)
    _found(request, naming.venue_id)
    form = kind(request.POST)
    if form.is_valid() and attempt(form, lambda: service(pk, actor=request.user, **form.cleaned_data)) is not None:
        messages.success(request, str(said))
    else:
        for errors in form.errors.values():
            messages.warning(request, " ".join(map(str, errors)))
    return redirect("venues:venue", naming.venue_id)


def _found(request: PageRequest, pk: int) -> VenuePage:
    found = venue_page(request.user, pk)
    if found is None:
        raise Http404
    return found


def _form(name: str, page: VenuePage, actor: Person, request: PageRequest | None = None) -> forms.Form:
    given: dict[str, Any] = {"auto_id": f"{name}_%s"}
    if name == "accredit":
        given["levels"] = page.levels
    if name == "stay":
        given["actor"] = actor
    if request is None:
        return ACTS[name].form(**given)
    return ACTS[name].form(request.POST, request.FILES, **given)


def _page(request: PageRequest, page: VenuePage, name: str = "", form: forms.Form | None = None) -> HttpResponse:
    offered = {act: _form(act, page, request.user) for act in ACTS if act in page.acts}
    if form is not None and name in offered:
        offered[name] = form
    context = {"page": page, "venue": page.venue, "forms": offered, "sent": name}
    context |= {"lost": form if form is not None and name not in offered else None}
    context |= {"renew": RenewForm(auto_id="renew_%s"), "end": EndForm(auto_id="end_%s")}
    return render(request, "venues/venue.html", context, status=status_of(form) if form is not None else 200)
