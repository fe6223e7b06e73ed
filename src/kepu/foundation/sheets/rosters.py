"""Rosters: spreadsheets whose rows wait for a person. Rooms add what a row says and what becomes of it.

Not re-exported by the package: it holds tables to inherit from, which can only be read once the apps are there.
"""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kepu.foundation.clock import now
from kepu.foundation.erasure import KEEP, OnErasure
from kepu.foundation.sheets.columns import Sheet
from kepu.foundation.sheets.decisions import RosterSettled, RowChoice, row_choices
from kepu.foundation.sheets.reading import SheetReader, SheetTooLarge, open_sheet

if TYPE_CHECKING:
    from django.core.files.base import File

MOST_ROWS = 5_000
MOST_BYTES = 10 * 1024 * 1024
_MEGABYTE = 1024 * 1024


class RosterBase(models.Model):
    """A list that somebody brought as a spreadsheet (名册)."""

    ON_ERASURE: ClassVar[dict[str, OnErasure]] = {"brought_by": KEEP}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=150)
    sha256 = models.CharField(_("内容指纹"), max_length=64, unique=True)
    brought_by = models.BigIntegerField(_("上传人"))
    brought_at = models.DateTimeField(_("上传时间"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class RosterRowBase(models.Model):
    """One row of a roster; rooms add the roster and what the row says."""

    number = models.PositiveIntegerField(_("行"))
    choice = models.CharField(_("怎么办"), max_length=10, choices=row_choices, default=RowChoice.UNDECIDED)

    class Meta:
        abstract = True


AnyRoster = TypeVar("AnyRoster", bound=RosterBase)


def open_roster(upload: "File[bytes]", sheet: Sheet) -> SheetReader:
    """Open an uploaded roster.

    Raises:
        SheetTooLarge: the file is larger than rosters are.
        InputUnreadable: as `open_sheet`.
    """
    if (upload.size or 0) > MOST_BYTES:
        said = {"most": MOST_BYTES // _MEGABYTE}
        raise SheetTooLarge(gettext("文件超过 %(most)d MB，请拆成几个。") % said, field="file")
    return open_sheet(upload, sheet)


def refuse_known(rosters: type[AnyRoster], fingerprints: Sequence[str]) -> None:
    """Refuse a roster that was brought before.

    Raises:
        RosterSettled: `roster` is its id.
    """
    before = rosters._default_manager.filter(sha256__in=fingerprints).first()  # noqa: SLF001 (Django documents it)
    if before is not None:
        said = gettext("这份名册上传过了，没有再读一遍。")
        raise RosterSettled(said, roster=str(before.pk), field="file")


def keep_roster(rosters: type[AnyRoster], upload: "File[bytes]", fingerprint: str, *, brought_by: int) -> AnyRoster:
    """Keep a roster once, even if two people bring it at the same time.

    Raises:
        RosterSettled: it was brought before; `roster` is its id.
    """
    values: dict[str, Any] = {
        "name": (upload.name or "")[:150], "sha256": fingerprint, "brought_by": brought_by, "brought_at": now(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            return rosters._default_manager.create(**values)  # noqa: SLF001
    except IntegrityError:
        refuse_known(rosters, [fingerprint])
        raise


def refuse_decided(choice: str) -> None:
    """Refuse a second decision about a locked row.

    Raises:
        RosterSettled: somebody decided before.
    """
    if choice != RowChoice.UNDECIDED:
        raise RosterSettled(gettext("这一行已经定过了，可能刚有人办过。请刷新再看。"))
