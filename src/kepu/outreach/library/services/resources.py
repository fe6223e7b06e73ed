"""Add, change, withdraw and show again a resource; put its file up and take it down."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.choices import Audience
from kepu.directory.register.models import Person
from kepu.engines.chinese.pinyin import pinyin_key
from kepu.foundation.audit.services import record
from kepu.foundation.clock import today
from kepu.foundation.content import MEGABYTE, FileKind
from kepu.foundation.errors import NotAllowed
from kepu.foundation.events import publish
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.services import remove_file, store_upload
from kepu.outreach.library.choices import ShownState
from kepu.outreach.library.errors import LibraryMoved, LibraryUnfit
from kepu.outreach.library.events import ResourceWithdrawn
from kepu.outreach.library.models import Resource
from kepu.outreach.library.permissions import may_keep, may_keep_resource
from kepu.outreach.library.queries.kinds import kind_labels
from kepu.outreach.library.services.texts import body_of, region_of, text, topic_words
from kepu.outreach.people.capacities.queries import choices_of

FILES = frozenset({FileKind.PDF, FileKind.DOCX, FileKind.PNG, FileKind.JPEG, FileKind.ZIP})
MOST_BYTES = 50 * MEGABYTE


@dataclass(frozen=True, slots=True)
class ResourceWords:
    """What is said of a resource; its owner stands apart."""

    title: str
    kind: str
    region_id: int
    source: str
    """The author, or the body it comes from."""
    rights: str
    """Under which licence or agreement it may be used."""
    topics: Collection[str] = ()
    subjects: Collection[str] = ()
    audiences: Collection[str] = ()
    forms: Collection[str] = ()
    description: str = ""
    is_lendable: bool = True


@transaction.atomic
def add_resource(owner_id: int, words: ResourceWords, *, actor: Person, is_demonstration: bool = False) -> Resource:
    """Add a resource that everybody finds at once.

    Args:
        owner_id: the body it belongs to.
        words: everything else.
        actor: who adds it.
        is_demonstration: it is made up.

    Raises:
        NotAllowed: the actor keeps nothing of this body in this region.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    owner, region = body_of(owner_id, "owner"), region_of(words.region_id)
    if not may_keep(actor, owner, region):
        raise NotAllowed(_("只有办公室、归口单位的联络员和所在区市的专干可以登记。"))
    resource = Resource(owner=owner, added_on=today(), is_demonstration=is_demonstration)
    _say(resource, words)
    _save(resource)
    record("library.resource.added", resource, actor=actor, title=resource.title, kind=resource.kind, owner=owner.pk)
    return resource


@transaction.atomic
def change_resource(pk: int, words: ResourceWords, *, actor: Person) -> Resource:
    """Say something else of a resource; what changed stands in its history.

    Raises:
        NotAllowed: the actor does not keep it, or would not keep it where it is moved to.
        LibraryMoved: it is withdrawn.
        LibraryUnfit: something said cannot be; `field` names it.
    """
    resource = locked_resource(pk, actor)
    refuse_withdrawn(resource)
    if not may_keep(actor, resource.owner, region_of(words.region_id)):
        raise NotAllowed(_("这个地区不归您管，请办公室来改。"))
    before = {name: getattr(resource, name) for name in asdict(words)}
    _say(resource, words)
    changed = {name: str(value) for name, value in before.items() if value != getattr(resource, name)}
    if changed:
        _save(resource)
        record("library.resource.changed", resource, actor=actor, before=changed)
    return resource


@transaction.atomic
def withdraw_resource(pk: int, *, reason: str, actor: Person) -> Resource:
    """Show and lend a resource no more; what is out comes back as agreed, packages pass it over.

    Raises:
        NotAllowed: the actor does not keep it.
        LibraryMoved: it is withdrawn already.
        LibraryUnfit: no reason.
    """
    resource = locked_resource(pk, actor)
    refuse_withdrawn(resource)
    resource.withdrawn_reason = text(reason, "reason", most=200)
    resource.state, resource.withdrawn_on = ShownState.WITHDRAWN, today()
    resource.save(update_fields=["state", "withdrawn_on", "withdrawn_reason"])
    _show_file(resource, Visibility.STAFF)
    record("library.resource.withdrawn", resource, actor=actor, reason=resource.withdrawn_reason)
    publish(ResourceWithdrawn(resource.pk))
    return resource


@transaction.atomic
def show_resource(pk: int, *, actor: Person) -> Resource:
    """Show a withdrawn resource again.

    Raises:
        NotAllowed: the actor does not keep it.
        LibraryMoved: it is shown already.
    """
    resource = locked_resource(pk, actor)
    if resource.is_shown:
        raise LibraryMoved(_("它已经在用，可能刚有人办过。请刷新再看。"))
    resource.state, resource.withdrawn_on, resource.withdrawn_reason = ShownState.SHOWN, None, ""
    resource.save(update_fields=["state", "withdrawn_on", "withdrawn_reason"])
    _show_file(resource, Visibility.PUBLIC)
    record("library.resource.shown", resource, actor=actor)
    return resource


@transaction.atomic
def put_file(pk: int, upload: "File[bytes]", *, actor: Person) -> Resource:
    """Put the file of a resource up for everybody, in place of the one before.

    Raises:
        NotAllowed: the actor does not keep the resource.
        LibraryMoved: it is withdrawn.
        InputUnreadable, InputTooLarge: the file is of no kind that is taken, or too large.
    """
    resource = locked_resource(pk, actor)
    refuse_withdrawn(resource)
    before = resource.file
    resource.file = store_upload(upload, actor=actor, accept=FILES, max_bytes=MOST_BYTES, visibility=Visibility.PUBLIC)
    resource.save(update_fields=["file"])
    if before is not None:
        remove_file(before, actor=None)
    record("library.resource.file_put", resource, actor=actor, name=resource.file.name)
    return resource


@transaction.atomic
def drop_file(pk: int, *, actor: Person) -> Resource:
    """Take the file of a resource down; nothing happens where somebody was quicker.

    Raises:
        NotAllowed: the actor does not keep the resource.
    """
    resource = locked_resource(pk, actor)
    if (file := resource.file) is not None:
        resource.file = None
        resource.save(update_fields=["file"])
        record("library.resource.file_dropped", resource, actor=actor, name=file.name)
        remove_file(file, actor=None)
    return resource


def locked_resource(pk: int, actor: Person) -> Resource:
    """A resource that nobody else changes meanwhile, for somebody who keeps it.

    Raises:
        NotAllowed: the actor does not keep it.
    """
    found = Resource.objects.select_for_update(of=("self",)).select_related("owner__region", "region", "file")
    resource = found.get(pk=pk)
    if not may_keep_resource(actor, resource):
        raise NotAllowed(_("只有办公室、归口单位的联络员和所在区市的专干可以改。"))
    return resource


def refuse_withdrawn(resource: Resource) -> None:
    """Nothing of a withdrawn resource changes until it is shown again.

    Raises:
        LibraryMoved: it is withdrawn.
    """
    if not resource.is_shown:
        raise LibraryMoved(_("资源已下架，请先重新上架。"))


def _show_file(resource: Resource, visibility: Visibility) -> None:
    if resource.file is not None:
        resource.file.visibility = visibility
        resource.file.save(update_fields=["visibility"])


def _save(resource: Resource) -> None:
    try:
        with transaction.atomic():
            resource.save()
    except IntegrityError:
        same = Resource.objects.filter(owner=resource.owner_id, title=resource.title).exclude(pk=resource.pk)
        if not same.exists():
            raise
        raise LibraryUnfit(_("这个单位已有同名的资源，请改那一件或换个名称。"), field="title") from None


def _say(resource: Resource, words: ResourceWords) -> None:
    if words.kind not in kind_labels():
        raise LibraryUnfit(_("没有这个类型，请从列表中选择。"), field="kind")
    resource.kind, resource.region_id, resource.is_lendable = words.kind, words.region_id, words.is_lendable
    for name, most in (("title", 120), ("source", 160), ("rights", 200)):
        setattr(resource, name, text(getattr(words, name), name, most=most))
    resource.description = text(words.description, "description", most=2000, is_required=False)
    resource.sort_key = pinyin_key(resource.title)[:300]
    resource.topics = topic_words(words.topics)
    known = {name: [code for code, _label in choices_of(name)] for name in ("subjects", "forms")}
    for name, codes in (known | {"audiences": list(Audience.values)}).items():
        given = getattr(words, name)
        if any(code not in codes for code in given):
            raise LibraryUnfit(_("请从列表中选择。"), field=name)
        setattr(resource, name, [code for code in codes if code in given])
