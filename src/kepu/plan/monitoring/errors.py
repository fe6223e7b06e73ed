"""What can go wrong with a monitoring report, told to the user."""

from kepu.foundation.errors import DomainError


class ReportPublished(DomainError):
    """It is published; nothing in it changes any more."""

    code = "monitoring_published"


class SpanInvalid(DomainError):
    """A stretch of days that cannot be reported on; `field` names what is wrong."""

    code = "monitoring_span_invalid"
    status = 400


class TextMoved(DomainError):
    """Somebody else changed the same text since the page was opened."""

    code = "monitoring_text_moved"


class TextUnfit(DomainError):
    """A text that is too long, or of a place that the report does not have."""

    code = "monitoring_text_unfit"
    status = 400


class PapersMissing(DomainError):
    """The papers were not made since the report changed last."""

    code = "monitoring_papers_missing"
