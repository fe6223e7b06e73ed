"""The list of notices with what waits on top, the table to take away, several issued at once, one by hand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.plan.supervision import services
from kepu.plan.supervision.choices import SupervisionState
from kepu.plan.supervision.errors import NoticeUnfit
from kepu.plan.supervision.forms import FilterForm, HandForm
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.permissions import may_open_desk, may_see_proposals
from kepu.plan.supervision.queries import (
    HandPage,
    colour_names,
    counts_for,
    desk_order,
    hand_page,
    notice_banner,
    notice_lines,
    notice_sheet,
    notices_visible_to,
    proposals_for,
)
from kepu.plan.tasks.models import Plan
from kepu.web.http import PageRequest, attempt, only, status_of, table_download

ON_A_PAGE = 40


@require_GET
@only(may_open_desk)
def listing(request: PageRequest) -> HttpResponse:
    form = FilterForm(request.GET, actor=request.user)
    wanted, is_office = form.wanted, may_see_proposals(request.user)
    groups = proposals_for(request.user, wanted)
    found = desk_order(notices_visible_to(request.user, wanted), is_office=is_office)
    page = Paginator(found.none() if wanted.state == SupervisionState.DRAFTED else found, ON_A_PAGE)
    context = {"form": form, "groups": groups, "page": page.get_page(request.GET.get("page")), "is_office": is_office}
    context |= {"counts": counts_for(request.user), "colours": colour_names()}
    return render(request, "supervision/desk.html#rows" if request.htmx else "supervision/desk.html", context)


@require_GET
@only(may_open_desk)
def export(request: PageRequest, kind: str) -> HttpResponse:
    wanted = FilterForm(request.GET, actor=request.user).wanted
    found = desk_order(notices_visible_to(request.user, wanted), is_office=may_see_proposals(request.user))
    rows, name = list(found), f"supervision-{today().isoformat()}"
    return table_download(notice_sheet(), notice_lines(rows), kind=kind, name=name, banner=notice_banner(rows))


@require_POST
@only(may_open_desk)
def issue_several(request: PageRequest) -> HttpResponse:
    if not may_see_proposals(request.user):
        raise NotAllowed
    chosen = [int(pk) for pk in request.POST.getlist("notices") if pk.isascii() and pk.isdigit() and len(pk) < 12]  # noqa: PLR2004
    try:
        report = services.issue_notices(chosen, actor=request.user)
    except NoticeUnfit as problem:
        messages.warning(request, str(problem))
        return redirect("supervision:desk")
    if count := len(report.issued):
        messages.success(request, ngettext("下发了 %(n)d 件督办。", "下发了 %(n)d 件督办。", count) % {"n": count})
    for words in report.refused:
        messages.warning(request, words)
    return redirect("supervision:desk")


@require_http_methods(["GET", "POST"])
@only(may_open_desk)
def by_hand(request: PageRequest, slug: str, task_slug: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.select_related("region"), slug=slug)
    page = hand_page(request.user, plan, task_slug)
    if page is None:
        raise Http404
    form = HandForm(request.POST or None, bodies=page.bodies)
    made = _issued_by_hand(request, page, form) if request.method == "POST" and form.is_valid() else None
    if made:
        messages.success(request, _("已下发，等被督办单位签收。"))
        return redirect("supervision:notice", made[0].pk) if len(made) == 1 else redirect("supervision:desk")
    context = {"plan": plan, "page": page, "form": form}
    return render(request, "supervision/by_hand.html", context, status=status_of(form) if form.errors else 200)


def _issued_by_hand(request: PageRequest, page: HandPage, form: HandForm) -> list[SupervisionNotice] | None:
    given = form.cleaned_data
    words = {"colour": given["colour"], "demand": given["demand"], "actor": request.user}
    return attempt(form, lambda: services.issue_by_hand(page.task.pk, body_ids=given["bodies"], **words))
