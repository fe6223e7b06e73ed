"""Pages with several small forms: each runs one service, and the page comes again where a rule stood against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from kepu.directory.register.models import Person
from kepu.foundation.errors import NotAllowed
from kepu.web.http import PageRequest, View, attempt, only


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to be done: its form, its service, and what is said afterwards."""

    form: Callable[..., forms.Form]
    service: Callable[[int, Any, Person], object]
    said: Promise


Shown = Callable[[PageRequest, int, str, "forms.Form | None"], HttpResponse]
Offered = Callable[[PageRequest, int], Mapping[str, Mapping[str, Any]]]


def act_view(
    name: str, act: Act, *, allowed: Callable[[Person], bool], offered: Offered, show: Shown, back: str
) -> View:
    """A view for one act.

    Args:
        name: of the act.
        act: what it does.
        allowed: who may open the page.
        offered: acts on offer with what their forms need, 404 where the actor sees no such thing.
        show: the page again, with the form that was sent.
        back: name of the page.
    """

    @require_POST
    @only(allowed)
    def view(request: PageRequest, pk: int) -> HttpResponse:
        on_offer = offered(request, pk)
        given = on_offer.get(name, {})
        form = act.form(request.POST, request.FILES, auto_id=f"{name}_%s", **given)
        if form.is_valid():
            if attempt(form, lambda: (act.service(pk, form, request.user), True)) is not None:
                messages.success(request, str(act.said))
                return redirect(back, pk)
        elif name not in on_offer:
            raise NotAllowed
        return show(request, pk, name, form)

    return view


def offered_forms(
    acts: Mapping[str, Act], on_offer: Mapping[str, Mapping[str, Any]], sent: str, form: "forms.Form | None"
) -> dict[str, forms.Form]:
    """The forms of a page, the one that was sent with what was typed."""
    found = {name: acts[name].form(auto_id=f"{name}_%s", **given) for name, given in on_offer.items() if name in acts}
    if form is not None and sent in found:
        found[sent] = form
    return found
