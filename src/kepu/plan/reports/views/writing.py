"""The page of one report; its body writes it here and sends it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kepu.foundation.errors import DomainError, NotAllowed
from kepu.plan.reports import services
from kepu.plan.reports.errors import ReportMoved
from kepu.plan.reports.forms import EntryForm, ExtendForm, PassForm, ReturnForm
from kepu.plan.reports.permissions import may_open_reports
from kepu.plan.reports.queries import ReportPage, report_page
from kepu.web.http import PageRequest, only

UNREADABLE = 422


def page_for(request: PageRequest, pk: int) -> ReportPage:
    """The report as far as the actor may see it."""
    page = report_page(request.user, pk)
    if page is None:
        raise Http404
    return page


def judge_forms(page: ReportPage) -> dict[str, forms.Form]:
    """The forms that fit the report's state and the person."""
    offered: dict[str, forms.Form] = {}
    if page.may_return:
        offered["return"] = ReturnForm(auto_id="return_%s")
    if page.may_extend:
        offered["extend"] = ExtendForm.usual(page.day)
    if page.may_pass:
        offered["pass"] = PassForm(auto_id="pass_%s")
    return offered


@require_GET
@only(may_open_reports)
def report(request: PageRequest, pk: int) -> HttpResponse:
    page = page_for(request, pk)
    entries = [EntryForm(block) for block in page.blocks] if page.may_write else []
    context = {"page": page, "entries": entries, "revision": page.report.revision, "forms": judge_forms(page)}
    return render(request, "reports/report.html", context)


@require_POST
@only(may_open_reports)
def save(request: PageRequest, pk: int) -> HttpResponse:
    return _written(request, pk, _("存好了。还没有报送。"))


@require_POST
@only(may_open_reports)
def submit(request: PageRequest, pk: int) -> HttpResponse:
    def send(revision: int) -> object:
        return services.submit_report(pk, {}, revision=revision, actor=request.user)

    return _written(request, pk, _("已报送。退回或采纳了会告诉您。"), send)


def _written(request: PageRequest, pk: int, said: str, send: Callable[[int], object] | None = None) -> HttpResponse:
    """Keep the words first, then the files, then send: what stands against a later step costs nothing of an earlier one."""
    page = page_for(request, pk)
    entries = [EntryForm(block, request.POST, request.FILES) for block in page.blocks]
    seen = request.POST.get("revision", "")
    revision = int(seen) if seen.isdecimal() and len(seen) < 9 else -1  # noqa: PLR2004 no report is saved so often
    problem: DomainError | None = None
    readable = [entry.is_valid() for entry in entries]
    if readable and all(readable):
        try:
            revision = _keep(request, pk, entries, revision)
            if send is not None:
                send(revision)
        except NotAllowed:
            raise
        except DomainError as refused:
            problem = refused
        else:
            messages.success(request, said)
            return redirect("reports:report", pk)
    return _again(request, pk, entries, revision, problem)


def _keep(request: PageRequest, pk: int, entries: list[EntryForm], revision: int) -> int:
    wanted = {entry.block.entry.pk: entry.wanted for entry in entries}
    kept = services.save_report(pk, wanted, revision=revision, actor=request.user)
    for entry in entries:
        for attachment in entry.dropped:
            services.detach_file(attachment, actor=request.user)
        if upload := entry.cleaned_data.get("file"):
            try:
                services.attach_file(entry.block.entry.pk, upload, actor=request.user)
            except DomainError as refused:
                refused.data.setdefault("entry", entry.block.entry.pk)
                refused.data.setdefault("field", "file")
                refused.data["revision"] = kept.revision
                raise
    return kept.revision


def _again(
    request: PageRequest, pk: int, entries: list[EntryForm], revision: int, problem: DomainError | None
) -> HttpResponse:
    """The page with everything that was typed, and what stands against it at its place."""
    page = page_for(request, pk)
    if not page.report.is_with_the_body and not entries:
        problem = problem or _moved(page)
    at = None
    if problem is not None:
        at = next((entry for entry in entries if entry.block.entry.pk == problem.data.get("entry")), None)
        if at is not None:
            field = problem.data.get("field")
            at.add_error(field if field in at.fields else None, str(problem.message))
        for entry in entries:
            if entry.block.entry.pk in problem.data.get("entries", ()):
                entry.add_error("words", _("请写一句；没有做也请写明。"))
    kept_newer = problem is not None and not isinstance(problem, ReportMoved)
    context = {
        "page": page,
        "entries": entries if page.may_write else [],
        "lost": [] if page.may_write else _typed(request),
        "problem": None if at is not None else problem,
        "revision": page.report.revision if kept_newer or isinstance(problem, ReportMoved) else revision,
        "forms": judge_forms(page),
    }
    status = problem.status if problem is not None else UNREADABLE
    return render(request, "reports/report.html", context, status=status)


def _moved(page: ReportPage) -> ReportMoved:
    return ReportMoved(
        _("这份报告现在是“%(state)s”，不能再改；您写的字在下面。") % {"state": page.report.get_state_display()}
    )


def _typed(request: PageRequest) -> list[str]:
    """Every text that was typed, for a page that has no place for it any more."""
    return [
        text
        for name, text in request.POST.items()
        if isinstance(text, str) and name.endswith(("-words", "-obstacle")) and text.strip()
    ]
