"""The desk of plans that are brought in: list, check, bodies, difference, confirmation."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register.choices import OrganisationKind
from kepu.directory.register.errors import OrganisationExists
from kepu.directory.register.models import Organisation
from kepu.directory.register.queries import organisations_named
from kepu.plan import services
from kepu.plan.choices import DraftState, LinkKind
from kepu.plan.errors import CorrectionInvalid, PlanAlreadyLive, PlanNotReady, PlanUnreadable
from kepu.plan.forms import (
    MOST_MEGABYTES,
    BodyForm,
    ConfirmForm,
    ImportForm,
    LinkForm,
    PlaceForm,
    finding_form,
    initial_of,
)
from kepu.plan.models import PlanDraft
from kepu.plan.permissions import may_import_plan
from kepu.plan.queries.drafts import check_page, draft_content, drafts_visible_to, text_lines
from kepu.plan.queries.samples import sample_plans
from kepu.plan.rules.corrections import FIELDS, thing_of
from kepu.web.http import PageRequest

SHOWN = ("ask", "targets", "tasks", "decoys")
PAGE = 20
ADDING = (("target", _lazy("目标")), ("task", _lazy("任务")), ("duty", _lazy("单位")), ("section", _lazy("章节")))


def office(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only the leading office finds these pages."""

    @wraps(view)
    @login_required
    def answer(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_import_plan(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return answer


def _draft(request: PageRequest, pk: uuid.UUID) -> PlanDraft:
    return get_object_or_404(drafts_visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
@office
def listing(request: PageRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        source, name = form.source()
        places = {"region": form.cleaned_data["region"], "predecessor": form.cleaned_data["predecessor"]}
        try:
            draft = services.create_draft(source, name, actor=request.user, **places)
        except PlanUnreadable as problem:
            form.add_error("file" if form.came_as_file else "text", str(problem))
        else:
            return redirect("plan:draft", draft.pk)
    drafts = drafts_visible_to(request.user).defer("text", "reading", "corrections")
    state = request.GET.get("state", "")
    if state in DraftState.values:
        drafts = drafts.filter(state=state)
    context = {
        "form": form,
        "page": Paginator(drafts, PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": DraftState.choices,
        "samples": sample_plans(),
        "most_bytes": MOST_MEGABYTES * 1024 * 1024,
    }
    return render(request, "plan/draft_list.html", context, status=422 if form.errors else 200)


@require_GET
@office
def check(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    shown = request.GET.get("show", "")
    context = {
        "draft": draft,
        "page": check_page(draft),
        "place_form": PlaceForm(initial={"region": draft.region, "predecessor": draft.predecessor}),
        "show": shown if shown in SHOWN else "",
        "is_open": draft.state == DraftState.OPEN,
        "adding": ADDING,
    }
    return render(request, "plan/draft_check.html#board" if request.htmx else "plan/draft_check.html", context)


def _back(request: HttpRequest, pk: uuid.UUID, key: str = "") -> HttpResponse:
    shown = request.GET.get("show", "")
    address = reverse("plan:draft", args=[pk])
    return redirect(f"{address}{f'?show={shown}' if shown in SHOWN else ''}{f'#f-{key}' if key else ''}")


@require_http_methods(["GET", "POST"])
@office
def edit(request: PageRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    draft = _draft(request, pk)
    content = draft_content(draft)
    finding, thing = content.finding(key), thing_of(key)
    if finding is None or thing not in FIELDS:
        raise Http404
    form = finding_form(thing, content, request.POST, initial_of(finding))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_finding(pk, key, form.cleaned_data, actor=request.user)
        except CorrectionInvalid as problem:
            _tell(form, problem)
        else:
            return _back(request, pk, key)
    return _form_page(request, draft, form, thing, key)


@require_http_methods(["GET", "POST"])
@office
def add(request: PageRequest, pk: uuid.UUID, thing: str) -> HttpResponse:
    draft = _draft(request, pk)
    if thing not in FIELDS or thing == "document":
        raise Http404
    form = finding_form(thing, draft_content(draft), request.POST, _wanted(request, draft, thing))
    if request.method == "POST" and form.is_valid():
        try:
            key = services.add_finding(pk, thing, form.cleaned_data, actor=request.user)
        except CorrectionInvalid as problem:
            _tell(form, problem)
        else:
            return _back(request, pk, key.split(".d")[0] if thing == "duty" else key)
    return _form_page(request, draft, form, thing, f"new-{request.GET.get('task', '') or thing}")


def _wanted(request: HttpRequest, draft: PlanDraft, thing: str) -> dict[str, Any]:
    """What the address says about the new finding: place, task, and words taken from the text."""
    given = {name: request.GET[name] for name in (*FIELDS[thing], "task") if name in request.GET}
    try:
        start, end = int(given.get("start", "")), int(given.get("end", ""))
    except ValueError:
        return given
    words = " ".join(draft.text[start:end].split()) if 0 <= start < end else ""
    inside = [task for task in draft_content(draft).live_tasks if task.start <= start < task.end]
    if inside and thing in {"duty", "target"}:
        given = {"task": inside[-1].key, "at": inside[-1].key} | given
    return {"target": {"measure": words[:60]}, "task": {"title": words[:60] if len(words) <= 40 else ""},  # noqa: PLR2004
            "section": {"title": words[:60]}, "duty": {"organisation": words[:60]}}[thing] | given  # fmt: skip


def _tell(form: Any, problem: CorrectionInvalid) -> None:
    field = problem.data.get("field")
    form.add_error(field if field in form.fields else None, str(problem))


def _form_page(request: PageRequest, draft: PlanDraft, form: Any, thing: str, key: str) -> HttpResponse:
    finding = draft_content(draft).finding(key)
    start, end = (finding.start, finding.end) if finding else (0, 0)
    try:
        start, end = (start, end) if finding else (int(request.GET.get("start", 0)), int(request.GET.get("end", 0)))
    except ValueError:
        start = end = 0
    context = {
        "draft": draft,
        "form": form,
        "thing": thing,
        "key": key,
        "finding": finding,
        "excerpt": draft.text[start:end],
        "lines": text_lines(draft.text),
        "show": request.GET.get("show", ""),
    }
    template = "plan/draft_edit.html#form" if request.htmx else "plan/draft_edit.html"
    response = render(request, template, context, status=422 if form.errors else 200)
    if request.htmx and form.errors:
        response["HX-Retarget"] = f"#edit-{key.replace('.', '-')}"
        response["HX-Reswap"] = "innerHTML"
    return response


@require_POST
@office
def mark(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    key, op = request.POST.get("key", ""), request.POST.get("op", "")
    acts = {
        "strike": services.strike_finding,
        "restore": services.restore_finding,
        "agree": services.agree_with_finding,
    }
    if op not in acts:
        raise Http404
    acts[op](draft.pk, key, actor=request.user)
    return _back(request, pk, key.split(".d")[0])


@require_POST
@office
def undo(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    services.undo_correction(_draft(request, pk).pk, request.POST.get("correction", ""), actor=request.user)
    back = request.POST.get("back", "")
    return redirect("plan:draft_bodies", pk) if back == "bodies" else _back(request, pk)


@require_POST
@office
def place(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    form = PlaceForm(request.POST)
    if form.is_valid():
        services.place_draft(draft.pk, actor=request.user, **form.cleaned_data)
        messages.success(request, _("地区和接续关系已存下。"))
    else:
        messages.error(request, _("请选一个地区。"))
    return _back(request, pk, "document")


@require_http_methods(["GET", "POST"])
@office
def bodies(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    wanted = services.guessed_bodies(draft)
    forms = {
        name: BodyForm(request.POST or None, initial={"name": body.name, "kind": body.kind}, prefix=f"b{place}")
        for place, (name, body) in enumerate(wanted.items())
    }
    if request.method == "POST":
        chosen = {name: form for place, (name, form) in enumerate(forms.items()) if request.POST.get(f"b{place}-take")}
        if chosen and all(form.is_valid() for form in chosen.values()):
            new = {name: services.NewBody(**form.cleaned_data) for name, form in chosen.items()}
            try:
                made = services.create_bodies(pk, new, actor=request.user)
            except OrganisationExists as problem:
                messages.error(request, str(problem))
            else:
                told = ngettext("新建了 %(n)d 个单位，已对应好。", "新建了 %(n)d 个单位，已对应好。", len(made))
                messages.success(request, told % {"n": len(made)})
                return redirect("plan:draft_bodies", pk)
        elif not chosen:
            messages.error(request, _("请勾选要新建的单位。"))
    page = check_page(draft)
    rows = [(row, forms.get(row.printed)) for row in page.bodies]
    context = {
        "draft": draft,
        "page": page,
        "rows": rows,
        "missing": [(row, form) for row, form in rows if form is not None],
        "kinds": OrganisationKind.choices,
        "is_open": draft.state == DraftState.OPEN,
    }
    return render(request, "plan/draft_bodies.html", context)


@require_http_methods(["GET", "POST"])
@office
def choose_body(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    printed = request.GET.get("name", "")
    if printed not in draft_content(draft).bodies:
        raise Http404
    if request.method == "POST":
        organisation = get_object_or_404(Organisation, pk=request.POST.get("organisation") or 0)
        keep = bool(request.POST.get("keep_alias"))
        services.match_body(pk, printed, organisation, actor=request.user, keep_alias=keep)
        messages.success(request, _("“%(name)s”对应到%(body)s。") % {"name": printed, "body": organisation.name})
        return redirect("plan:draft_bodies", pk)
    asked = request.GET.get("q", printed.lstrip("市省区县"))
    context = {"draft": draft, "printed": printed, "asked": asked, "found": organisations_named(asked)}
    template = "plan/draft_body.html#found" if request.htmx else "plan/draft_body.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@office
def compare(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    if draft.predecessor is None:
        messages.info(request, _("请先选定这份文本接续哪一份方案，再看差异。"))
        return _back(request, pk, "document")
    comparison = services.compare_draft(draft)
    form = LinkForm(request.POST or None, tasks=[(task.key, task.code) for task in comparison.later])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        services.link_task(pk, said["earlier"], said["kind"], said["later"], actor=request.user, note=said["note"])
        return redirect(f"{reverse('plan:draft_compare', args=[pk])}#e-{said['earlier']}")
    shown = request.GET.get("show", "")
    context = {
        "draft": draft,
        "comparison": comparison,
        "kinds": LinkKind.choices,
        "form": form,
        "show": shown,
        "is_open": draft.state == DraftState.OPEN,
    }
    return render(request, "plan/draft_compare.html", context, status=422 if form.errors else 200)


@require_POST
@office
def accept_links(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    count = services.accept_links(_draft(request, pk).pk, actor=request.user)
    told = ngettext("按建议确认了 %(n)d 项去向。", "按建议确认了 %(n)d 项去向。", count)
    messages.success(request, told % {"n": count})
    return redirect("plan:draft_compare", pk)


@require_http_methods(["GET", "POST"])
@office
def confirm(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = _draft(request, pk)
    form = ConfirmForm(request.POST or None, initial={"region": draft.region})
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.confirm_draft(pk, actor=request.user, **form.cleaned_data)
        except PlanAlreadyLive as problem:
            messages.info(request, str(problem))
            return redirect("plan:plan", problem.data["slug"])
        except PlanNotReady as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("已上线。任务页、单位待办和公众页现在都能看到。"))
            return redirect("plan:plan", plan.slug)
    if draft.plan is not None:
        messages.info(request, _("这份方案已经上线。"))
        return redirect("plan:plan", draft.plan.slug)
    context = {"draft": draft, "form": form, "page": check_page(draft)}
    return render(request, "plan/draft_confirm.html", context, status=422 if form.errors else 200)


@require_POST
@office
def discard(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = services.discard_draft(_draft(request, pk).pk, actor=request.user)
    messages.success(request, _("“%(name)s”已放弃，列表里可以恢复。") % {"name": draft.name})
    return redirect("plan:drafts")


@require_POST
@office
def resume(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = services.resume_draft(_draft(request, pk).pk, actor=request.user)
    return redirect("plan:draft", draft.pk)
