"""Who may read the trail."""

from kepu.foundation.actors import Actor


def may_read_trail(actor: Actor) -> bool:
    """Auditors and system administrators read the whole trail."""
    return actor.holds("auditor", "administrator")
