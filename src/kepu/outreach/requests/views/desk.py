"""The desk: orders to check, whom to send, what could not be met, and orders by phone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.requests import services
from kepu.outreach.requests.choices import OrderChannel
from kepu.outreach.requests.forms import AskForm, OfferForm, OrderFilterForm, ReasonForm, TableForm, UnmetForm
from kepu.outreach.requests.permissions import may_open_desk, may_run_rounds, may_take_calls
from kepu.outreach.requests.queries.orders import OrderPage, demand, desk_orders, order_page
from kepu.outreach.requests.queries.sheets import orders_sheet
from kepu.web.http import PageRequest, attempt, only, status_of, template_download, wrong_rows


@require_GET
@only(may_open_desk)
def desk(request: PageRequest) -> HttpResponse:
    form = OrderFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    words = wanted.pop("q", "")
    page = Paginator(desk_orders(request.user, words=words, **wanted), 30).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "may_take_calls": may_take_calls(request.user)}
    return render(request, "requests/desk.html", context | {"may_run_rounds": may_run_rounds(request.user)})


@require_GET
@only(may_open_desk)
def unmet(request: PageRequest) -> HttpResponse:
    return render(request, "requests/unmet.html", {"demand": demand()})


@require_http_methods(["GET", "POST"])
@only(may_take_calls)
def call(request: PageRequest) -> HttpResponse:
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"channel": OrderChannel.PHONE, "key": form.cleaned_data["key"]}
        order = attempt(form, lambda: services.ask_order(form.words, actor=request.user, **given))
        if order is not None:
            messages.success(request, _("记下了：%(number)s。") % {"number": order.number})
            return redirect("requests:desk_order", order.pk)
    return render(request, "requests/call.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_open_desk)
def order(request: PageRequest, pk: int) -> HttpResponse:
    return _show(request, _found(request, pk))


def _found(request: PageRequest, pk: int) -> OrderPage:
    page = order_page(pk, request.user, with_ranking=True) if pk < 1 << 63 else None
    if page is None:
        raise Http404
    return page


def _show(
    request: PageRequest, page: OrderPage, what: str = "", refused: ReasonForm | UnmetForm | None = None
) -> HttpResponse:
    forms = {"reason": ReasonForm(), "unmet": UnmetForm(auto_id="unmet_%s"), "cancel": ReasonForm(auto_id="cancel_%s")}
    if refused is not None:
        forms[what if what in forms else "reason"] = refused
    status = 200 if refused is None else status_of(refused)
    return render(request, "requests/desk_order.html", {"page": page, "order": page.order, **forms}, status=status)


@require_POST
@only(may_open_desk)
def handle(request: PageRequest, pk: int) -> HttpResponse:
    """Approve, send back, call off, give up for now, take up again."""
    page, what, actor = _found(request, pk), request.POST.get("do"), request.user
    if what == "unmet":
        form: ReasonForm | UnmetForm = UnmetForm(request.POST, auto_id="unmet_%s")
    else:
        form = ReasonForm(request.POST, auto_id="cancel_%s" if what == "cancel" else "id_%s")
    said = form.cleaned_data if form.is_valid() else {}
    steps = {
        "approve": lambda: services.approve_order(pk, actor=actor),
        "return": lambda: services.return_order(pk, said.get("reason", ""), actor=actor),
        "cancel": lambda: services.cancel_order(pk, said.get("reason", ""), actor=actor),
        "unmet": lambda: services.mark_unmet(pk, said["rule"], words=said.get("words", ""), actor=actor),
        "reopen": lambda: services.reopen_order(pk, actor=actor),
    }
    if what not in steps:
        raise Http404
    if form.is_valid() and attempt(form, steps[what]) is not None:
        messages.success(request, _("办好了。"))
        return redirect("requests:desk_order", pk)
    return _show(request, page, what, form)


@require_POST
@only(may_open_desk)
def offer(request: PageRequest, pk: int) -> HttpResponse:
    page, form = _found(request, pk), OfferForm(request.POST)
    if not form.is_valid():
        raise Http404
    day, part = form.cleaned_data["half"]
    bundles = page.ranking.bundles if page.ranking else ()
    chosen = next((one for one in bundles if one.capacity.pk == form.cleaned_data["capacity"]), None)
    reasons = chosen.why if chosen else ()
    services.offer_order(pk, form.cleaned_data["capacity"], day=day, part=part, reasons=reasons, actor=request.user)
    messages.success(request, _("派出去了，等答复。"))
    return redirect("requests:desk_order", pk)


@require_http_methods(["GET", "POST"])
@only(may_take_calls)
def bring(request: PageRequest) -> HttpResponse:
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if request.method == "POST" and form.is_valid():
        counts = attempt(form, lambda: services.bring_orders(form.cleaned_data["file"], actor=request.user))
        if counts is not None:
            said = _("新点了 %(new)d 单，原来就有的 %(known)d 单没有重复点。")
            messages.success(request, said % {"new": counts[0], "known": counts[1]})
            return redirect("requests:desk")
    context = {"form": form, "wrong": wrong_rows(form)}
    return render(request, "requests/bring.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@only(may_take_calls)
def bring_template(request: PageRequest) -> FileResponse:  # noqa: ARG001
    return template_download(orders_sheet(), _("需求单模板.xlsx"))
