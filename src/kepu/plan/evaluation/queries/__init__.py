"""Reads of evaluations."""

from kepu.plan.evaluation.queries.comparing import (
    Comparison,
    closed_evaluations,
    compared_evaluations,
    compared_reports,
    comparison_banner,
    comparison_lines,
    comparison_sheet,
    report_choice,
)
from kepu.plan.evaluation.queries.conflicts import Ties, ties_of
from kepu.plan.evaluation.queries.facts import facts_of, rule_points
from kepu.plan.evaluation.queries.pages import (
    EvaluationPage,
    SheetPage,
    evaluation_list,
    evaluation_page,
    published_evaluation,
    published_evaluations,
    sheet_page,
    sheets_visible_to,
)
from kepu.plan.evaluation.queries.paper import document_of
from kepu.plan.evaluation.queries.settings import figures

__all__ = [
    "Comparison",
    "EvaluationPage",
    "SheetPage",
    "Ties",
    "closed_evaluations",
    "compared_evaluations",
    "compared_reports",
    "comparison_banner",
    "comparison_lines",
    "comparison_sheet",
    "document_of",
    "evaluation_list",
    "evaluation_page",
    "facts_of",
    "figures",
    "published_evaluation",
    "published_evaluations",
    "report_choice",
    "rule_points",
    "sheet_page",
    "sheets_visible_to",
    "ties_of",
]
