"""Load the lists of indicators that the rooms bring as data."""

import logging
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kepu.directory.register.models import Person
from kepu.foundation.audit.services import record
from kepu.foundation.errors import NotAllowed
from kepu.ledger.errors import IndicatorFileInvalid
from kepu.ledger.models import Indicator
from kepu.ledger.permissions import may_load_indicators
from kepu.ledger.rules import LATEST, codes_in

log = logging.getLogger(__name__)
CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")
FIELDS = frozenset(field.name for field in Indicator._meta.get_fields() if field.name != "id")
FIXED = ("unit", "kind", "aggregation")
DEFAULT_DIMENSIONS = ["region", "audience", "organisation"]


@dataclass(frozen=True, slots=True)
class IndicatorsLoaded:
    """What a loading did."""

    created: int
    changed: int
    unchanged: int


def indicator_files() -> list[Path]:
    """Every `indicators/*.toml` that an installed room brings."""
    folders = [
        Path(config.path) / "indicators" for config in apps.get_app_configs() if config.name in settings.KEPU_APPS
    ]
    return [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.toml"))]


def load_after_migrate(**_values: Any) -> None:
    """Load the rooms' lists after every migration, where the tables are there (a signal's receiver)."""
    if {Indicator._meta.db_table, "audit_entry"} <= set(connection.introspection.table_names()):  # noqa: SLF001
        load_indicators(actor=None)


@transaction.atomic
def load_indicators(files: Iterable[Path] | None = None, *, actor: Person | None) -> IndicatorsLoaded:
    """Add and update indicators from TOML; an indicator that facts or plans may name is never removed.

    Raises:
        NotAllowed: the actor keeps no indicators.
        IndicatorFileInvalid: a list cannot be read, contradicts itself, or changes what a stored version means.
    """
    if actor is not None and not may_load_indicators(actor):
        raise NotAllowed
    entries = [entry for file in (indicator_files() if files is None else files) for entry in _entries(file)]
    known = {(found.code, found.version): found for found in Indicator.objects.all()}
    units = {code: found for (code, _version), found in known.items()}
    created = changed = unchanged = 0
    for position, entry in enumerate(entries):
        values = {"dimensions": DEFAULT_DIMENSIONS, "sort_order": position, **entry}
        found = known.get((values["code"], values.get("version", 1)))
        same_code = units.get(values["code"])
        if same_code is not None and any(values[field] != getattr(same_code, field) for field in FIXED):
            raise IndicatorFileInvalid(
                _("指标 %(code)s 的单位、类型或合计方法与已有的不同：含义变了请用新代码。") % {"code": values["code"]}
            )
        if found is not None and all(getattr(found, name) == value for name, value in values.items()):
            unchanged += 1
            continue
        indicator = found or Indicator()
        for name, value in values.items():
            setattr(indicator, name, value)
        _check(indicator)
        indicator.save()
        known[indicator.code, indicator.version] = units[indicator.code] = indicator
        created, changed = (created, changed + 1) if found else (created + 1, changed)
    _check_formulas(known.values())
    _check_years(known.values())
    if (created or changed) and known:
        record("ledger.indicators.loaded", next(iter(known.values())), actor=actor, created=created, changed=changed)
    return IndicatorsLoaded(created, changed, unchanged)


def _entries(file: Path) -> list[dict[str, Any]]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        said = {"file": file.name, "problem": problem}
        raise IndicatorFileInvalid(_("指标文件 %(file)s 读不了：%(problem)s") % said) from None
    entries = document.get("indicator", [])
    for entry in entries:
        unknown = set(entry) - FIELDS
        if unknown or not CODE.fullmatch(str(entry.get("code", ""))):
            said = {"file": file.name, "code": entry.get("code", ""), "fields": "、".join(sorted(unknown))}
            raise IndicatorFileInvalid(
                _("%(file)s：指标“%(code)s”的代码应为小写字母、数字和下划线，且不能有未知的栏目（%(fields)s）。") % said
            )
    return list(entries)


def _check(indicator: Indicator) -> None:
    try:
        indicator.full_clean(validate_unique=False)
        if indicator.formula:
            codes_in(indicator.formula)
    except ValidationError as problem:
        said = {"code": indicator.code, "problem": "；".join(problem.messages)}
        raise IndicatorFileInvalid(_("指标 %(code)s 有误：%(problem)s") % said) from None
    except ValueError as problem:
        said = {"code": indicator.code, "problem": str(problem)}
        raise IndicatorFileInvalid(_("指标 %(code)s 的公式有误：%(problem)s") % said) from None


def _check_formulas(indicators: Iterable[Indicator]) -> None:
    found = list(indicators)
    plain = {indicator.code for indicator in found if not indicator.is_derived}
    for indicator in found:
        missing = set(codes_in(indicator.formula)) - plain if indicator.formula else set()
        if missing:
            said = {"code": indicator.code, "missing": "、".join(sorted(missing))}
            raise IndicatorFileInvalid(_("指标 %(code)s 的公式用到了没有或同为派生的指标：%(missing)s") % said)


def _check_years(indicators: Iterable[Indicator]) -> None:
    spans: dict[str, list[tuple[int, int]]] = {}
    for indicator in indicators:
        spans.setdefault(indicator.code, []).append((indicator.valid_from, indicator.valid_to or LATEST.year))
    for code, years in spans.items():
        years.sort()
        if any(following[0] <= span[1] for span, following in pairwise(years)):
            raise IndicatorFileInvalid(_("指标 %(code)s 的两个版本年份重叠。") % {"code": code})
