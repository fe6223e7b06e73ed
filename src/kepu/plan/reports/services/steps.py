"""What every service of a report does: lock it, check its state and wording, note the step, hang up to-dos, tell people."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.directory.notices.services import notify
from kepu.directory.register.choices import Role
from kepu.directory.register.models import Organisation, Person
from kepu.directory.register.queries import persons_holding
from kepu.directory.todos.services import close_todos, open_todo
from kepu.foundation.calendar.queries import working_day_after
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.language import city_words
from kepu.plan.reports.choices import ReportState, StepKind
from kepu.plan.reports.errors import PeriodLocked, ReportMoved, ReportUnfit
from kepu.plan.reports.models import Report, ReportStep
from kepu.plan.reports.permissions import waits_for_the_district
from kepu.plan.reports.queries.settings import RETURN_DAYS, whole_number
from kepu.plan.tasks.choices import PlanState
from kepu.plan.tasks.errors import PlanClosed
from kepu.plan.tasks.models import Plan

LONGEST_REASON = 500
KIND = "reports.report"


def locked_report(pk: int) -> Report:
    """The report with everything about it, held until the transaction ends.

    Raises:
        Report.DoesNotExist: there is none.
    """
    Report.objects.select_for_update().get(pk=pk)
    return Report.objects.select_related("period__plan__region", "organisation__region").get(pk=pk)


def require_state(report: Report, *allowed: ReportState) -> None:
    """Refuse what does not fit the state.

    Raises:
        ReportMoved: the state is another one.
    """
    if report.state not in allowed:
        raise ReportMoved(
            _("这份报告现在是“%(state)s”，这一步做不了，可能刚有人办过。请刷新再看；您写的字还在下面。")
            % {"state": report.get_state_display()},
            state=report.state,
        )


def require_revision(report: Report, revision: int) -> None:
    """Refuse to write over words that the page did not show.

    Raises:
        ReportMoved: somebody saved it since.
    """
    if report.revision != revision:
        raise ReportMoved(
            _(
                "这份报告在别处又存过一次（可能是另一个窗口）。您写的字还在下面：请另开一页对照，改好后再存一次，会以您的为准。"
            ),
            revision=report.revision,
        )


def refuse_closed(plan: Plan) -> None:
    """Refuse to report on, or to judge reports of, a plan that is over.

    Raises:
        PlanClosed: it is.
    """
    if plan.state == PlanState.CLOSED:
        raise PlanClosed(_("《%(plan)s》已收官，不再填报。") % {"plan": str(plan)[:80]})


def require_writable(report: Report) -> None:
    """Refuse to write after the lock, into an accepted report, or into a plan that is over.

    Raises:
        ReportMoved: it is with a judge, or accepted.
        PeriodLocked: the lock is passed and nobody made an exception.
        PlanClosed: the plan is over.
    """
    refuse_closed(report.period.plan)
    require_state(report, ReportState.OPEN, ReportState.RETURNED)
    if report.is_locked_on(today()):
        raise PeriodLocked(
            _("%(period)s已在 %(day)s 锁定，不再收报告。确有原因，请联系领导小组办公室延期；您写的字还在下面。")
            % {"period": report.period.label, "day": report.period.locks_on.isoformat()}
        )


def allow(is_allowed: bool) -> None:  # noqa: FBT001 reads as a sentence: allow(may_…(actor, report))
    """Raise where the actor may not.

    Raises:
        NotAllowed: the role does not cover it.
    """
    if not is_allowed:
        raise NotAllowed


def reason_given(words: str, *, field: str = "reason") -> str:
    """The reason without blanks around it.

    Raises:
        ReportUnfit: none, or too long.
    """
    fitting = words.strip()
    if not fitting:
        raise ReportUnfit(_("请写明原因，对方会看到。"), field=field)
    if len(fitting) > LONGEST_REASON:
        raise ReportUnfit(
            _("写了 %(count)d 字，最多 %(most)d 字。") % {"count": len(fitting), "most": LONGEST_REASON}, field=field
        )
    return fitting


def later_day(until: date | None) -> date:
    """Until when a body may write: what was chosen, or as many working days as the site gives.

    Raises:
        ReportUnfit: the day is over.
        CalendarUnknown: the working days of that year are not loaded.
    """
    if until is None:
        return working_day_after(today(), whole_number(RETURN_DAYS))
    if until < today():
        raise ReportUnfit(_("这一天已经过了，请选今天或以后。"), field="until")
    return until


def note_step(
    report: Report, kind: StepKind, *, actor: Person | None, acted_as: str, words: str = "", until: date | None = None
) -> ReportStep:
    """Write one step into the trail."""
    return ReportStep.objects.create(
        report=report, kind=kind, at=now(), actor=actor, acted_as=acted_as, words=words, until=until
    )


def as_liaison(report: Report) -> str:
    """As whom a body's liaison acts."""
    with city_words():
        return _("%(body)s联络员") % {"body": report.organisation.label}


def as_office() -> str:
    """As whom the leading office acts."""
    return as_role(Role.LEADING_OFFICE)


def as_role(role: Role) -> str:
    """A role's name, as it is written into the trail."""
    with city_words():
        return str(role.label)


def write_todo(report: Report, *, reason: str = "") -> None:
    """Hang up at the body that a report is owed; at the office where the body has no liaison."""
    with city_words():
        title = _("填报进展：%(period)s") % {"period": report.period.label}
        role, why = Role.LIAISON, reason or str(report.period.plan)
        body: Organisation | None = report.organisation
        if not persons_holding(Role.LIAISON, on=today(), organisation=report.organisation):
            role, body = Role.LEADING_OFFICE, None
            title = _("请给%(body)s指定联络员") % {"body": report.organisation.label}
            why = _("它要报%(period)s的进展，还没有人能填。") % {"period": report.period.label}
        open_todo(
            todo_key("write", report),
            title=title,
            reason=why[:280],
            action=_("去填报") if role == Role.LIAISON else _("去看看"),
            url_name="reports:report",
            url_arguments=[report.pk],
            subject=report,
            due_on=report.due_on,
            role=role,
            organisation=body,
        )


def judge_todo(report: Report) -> None:
    """Hang up at the district, else at the leading office, that a report waits to be judged."""
    with city_words():
        is_first = waits_for_the_district(report)
        open_todo(
            todo_key("judge", report),
            title=_("审核进展：%(body)s %(period)s")
            % {"body": report.organisation.label, "period": report.period.label},
            reason=str(report.period.plan),
            action=_("去审核"),
            url_name="reports:report",
            url_arguments=[report.pk],
            subject=report,
            role=Role.DISTRICT_OFFICER if is_first else Role.LEADING_OFFICE,
            region=report.organisation.region if is_first else report.period.plan.region,
        )


def close_report_todos(report: Report) -> None:
    """Take down everything that waits for somebody to move the report on."""
    for cause in ("write", "judge"):
        close_todos(todo_key(cause, report))


def todo_key(cause: str, report: Report) -> str:
    """The key of a to-do on a report."""
    return f"reports.{cause}:{report.pk}"


def tell_liaisons(report: Report, key: str, title: str, body: str = "") -> int:
    """Tell the body's liaisons once; returns how many there are."""
    people = persons_holding(Role.LIAISON, on=today(), organisation=report.organisation)
    for person in people:
        notify(
            person,
            key=f"reports.report:{report.pk}:{key}",
            kind=KIND,
            title=title,
            body=body,
            url=reverse("reports:report", args=[report.pk]),
        )
    return len(people)
