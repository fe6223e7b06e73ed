"""What the views of all rooms share: a typed request, who may enter, the day of a page, services behind forms, tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from io import BytesIO
from typing import Any, TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from kepu.directory.register.models import Person
from kepu.foundation import clock
from kepu.foundation.errors import DomainError, NotAllowed
from kepu.foundation.http import HtmxHttpRequest
from kepu.foundation.sheets import XLSX_TYPE, RowError, RowsRefused, Sheet, csv_lines, write_xlsx
from kepu.foundation.sheets import template as filled_template

_SHOWN_ERRORS = 100


class PageRequest(HtmxHttpRequest):
    """A request behind a sign-in: the user is a person of the register."""

    user: Person


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The day as of which a page is shown, and the days on offer."""

    day: date
    start: date
    end: date


def day_span(request: HttpRequest, start: date, end: date) -> DaySpan:
    """Return the day that is asked for together with the days on offer, as the slider wants them."""
    return DaySpan(day_of(request, start=start, end=end), start, end)


View = Callable[..., HttpResponseBase]


def only(allowed: Callable[[Person], bool]) -> Callable[[View], View]:
    """Ask for a sign-in, and show 404 to whoever the permission does not name."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def day_of(request: HttpRequest, *, start: date, end: date) -> date:
    """Return the day as of which a page is asked for, held between the two ends.

    The slider sends `day` (a date), `was` (the date it showed) and `offset` (days after the start). Without script a
    visitor moves either the slider or the date: whichever differs from `was` counts. Anything unreadable is today.
    """
    day = _date(request.GET.get("day", "")) or clock.today()
    was = _date(request.GET.get("was", ""))
    offset = request.GET.get("offset", "")
    if was == day and offset.isascii() and offset.isdigit() and int(offset) <= (end - start).days:
        day = date.fromordinal(start.toordinal() + int(offset))
    return max(start, min(end, day))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


Done = TypeVar("Done")


def attempt(form: forms.Form, service: Callable[[], Done]) -> Done | None:
    """Call a service for a form; None where a rule was broken, with its words at the field they are about.

    Nothing that was typed is lost: the form is shown again with it.

    Raises:
        NotAllowed: what a role may not do is no error of a form.
    """
    try:
        return service()
    except NotAllowed:
        raise
    except DomainError as error:
        field = error.data.get("field")
        form.add_error(field if field in form.fields else None, str(error.message))
        form.refusal = error  # type: ignore[attr-defined]
        return None


def wrong_rows(form: forms.Form) -> Sequence[RowError]:
    """What is wrong with the rows of a refused table, the first hundred; empty where something else was refused."""
    refusal = getattr(form, "refusal", None)
    return refusal.errors[:_SHOWN_ERRORS] if isinstance(refusal, RowsRefused) else ()


def template_download(sheet: Sheet, filename: str) -> FileResponse:
    """The empty table of a sheet, with its explanations, to fill in."""
    book = BytesIO(filled_template(sheet))
    return FileResponse(book, as_attachment=True, filename=filename, content_type=XLSX_TYPE)


def status_of(form: forms.Form) -> int:
    """What a page with a refused form answers."""
    refusal = getattr(form, "refusal", None)
    return refusal.status if refusal is not None else 422


def table_download(
    sheet: Sheet, rows: Iterable[Mapping[str, Any]], *, kind: str, name: str, banner: str = ""
) -> HttpResponse:
    """A table to take away, as `csv` or `xlsx`; for tables that fit into memory.

    Args:
        sheet: its columns.
        rows: one mapping for each line.
        kind: the format; any other is not found.
        name: of the file, without suffix.
        banner: stands above the table.

    Raises:
        Http404: no such format.
    """
    if kind == "csv":
        response = HttpResponse("".join(csv_lines(sheet, rows, banner=banner)), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        stream = BytesIO()
        write_xlsx(stream, sheet, rows, banner=banner)
        response = HttpResponse(stream.getvalue(), content_type=XLSX_TYPE)
    else:
        raise Http404
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.{kind}")
    return response
