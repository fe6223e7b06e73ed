"""The agenda of a meeting: items put on, moved and taken off; for each the recommendation, the outcome, the duties."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.matters import services
from kepu.plan.matters.choices import MeetingState, Outcome
from kepu.plan.matters.forms import DutyForm, OutcomeForm, RecommendForm
from kepu.plan.matters.permissions import may_open_matters
from kepu.plan.matters.queries import ItemPage, item_of_duty, item_page
from kepu.plan.matters.views.meetings import found_meeting
from kepu.web.http import PageRequest, attempt, only, status_of


def _done(request: PageRequest, meeting_pk: int, act: Callable[[], object]) -> HttpResponse:
    """Run an act of one button, and go back to the meeting with what stood against it."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    return redirect("matters:meeting", meeting_pk)


@require_POST
@only(may_open_matters)
def add(request: PageRequest, pk: int, matter: int) -> HttpResponse:
    page = found_meeting(request, pk)
    if not page.is_office:
        raise NotAllowed
    return _done(request, pk, lambda: services.add_item(pk, matter, actor=request.user))


@require_POST
@only(may_open_matters)
def remove(request: PageRequest, item: int) -> HttpResponse:
    page = _found(request, item)
    return _done(request, page.meeting.pk, lambda: services.remove_item(item, actor=request.user))


@require_POST
@only(may_open_matters)
def move(request: PageRequest, item: int, way: str) -> HttpResponse:
    page = _found(request, item)
    if way not in {"up", "down"}:
        raise Http404
    return _done(request, page.meeting.pk, lambda: services.move_item(item, up=way == "up", actor=request.user))


@require_http_methods(["GET", "POST"])
@only(may_open_matters)
def item(request: PageRequest, item: int) -> HttpResponse:
    """The recommendation while the meeting is prepared, the outcome once it was held."""
    page = _found(request, item)
    form: forms.Form
    if "decision" in request.POST or (page.meeting.state == MeetingState.HELD and "text" not in request.POST):
        first = {"outcome": page.item.outcome, "decision": page.item.decision, "is_public": page.item.is_public}
        form = OutcomeForm(request.POST or None, initial=first)
        service: Callable[..., object] = services.record_outcome
    else:
        form = RecommendForm(request.POST or None, initial={"text": page.item.recommendation})
        service = services.recommend
    if form.is_valid() and attempt(form, lambda: service(item, actor=request.user, **form.cleaned_data)) is not None:
        messages.success(request, _("记下了。"))
        return redirect("matters:item", item) if isinstance(form, OutcomeForm) else _back(page)
    return _page(request, page, form=form)


@require_POST
@only(may_open_matters)
def add_duty(request: PageRequest, item: int) -> HttpResponse:
    page = _found(request, item)
    form = _duty_form(page, request.POST)
    if form.is_valid():
        said = form.cleaned_data | {"task_id": form.cleaned_data["task"], "body_id": form.cleaned_data["body"]}
        wanted = {name: said[name] for name in ("task_id", "body_id", "text", "due_on", "is_checked")}
        if attempt(form, lambda: services.add_duty(item, actor=request.user, **wanted)) is not None:
            messages.success(request, _("责任记下了。"))
            return redirect("matters:item", item)
    return _page(request, _found(request, item), duty=form)


@require_POST
@only(may_open_matters)
def remove_duty(request: PageRequest, duty: int) -> HttpResponse:
    page = _found(request, item_of_duty(duty))
    try:
        services.remove_duty(duty, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    return redirect("matters:item", page.item.pk)


def _back(page: ItemPage) -> HttpResponse:
    return redirect("matters:meeting", page.meeting.pk)


def _found(request: PageRequest, pk: int | None) -> ItemPage:
    """An item for the leading office; nobody else writes on an agenda."""
    page = item_page(request.user, pk) if pk is not None else None
    if page is None:
        raise Http404
    return page


def _duty_form(page: ItemPage, data: object = None) -> DutyForm:
    first = [task.pk for task in page.tasks]
    usual = {"task": first[0] if len(first) == 1 else "", "due_on": page.matter.wanted_by}
    return DutyForm(data, plan=page.meeting.plan, first=first, initial=usual, auto_id="duty_%s")


def _page(
    request: PageRequest, page: ItemPage, *, form: forms.Form | None = None, duty: DutyForm | None = None
) -> HttpResponse:
    if form is None:
        first = {"outcome": page.item.outcome, "decision": page.item.decision, "is_public": page.item.is_public}
        form = OutcomeForm(initial=first)
    sent = duty or (form if form.is_bound else None)
    context = {
        "page": page, "meeting": page.meeting, "item": page.item, "matter": page.matter, "form": form,
        "duty": duty or (_duty_form(page) if page.item.outcome == Outcome.DECIDED else None),
        "is_recording": isinstance(form, OutcomeForm), "is_sent_duty": duty is not None,
    }  # fmt: skip
    return render(request, "matters/item.html", context, status=status_of(sent) if sent is not None else 200)
