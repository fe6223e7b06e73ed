"""Which indicators there are and who may see them."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.ledger.choices import AUDIENCE_OF_TAG, Audience, AudienceTag, Visibility
from kepu.ledger.errors import IndicatorUnknown
from kepu.ledger.models import Indicator
from kepu.ledger.permissions import may_read_staff_indicators

# Asked before every question to the ledger: written out, it costs a third of what composing it each time does.
_BY_CODE = """
select * from ledger_indicator where %s::text[] is null or code = any(%s::text[]) order by sort_order, code, version desc
"""


@dataclass(frozen=True, slots=True)
class AudienceOption:
    """An audience with its finer groups, for forms and filters."""

    code: str
    label: str
    tags: tuple[tuple[str, str], ...]


def indicators_visible_to(actor: Person | None) -> QuerySet[Indicator]:
    """The newest version of every indicator that the reader may see; None reads as the public."""
    newest = Indicator.objects.order_by("code", "-version").distinct("code").values("pk")
    found = Indicator.objects.filter(pk__in=newest)
    return found if may_read_staff_indicators(actor) else found.filter(visibility=Visibility.PUBLIC)


def indicator_named(code: str, *, actor: Person | None = None, is_open: bool = False) -> Indicator:
    """The newest version of one indicator.

    Args:
        code: its code.
        actor: the reader.
        is_open: skip the question of visibility (for the machine itself).

    Raises:
        IndicatorUnknown: there is none that the reader may see.
    """
    found = Indicator.objects.filter(code=code) if is_open else indicators_visible_to(actor).filter(code=code)
    indicator = found.order_by("-version").first()
    if indicator is None:
        raise IndicatorUnknown(_("没有代码为“%(code)s”的指标。") % {"code": code}, indicator=code)
    return indicator


def indicators_by_code(codes: set[str] | None = None) -> dict[str, list[Indicator]]:
    """All versions of the named indicators (of all, where none is named), newest first."""
    wanted = None if codes is None else sorted(codes)
    versions: dict[str, list[Indicator]] = {}
    for indicator in Indicator.objects.raw(_BY_CODE, [wanted, wanted]):
        versions.setdefault(indicator.code, []).append(indicator)
    return versions


def audience_options() -> list[AudienceOption]:
    """The audiences in their order, each with its finer groups."""
    return [
        AudienceOption(
            code,
            str(label),
            tuple((tag, str(name)) for tag, name in AudienceTag.choices if code in AUDIENCE_OF_TAG[tag]),
        )
        for code, label in Audience.choices
    ]
