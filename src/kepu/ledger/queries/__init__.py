"""Reads of the ledger: values and series of indicators, the age of evidence, single facts with their origin."""

from kepu.ledger.queries.evidence import (
    DistrictValue,
    Question,
    Value,
    by_district,
    cells,
    last_evidence,
    series,
    value,
    values,
)
from kepu.ledger.queries.flows import Cell
from kepu.ledger.queries.imports import error_sheet, imports_visible_to, sheet_of
from kepu.ledger.queries.indicators import (
    AudienceOption,
    audience_options,
    indicator_named,
    indicators_by_code,
    indicators_visible_to,
)
from kepu.ledger.queries.levels import Point
from kepu.ledger.queries.listing import (
    FactFilter,
    FactPage,
    evidence_facts,
    exceeds,
    fact_numbered,
    fact_visible_to,
    facts,
    facts_by_id,
    facts_visible_to,
    has_demonstration,
    is_recorded,
    iterate_facts,
    newest_facts,
    reversal_of,
)
from kepu.ledger.queries.options import RecordingOptions, bodies_recorded_by, recording_options
from kepu.ledger.queries.places import districts_with_facts
from kepu.ledger.queries.scopes import EvidenceFilter
from kepu.ledger.queries.sheets import export_rows, export_sheet, import_sheet, template_sheet

__all__ = [
    "AudienceOption",
    "Cell",
    "DistrictValue",
    "EvidenceFilter",
    "FactFilter",
    "FactPage",
    "Point",
    "Question",
    "RecordingOptions",
    "Value",
    "audience_options",
    "bodies_recorded_by",
    "by_district",
    "cells",
    "districts_with_facts",
    "error_sheet",
    "evidence_facts",
    "exceeds",
    "export_rows",
    "export_sheet",
    "fact_numbered",
    "fact_visible_to",
    "facts",
    "facts_by_id",
    "facts_visible_to",
    "has_demonstration",
    "import_sheet",
    "imports_visible_to",
    "indicator_named",
    "indicators_by_code",
    "indicators_visible_to",
    "is_recorded",
    "iterate_facts",
    "last_evidence",
    "newest_facts",
    "recording_options",
    "reversal_of",
    "series",
    "sheet_of",
    "template_sheet",
    "value",
    "values",
]
