"""The difference between a draft and the plan that it amends or continues."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kepu.plan.tasks import services
from kepu.plan.tasks.choices import DraftState, LinkKind
from kepu.plan.tasks.forms import LinkForm
from kepu.plan.tasks.views.desk import (
    back_to_check,
    done_or_told,
    draft_for,
    kept_or_told,
    office,
    revision_for,
    seen_by,
)
from kepu.web.http import PageRequest


@require_http_methods(["GET", "POST"])
@office
def compare(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    draft = draft_for(request, pk)
    if draft.predecessor is None:
        messages.info(request, _("请先选定这份文本接续哪一份方案，再看差异。"))
        return back_to_check(request, pk, "document")
    comparison = services.compare_draft(draft)
    form = LinkForm(request.POST or None, tasks=[(task.key, task.code) for task in comparison.later])
    if request.method == "POST" and form.is_valid() and kept_or_told(form, lambda: _link(request, pk, form)):
        return redirect(f"{reverse('plan:draft_compare', args=[pk])}#e-{form.cleaned_data['earlier']}")
    context = {
        "draft": draft,
        "comparison": comparison,
        "kinds": LinkKind.choices,
        "form": form,
        "show": request.GET.get("show", ""),
        "is_open": draft.state == DraftState.OPEN,
        "seen": revision_for(request, form, draft),
        "refused": form.data.get("earlier", "") if form.errors else "",
        "refused_keys": [*(key for key in request.POST.getlist("later") if key), ""],
    }
    return render(request, "plan/draft_compare.html", context, status=422 if form.errors else 200)


def _link(request: PageRequest, pk: uuid.UUID, form: LinkForm) -> None:
    said = form.cleaned_data
    seen = seen_by(request)
    services.link_task(
        pk, said["earlier"], said["kind"], said["later"], actor=request.user, note=said["note"], seen=seen
    )


@require_POST
@office
def accept_links(request: PageRequest, pk: uuid.UUID) -> HttpResponse:
    counted: list[int] = []
    draft = draft_for(request, pk)
    if done_or_told(request, lambda: counted.append(services.accept_links(draft.pk, actor=request.user))):
        told = ngettext("按建议确认了 %(n)d 项去向。", "按建议确认了 %(n)d 项去向。", counted[0])
        messages.success(request, told % {"n": counted[0]})
    return redirect("plan:draft_compare", pk)
