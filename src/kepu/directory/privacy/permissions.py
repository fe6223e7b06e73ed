"""Who may see and do what with personal data."""

from kepu.foundation.actors import Actor

_OFFICE, _ADMINISTRATOR, _AUDITOR = "leading_office", "administrator", "auditor"


def may_reveal_number(actor: Actor, person_id: int) -> bool:
    """One's own always; those of others only the leading office."""
    return actor.pk == person_id or actor.holds(_OFFICE)


def may_record_for_others(actor: Actor) -> bool:
    """The leading office takes down what came in by phone or on paper."""
    return actor.holds(_OFFICE)


def may_see_minors_audit(actor: Actor) -> bool:
    """The leading office makes the yearly audit, auditors and administrators read it."""
    return actor.holds(_OFFICE, _AUDITOR, _ADMINISTRATOR)


def may_erase_person(actor: Actor, person_id: int) -> bool:
    """Everybody oneself; the leading office at somebody's request."""
    return actor.pk == person_id or actor.holds(_OFFICE)
