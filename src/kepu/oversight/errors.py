"""What can go wrong with a question, told to the user."""

from kepu.foundation.errors import DomainError


class SubjectUnknown(DomainError):
    """The thing that the question is about is not there."""

    code = "subject_unknown"
    status = 404


class TextUnfit(DomainError):
    """A text is empty or longer than the site takes; `field` names it."""

    code = "text_unfit"
    status = 400


class FormUsed(DomainError):
    """The same form was sent before with other words."""

    code = "form_used"


class CodeWrong(DomainError):
    """There is no question with this number and code."""

    code = "code_wrong"
    status = 404


class TooManyAttempts(DomainError):
    """One visitor asked, or tried codes, more often than the site allows."""

    code = "too_many_attempts"
    status = 429


class QuestionMoved(DomainError):
    """The question is not in a state in which this can be done, often because somebody was quicker."""

    code = "question_moved"


class OwnerMissing(DomainError):
    """A question goes to a body, and none or the same one was named."""

    code = "owner_missing"
    status = 400


class PersonalDataFound(DomainError):
    """A text for the public seems to hold personal data, and nobody said that it was checked."""

    code = "personal_data_found"
    status = 400
