"""The editing page of a draft: shares typed, proposed, brought in from a table, issued."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.clock import today
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.sheets import XLSX_TYPE, RowsRefused
from kepu.foundation.sheets import template as filled_template
from kepu.plan.breakdown import services
from kepu.plan.breakdown.choices import Among, BreakdownState, Way
from kepu.plan.breakdown.errors import BreakdownMoved, BreakdownNotReady
from kepu.plan.breakdown.forms import BodyForm, ProposeForm, SharesForm, SheetForm
from kepu.plan.breakdown.queries import frame_of, share_sheet
from kepu.plan.breakdown.queries.editing import Editing, editing
from kepu.plan.breakdown.queries.frames import sum_sentences
from kepu.plan.breakdown.rules import Piece
from kepu.plan.breakdown.views.desk import reader
from kepu.plan.breakdown.views.public import table, target_named
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.models import Target
from kepu.plan.tasks.permissions import may_decide_plan
from kepu.web.http import PageRequest, View

LONGEST_ID = 12


def editor(view: Callable[..., HttpResponse]) -> View:
    """Only the leading office of an open plan finds these pages; the target takes the place of its address."""

    @reader
    @wraps(view)
    def answer(request: PageRequest, slug: str, pk: int, **kwargs: Any) -> HttpResponse:
        target = target_named(slug, pk)
        if not may_decide_plan(request.user, target.plan) or target.plan.state == PlanState.CLOSED:
            raise Http404
        return view(request, target, **kwargs)

    return answer


@require_POST
@editor
def start(request: PageRequest, target: Target) -> HttpResponse:
    try:
        services.start_breakdown(target.pk, actor=request.user)
    except BreakdownNotReady as problem:
        messages.error(request, str(problem))
    return _back(target)


@require_http_methods(["GET", "POST"])
@editor
def edit(request: PageRequest, target: Target) -> HttpResponse:
    page = editing(target, _bodies(request))
    if page.draft is None:
        return _shown(request, page, None)
    if request.method == "GET":
        return _shown(request, page, SharesForm(page=page))
    act = {"propose": _propose, "add": _add, "issue": _issue}.get(request.POST.get("op", ""), _save)
    return act(request, page)


@require_POST
@editor
def discard(request: PageRequest, target: Target) -> HttpResponse:
    if (draft := target.breakdowns.filter(state=BreakdownState.DRAFT).first()) is not None:
        try:
            services.discard_breakdown(draft.pk, actor=request.user, seen=_seen(request))
        except BreakdownMoved as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("草稿已放弃；以前下达的各版都还在。"))
    return _back(target)


@require_POST
@editor
def upload(request: PageRequest, target: Target) -> HttpResponse:
    page = editing(target)
    if page.draft is None:
        raise Http404
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid() and _taken(request, page.draft.pk, form):
        messages.success(request, _("表里的分解数都已收进草稿，请核对后下达。"))
        return _back(target)
    return _shown(request, page, SharesForm(page=page), sheet_form=form, status=422)


def _taken(request: PageRequest, draft_id: int, form: SheetForm) -> bool:
    """Bring a table in; what is wrong with it is said at the file."""
    try:
        seen = _seen(request)
        services.import_shares(draft_id, form.cleaned_data["stream"], actor=request.user, seen=seen)
    except RowsRefused as problem:
        form.add_error(form.source, [_("表里有错，一行也没有收："), *(str(error) for error in problem.errors[:20])])
    except NotAllowed:
        raise
    except DomainError as problem:
        form.add_error(form.source, str(problem))
    return form.is_valid()


@require_GET
@editor
def template(request: PageRequest, target: Target) -> HttpResponse:  # noqa: ARG001
    response = HttpResponse(filled_template(share_sheet(frame_of(target))), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="breakdown-{target.pk}-template.xlsx"'
    return response


@require_GET
@editor
def draft_table(request: PageRequest, target: Target, kind: str) -> HttpResponse:  # noqa: ARG001
    draft = target.breakdowns.filter(state=BreakdownState.DRAFT).first()
    if draft is None:
        raise Http404
    return table(target, draft, kind)


def _save(request: PageRequest, page: Editing) -> HttpResponse:
    def act(form: SharesForm, draft_id: int) -> object:
        said = {name: form.cleaned_data[name] for name in ("reason", "difference_reason")}
        return services.set_shares(draft_id, form.wanted(), actor=request.user, seen=_seen(request), **said)

    return _kept(request, page, act, _("草稿已保存。"))


def _issue(request: PageRequest, page: Editing) -> HttpResponse:
    def act(form: SharesForm, draft_id: int) -> object:
        said = {name: form.cleaned_data[name] for name in ("reason", "difference_reason")}
        seen = _seen(request)
        return services.issue_breakdown(draft_id, actor=request.user, shares=form.wanted(), seen=seen, **said)

    return _kept(request, page, act, _("已下达，公众页马上能看到。"))


def _kept(request: PageRequest, page: Editing, act: Callable[[SharesForm, int], object], said: str) -> HttpResponse:
    """Do the act; what stands in its way is said, and what was typed stays on the page."""
    form = SharesForm(request.POST, page=page)
    has_moved = False
    if page.draft is not None and form.is_valid():
        try:
            act(form, page.draft.pk)
        except NotAllowed:
            raise
        except DomainError as problem:
            has_moved = isinstance(problem, BreakdownMoved)
            _tell(form, problem)
        else:
            messages.success(request, said)
            return _back(page.frame.target)
    return _shown(request, page, form, has_moved=has_moved, status=409 if has_moved else 422)


def _tell(form: SharesForm, problem: DomainError) -> None:
    cells = problem.data.get("problems") or {problem.data.get("field"): str(problem)}
    for field, words in cells.items():
        form.add_error(field if field in form.fields else None, words)


def _propose(request: PageRequest, page: Editing) -> HttpResponse:
    asked = ProposeForm(request.POST)
    if not asked.is_valid():
        return _shown(request, page, SharesForm(request.POST, page=page), propose_form=asked, status=422)
    said = asked.cleaned_data
    try:
        found = services.propose_shares(
            page.frame, page.of(said["among"]), said["way"], day=today(), by_year=said["by_year"]
        )
    except BreakdownNotReady as problem:
        asked.add_error(None, str(problem))
        return _shown(request, page, SharesForm(request.POST, page=page), propose_form=asked, status=422)
    typed = request.POST.copy()
    for name in [name for name in typed if name.startswith(f"{said['among']}-")]:
        typed[name] = ""
    if said["way"] == Way.PEOPLE:  # the head counts with their day and source stay with the version
        typed["reason"] = typed.get("reason", "").strip() or found.note
    for share in found.shares:
        typed[share.field] = f"{share.value.normalize():f}"
    return _shown(request, page, SharesForm(typed, page=page), propose_form=asked, note=found.note)


def _add(request: PageRequest, page: Editing) -> HttpResponse:
    asked = BodyForm(request.POST, region=page.frame.target.plan.region)
    if not asked.is_valid():
        return _shown(request, page, SharesForm(request.POST, page=page), body_form=asked, status=422)
    page = editing(page.frame.target, [*_bodies(request), asked.cleaned_data["body_name"].pk])
    return _shown(request, page, SharesForm(request.POST, page=page))


def _shown(
    request: PageRequest, page: Editing, form: SharesForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    target = page.frame.target
    context = {
        "plan": target.plan,
        "target": target,
        "page": page,
        "form": form,
        "groups": form.groups() if form else (),
        "columns": [str(year) if year else page.frame.whole_label for year in page.frame.columns],
        "sentences": _sentences(page, form),
        "bodies": [owner.pk for among, owner in page.owners if among == Among.BODIES],
        "propose_form": ProposeForm(),
        "body_form": BodyForm(region=target.plan.region),
        "sheet_form": SheetForm(),
    }
    return render(request, "breakdown/edit.html", context | more, status=status)


def _sentences(page: Editing, form: SharesForm | None) -> tuple[str, ...]:
    """What stands on the page adds up to, whether it is stored or only typed."""
    if form is None:
        return ()
    if not form.is_bound:
        form = SharesForm(form.initial, page=page)
    pieces = [Piece(s.among, s.owner_id, s.year, s.value) for s in form.wanted()] if form.is_valid() else []
    return sum_sentences(page.frame, pieces, page.names) if pieces or not page.frame.is_added else ()


def _bodies(request: PageRequest) -> list[int]:
    given = request.POST.getlist("body")
    return [int(pk) for pk in given if pk.isascii() and pk.isdigit() and len(pk) < LONGEST_ID]


def _seen(request: PageRequest) -> int | None:
    """The revision of the draft from which the page came; None where it does not say."""
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_ID else None


def _back(target: Target) -> HttpResponse:
    return redirect("breakdown:edit", target.plan.slug, target.pk)
