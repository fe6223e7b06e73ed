"""Pages that only some may open; for everyone else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from kepu.directory.register.models import Person
from kepu.web.http import PageRequest

View = Callable[..., HttpResponse]


def only(allowed: Callable[[Person], bool]) -> Callable[[View], View]:
    """Ask for a sign-in, and show 404 to whoever the permission does not name."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate
