"""To-dos for who lends, notices to who borrows."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.queries import persons_holding
from kepu.directory.todos.services import open_todo
from kepu.foundation.clock import today
from kepu.foundation.language import city_words
from kepu.outreach.library.models import Loan

KIND = "library.loan"


def asked_key(loan: Loan) -> str:
    """Under which the to-do of a loan hangs that waits for its answer."""
    return f"library.loan:{loan.pk}"


def overdue_key(loan: Loan) -> str:
    """Under which the to-do of an overdue loan hangs."""
    return f"library.overdue:{loan.pk}"


def hang_asked(loan: Loan) -> None:
    """Ask who keeps the copies for an answer, before the loan would begin."""
    with city_words():
        words = {"title": loan.holding.resource.title, "n": loan.copies}
        title = _("有人要借：%(title)s，%(n)d 件") % words
        reason = _("%(first)s 领，%(last)s 还。") % {"first": loan.first_day, "last": loan.last_day}
        _hang(loan, asked_key(loan), title, reason, _("去答复"))


def hang_overdue(loan: Loan) -> None:
    """Ask who keeps the copies to get them back."""
    with city_words():
        title = _("借用逾期：%(title)s") % {"title": loan.holding.resource.title}
        reason = _("应在 %(day)s 归还。") % {"day": loan.last_day}
        _hang(loan, overdue_key(loan), title, reason, _("去催还"))


def tell(loan: Loan, said: Promise) -> None:
    """Tell who borrows, or who asked for a body or a session, what became of a loan.

    Args:
        loan: which.
        said: one line, not translated yet, with `%(title)s` and `%(first)s`.
    """
    with city_words():
        words = {"title": loan.holding.resource.title, "first": loan.first_day.isoformat()}
        notify(
            loan.person or loan.asked_by,
            key=f"{KIND}.{loan.state}:{loan.pk}",
            kind=KIND,
            title=str(said) % words,
            body=loan.answer,
            url=reverse("library:own_loans"),
        )


def _hang(loan: Loan, key: str, title: str, reason: str, action: str) -> None:
    keeper = loan.holding.keeper
    is_manned = bool(persons_holding(Role.LIAISON, on=today(), organisation=keeper))
    open_todo(
        key,
        title=title,
        reason=reason,
        action=action,
        url_name="library:loan",
        url_arguments=[loan.pk],
        subject=loan,
        due_on=loan.first_day if key == asked_key(loan) else loan.last_day,
        role=Role.LIAISON if is_manned else Role.LEADING_OFFICE,
        organisation=keeper if is_manned else None,
    )
