"""Make, change and withdraw packages of resources."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person
from kepu.engines.chinese.pinyin import pinyin_key
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.errors import NotAllowed
from kepu.outreach.library.choices import ShownState
from kepu.outreach.library.errors import LibraryMoved, LibraryUnfit
from kepu.outreach.library.models import Package, PackageItem, Resource
from kepu.outreach.library.permissions import may_keep, may_keep_package
from kepu.outreach.library.services.texts import body_of, text

MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class PackageWords:
    """What is said of a package."""

    title: str
    occasion: str
    resource_ids: Sequence[int]
    """In the order in which they are used."""
    audiences: Sequence[str] = ()
    summary: str = ""


@transaction.atomic
def make_package(owner_id: int, words: PackageWords, *, actor: Person, is_demonstration: bool = False) -> Package:
    """Put resources of any owner together; everybody finds the package at once.

    Args:
        owner_id: the body that keeps the package.
        words: what it is and what is in it.
        actor: who makes it.
        is_demonstration: it is made up.

    Raises:
        NotAllowed: the actor keeps nothing of this body.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    owner = body_of(owner_id, "owner")
    if not may_keep(actor, owner, owner.region):
        raise NotAllowed(_("只有办公室、归口单位的联络员和所在区市的专干可以登记。"))
    package = Package(owner=owner, added_on=today(), is_demonstration=is_demonstration)
    _say(package, words)
    record("library.package.made", package, actor=actor, title=package.title, resources=list(words.resource_ids))
    return package


@transaction.atomic
def change_package(pk: int, words: PackageWords, *, actor: Person) -> Package:
    """Say something else of a package, or put other resources into it.

    Raises:
        NotAllowed: the actor does not keep it.
        LibraryMoved: it is withdrawn.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    package = _locked(pk, actor)
    if not package.is_shown:
        raise LibraryMoved(_("资源包已下架，不再改动。"))
    before = list(package.items.values_list("resource_id", flat=True))
    _say(package, words)
    record("library.package.changed", package, actor=actor, before=before, resources=list(words.resource_ids))
    return package


@transaction.atomic
def withdraw_package(pk: int, *, reason: str, actor: Person) -> Package:
    """Show a package no more; its resources stay.

    Raises:
        NotAllowed: the actor does not keep it.
        LibraryMoved: it is withdrawn already.
        LibraryUnfit: no reason.
    """
    package = _locked(pk, actor)
    if not package.is_shown:
        raise LibraryMoved(_("它已经下架，可能刚有人办过。请刷新再看。"))
    package.withdrawn_reason = text(reason, "reason", most=200)
    package.state, package.withdrawn_on = ShownState.WITHDRAWN, today()
    package.save(update_fields=["state", "withdrawn_on", "withdrawn_reason"])
    record("library.package.withdrawn", package, actor=actor, reason=package.withdrawn_reason)
    return package


def _locked(pk: int, actor: Person) -> Package:
    package = Package.objects.select_for_update(of=("self",)).select_related("owner__region").get(pk=pk)
    if not may_keep_package(actor, package):
        raise NotAllowed(_("只有办公室、归口单位的联络员和所在区市的专干可以改。"))
    return package


def _say(package: Package, words: PackageWords) -> None:
    package.title = text(words.title, "title", most=120)
    package.sort_key = pinyin_key(package.title)[:300]
    package.occasion = text(words.occasion, "occasion", most=120)
    package.summary = text(words.summary, "summary", most=2000, is_required=False)
    package.audiences = [one for one in Audience.values if one in words.audiences]
    chosen = list(dict.fromkeys(words.resource_ids))
    if not 1 <= len(chosen) <= MOST_ITEMS:
        raise LibraryUnfit(_("请选 1 到 %(most)d 件资源。") % {"most": MOST_ITEMS}, field="resources")
    held = set(package.items.values_list("resource_id", flat=True)) if package.pk else set()
    shown = set(Resource.objects.filter(pk__in=chosen, state=ShownState.SHOWN).values_list("pk", flat=True))
    if not set(chosen) <= held | shown:
        raise LibraryUnfit(_("有的资源没有或已下架，请重新选。"), field="resources")
    try:
        with transaction.atomic():
            package.save()
    except IntegrityError:
        same = Package.objects.filter(owner=package.owner_id, title=package.title).exclude(pk=package.pk)
        if not same.exists():
            raise
        raise LibraryUnfit(_("这个单位已有同名的资源包，请改那一个或换个名称。"), field="title") from None
    package.items.all().delete()
    PackageItem.objects.bulk_create(
        PackageItem(package=package, resource_id=pk, position=place) for place, pk in enumerate(chosen, start=1)
    )
