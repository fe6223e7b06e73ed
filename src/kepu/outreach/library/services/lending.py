"""Ask for copies, answer, hand out, take back, call off; remind of what is overdue.

Every step locks the holding first and then looks at its loans, so two at once never give away the same copy.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.directory.notices.services import notify
from kepu.directory.privacy.queries import minors_among
from kepu.directory.register.models import Organisation, Person
from kepu.directory.todos.services import close_todos
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.codes.queries import values_in_force
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.library.choices import UNDER_WAY, LoanState, MovementKind
from kepu.outreach.library.errors import LibraryMoved, LibraryUnfit, NoCopyFree
from kepu.outreach.library.events import LoanAnswered, LoanAsked, LoanCancelled, LoanHandedOut, LoanReturned
from kepu.outreach.library.models import Holding, Loan
from kepu.outreach.library.permissions import may_borrow_for, may_cancel_loan, may_keep_holding
from kepu.outreach.library.queries.free import taken_of
from kepu.outreach.library.rules import days_of, free_by_day
from kepu.outreach.library.services.stock import copies_out, locked_holding, move_counts
from kepu.outreach.library.services.telling import KIND, asked_key, hang_asked, hang_overdue, overdue_key, tell
from kepu.outreach.library.services.texts import text

_LONGEST_DAYS = 30
_AHEAD_DAYS = 180


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What is wanted: how many copies, from which day to which (both included), for what."""

    copies: int
    first_day: date
    last_day: date
    purpose: str = ""


@transaction.atomic
def ask_loan(
    holding_id: int,
    terms: LoanTerms,
    *,
    actor: Person,
    organisation_id: int | None = None,
    subject: tuple[str, str] | None = None,
) -> Loan:
    """Ask for copies for oneself, for a body, or for a thing of a room above; nothing is set apart until the keeper agrees.

    Args:
        holding_id: where the copies lie.
        terms: how many, when, for what.
        actor: who asks, and is told the answer.
        organisation_id: the body that borrows, if one does.
        subject: type and number of what the copies are for, `("requests.session", "12")`; whether the actor may ask for it
            is for the calling room to decide.

    Raises:
        NotAllowed: the actor does not speak for the body.
        LibraryMoved: the resource is withdrawn or not lent.
        NoCopyFree: on some day fewer are free; `day` and `free` say which and how many.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    holding = _found(holding_id)
    _refuse_unlendable(holding)
    body = None if organisation_id is None else _borrowing_body(organisation_id, actor)
    if body is None and subject is None and minors_among([actor.pk]):
        raise LibraryUnfit(_("未成年人不能自己借，请监护人或学校来借。"))
    loan = Loan(holding=holding, organisation=body, asked_by=actor, asked_at=now())
    if subject is not None:
        loan.subject_type, loan.subject_id, loan.organisation = *subject, None
    elif body is None:
        loan.person = actor
    _say(loan, terms)
    _refuse_twice(loan)
    _refuse_taken(loan)
    loan.save()
    record(
        "library.loan.asked", loan, actor=actor, holding=holding.pk, copies=loan.copies,
        first_day=loan.first_day.isoformat(), last_day=loan.last_day.isoformat(),
    )  # fmt: skip
    publish(LoanAsked(loan.pk, loan.subject_type, loan.subject_id))
    hang_asked(loan)
    return loan


@transaction.atomic
def agree_loan(pk: int, *, actor: Person, answer: str = "") -> Loan:
    """Set the copies apart for every day of the loan.

    Raises:
        NotAllowed: the actor does not keep the holding.
        LibraryMoved: the loan waits for no answer, its time is over, or the resource is withdrawn.
        NoCopyFree: on some day fewer are free.
    """
    loan = _locked(pk, actor)
    _refuse_unless(loan, LoanState.ASKED)
    _refuse_unlendable(loan.holding)
    if loan.last_day < today():
        raise LibraryMoved(_("要借的日子已经过了，请写明原因，不同意。"))
    _refuse_taken(loan)
    loan.state, loan.answer = LoanState.AGREED, text(answer, "answer", most=200, is_required=False)
    loan.save(update_fields=["state", "answer"])
    record("library.loan.agreed", loan, actor=actor)
    _answered(loan, gettext_lazy("同意借给您：%(title)s，%(first)s 起可以领"))
    return loan


@transaction.atomic
def refuse_loan(pk: int, *, actor: Person, answer: str) -> Loan:
    """Say no, and why.

    Raises:
        NotAllowed: the actor does not keep the holding.
        LibraryMoved: the loan waits for no answer.
        LibraryUnfit: no reason.
    """
    loan = _locked(pk, actor)
    _refuse_unless(loan, LoanState.ASKED)
    loan.state, loan.answer = LoanState.REFUSED, text(answer, "answer", most=200)
    loan.save(update_fields=["state", "answer"])
    record("library.loan.refused", loan, actor=actor, reason=loan.answer)
    _answered(loan, gettext_lazy("这次不能借：%(title)s"))
    return loan


@transaction.atomic
def hand_out_loan(pk: int, *, actor: Person) -> Loan:
    """Give the copies to the borrower, on one of the loan's days.

    Raises:
        NotAllowed: the actor does not keep the holding.
        LibraryMoved: nobody agreed to the loan, or today is none of its days.
        NoCopyFree: so many good copies are not there, because others did not come back or were damaged.
    """
    loan = _locked(pk, actor)
    _refuse_unless(loan, LoanState.AGREED)
    day = today()
    if not loan.first_day <= day <= loan.last_day:
        said = _("约定 %(first)s 到 %(last)s 借，今天不在其中；日子不合适，请取消后重新申请。")
        raise LibraryMoved(said % {"first": loan.first_day.isoformat(), "last": loan.last_day.isoformat()})
    there = loan.holding.good - copies_out(loan.holding)
    if there < loan.copies:
        raise NoCopyFree(
            _("现在手上好的只有 %(free)d 件，不够借出。请先催还，或取消这次借用。") % {"free": there},
            day=day,
            free=there,
        )
    loan.state, loan.handed_out_on = LoanState.OUT, day
    loan.save(update_fields=["state", "handed_out_on"])
    record("library.loan.handed_out", loan, actor=actor, copies=loan.copies)
    publish(LoanHandedOut(loan.pk))
    return loan


@transaction.atomic
def return_loan(pk: int, *, actor: Person, damaged: int = 0, lost: int = 0, note: str = "") -> Loan:
    """Take copies back; damaged and lost ones leave the good ones by a movement.

    Args:
        pk: the loan.
        actor: who takes them back.
        damaged: how many came back damaged.
        lost: how many did not come back.
        note: what happened to them.

    Raises:
        NotAllowed: the actor does not keep the holding.
        LibraryMoved: nothing is out.
        LibraryUnfit: more damaged and lost than were out, or nobody says what happened.
    """
    loan = _locked(pk, actor)
    _refuse_unless(loan, LoanState.OUT)
    if damaged < 0 or lost < 0 or damaged + lost > loan.copies:
        said = _("坏的和丢的合起来要在 0 到 %(copies)d 之间。") % {"copies": loan.copies}
        raise LibraryUnfit(said, field="damaged")
    happened = text(note, "note", most=200, is_required=bool(damaged or lost))
    loan.state, loan.returned_on, loan.damaged, loan.lost = LoanState.RETURNED, today(), damaged, lost
    loan.save(update_fields=["state", "returned_on", "damaged", "lost"])
    record("library.loan.returned", loan, actor=actor, damaged=damaged, lost=lost, reason=happened)
    if damaged or lost:
        changes = {"good": -damaged - lost, "damaged": damaged, "lost": lost}
        move_counts(loan.holding, changes, MovementKind.RETURNED, happened, occurred_on=today(), actor=actor, loan=loan)
    publish(LoanReturned(loan.pk, loan.copies, damaged, lost))
    close_todos(overdue_key(loan))
    return loan


@transaction.atomic
def cancel_loan(pk: int, *, actor: Person, reason: str) -> Loan:
    """Call a loan off before anything went out; the other side is told.

    Raises:
        NotAllowed: the actor neither asked, nor borrows, nor lends.
        LibraryMoved: it is over, or the copies are out.
        LibraryUnfit: no reason.
    """
    loan = _locked_loan(pk)
    if loan.state not in {LoanState.ASKED, LoanState.AGREED}:
        raise LibraryMoved(_("这次借用已经领走或办完，不能取消。请刷新再看。"))
    if not may_cancel_loan(actor, loan):
        raise NotAllowed(_("只有申请人和保管单位可以取消。"))
    _cancel(loan, text(reason, "reason", most=200), actor)
    return loan


def cancel_loans_of(subject_type: str, subject_id: str, *, reason: str) -> int:
    """Call off what was asked or agreed for a thing of a room above, when that is called off; what is out comes back as agreed.

    Returns:
        How many were called off.
    """
    loans = Loan.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state__in=[LoanState.ASKED, LoanState.AGREED]
    )
    return sum(_called_off(pk, reason) for pk in loans.order_by("pk").values_list("pk", flat=True))


def give_up_loans(person_id: int) -> int:
    """Call off what somebody who is erased asked for; what is out stands in the way of erasure before.

    Returns:
        How many were called off.
    """
    loans = Loan.objects.filter(person=person_id, state__in=[LoanState.ASKED, LoanState.AGREED]).order_by("pk")
    with city_words():
        reason = _("借用人注销了")
    return sum(_called_off(pk, reason) for pk in loans.values_list("pk", flat=True))


def what_is_out(person_id: int) -> str:
    """What somebody has to bring back before being erased, in words; empty where nothing."""
    out = Loan.objects.filter(person=person_id, state=LoanState.OUT).select_related("holding__resource")
    titles = [str(loan.holding.resource) for loan in out]
    return _("借的“%(titles)s”还没有归还") % {"titles": "、".join(titles)} if titles else ""


def keep_loans() -> int:
    """Look at loans whose days are over: what was never fetched lapses, what is out is asked back.

    For each overdue loan a to-do hangs at who lends, and the borrower is told once.

    Returns:
        How many are overdue.
    """
    over = Loan.objects.filter(last_day__lt=today()).order_by("pk")
    with city_words():
        reason = _("到期没有来领")
    for pk in over.filter(state__in=[LoanState.ASKED, LoanState.AGREED]).values_list("pk", flat=True):
        _called_off(pk, reason)
    late = over.filter(state=LoanState.OUT)
    return sum(_remind(pk) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int) -> int:
    loan = _locked_loan(pk)
    if not loan.is_overdue:  # it came back meanwhile
        return 0
    hang_overdue(loan)
    with city_words():
        words = {"title": loan.holding.resource.title, "day": loan.last_day.isoformat()}
        notify(
            loan.person or loan.asked_by,
            key=f"{KIND}.overdue:{loan.pk}",
            kind=KIND,
            title=_("请归还：%(title)s，应在 %(day)s 归还") % words,
            body=loan.holding.contact,
            url=reverse("library:own_loans"),
        )
    return 1


@transaction.atomic
def _called_off(pk: int, reason: str) -> int:
    loan = _locked_loan(pk)
    if loan.state not in {LoanState.ASKED, LoanState.AGREED}:
        return 0
    _cancel(loan, reason, None)
    return 1


def _cancel(loan: Loan, reason: str, actor: Person | None) -> None:
    loan.state, loan.answer = LoanState.CANCELLED, reason
    loan.save(update_fields=["state", "answer"])
    record("library.loan.cancelled", loan, actor=actor, reason=reason)
    publish(LoanCancelled(loan.pk, loan.subject_type, loan.subject_id))
    close_todos(asked_key(loan))
    if actor is None or actor.pk not in {loan.asked_by_id, loan.person_id}:
        tell(loan, gettext_lazy("借用取消了：%(title)s"))


def _answered(loan: Loan, said: Promise) -> None:
    publish(LoanAnswered(loan.pk, loan.state == LoanState.AGREED, loan.subject_type, loan.subject_id))
    close_todos(asked_key(loan))
    tell(loan, said)


def _found(holding_id: int) -> Holding:
    if not Holding.objects.filter(pk=holding_id).exists():
        raise LibraryUnfit(_("请从列表中选择。"), field="holding")
    return locked_holding(holding_id)


def _locked_loan(pk: int) -> Loan:
    """A loan with its holding, both under their locks, the holding first."""
    holding = locked_holding(Loan.objects.values_list("holding_id", flat=True).get(pk=pk))
    loan = Loan.objects.select_for_update(of=("self",)).select_related("person", "organisation", "asked_by").get(pk=pk)
    loan.holding = holding
    return loan


def _locked(pk: int, actor: Person) -> Loan:
    loan = _locked_loan(pk)
    if not may_keep_holding(actor, loan.holding):
        raise NotAllowed(_("只有办公室、保管单位的联络员和所在区市的专干可以办理借用。"))
    return loan


def _refuse_unless(loan: Loan, state: LoanState) -> None:
    if loan.state != state:
        said = _("这次借用现在是“%(now)s”，可能刚有人办过。请刷新再看。")
        raise LibraryMoved(said % {"now": loan.get_state_display()}, state=loan.state)


def _refuse_unlendable(holding: Holding) -> None:
    if not holding.resource.is_shown or not holding.resource.is_lendable:
        raise LibraryMoved(_("这件资源已下架或不外借。"))


def _borrowing_body(pk: int, actor: Person) -> Organisation:
    body = Organisation.objects.filter(pk=pk).first()
    if body is None:
        raise LibraryUnfit(_("请从列表中选择。"), field="organisation")
    if not may_borrow_for(actor, body):
        raise NotAllowed(_("只有这个单位的联络员可以替它借。"))
    return body


def _say(loan: Loan, terms: LoanTerms) -> None:
    values, day = values_in_force("library."), today()
    longest = int(values.get("longest_days", _LONGEST_DAYS))
    ahead = int(values.get("ahead_days", _AHEAD_DAYS))
    if terms.copies < 1:
        raise LibraryUnfit(_("至少借一件。"), field="copies")
    if not day <= terms.first_day <= day + timedelta(days=ahead):
        raise LibraryUnfit(_("从今天起 %(n)d 天以内的日子才能申请。") % {"n": ahead}, field="first_day")
    if not terms.first_day <= terms.last_day < terms.first_day + timedelta(days=longest):
        said = _("归还的日子要在领取那天或以后，连头带尾最多 %(n)d 天。") % {"n": longest}
        raise LibraryUnfit(said, field="last_day")
    loan.copies, loan.first_day, loan.last_day = terms.copies, terms.first_day, terms.last_day
    loan.purpose = text(terms.purpose, "purpose", most=200, is_required=not loan.subject_type)


def _refuse_twice(loan: Loan) -> None:
    """The same borrower asks once for the same days: a second click is no second loan."""
    same = Loan.objects.filter(
        holding=loan.holding_id, person=loan.person_id, organisation=loan.organisation_id, subject_type=loan.subject_type,
        subject_id=loan.subject_id, state__in=UNDER_WAY, first_day__lte=loan.last_day, last_day__gte=loan.first_day,
    )  # fmt: skip
    if same.exists():
        raise LibraryMoved(_("这些日子您已经申请过这一件。请到“我的借用”里看。"))


def _refuse_taken(loan: Loan) -> None:
    """Refuse where on some day, its first and last among them, fewer copies are free; the holding is locked."""
    days = days_of(loan.first_day, loan.last_day)
    taken = taken_of([loan.holding_id], loan.first_day, loan.last_day, without=loan.pk).get(loan.holding_id, ())
    for day, free in zip(days, free_by_day(loan.holding.good, taken, days), strict=True):
        if free < loan.copies:
            said = _("%(day)s 只有 %(free)d 件能借，请少借几件或换个日子。")
            raise NoCopyFree(said % {"day": day.isoformat(), "free": free}, day=day, free=free, field="copies")
