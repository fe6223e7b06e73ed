"""How many copies are free on which day, and what material there is for some words: for lists and for matching."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Func, Q, TextField, Value

from kepu.foundation.clock import today
from kepu.outreach.library.choices import TAKING, LoanState, ShownState
from kepu.outreach.library.models import Holding, Loan
from kepu.outreach.library.rules import Taken, days_of, free_by_day

_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Material:
    """Copies of a resource that somebody could bring to a session."""

    holding_id: int
    resource_id: int
    title: str
    kind: str
    """A code of `library.kinds`."""
    topics: tuple[str, ...]
    subjects: tuple[str, ...]
    """Codes of `capacities.subjects`."""
    audiences: tuple[str, ...]
    """Codes of `register.choices.Audience`; none is anybody."""
    forms: tuple[str, ...]
    """Codes of `capacities.forms`; none is any."""
    keeper_id: int
    region_path: str
    """Where the copies lie, from the province down."""
    free: tuple[int, ...]
    """Copies free on each of the days that were asked for."""
    is_demonstration: bool

    @property
    def least(self) -> int:
        """So many are free on every one of the days."""
        return min(self.free, default=0)


def free_copies(holding_ids: Collection[int], first_day: date, last_day: date) -> dict[int, tuple[int, ...]]:
    """Count the free copies of holdings on every day from one to another, both included, in two statements for any number.

    A loan that was agreed to or is out takes its copies on its first day, its last, and those between. What is overdue takes
    them until it is back: nobody knows when that will be.

    Args:
        holding_ids: which; one that is not there is left out of the answer.
        first_day: the first day.
        last_day: the last, not before the first.

    Returns:
        Holding → free copies by day; `min` of it is what is free throughout.
    """
    good = dict(Holding.objects.filter(pk__in=holding_ids).values_list("pk", "good"))
    days = days_of(first_day, last_day)
    taken = taken_of(good, first_day, last_day)
    return {pk: free_by_day(count, taken.get(pk, ()), days) for pk, count in good.items()}


def taken_of(
    holding_ids: Iterable[int], first_day: date, last_day: date, *, without: int | None = None
) -> dict[int, list[Taken]]:
    """Holding → what is set apart or out on some of the days; what is overdue has no last day.

    Args:
        holding_ids: which holdings.
        first_day: the first day that matters.
        last_day: the last.
        without: a loan that is not counted.
    """
    day = today()
    loans = Loan.objects.filter(holding__in=list(holding_ids), state__in=TAKING, first_day__lte=last_day)
    loans = loans.filter(Q(last_day__gte=first_day) | Q(state=LoanState.OUT, last_day__lt=day))
    if without is not None:
        loans = loans.exclude(pk=without)
    found: dict[int, list[Taken]] = defaultdict(list)
    for holding, copies, since, until, state in loans.order_by().values_list(
        "holding_id", "copies", "first_day", "last_day", "state"
    ):
        is_overdue = state == LoanState.OUT and until < day
        found[holding].append(Taken(copies, since, None if is_overdue else until))
    return found


def materials_for(
    words: Sequence[str], first_day: date, last_day: date, *, subject: str = "", region_path: str = ""
) -> list[Material]:
    """Everything that may be lent and speaks of some words, with the copies free on each day; two statements for any number.

    Holdings of which nothing is free come along with zeros, so that whoever matches can say why they fell out.

    Args:
        words: an order's words; a resource fits whose title or topics hold one of them. None given: all that may be lent.
        first_day: the first day on which the material is wanted.
        last_day: the last, both included.
        subject: a code of `capacities.subjects`; a resource of that subject fits as well.
        region_path: only what lies in this region.

    Returns:
        Rows in the order of titles, then of holdings.
    """
    holdings = Holding.objects.filter(resource__is_lendable=True, resource__state=ShownState.SHOWN)
    if region_path:
        holdings = holdings.filter(region__path__startswith=region_path)
    wanted = [word for word in words if word.strip()][:_MOST_WORDS]
    if wanted or subject:
        said = Func(F("resource__topics"), Value(" "), function="array_to_string", output_field=TextField())
        speaks = Q(resource__subjects__contains=[subject]) if subject else Q(pk__in=())
        for word in wanted:
            speaks |= Q(said__icontains=word) | Q(resource__title__icontains=word)
        holdings = holdings.alias(said=said).filter(speaks)
    rows = list(
        holdings.order_by("resource__sort_key", "pk").values_list(
            "pk", "resource_id", "resource__title", "resource__kind", "resource__topics", "resource__subjects",
            "resource__audiences", "resource__forms", "keeper_id", "region__path", "good", "resource__is_demonstration",
        )
    )  # fmt: skip
    days = days_of(first_day, last_day)
    taken = taken_of([row[0] for row in rows], first_day, last_day)
    return [
        Material(
            pk, resource, title, kind, tuple(topics), tuple(subjects), tuple(audiences), tuple(forms), keeper, path,
            free_by_day(good, taken.get(pk, ()), days), is_demonstration,
        )
        for pk, resource, title, kind, topics, subjects, audiences, forms, keeper, path, good, is_demonstration in rows
    ]  # fmt: skip
