"""What the services of the library check of words that people type."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from kepu.directory.register.models import Organisation, Region
from kepu.outreach.library.errors import LibraryUnfit

_LONGEST_TOPIC = 64
_MOST_TOPICS = 20


def text(given: str, name: str, *, most: int, is_required: bool = True) -> str:
    """Words without blanks at their ends.

    Raises:
        LibraryUnfit: nothing said, or too long.
    """
    said = given.replace("\0", "").strip()
    if is_required and not said:
        raise LibraryUnfit(_("请填写。"), field=name)
    if len(said) > most:
        raise LibraryUnfit(_("超过 %(most)d 个字，请写短些。") % {"most": most}, field=name)
    return said


def topic_words(given: Iterable[str]) -> list[str]:
    """Topics, each once and none empty.

    Raises:
        LibraryUnfit: too many, or one is too long.
    """
    topics = list(dict.fromkeys(one.replace("\0", "").strip() for one in given if one.strip()))
    if len(topics) > _MOST_TOPICS:
        raise LibraryUnfit(_("题目最多 %(most)d 个。") % {"most": _MOST_TOPICS}, field="topics")
    if any(len(topic) > _LONGEST_TOPIC for topic in topics):
        raise LibraryUnfit(_("一个题目最多 %(most)d 个字。") % {"most": _LONGEST_TOPIC}, field="topics")
    return topics


def body_of(pk: int, name: str) -> Organisation:
    """A body of the register.

    Raises:
        LibraryUnfit: there is none such.
    """
    body = Organisation.objects.select_related("region").filter(pk=pk).first()
    if body is None:
        raise LibraryUnfit(_("请从列表中选择。"), field=name)
    return body


def region_of(pk: int) -> Region:
    """A region of the register.

    Raises:
        LibraryUnfit: there is none such.
    """
    region = Region.objects.filter(pk=pk).first()
    if region is None:
        raise LibraryUnfit(_("请从列表中选择。"), field="region")
    return region
