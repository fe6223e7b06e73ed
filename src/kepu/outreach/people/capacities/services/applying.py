"""What persons do about their own capacities: begin, fill in, apply, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kepu.directory.privacy.queries import check_consent
from kepu.directory.privacy.services import answer_consent
from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Organisation, Person, Region
from kepu.foundation.audit.services import record
from kepu.foundation.codes.queries import code_list
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.ledger.services import is_made_up
from kepu.outreach.people.capacities.choices import (
    HALF_DAYS,
    WRITABLE,
    CapacityKind,
    CapacityState,
    Engagement,
    Fee,
    StepKind,
)
from kepu.outreach.people.capacities.errors import CapacityChanged, CapacityTwice, CapacityUnfit
from kepu.outreach.people.capacities.events import CapacityApplied
from kepu.outreach.people.capacities.models import Capacity
from kepu.outreach.people.capacities.permissions import may_write_capacity
from kepu.outreach.people.capacities.services.steps import locked, reindex, step

CONSENT = "expert"
_MOST_TOPICS, _LONGEST_TOPIC, _FARTHEST_KM = 30, 60, 1000


@dataclass(frozen=True, slots=True)
class CapacityWords:
    """What somebody says of what they can give."""

    region_id: int
    organisation_id: int | None = None
    workplace: str = ""
    position: str = ""
    subjects: Sequence[str] = ()
    topics: Sequence[str] = ()
    audiences: Sequence[str] = ()
    forms: Sequence[str] = ()
    languages: Sequence[str] = ()
    times: Sequence[str] = ()
    introduction: str = ""
    travels_km: int | None = None
    served: Sequence[int] = ()
    fee: str = Fee.FREE
    fee_note: str = ""
    engagement: str = ""
    is_public: bool = False


@transaction.atomic
def begin_capacity(person: Person, kind: str, words: CapacityWords, *, actor: Person) -> Capacity:
    """Begin a capacity of a person; nobody is asked anything before it is handed in.

    Raises:
        NotAllowed: the actor is neither the person nor the office.
        CapacityTwice: the person has one of this kind that is not over.
        CapacityUnfit: something in the words is wrong; `field` names it.
    """
    capacity = Capacity(
        person=person, kind=CapacityKind(kind), region_id=words.region_id, is_demonstration=is_made_up(person)
    )
    if not may_write_capacity(actor, capacity):
        raise NotAllowed
    try:
        with transaction.atomic():
            _fill(capacity, words)
    except IntegrityError as problem:
        if "capacity_open_once" not in str(problem):
            raise
        raise CapacityTwice(
            _("您已经有一份%(kind)s的登记，请在那里改。") % {"kind": capacity.get_kind_display()}
        ) from None
    record("capacities.capacity.begun", capacity, actor=actor, kind=kind)
    return capacity


@transaction.atomic
def change_capacity(capacity_id: int, words: CapacityWords, *, revision: int, actor: Person) -> Capacity:
    """Change what is said of a capacity. What is public changes at once, and the trail says that it did.

    Args:
        capacity_id: which one.
        words: all of it anew.
        revision: how many changes the page showed that was filled in.
        actor: the person, or the leading office.

    Raises:
        NotAllowed: the actor is neither.
        CapacityNotOpen: it is being checked, or over.
        CapacityChanged: somebody changed it meanwhile.
        CapacityUnfit: something in the words is wrong; `field` names it.
    """
    capacity = locked(capacity_id, *WRITABLE)
    if not may_write_capacity(actor, capacity):
        raise NotAllowed
    if capacity.revision != revision:
        raise CapacityChanged(_("这份登记刚刚在别处改过，请看过新的内容再存；您填的还在下面。"))
    capacity.revision += 1
    _fill(capacity, words)
    if capacity.state == CapacityState.ADMITTED:
        step(capacity, StepKind.CHANGED, actor=actor)
    else:
        record("capacities.capacity.saved", capacity, actor=actor)
    return capacity


@transaction.atomic
def apply_capacity(capacity_id: int, *, actor: Person, agreed_text: str = "") -> Capacity:
    """Hand a capacity in, to be checked.

    Args:
        capacity_id: which one.
        actor: the person, or the leading office at the person's word.
        agreed_text: fingerprint of the consent text that the person read and agrees to with this act.

    Raises:
        NotAllowed: the actor is neither the person nor the office.
        CapacityNotOpen: it was handed in already, or is over.
        ConsentMissing, GuardianNeeded: the person has not agreed to be registered.
        CapacityUnfit: something that must be known is missing; `field` names it.
    """
    capacity = locked(capacity_id, CapacityState.DRAFT, CapacityState.RETURNED)
    if not may_write_capacity(actor, capacity):
        raise NotAllowed
    if agreed_text and actor.pk == capacity.person_id:
        answer_consent(capacity.person_id, CONSENT, is_given=True, text_digest=agreed_text, actor=actor)
    check_consent(capacity.person_id, CONSENT)
    _check_complete(capacity)
    capacity.state = CapacityState.APPLIED
    step(capacity, StepKind.APPLIED, actor=actor)
    publish(CapacityApplied(capacity.pk, capacity.kind))
    return capacity


@transaction.atomic
def withdraw_capacity(capacity_id: int, *, actor: Person) -> Capacity:
    """Take an application back; it can be changed and handed in again.

    Raises:
        NotAllowed: it is somebody else's.
        CapacityNotOpen: it was admitted meanwhile, or never handed in.
    """
    capacity = locked(capacity_id, CapacityState.APPLIED, CapacityState.CHECKED)
    if not may_write_capacity(actor, capacity):
        raise NotAllowed
    capacity.state = CapacityState.DRAFT
    step(capacity, StepKind.WITHDRAWN, actor=actor)
    return capacity


def _unfit(field: str, said: str) -> CapacityUnfit:
    return CapacityUnfit(said, field=field)


def _check_complete(capacity: Capacity) -> None:
    if capacity.kind in {CapacityKind.EXPERT, CapacityKind.COUNSELLOR}:
        if not capacity.topics:
            raise _unfit("topics", _("请至少写一个能讲的题目，别人才找得到您。"))
        if not capacity.audiences:
            raise _unfit("audiences", _("请选适合讲给谁听。"))
    if capacity.kind == CapacityKind.COMMISSIONER and not capacity.served.exists():
        raise _unfit("served", _("科技特派员要写明派到哪些地方。"))
    if capacity.kind == CapacityKind.POST and not capacity.engagement:
        raise _unfit("engagement", _("请选专职还是兼职。"))


def check_topics(given: Sequence[str]) -> list[str]:
    """Topics in their one form.

    Raises:
        CapacityUnfit: too many, or too long.
    """
    topics = list(dict.fromkeys(topic for one in given if (topic := " ".join(one.split()))))
    if len(topics) > _MOST_TOPICS or any(len(topic) > _LONGEST_TOPIC for topic in topics):
        said = {"most": _MOST_TOPICS, "long": _LONGEST_TOPIC}
        raise _unfit("topics", _("题目最多 %(most)d 个，每个不超过 %(long)d 个字，一行一个。") % said)
    return topics


def _known(field: str, given: Sequence[str], known: Sequence[str]) -> list[str]:
    if unknown := [one for one in given if one not in known]:
        raise _unfit(field, _("不认识“%(what)s”，请从列出的里面选。") % {"what": "、".join(unknown[:3])})
    return [one for one in known if one in set(given)]


def _fill(capacity: Capacity, words: CapacityWords) -> None:
    """Check the words and save them; the order of lists is the list's, not the typist's."""
    if not Region.objects.filter(pk=words.region_id, valid_to=None).exists():
        raise _unfit("region_id", _("请选常住的区市或镇街。"))
    if words.organisation_id and not Organisation.objects.filter(pk=words.organisation_id).exists():
        raise _unfit("organisation_id", _("名录里没有这个单位，请重新选，或在下面写单位名称。"))
    if words.travels_km is not None and words.travels_km > _FARTHEST_KM:
        raise _unfit("travels_km", _("公里数最多 %(most)d。") % {"most": _FARTHEST_KM})
    for field in fields(words):
        if field.name != "served":
            setattr(capacity, field.name, getattr(words, field.name))
    capacity.topics = check_topics(words.topics)
    for name in ("subjects", "forms", "languages"):
        known = [entry.code for entry in code_list(f"capacities.{name}").entries]
        setattr(capacity, name, _known(name, getattr(words, name), known))
    capacity.audiences = _known("audiences", words.audiences, Audience.values)
    capacity.times = _known("times", words.times, [code for code, _day, _part in HALF_DAYS])
    _known("fee", [words.fee], Fee.values)
    _known("engagement", [words.engagement] if words.engagement else [], Engagement.values)
    capacity.save()
    capacity.served.set(Region.objects.filter(pk__in=words.served, valid_to=None))
    reindex(capacity)
