"""The desk: wishes, and adding one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kepu.outreach.requests.models import Order
from kepu.outreach.tours import services
from kepu.outreach.tours.forms import WishFilterForm, WishForm
from kepu.outreach.tours.permissions import may_open_tours, may_plan_tours, may_write_wishes
from kepu.outreach.tours.queries.wishes import listed_wishes, orders_for_vans, point_near, wishes_visible_to
from kepu.web.http import PageRequest, attempt, only, status_of

_PAGE = 30


@require_GET
@only(may_open_tours)
def desk(request: PageRequest) -> HttpResponse:
    form = WishFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = listed_wishes(request.user, words=wanted.get("q", ""), state=wanted.get("state", ""))
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    orders = orders_for_vans(request.user)[:_PAGE]
    may = {"may_write": may_write_wishes(request.user), "may_plan": may_plan_tours(request.user)}
    context = {"form": form, "page": page, "orders": orders, **may}
    return render(request, "tours/desk.html", context)


@require_http_methods(["GET", "POST"])
@only(may_write_wishes)
def new(request: PageRequest) -> HttpResponse:
    order = _order(request)
    data = request.POST if request.method == "POST" else None
    form = WishForm.of(order, point_near(order) if order else None, data)
    if request.method == "POST" and form.is_valid():
        number = order.pk if order else None
        wish = attempt(form, lambda: services.add_wish(form.words, actor=request.user, order_id=number))
        if wish is not None:
            messages.success(request, _("记下了：%(place)s。") % {"place": wish.place})
            return redirect("tours:desk")
    context = {"form": form, "order": order}
    return render(request, "tours/new.html", context, status=status_of(form) if form.errors else 200)


def _order(request: PageRequest) -> Order | None:
    number = request.GET.get("order", "")
    if not number:
        return None
    if not (number.isascii() and number.isdigit()) or int(number) >= 1 << 63:
        raise Http404
    return get_object_or_404(orders_for_vans(request.user), pk=int(number))


@require_POST
@only(may_write_wishes)
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    wish = get_object_or_404(wishes_visible_to(request.user), pk=pk) if pk < 1 << 63 else None
    if wish is None:
        raise Http404
    services.withdraw_wish(wish.pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("撤回了，以后的计划里不再有它。"))
    return redirect("tours:desk")
