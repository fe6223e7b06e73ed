"""Read files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.files.choices import Visibility
from kepu.foundation.files.errors import FileLost
from kepu.foundation.files.models import StoredFile


def files_visible_to(actor: Actor | None) -> QuerySet[StoredFile]:
    """Every file that the actor may fetch; None is a visitor."""
    if actor is None or actor.pk is None:
        return StoredFile.objects.filter(visibility=Visibility.PUBLIC)
    if actor.holds("leading_office", "auditor"):
        return StoredFile.objects.all()
    return StoredFile.objects.filter(~Q(visibility=Visibility.PRIVATE) | Q(uploaded_by=actor.pk))


@contextmanager
def opened(file: StoredFile) -> Iterator[IO[bytes]]:
    """Open the content for reading.

    Raises:
        FileLost: the storage does not have it any more.
    """
    try:
        stream = file.content.open("rb")
    except FileNotFoundError:
        raise lost(file) from None
    with stream:
        yield stream


def lost(file: StoredFile) -> FileLost:
    """Say in words that a content is gone."""
    return FileLost(_("文件“%(name)s”的内容已不在存储中，请联系系统管理员从备份恢复。") % {"name": file.name})
