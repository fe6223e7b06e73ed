"""Numbers that bodies typed become facts of the ledger, each with the report as its source."""

from decimal import Decimal

from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
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
    region = line.evidence.region or report.organisation.region or report.period.plan.region
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
    count = 0
    if not Figure.objects.filter(entry__report=report, fact=None).exists():
        return count
    for block in blocks_of(report):
        for line in block.lines:
            if line.figure is not None and line.figure.fact is None:
                _record(report, block.entry, line, line.figure, actor)
                count += 1
    return count


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
