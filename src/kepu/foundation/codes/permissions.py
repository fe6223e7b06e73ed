"""Who decides about lists and parameters."""

from kepu.foundation.actors import Actor


def may_decide_codes(actor: Actor) -> bool:
    """The leading office and system administrators confirm, override and load."""
    return actor.holds("leading_office", "administrator")
