"""What the desk sees and does: the register, one entry with its trail, check, return, admit, renew, end."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kepu.directory.privacy.permissions import may_reveal_number
from kepu.directory.privacy.services import reveal_number
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.people.capacities import services
from kepu.outreach.people.capacities.forms import PhoneForm, ReasonForm, RegisterForm, TermForm, WordsForm
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.permissions import may_bring_people, may_open_register
from kepu.outreach.people.capacities.queries import (
    CapacityPage,
    capacities_visible_to,
    capacity_page,
    register_lines,
    register_sheet,
)
from kepu.outreach.people.capacities.queries.lists import phones_seen_by, register_banner
from kepu.web.http import PageRequest, View, attempt, only, status_of, table_download

ON_A_PAGE = 40
FORMS: dict[str, type[forms.Form]] = {
    "check": WordsForm,
    "return": WordsForm,
    "admit": TermForm,
    "renew": TermForm,
    "end": ReasonForm,
}


@require_GET
@only(may_open_register)
def listing(request: PageRequest) -> HttpResponse:
    form = RegisterForm(request.GET)
    found = capacities_visible_to(request.user, form.wanted)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    template = "capacities/desk.html#rows" if request.htmx else "capacities/desk.html"
    return render(request, template, {"form": form, "page": page, "may_bring": may_bring_people(request.user)})


@require_GET
@only(may_open_register)
def export(request: PageRequest, kind: str) -> HttpResponse:
    rows = list(capacities_visible_to(request.user, RegisterForm(request.GET).wanted))
    name = f"register-{today().isoformat()}"
    return table_download(register_sheet(), register_lines(rows), kind=kind, name=name, banner=register_banner(rows))


@require_GET
@only(may_open_register)
def capacity(request: PageRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _act(name: str, service: Callable[..., Capacity], said: Promise) -> View:
    """A view that runs one service for the form that was sent, and shows the page again where a rule stood against it."""

    @require_POST
    @only(may_open_register)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        page = _found(request, pk)
        form = FORMS[name](request.POST, auto_id=f"{name}_%s")
        if form.is_valid():
            if attempt(form, lambda: service(pk, actor=request.user, **form.cleaned_data)) is not None:
                messages.success(request, str(said))
                return redirect("capacities:desk_capacity", pk)
        elif not page.acts:
            raise NotAllowed
        return _page(request, _found(request, pk), name, form)

    return view


@require_POST
@only(may_open_register)
def show_phone(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """A phone in full, on the answer to this request only; the reason goes into the audit."""
    page = _found(request, pk)
    if number not in {one.id for one in phones_seen_by(request.user, page.capacity)}:
        raise Http404
    form = PhoneForm(request.POST, auto_id=f"phone{number}_%s")
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    full = attempt(form, lambda: reveal_number(number, actor=request.user, reason=reason))
    return _page(request, page, phone=(number, full, form))


check = _act("check", services.check_capacity, _("已初核，等办公室入库。"))
send_back = _act("return", services.return_capacity, _("已退回，告诉了本人要补充什么。"))
admit = _act("admit", services.admit_capacity, _("已入库，编号告诉了本人。"))
renew = _act("renew", services.renew_capacity, _("已续期。"))
end = _act("end", services.end_capacity, _("已退出。"))


def _found(request: PageRequest, pk: int) -> CapacityPage:
    page = capacity_page(request.user, pk)
    if page is None or not capacities_visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    return page


def _page(
    request: PageRequest,
    page: CapacityPage,
    tried: str = "",
    form: forms.Form | None = None,
    phone: tuple[int, str | None, forms.Form] | None = None,
) -> HttpResponse:
    end = page.capacity.valid_to
    first = services.default_end(end if end and end > today() else today())
    shown = {name: kind(auto_id=f"{name}_%s", initial={"valid_to": first}) for name, kind in FORMS.items()}
    if form is not None:
        shown[tried] = form
    fitting = {name: shown[name] for name in shown if name in page.acts} | {"return_": shown["return"]}
    phones = [
        (one, *(phone[1:] if phone and phone[0] == one.id else (None, PhoneForm(auto_id=f"phone{one.id}_%s"))))
        for one in phones_seen_by(request.user, page.capacity)
    ]
    may_reveal = may_reveal_number(request.user, page.capacity.person_id)
    context = {"page": page, "forms": fitting, "tried": tried, "phones": phones, "may_reveal": may_reveal}
    refused = form or (phone[2] if phone and phone[1] is None else None)
    response = render(request, "capacities/desk_capacity.html", context, status=status_of(refused) if refused else 200)
    if phone:
        add_never_cache_headers(response)
    return response
