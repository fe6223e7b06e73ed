"""Tags of public oversight: ask about anything, from any page; and the words of a question's state."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from kepu.oversight.models import Question
from kepu.oversight.queries import is_late, questions_about

register = template.Library()


@register.inclusion_tag("oversight/_ask_about.html")
def ask_about(subject_type: str, subject_id: object) -> dict[str, Any]:
    """Show how many questions were asked about a thing, and lead to asking one; any page may use it.

    Args:
        subject_type: as registered, such as `plan.task`.
        subject_id: the thing's id; its text is what the finder gets.

    Examples:
        `{% load oversight %}{% ask_about "plan.task" task.pk %}`
    """
    about = urlencode({"about": f"{subject_type}:{subject_id}"})
    return {
        "count": questions_about(subject_type, str(subject_id)).count(),
        "list_address": f"{reverse('oversight:questions')}?{about}",
        "ask_address": f"{reverse('oversight:ask')}?{about}",
    }


@register.inclusion_tag("oversight/_state.html")
def question_state(question: Question) -> dict[str, Any]:
    """Show the state of a question as a chip with its word, and whether the answer is late."""
    return {"question": question, "is_late": is_late(question)}
