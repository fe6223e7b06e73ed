"""Kinds of resources, as the site's list has them, in the reader's language."""

from django.utils.translation import get_language

from kepu.foundation.codes.queries import code_list
from kepu.outreach.library.choices import KINDS


def kind_labels() -> dict[str, str]:
    """Every kind by its code, in the list's order."""
    is_english = (get_language() or "").startswith("en")
    return {entry.code: (entry.label_en if is_english else "") or entry.label for entry in code_list(KINDS).entries}
