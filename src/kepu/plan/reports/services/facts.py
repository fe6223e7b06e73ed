"""Numbers that bodies typed become facts of the ledger, each with the report as its source."""

from decimal import Decimal

from django.utils.translation import gettext as _

from kepu.directory.register.models import Person, Region
from kepu.ledger.choices import SourceKind
from kepu.ledger.errors import FactRefused
from kepu.ledger.services import FactDraft, is_made_up, record_fact
from kepu.ledger.services.checking import FactChecker
from kepu.plan.reports.errors import ReportUnfit
from kepu.plan.reports.models import Entry, Figure, Report
from kepu.plan.reports.queries.prefill import Line, blocks_of

SOURCE = "reports"
FIELDS = {"quantity": "quantity"}


def draft_of(report: Report, entry: Entry, line: Line, quantity: Decimal, origin: str = "") -> FactDraft:
    """The fact that a typed number will be: done by the body, in its region, on the period's last day."""
    region = _place(line.evidence.region, report.organisation.region) or report.period.plan.region
    return FactDraft(
        indicator=line.indicator.code,
        occurred_on=report.period.until,
        region=region.code,
        organisation=report.organisation_id,
        quantity=quantity,
        audience=line.evidence.audiences[0] if line.evidence.audiences else "public",
        key=f"{entry.pk}:{line.evidence.pk}",
        source_ref=f"report:{report.pk}",
        note=origin,
    )


def _place(asked: Region | None, own: Region | None) -> Region | None:
    """Where the body did it: its own region, unless the evidence speaks of a smaller or another place."""
    if asked is None or (own is not None and own.path.startswith(asked.path)):
        return own
    return asked


def refuse_unfit_figure(report: Report, entry: Entry, line: Line, quantity: Decimal) -> None:
    """Check a typed number by the ledger's own rules before anything is kept.

    Raises:
        ReportUnfit: the ledger would refuse it; its words, at the number.
    """
    wrong = FactChecker(actor=None).check(draft_of(report, entry, line, quantity))
    if isinstance(wrong, list):
        raise ReportUnfit("".join(error.what for error in wrong), entry=entry.pk, field=f"quantity{line.evidence.pk}")


def record_figures(report: Report, *, actor: Person) -> int:
    """Record every typed number of a report; returns how many.

    Raises:
        ReportUnfit: the ledger refuses one, for instance since somebody recorded the level of that day meanwhile.
    """
    waiting = {figure.pk for figure in Figure.objects.filter(entry__report=report, fact=None)}
    if not waiting:
        return 0
    typed = [
        (block.entry, line, line.figure)
        for block in blocks_of(report)
        for line in block.lines
        if line.asks and line.figure is not None and line.figure.pk in waiting
    ]
    if len(typed) < len(waiting):
        raise ReportUnfit(
            _("补报的数里，有的台账里已经有了，有的指标已经换了，记进去会重或会错。请退回，让单位核对后再报。")
        )
    for entry, line, figure in typed:
        _record(report, entry, line, figure, actor)
    return len(typed)


def _record(report: Report, entry: Entry, line: Line, figure: Figure, actor: Person) -> None:
    try:
        fact = record_fact(
            draft_of(report, entry, line, figure.quantity, figure.origin),
            actor=None,
            source=SOURCE,
            source_kind=SourceKind.SERVICE,
            is_demonstration=is_made_up(actor) or report.period.plan.is_demonstration,
        )
    except FactRefused as refused:
        raise ReportUnfit(
            _("“%(indicator)s”记不进台账：%(why)s请退回修改。")
            % {"indicator": line.indicator.label, "why": refused.message}
        ) from refused
    figure.fact = fact.pk
    figure.save(update_fields=["fact"])
