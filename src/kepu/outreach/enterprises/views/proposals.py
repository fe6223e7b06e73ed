"""What workers propose: recorded, answered, followed to its result."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.outreach.enterprises import services
from kepu.outreach.enterprises.forms import AnswerForm, ProposalForm, ResultForm
from kepu.outreach.enterprises.queries import ProposalPage, own_proposals, proposal_page
from kepu.web.http import PageRequest, attempt, status_of


@require_GET
@login_required
def listing(request: PageRequest) -> HttpResponse:
    page = Paginator(own_proposals(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "enterprises/proposals.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: PageRequest) -> HttpResponse:
    form = ProposalForm(request.POST or None, person=request.user, initial={"need": request.GET.get("need")})
    if request.method == "POST" and form.is_valid():
        given = {"actor": request.user, "key": form.cleaned_data["key"]}
        made = attempt(form, lambda: services.record_proposal(form.proposal_words, **given))
        if made is not None:
            messages.success(request, _("登记了。"))
            return redirect("enterprises:proposal", made.pk)
    return render(request, "enterprises/propose.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_GET
@login_required
def proposal(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, _found(request.user, pk))


def _found(person: Person, pk: int) -> ProposalPage:
    page = proposal_page(pk, person) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return page


def _show(request: PageRequest, page: ProposalPage, refused: AnswerForm | ResultForm | None = None) -> HttpResponse:
    answer = refused if isinstance(refused, AnswerForm) else AnswerForm()
    result = refused if isinstance(refused, ResultForm) else ResultForm(initial={"result_on": today()})
    context = {"page": page, "proposal": page.proposal, "answer": answer, "result": result}
    status = 200 if refused is None else status_of(refused)
    return render(request, "enterprises/proposal.html", context, status=status)


@require_POST
@login_required
def answer(request: PageRequest, pk: int) -> HttpResponse:
    page, form, does = _found(request.user, pk), AnswerForm(request.POST), request.POST.get("do")
    if does not in {"adopt", "decline"}:
        raise Http404
    if form.is_valid():
        given = {"is_adopted": does == "adopt", "words": form.cleaned_data["answer"], "actor": request.user}
        if attempt(form, lambda: services.answer_proposal(pk, **given)) is not None:
            messages.success(request, _("答复记下了。"))
            return redirect("enterprises:proposal", pk)
    return _show(request, page, form)


@require_POST
@login_required
def result(request: PageRequest, pk: int) -> HttpResponse:
    page, form = _found(request.user, pk), ResultForm(request.POST)
    if form.is_valid():
        given = {**form.cleaned_data, "actor": request.user}
        if attempt(form, lambda: services.record_result(pk, **given)) is not None:
            messages.success(request, _("结果记下了。"))
            return redirect("enterprises:proposal", pk)
    return _show(request, page, form)
