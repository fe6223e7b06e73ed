"""What the desk does about capacities: check, send back, admit, renew, end; and the care of terms."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.choices import ConsentState
from kepu.directory.privacy.queries import check_consent
from kepu.directory.register.models import Person
from kepu.foundation.clock import today
from kepu.foundation.codes.queries import parameter, values_in_force
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.foundation.queue.services import care_round
from kepu.outreach.people.capacities.choices import CapacityKind, CapacityState, StepKind
from kepu.outreach.people.capacities.errors import CapacityUnfit
from kepu.outreach.people.capacities.events import CapacityAdmitted, CapacityEnded
from kepu.outreach.people.capacities.models import Capacity, CapacityCounter
from kepu.outreach.people.capacities.permissions import may_admit, may_check
from kepu.outreach.people.capacities.services.applying import CONSENT
from kepu.outreach.people.capacities.services.steps import locked, step, tell

_LETTER = {
    CapacityKind.EXPERT: "Z",
    CapacityKind.COUNSELLOR: "F",
    CapacityKind.COMMISSIONER: "T",
    CapacityKind.INFORMATION_OFFICER: "X",
    CapacityKind.POST: "G",
}
_LONGEST_TERM_YEARS = 10


@transaction.atomic
def check_capacity(capacity_id: int, *, actor: Person, words: str = "") -> Capacity:
    """Say that an application is right: the body's liaison, the district officer, or the office.

    Raises:
        NotAllowed: the actor may not, or would check the own application.
        CapacityNotOpen: it does not wait to be checked.
    """
    capacity = locked(capacity_id, CapacityState.APPLIED)
    if not may_check(actor, capacity):
        raise NotAllowed(_("自己的申请由别人初核；别的单位和区市的，由那里初核。"))
    capacity.state = CapacityState.CHECKED
    step(capacity, StepKind.CHECKED, actor=actor, words=words)
    return capacity


@transaction.atomic
def return_capacity(capacity_id: int, words: str, *, actor: Person) -> Capacity:
    """Send an application back with what is missing.

    Raises:
        NotAllowed: the actor may not.
        CapacityNotOpen: it is neither applied for nor checked.
        CapacityUnfit: no words.
    """
    capacity = locked(capacity_id, CapacityState.APPLIED, CapacityState.CHECKED)
    if not may_check(actor, capacity):
        raise NotAllowed
    if not words.strip():
        raise CapacityUnfit(_("请写明要补充什么。"), field="words")
    capacity.state = CapacityState.RETURNED
    step(capacity, StepKind.RETURNED, actor=actor, words=words)
    with city_words():
        tell(capacity, f"returned:{capacity.revision}", _("您的登记需要补充"), words.strip())
    return capacity


def _number(kind: str, year: int) -> str:
    CapacityCounter.objects.get_or_create(kind=kind, year=year)
    counter = CapacityCounter.objects.select_for_update().get(kind=kind, year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return f"{_LETTER[CapacityKind(kind)]}{year}-{counter.last_number:04d}"


def default_end(start: date) -> date:
    """The last day of a term that begins on a day, by the parameter `capacities.term_years`."""
    years = int(parameter("capacities.term_years").value)
    try:
        return start.replace(year=start.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(start.year + years, 2, 28)


def _check_end(valid_to: date) -> None:
    if not today() <= valid_to <= today().replace(day=1, year=today().year + _LONGEST_TERM_YEARS):
        said = {"years": _LONGEST_TERM_YEARS}
        raise CapacityUnfit(_("有效期应从今天起，最长 %(years)d 年。") % said, field="valid_to")


@transaction.atomic
def admit_capacity(capacity_id: int, *, actor: Person, valid_to: date | None = None) -> Capacity:
    """Admit somebody for a term; from now on the person can be found and asked.

    Raises:
        NotAllowed: the actor is not of the leading office, or is the person.
        CapacityNotOpen: it was not checked.
        CapacityUnfit: the term is not in order.
        ConsentMissing, GuardianNeeded: the person took the consent back meanwhile.
    """
    capacity = locked(capacity_id, CapacityState.CHECKED)
    if not may_admit(actor, capacity):
        raise NotAllowed(_("入库由办公室的其他人办理。"))
    check_consent(capacity.person_id, CONSENT)
    capacity.valid_to = valid_to or default_end(today())
    _check_end(capacity.valid_to)
    capacity.valid_from = today()
    capacity.number = capacity.number or _number(capacity.kind, today().year)
    capacity.state = CapacityState.ADMITTED
    step(capacity, StepKind.ADMITTED, actor=actor)
    with city_words():
        said = {"number": capacity.number, "day": capacity.valid_to.isoformat()}
        tell(capacity, f"admitted:{capacity.number}", _("您已入库，编号 %(number)s，有效期到 %(day)s") % said)
    publish(CapacityAdmitted(capacity.pk, capacity.person_id, capacity.kind))
    return capacity


@transaction.atomic
def renew_capacity(capacity_id: int, *, actor: Person, valid_to: date | None = None) -> Capacity:
    """Give an admitted capacity a longer term.

    Raises:
        NotAllowed: the actor is not of the leading office, or is the person.
        CapacityNotOpen: it is not admitted.
        CapacityUnfit: the new end is not later, or too far away.
    """
    capacity = locked(capacity_id, CapacityState.ADMITTED)
    if not may_admit(actor, capacity):
        raise NotAllowed
    assert capacity.valid_to is not None  # noqa: S101 (a constraint of admitted ones)
    ends = valid_to or default_end(max(today(), capacity.valid_to + timedelta(days=1)))
    _check_end(ends)
    if ends <= capacity.valid_to:
        raise CapacityUnfit(_("新的有效期应比现在的晚。"), field="valid_to")
    capacity.valid_to = ends
    step(capacity, StepKind.RENEWED, actor=actor, words=ends.isoformat())
    with city_words():
        tell(capacity, f"renewed:{ends}", _("您的有效期延到了 %(day)s") % {"day": ends.isoformat()})
    return capacity


@transaction.atomic
def end_capacity(capacity_id: int, reason: str, *, actor: Person) -> Capacity:
    """End an admitted capacity: the person leaves, or the office ends it with a reason.

    Raises:
        NotAllowed: the actor is neither the person nor the office.
        CapacityNotOpen: it is not admitted.
        CapacityUnfit: the office gives no reason.
    """
    capacity = locked(capacity_id, CapacityState.ADMITTED)
    is_own = actor.pk == capacity.person_id
    if not is_own and not may_admit(actor, capacity):
        raise NotAllowed
    if not is_own and not reason.strip():
        raise CapacityUnfit(_("请写明为什么退出。"), field="words")
    _end(capacity, reason.strip() or _("本人退出"), actor)
    return capacity


def _end(capacity: Capacity, reason: str, actor: Person | None) -> None:
    capacity.state, capacity.end_reason = CapacityState.ENDED, reason[:200]
    capacity.valid_to = max(min(capacity.valid_to or today(), today()), capacity.valid_from or today())
    step(capacity, StepKind.ENDED, actor=actor, words=reason)
    publish(CapacityEnded(capacity.pk, capacity.person_id, capacity.kind))


def follow_consent(person_id: int, purpose: str, state: str) -> None:
    """Who takes the consent to be registered back leaves the register at once."""
    if purpose != CONSENT or state == ConsentState.GIVEN:
        return
    for capacity_id in Capacity.objects.filter(person=person_id, state=CapacityState.ADMITTED).values_list(
        "pk", flat=True
    ):
        _end(locked(capacity_id), _("本人撤回了同意"), None)


def keep_terms() -> None:
    """End what ran out, and remind those whose term ends soon; one that fails leaves the others alone.

    Raises:
        ExceptionGroup: at the end, with what failed.
    """
    soon = today() + timedelta(days=int(values_in_force("capacities.").get("remind_days", 60)))
    running = Capacity.objects.filter(state=CapacityState.ADMITTED, valid_to__lte=soon).order_by("pk")
    with care_round() as care, city_words():
        care.each(_keep_term, running.values_list("pk", flat=True))


def _keep_term(capacity_id: int) -> None:
    capacity = locked(capacity_id)
    if capacity.state != CapacityState.ADMITTED or capacity.valid_to is None:
        return
    if capacity.valid_to < today():
        _end(capacity, _("有效期满"), None)
        tell(capacity, f"over:{capacity.valid_to}", _("您的有效期已满，已退出；愿意继续请重新申请"))
    else:
        said = {"day": capacity.valid_to.isoformat()}
        tell(capacity, f"soon:{capacity.valid_to}", _("您的有效期到 %(day)s，请联系办公室续期") % said)
