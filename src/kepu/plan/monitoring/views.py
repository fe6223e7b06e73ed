"""Monitoring reports at the desk, and the published ones for everybody."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.monitoring import services
from kepu.plan.monitoring.forms import NumberForm, SpanForm, TextForm
from kepu.plan.monitoring.permissions import may_read_drafts
from kepu.plan.monitoring.queries import (
    MonitoringPage,
    chart_of,
    monitoring_page,
    published_page,
    published_reports,
    report_list,
)
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.queries import live_plan
from kepu.web.http import PageRequest, attempt, only, status_of


def _plan(slug: str) -> Plan:
    return get_object_or_404(Plan.objects.select_related("region"), slug=slug)


def _page(request: PageRequest, pk: int) -> MonitoringPage:
    page = monitoring_page(request.user, pk)
    if page is None:
        raise Http404
    return page


@require_GET
@only(may_read_drafts)
def desk(request: PageRequest) -> HttpResponse:
    plan = live_plan()
    if plan is None:
        return render(request, "monitoring/desk.html", {})
    return redirect("monitoring:plan", plan.slug)


@require_http_methods(["GET", "POST"])
@only(may_read_drafts)
def listing(request: PageRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    form = SpanForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        span = form.cleaned_data
        made = attempt(form, lambda: services.make_report(plan, span["since"], span["until"], actor=request.user))
        if made is not None:
            return redirect("monitoring:report", made.pk)
    context = {"page": report_list(request.user, plan), "form": form, "plan": plan}
    return render(request, "monitoring/desk.html", context, status=status_of(form) if form.is_bound else 200)


@require_GET
@only(may_read_drafts)
def report(request: PageRequest, pk: int) -> HttpResponse:
    page = _page(request, pk)
    context = {"page": page, "number": NumberForm(initial={"doc_number": page.report.doc_number})}
    template = "monitoring/report.html#papers" if request.htmx else "monitoring/report.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@only(may_read_drafts)
def text(request: PageRequest, pk: int, place: str) -> HttpResponse:
    page = _page(request, pk)
    found = next((one for one in page.texts if one.place == place), None)
    if found is None or not page.may_edit:
        raise Http404
    form = TextForm(request.POST or None, initial={"words": found.words, "seen": found.words})
    if form.is_valid() and attempt(form, lambda: _write(form, pk, place, request)) is not None:
        messages.success(request, _("文字改好了。文件要重新制成。"))
        return redirect("monitoring:report", pk)
    if form.is_bound:
        form.data = {"words": form.data.get("words", ""), "seen": found.words}  # what is told now is what was seen
    context = {"page": page, "text": found, "form": form}
    return render(request, "monitoring/text.html", context, status=status_of(form) if form.is_bound else 200)


def _write(form: TextForm, pk: int, place: str, request: PageRequest) -> object:
    said = form.cleaned_data
    return services.edit_text(pk, place, said["words"], seen=said["seen"], actor=request.user)


def _act(request: PageRequest, pk: int, act: Callable[[], object], said: str) -> HttpResponse:
    _page(request, pk)
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as problem:
        messages.warning(request, str(problem.message))
    else:
        messages.success(request, said)
    return redirect("monitoring:report", pk)


@require_POST
@only(may_read_drafts)
def refresh(request: PageRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, lambda: services.refresh_numbers(pk, actor=request.user), _("数字更新了，改过的文字没有动。")
    )


@require_POST
@only(may_read_drafts)
def papers(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.start_papers(pk, actor=request.user), _("开始制成文件。"))


@require_POST
@only(may_read_drafts)
def publish(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.publish_report(pk, actor=request.user), _("已发布。以后不再改动。"))


@require_POST
@only(may_read_drafts)
def number(request: PageRequest, pk: int) -> HttpResponse:
    form = NumberForm(request.POST)
    page = _page(request, pk)
    if form.is_valid():
        typed = form.cleaned_data["doc_number"]
        if attempt(form, lambda: services.number_report(pk, typed, actor=request.user)) is not None:
            messages.success(request, _("发文字号写好了。"))
            return redirect("monitoring:report", pk)
    return render(request, "monitoring/report.html", {"page": page, "number": form}, status=status_of(form))


@require_GET
def chart(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A picture of one chart; of a draft only for whoever may read it. The address carries the revision, so it keeps."""
    drawing = chart_of(pk, number, with_drafts=request.user.is_authenticated and may_read_drafts(request.user))
    if drawing is None:
        raise Http404
    return HttpResponse(drawing, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


@require_GET
def public_list(request: HttpRequest, slug: str) -> HttpResponse:
    plan = _plan(slug)
    return render(request, "monitoring/public_list.html", {"plan": plan, "reports": published_reports(plan)})


@require_GET
def public_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    plan = _plan(slug)
    found = published_page(plan, pk)
    if found is None:
        raise Http404
    shown, laid, made = found
    return render(
        request, "monitoring/public_report.html", {"plan": plan, "report": shown, "laid": laid, "papers": made}
    )
