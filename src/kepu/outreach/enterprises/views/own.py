"""Post what an enterprise needs, follow it, change it, take it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.directory.privacy.queries import standing_of
from kepu.directory.register.models import Person
from kepu.outreach.bookings.services import CONSENT
from kepu.outreach.enterprises import services
from kepu.outreach.enterprises.forms import NeedForm, WordsForm
from kepu.outreach.enterprises.queries import NeedPage, kinds, need_page, own_needs, own_proposals
from kepu.web.http import PageRequest, attempt, status_of


@require_http_methods(["GET", "POST"])
@login_required
def post(request: PageRequest) -> HttpResponse:
    form, standing = NeedForm(request.POST or None), standing_of(request.user.pk, CONSENT)
    if request.method == "POST" and form.is_valid():
        given = {"text_digest": form.cleaned_data["text_digest"], "key": form.cleaned_data["key"]}
        need = attempt(form, lambda: services.post_need(form.need_words, actor=request.user, **given))
        if need is not None:
            messages.success(request, _("提交了。核实以后就请专家、开班，每一步都会告诉您。"))
            return redirect("enterprises:own", need.pk)
    context = {"form": form, "standing": standing}
    return render(request, "enterprises/post.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@login_required
def mine(request: PageRequest) -> HttpResponse:
    page = Paginator(own_needs(request.user), 20).get_page(request.GET.get("page"))
    context = {"page": page, "proposals": own_proposals(request.user)[:5], "kinds": dict(kinds())}
    return render(request, "enterprises/mine.html", context)


@never_cache
@require_GET
@login_required
def need(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request.user, pk)
    return render(request, "enterprises/own.html", {"page": page, "need": page.need, "withdraw": _why()})


def _why(data: object = None) -> WordsForm:
    return WordsForm(data, label=_("为什么撤回"))


@require_http_methods(["GET", "POST"])
@login_required
def change(request: PageRequest, pk: int) -> HttpResponse:
    page = _found(request.user, pk)
    form = NeedForm.of(page.need, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: services.change_need(pk, form.need_words, actor=request.user))
        if done is not None:
            messages.success(request, _("交上去了，等核实。"))
            return redirect("enterprises:own", pk)
    context = {"form": form, "page": page, "need": page.need}
    return render(request, "enterprises/change.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@login_required
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    page, form = _found(request.user, pk), _why(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: services.withdraw_need(pk, reason, actor=request.user)) is not None:
            messages.success(request, _("撤回了；已经派给的人会收到通知。"))
            return redirect("enterprises:own", pk)
    context = {"page": page, "need": page.need, "withdraw": form}
    return render(request, "enterprises/own.html", context, status=status_of(form))


def _found(person: Person, pk: int) -> NeedPage:
    page = need_page(pk, person) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return page
