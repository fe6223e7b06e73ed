"""Kinds of resources, as the site's list has them, in the reader's language."""

from kepu.foundation.codes.queries import labels_to_read
from kepu.outreach.library.choices import KINDS


def kind_labels() -> dict[str, str]:
    """Every kind by its code, in the list's order."""
    return labels_to_read(KINDS)
