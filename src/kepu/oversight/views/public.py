"""What everybody sees: the list with the counts of bodies, and one question with its trail and clock."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kepu.oversight.forms import FilterForm
from kepu.oversight.queries import body_counts, public_page, public_questions, split_about, subject_of
from kepu.oversight.rules import read_number


@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    wanted = form.wanted
    context = {
        "form": form,
        "wanted": wanted,
        "subject": subject_of(wanted.subject_type, wanted.subject_id),
        "page": Paginator(public_questions(wanted), 20).get_page(request.GET.get("page")),
        "counts": body_counts(),
    }
    template = "oversight/questions.html#rows" if request.htmx else "oversight/questions.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def question(request: HttpRequest, public_number: str) -> HttpResponse:
    read = read_number(public_number)
    page = public_page(*read) if read else None
    if page is None:
        raise Http404
    return render(request, "oversight/question.html", {"page": page})


def subject_or_404(about: str) -> object:
    """The thing named in an address, None where none is named."""
    if not about:
        return None
    subject = subject_of(*split_about(about))
    if subject is None:
        raise Http404
    return subject
