"""Register where copies lie, say where anew, and count them; every change of a count is a movement with its reason."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.clock import now, today
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.language import city_words
from kepu.outreach.library.choices import LoanState, MovementKind
from kepu.outreach.library.errors import LibraryUnfit
from kepu.outreach.library.events import StockCounted
from kepu.outreach.library.models import Holding, Loan, Movement, Resource
from kepu.outreach.library.permissions import may_keep, may_keep_holding
from kepu.outreach.library.services.resources import refuse_withdrawn
from kepu.outreach.library.services.texts import body_of, region_of, text

MOST_COPIES = 100_000
COUNTS = ("good", "damaged", "lost")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted; good copies that are out are among the good ones."""

    good: int
    damaged: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class HoldingPlace:
    """Who holds copies, and where."""

    keeper_id: int
    region_id: int
    storage: str
    contact: str
    """A post and an office telephone, never a person."""


@transaction.atomic
def register_holding(
    resource_id: int, place: HoldingPlace, counts: Counts, *, actor: Person, counted_on: date | None = None
) -> Holding:
    """Say that copies of a resource lie somewhere.

    Args:
        resource_id: a resource that is shown.
        place: who holds them and where.
        counts: how many there are.
        actor: who says so.
        counted_on: when they were counted; today, if not given.

    Raises:
        NotAllowed: the actor keeps nothing of this body in this region.
        LibraryMoved: the resource is withdrawn.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    resource = Resource.objects.filter(pk=resource_id).first()
    if resource is None:
        raise LibraryUnfit(_("请从列表中选择。"), field="resource")
    refuse_withdrawn(resource)
    keeper, region = body_of(place.keeper_id, "keeper"), region_of(place.region_id)
    if not may_keep(actor, keeper, region):
        raise NotAllowed(_("只有办公室、保管单位的联络员和所在区市的专干可以登记馆藏。"))
    holding = Holding(resource=resource, keeper=keeper, region=region)
    _place(holding, place)
    _save(holding)
    record(
        "library.holding.registered",
        holding,
        actor=actor,
        resource=resource.pk,
        keeper=keeper.pk,
        storage=holding.storage,
    )
    with city_words():
        reason = _("登记馆藏")
    _recount(holding, counts, MovementKind.FIRST, reason, _counted_on(counted_on, None), actor)
    return holding


@transaction.atomic
def move_holding(pk: int, *, storage: str, contact: str, actor: Person) -> Holding:
    """Say that copies lie elsewhere in the same region, or that somebody else hands them out.

    Raises:
        NotAllowed: the actor does not keep them.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    holding = locked_holding(pk)
    _refuse_others(actor, holding)
    before = {"storage": holding.storage, "contact": holding.contact}
    _place(holding, HoldingPlace(holding.keeper_id, holding.region_id, storage, contact))
    if before != {name: getattr(holding, name) for name in before}:
        _save(holding)
        record("library.holding.moved", holding, actor=actor, before=before)
    return holding


@transaction.atomic
def count_stock(
    pk: int, counts: Counts, *, reason: str, actor: Person, counted_on: date | None = None
) -> Movement | None:
    """Note what a stocktake found; where it found what was known, nothing changes.

    Copies that are out count as good until they are back: what happened to them is said at their return.

    Args:
        pk: the holding.
        counts: what is there, with good copies that are out.
        reason: why it was counted, or what explains the difference.
        actor: who says so.
        counted_on: when; today, if not given.

    Returns:
        The movement, or None where nothing differs.

    Raises:
        NotAllowed: the actor does not keep the holding.
        LibraryUnfit: fewer good ones than are out, the day cannot be, or no reason.
    """
    holding = locked_holding(pk)
    _refuse_others(actor, holding)
    last = holding.movements.aggregate(last=Max("occurred_on"))["last"]
    said = text(reason, "reason", most=200)
    return _recount(holding, counts, MovementKind.COUNTED, said, _counted_on(counted_on, last), actor)


def locked_holding(pk: int) -> Holding:
    """A holding under its lock: whoever counts, agrees, hands out or takes back waits for the one before."""
    found = Holding.objects.select_for_update(of=("self",))
    return found.select_related("keeper__region", "region", "resource").get(pk=pk)


def copies_out(holding: Holding) -> int:
    """How many copies are with borrowers now."""
    return Loan.objects.filter(holding=holding, state=LoanState.OUT).aggregate(n=Sum("copies"))["n"] or 0


def move_counts(  # the one place where counts change
    holding: Holding, changes: Mapping[str, int], kind: MovementKind, reason: str, *,
    occurred_on: date, actor: Person, loan: Loan | None = None,
) -> Movement:  # fmt: skip
    """Change the counts of a locked holding by a movement; the counts are always the sum of the movements."""
    for name in COUNTS:
        setattr(holding, name, getattr(holding, name) + changes.get(name, 0))
    holding.save(update_fields=COUNTS)
    changed = {name: changes.get(name, 0) for name in COUNTS}
    movement = Movement.objects.create(
        holding=holding, kind=kind, reason=reason, loan=loan, occurred_on=occurred_on, moved_at=now(),
        moved_by=actor.pk, **changed,
    )  # fmt: skip
    record("library.holding.counted", holding, actor=actor, kind=kind, reason=reason, **changed)
    return movement


def _recount(
    holding: Holding, counts: Counts, kind: MovementKind, reason: str, counted_on: date, actor: Person
) -> Movement | None:
    found = asdict(counts)
    for name, count in found.items():
        if not 0 <= count <= MOST_COPIES:
            raise LibraryUnfit(_("请填 0 到 %(most)d 的整数。") % {"most": MOST_COPIES}, field=name)
    if (out := copies_out(holding)) > counts.good:
        said = _("有 %(out)d 件借出在外，好的不能比这还少；坏了、丢了的，归还时登记。")
        raise LibraryUnfit(said % {"out": out}, field="good")
    changes = {name: count - getattr(holding, name) for name, count in found.items()}
    if kind != MovementKind.FIRST and not any(changes.values()):
        return None
    movement = move_counts(holding, changes, kind, reason, occurred_on=counted_on, actor=actor)
    publish(StockCounted(holding.pk, **found))
    return movement


def _counted_on(day: date | None, last: date | None) -> date:
    if day is None:
        return today()
    if day > today() or day.year < today().year - 100:
        raise LibraryUnfit(_("盘点的日子要在今天或以前。"), field="counted_on")
    if last is not None and day < last:
        said = _("%(last)s 已有变动，更早的盘点不能再改数。") % {"last": last.isoformat()}
        raise LibraryUnfit(said, field="counted_on")
    return day


def _place(holding: Holding, place: HoldingPlace) -> None:
    holding.storage = text(place.storage, "storage", most=120)
    holding.contact = text(place.contact, "contact", most=80)


def _save(holding: Holding) -> None:
    try:
        with transaction.atomic():
            holding.save()
    except IntegrityError:
        same = Holding.objects.filter(
            resource=holding.resource_id, keeper=holding.keeper_id, region=holding.region_id, storage=holding.storage
        )
        if not same.exclude(pk=holding.pk).exists():
            raise
        raise LibraryUnfit(_("这个地方已有这件资源的馆藏，请去盘点那一条。"), field="storage") from None


def _refuse_others(actor: Person, holding: Holding) -> None:
    if not may_keep_holding(actor, holding):
        raise NotAllowed(_("只有办公室、保管单位的联络员和所在区市的专干可以盘点。"))
