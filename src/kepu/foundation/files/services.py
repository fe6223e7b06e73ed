"""Take files in, change who may fetch them, remove them."""

import errno
import hashlib
import re
import unicodedata
import weakref
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.content import DOCUMENT, MEGABYTE, WORKBOOK, FileKind, check_archive, detect_kind
from kepu.foundation.errors import NotAllowed
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.errors import FileEmpty, FileInfected, FileKindRefused, FileTooLarge, StorageFull
from kepu.foundation.files.models import StoredFile, stored_name
from kepu.foundation.files.permissions import may_change_file
from kepu.foundation.gateways import ScanState, scanner

_PIECE = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}
_HOPELESS = str.maketrans("", "", "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\r\n\t]+')


class _Undo:
    """Removes a stored content again, unless the transaction that wrote it commits.

    Django calls nobody when a transaction rolls back, but it drops what waited for the commit; this object waits
    there, and nowhere else.
    """

    def __init__(self, remove: Callable[[str], None], name: str) -> None:
        self._finalizer = weakref.finalize(self, remove, name)

    def keep(self) -> None:
        """Leave the content where it is."""
        self._finalizer.detach()


@transaction.atomic
def store_upload(
    upload: "File[bytes]",
    *,
    actor: Actor | None,
    accept: AbstractSet[FileKind],
    max_bytes: int = 20 * MEGABYTE,
    visibility: Visibility = Visibility.STAFF,
) -> StoredFile:
    """Check a file by its content and keep it; if the caller's transaction is undone, nothing is left of it.

    Args:
        upload: an uploaded file, or any Django file that can be read from its beginning again.
        actor: who brings it; None for the machine itself.
        accept: the kinds that this door takes.
        max_bytes: larger files are refused as soon as so many bytes were read.
        visibility: who may fetch it.

    Raises:
        FileEmpty: nothing is in it.
        FileTooLarge: it is larger than `max_bytes`.
        FileKindRefused: its content is of a kind that is not taken, whatever its name says.
        ArchiveTooLarge, FileDamaged: it is an archive that must not be unpacked.
        FileInfected: the scanner found something.
        StorageFull: there is no room left.
    """
    name = clean_name(upload.name or "")
    digest, size = _measure(upload, name, max_bytes)
    stream: IO[bytes] = upload
    kind = detect_kind(stream)
    _check_kind(kind, name, accept)
    if kind in {FileKind.DOCX, FileKind.XLSX, FileKind.ZIP}:
        check_archive(stream, WORKBOOK if kind == FileKind.XLSX else DOCUMENT)
    scan_state = scanner().scan(stream)
    if scan_state == ScanState.INFECTED:
        raise FileInfected(_("扫描器在“%(name)s”中发现病毒，没有保存。请先用杀毒软件处理。") % {"name": name})
    file = StoredFile(
        name=_with_suffix(name, kind),
        kind=kind,
        size=size,
        sha256=digest,
        visibility=visibility,
        scan_state=scan_state,
        uploaded_by=None if actor is None else actor.pk,
    )
    upload.seek(0)
    file.content.name = _write(stored_name(file, ""), upload)
    transaction.on_commit(_Undo(default_storage.delete, file.content.name).keep)
    file.save(force_insert=True)
    record("files.file.stored", file, actor=actor, name=file.name, kind=kind, size=size, sha256=digest)
    return file


def store_bytes(
    content: bytes,
    name: str,
    *,
    actor: Actor | None,
    accept: AbstractSet[FileKind],
    max_bytes: int = 20 * MEGABYTE,
    visibility: Visibility = Visibility.STAFF,
) -> StoredFile:
    """Keep a content that is already in memory (pasted text, something made here); as `store_upload`."""
    upload = ContentFile(content, name=name)
    return store_upload(upload, actor=actor, accept=accept, max_bytes=max_bytes, visibility=visibility)


def _measure(upload: "File[bytes]", name: str, max_bytes: int) -> tuple[str, int]:
    too_large = FileTooLarge(
        _("“%(name)s”超过 %(limit)s MB，没有保存。请压缩图片或拆成几个文件后再上传。")
        % {"name": name, "limit": f"{max_bytes / MEGABYTE:g}"},
        limit=max_bytes,
    )
    if (getattr(upload, "size", None) or 0) > max_bytes:
        raise too_large
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(upload):
        size += len(piece)
        if size > max_bytes:
            raise too_large
        digest.update(piece)
    if not size:
        raise FileEmpty(_("“%(name)s”是空文件，里面没有内容。请检查后重新选择。") % {"name": name})
    return digest.hexdigest(), size


def _pieces(upload: "File[bytes]") -> Iterator[bytes]:
    upload.seek(0)
    while piece := upload.read(_PIECE):
        yield piece


def _check_kind(kind: FileKind, name: str, accept: AbstractSet[FileKind]) -> None:
    if kind in accept:
        return
    wanted = _("、").join(str(one.label) for one in FileKind if one in accept)
    advice = {
        FileKind.DOC: _("请在 Word 或 WPS 中另存为 .docx 后再上传。"),
        FileKind.XLS: _("请在 Excel 或 WPS 中另存为 .xlsx 后再上传。"),
        FileKind.MACRO: _("请另存为不带宏的 .docx 或 .xlsx 后再上传。"),
        FileKind.ENCRYPTED: _("请去掉密码后再上传。"),
        FileKind.DAMAGED: _("请重新保存或重新下载后再上传。"),
    }.get(kind, _("请换一个文件。"))
    said = {"name": name, "real": kind.label, "wanted": wanted, "advice": advice}
    raise FileKindRefused(_("“%(name)s”是%(real)s，这里只收%(wanted)s。%(advice)s") % said, kind=str(kind))


def _write(name: str, upload: "File[bytes]") -> str:
    try:
        return default_storage.save(name, upload)
    except OSError as problem:
        if problem.errno not in _FULL:
            raise
        default_storage.delete(name)
        raise StorageFull(_("存储空间已满，文件没有保存。请联系系统管理员腾出空间后再试。")) from problem


def clean_name(given: str) -> str:
    r"""Make a name from outside harmless: no folders, no control or direction marks, at most 120 characters.

    Examples:
        >>> clean_name("..\\科普/计划\u202etxt.docx"), clean_name("///")
        ('计划txt.docx', '未命名')
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1].translate(_HOPELESS)
    name = _NOT_IN_NAMES.sub(" ", "".join(mark for mark in name if unicodedata.category(mark)[0] != "C"))
    name = name.strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 5:  # noqa: PLR2004 the longest suffix we know
        name = f"{stem[: 119 - len(suffix)]}.{suffix}"
    return name[:120] or _("未命名")


def _with_suffix(name: str, kind: FileKind) -> str:
    """Let the name end as the content is, so that it opens in the right program."""
    known = {FileKind.JPEG: ("jpg", "jpeg"), FileKind.TEXT: ("txt", "csv", "md", "toml", "json", "html", "xml", "tsv")}
    if kind in {FileKind.OTHER, FileKind.MACRO, FileKind.ENCRYPTED, FileKind.DAMAGED, FileKind.EMPTY}:
        return name
    suffixes = known.get(kind, (kind.value,))
    return name if name.lower().rpartition(".")[2] in suffixes and "." in name else f"{name}.{suffixes[0]}"


@transaction.atomic
def change_visibility(file: StoredFile, visibility: Visibility, *, actor: Actor) -> StoredFile:
    """Let more or fewer people fetch a file.

    Raises:
        NotAllowed: the actor is neither its owner nor of the office.
    """
    if not may_change_file(actor, file):
        raise NotAllowed
    before, file.visibility = file.visibility, visibility
    file.save(update_fields=["visibility"])
    record("files.file.shown_to", file, actor=actor, before=before, after=visibility)
    return file


@transaction.atomic
def remove_file(file: StoredFile, *, actor: Actor | None) -> None:
    """Remove a file; its content goes when the transaction commits.

    Args:
        file: which.
        actor: who wants it gone; None where the room that holds the file decided who may.

    Raises:
        NotAllowed: the actor is neither its owner nor of the office.
    """
    if actor is not None and not may_change_file(actor, file):
        raise NotAllowed
    name = str(file.content.name)
    record("files.file.removed", file, actor=actor, name=file.name, sha256=file.sha256)
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(name))


def sweep_storage(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove contents that no record knows: what a killed process left behind.

    Args:
        older_than: younger contents may belong to a transaction that is still open.

    Returns:
        How many were removed.
    """
    removed = 0
    limit = timezone.now() - older_than
    if not default_storage.exists(""):  # nobody stored anything yet
        return removed
    for folder in default_storage.listdir("")[0]:
        if not re.fullmatch(r"[0-9a-f]{2}", folder):
            continue
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        for name in _unknown(names):
            if default_storage.get_modified_time(name) < limit:
                default_storage.delete(name)
                removed += 1
    return removed


def _unknown(names: Iterable[str]) -> set[str]:
    asked = set(names)
    return asked - set(StoredFile.objects.filter(content__in=asked).values_list("content", flat=True))
