"""What can go wrong with an evaluation, told to the user."""

from kepu.foundation.errors import DomainError


class EvaluationMoved(DomainError):
    """The evaluation or sheet is in another state or wording than the page showed, often because somebody was quicker."""

    code = "evaluation_moved"


class EvaluationUnfit(DomainError):
    """Something in what was given cannot be; `field` names it."""

    code = "evaluation_unfit"
    status = 400


class RubricUnbalanced(DomainError):
    """The weights do not add up to exactly 100; `total` and `difference` say how far they are."""

    code = "rubric_unbalanced"
    status = 400


class JudgeInConflict(DomainError):
    """The person has, or had within the days that are judged, to do with the body: who judges never judges the own body."""

    code = "judge_in_conflict"
    status = 403


class SheetsOpen(DomainError):
    """Something stands against closing: a comment without answer, a term that runs, sheets that nobody judged."""

    code = "evaluation_sheets_open"


class PapersMissing(DomainError):
    """The papers of a closed evaluation were not made."""

    code = "evaluation_papers_missing"
