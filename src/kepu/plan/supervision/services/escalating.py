"""A notice that nobody signs or answers goes before the unit's head and the body above, and to the leading office."""

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Role
from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.plan.supervision.choices import OWED_STATES, Cause, StepKind
from kepu.plan.supervision.errors import NoticeMoved
from kepu.plan.supervision.events import SupervisionEscalated
from kepu.plan.supervision.models import SupervisionNotice
from kepu.plan.supervision.queries import due_escalation, figures, heads_of, liaisons_above
from kepu.plan.supervision.rules import Figures, raised
from kepu.plan.supervision.services.steps import (
    ask,
    locked_for_office,
    note_step,
    reason_given,
    require_state,
    tell,
)


@transaction.atomic
def escalate_notice(pk: int, *, actor: Person, reason: str) -> SupervisionNotice:
    """Bring a notice before the unit's head and the body above now, without waiting for the rule.

    Raises:
        NotAllowed: not of the leading office.
        NoticeMoved: the body owes no answer, or somebody escalated it in this round.
        TextUnfit: no reason.
    """
    notice = locked_for_office(pk, actor)
    require_state(notice, *OWED_STATES)
    by_hand = {"kind": StepKind.ESCALATED, "round": notice.round, "data__cause": Cause.BY_HAND}
    if notice.steps.filter(**by_hand).exists():
        raise NoticeMoved(_("这一轮已经升级过了，可能刚有人办过。请刷新再看；您写的字还在下面。"))
    _escalate(notice, Cause.BY_HAND, figures(), actor=actor, text=reason_given(reason))
    return notice


@transaction.atomic
def escalate_by_rule(pk: int) -> bool:
    """Bring a notice before the unit's head and the body above where the rule says so today; once for each cause and round."""
    notice = locked_for_office(pk, None)
    site = figures()
    cause = due_escalation(notice, today(), site)
    if cause is None:
        return False
    _escalate(notice, cause, site, actor=None)
    return True


def _escalate(notice: SupervisionNotice, cause: Cause, site: Figures, *, actor: Person | None, text: str = "") -> None:
    before = notice.colour
    notice.colour = raised(before) if site.raises_colour else before
    notice.save(update_fields=["colour"])
    above = notice.body.parent
    heads, people = heads_of(notice.body), liaisons_above(notice.body)
    to = above.name if above is not None and people else ""
    told = {"cause": cause.value, "before": before, "to": to}
    note_step(notice, StepKind.ESCALATED, actor=actor, text=text, has_head=bool(heads), **told)
    publish(SupervisionEscalated(notice.pk, notice.task_id, cause.value, notice.colour))
    with city_words():
        said = {"number": notice.public_number, "body": notice.body.label, "cause": cause.label}
        title = _("督办升级：%(number)s %(body)s（%(cause)s）") % said
        if heads:
            ask(
                notice, "escalated", title, _("去看"), _("您单位没有按期办理，请您过问。"),
                due_on=notice.due_on, role=Role.UNIT_HEAD, organisation=notice.body,
            )  # fmt: skip
        if to and above is not None:
            ask(
                notice, "escalated", title, _("去催办"), _("下级单位没有按期办理，请您单位督促。"),
                due_on=notice.due_on, role=Role.LIAISON, organisation=above,
            )  # fmt: skip
        ask(notice, "escalated", title, _("去看"), _told(notice, to, has_head=bool(heads)))
        reached = list(dict.fromkeys([*heads, *people]))
        tell(notice, reached, f"escalated:{cause}:{notice.round}", title, kind="supervision.escalated")


def _told(notice: SupervisionNotice, to: str, *, has_head: bool) -> str:
    """What the office reads: whom the system reached, and whom it could not."""
    above = notice.body.parent
    if to and above is not None:
        names = {"above": above.label}
        return (_("已报单位负责人和上级单位%(above)s。") if has_head else _("已报它的上级单位%(above)s。")) % names
    return _("已报单位负责人。") if has_head else _("它没有登记负责人，也没有上级单位的联络员，请办公室直接联系。")
