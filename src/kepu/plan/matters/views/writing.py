"""Where a matter is written: anew, from an obstacle of a report, and amended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register.models import Organisation
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.matters import services
from kepu.plan.matters.errors import MatterRaised
from kepu.plan.matters.forms import MatterForm
from kepu.plan.matters.models import Matter
from kepu.plan.matters.permissions import may_open_matters, may_raise_matter, speaks_for
from kepu.plan.matters.queries import matter_page, obstacle_for
from kepu.plan.tasks.models import Plan
from kepu.web.http import PageRequest, attempt, only, status_of


@require_http_methods(["GET", "POST"])
@only(may_open_matters)
def new(request: PageRequest, slug: str, body: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.select_related("region"), slug=slug)
    organisation = get_object_or_404(Organisation.objects.select_related("parent", "region"), pk=body)
    if not may_raise_matter(request.user, plan, organisation):
        raise Http404
    task = request.GET.get("task", "")
    first = {"tasks": [int(task)]} if task.isascii() and task.isdigit() and len(task) < 12 else {}  # noqa: PLR2004
    return _written(request, plan, organisation, first)


@require_GET
@only(may_open_matters)
def from_own_report(request: PageRequest, entry: int) -> HttpResponse:
    """The form with the words of an obstacle filled in."""
    found = obstacle_for(request.user, entry)
    if found is None:
        raise Http404
    if found.raised is not None:
        messages.info(request, _("这条困难已经提出过。"))
        return redirect("matters:matter", found.raised.pk)
    first = {"title": found.words.title, "difficulty": found.words.difficulty, "tasks": [found.entry.task_id]}
    return _written(request, found.plan, found.body, first | {"source": found.entry.pk})


@require_POST
@only(may_open_matters)
def from_report(request: PageRequest, entry: int) -> HttpResponse:
    if obstacle_for(request.user, entry) is None:
        raise Http404
    try:
        matter = services.raise_obstacle(entry, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
        raised = problem.data.get("matter") if isinstance(problem, MatterRaised) else None
        return redirect("matters:matter", raised) if raised else redirect("matters:desk")
    messages.success(request, _("提出来了，用的是报告里的话。可以补上请求和请哪些单位配合，再受理。"))
    return redirect("matters:matter", matter.pk)


@require_http_methods(["GET", "POST"])
@only(may_open_matters)
def amend(request: PageRequest, pk: int) -> HttpResponse:
    page = matter_page(request.user, pk)
    if page is None or (request.method == "GET" and "amend" not in page.acts):
        raise Http404
    return _written(request, page.matter.plan, page.matter.body, MatterForm.said(page.matter), page.matter)


def _written(
    request: PageRequest, plan: Plan, body: Organisation, first: dict[str, Any], matter: Matter | None = None
) -> HttpResponse:
    """The form; what is refused is shown again with everything that was typed."""
    is_post = request.method == "POST"
    form = MatterForm(
        request.POST if is_post else None, request.FILES if is_post else None, plan=plan, body=body, initial=first,
        attached=list(matter.files.select_related("file")) if matter else (),
        is_office=not speaks_for(request.user, body),
    )  # fmt: skip
    if is_post and form.is_valid() and (kept := attempt(form, _keeping(request, plan, body, form, matter))) is not None:
        _keep_files(request, kept, form)
        return redirect("matters:matter", kept.pk)
    context = {"form": form, "plan": plan, "body": body, "matter": matter}
    return render(request, "matters/write.html", context, status=status_of(form) if form.errors else 200)


def _keeping(
    request: PageRequest, plan: Plan, body: Organisation, form: MatterForm, matter: Matter | None
) -> Callable[[], Matter]:
    if matter is not None:
        revision = form.cleaned_data["revision"] if form.cleaned_data["revision"] is not None else -1
        return lambda: services.amend_matter(matter.pk, form.wanted, revision=revision, actor=request.user)
    source = form.cleaned_data["source"]
    return lambda: services.raise_matter(plan.pk, body.pk, form.wanted, actor=request.user, source_id=source)


def _keep_files(request: PageRequest, matter: Matter, form: MatterForm) -> None:
    """The words are kept already: a file that is refused costs nothing of them."""
    for file_pk in form.cleaned_data.get("drop", ()):
        services.detach_file(matter.pk, file_pk, actor=request.user)
    upload = form.cleaned_data.get("file")
    if upload:
        try:
            services.attach_file(matter.pk, upload, actor=request.user)
        except DomainError as problem:
            said = _("事项存好了，附件没有收：%(why)s 可以点“改写”再传。") % {"why": problem.message}
            messages.warning(request, said)
            return
    messages.success(request, _("已提出，等办公室受理。"))
