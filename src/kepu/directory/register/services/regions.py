"""Read, check and store lists of regions; delete what nothing refers to."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from kepu.directory.register.choices import AreaClass, RegionLevel
from kepu.directory.register.errors import RegionFileInvalid, StillInUse
from kepu.directory.register.models import Person, Region, RegionPopulation
from kepu.directory.register.permissions import may_manage_organisations
from kepu.directory.register.queries import uses_of
from kepu.directory.register.rules import misprinted_shares, shares_add_up
from kepu.engines.chinese.pinyin import pinyin_key
from kepu.foundation.audit.services import record
from kepu.foundation.errors import NotAllowed

DISTRICT_CODE_LENGTH = 6
TOWNSHIP_CODE_LENGTH = 9
COMMUNITY_CODE_LENGTH = 12
LEVEL_OF_LENGTH = {
    2: RegionLevel.PROVINCE,
    4: RegionLevel.CITY,
    DISTRICT_CODE_LENGTH: RegionLevel.DISTRICT,
    TOWNSHIP_CODE_LENGTH: RegionLevel.TOWNSHIP,
    COMMUNITY_CODE_LENGTH: RegionLevel.COMMUNITY,
}
REGION_COLUMNS = frozenset({"code", "name"})
MESSAGES_SHOWN = 10
_UPDATED = ("name", "short_name", "level", "parent", "path", "aliases", "area_class", "sort_key", "tile_row",
            "tile_column", "source")  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegionImport:
    """What an import of regions did."""

    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One checked row; what the file does not say is None and changes nothing."""

    line: int
    code: str
    name: str
    parent_code: str
    said: Mapping[str, Any]
    people: int | None
    counted_on: date | None
    group: str
    share: Decimal | None
    source: str


def read_region_file(data: bytes) -> list[dict[str, str]]:
    """Read a CSV of regions (UTF-8 or GB18030).

    Raises:
        RegionFileInvalid: empty, no header with `code` and `name`, or text in another encoding.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise RegionFileInvalid(_("文件不是 UTF-8 或 GB18030 编码的文本，请另存为 CSV UTF-8 后重试。"))
    try:
        reader = csv.DictReader(StringIO(text, newline=""), strict=True)
        if "\0" in text or not set(reader.fieldnames or ()) >= REGION_COLUMNS:
            raise RegionFileInvalid(_("表头需要有 code 和 name 两列，请在第一行补上后重传。"))
        return [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]
    except csv.Error as problem:
        raise RegionFileInvalid(_("这个文件读不成表格，请另存为 CSV UTF-8 后重试。")) from problem


@transaction.atomic
def import_regions(rows: Iterable[Mapping[str, str]], *, actor: Person | None, source: str = "") -> RegionImport:
    """Add or update regions; all or nothing, and the same file twice changes nothing.

    Args:
        rows: `code` (2, 4, 6, 9 or 12 digits) and `name`; optional `short_name`, `parent` (else by the code's own
            digits; `district` is read as the parent in lists of townships), `aliases` (separated by `|`), `area_class`,
            `tile_row`, `tile_column`, `people` with `counted_on` (ISO) and `group`, `share_percent` (as printed, only
            checked), `source`. A column that is absent or empty changes nothing.
        actor: None only where the system itself acts (a command, loading an example).
        source: where the list comes from, for rows that do not say it.

    Raises:
        NotAllowed: the actor keeps no register.
        RegionFileInvalid: a row cannot be placed, or people or shares do not add up; nothing is stored.
    """
    if actor is not None and not may_manage_organisations(actor):
        raise NotAllowed
    known = {region.code: region for region in Region.objects.select_for_update()}
    checked = _checked_rows(rows, known, source)
    _check_heads(checked, known)
    created, changed = _store(checked, known)
    _store_heads(checked, known)
    if checked and (created or changed):
        first = known[checked[0].code]
        record("directory.regions.imported", first, actor=actor, created=created, changed=changed, source=source)
    return RegionImport(created, changed, len(checked) - created - changed)


def _parent_code(code: str) -> str:
    """The code one level up by the lengths of GB/T 2260 and GB/T 10114: 12 → 9 → 6 → 4 → 2."""
    shorter = [length for length in LEVEL_OF_LENGTH if length < len(code)]
    return code[: max(shorter)] if shorter else ""


def _checked_rows(rows: Iterable[Mapping[str, str]], known: Mapping[str, Region], source: str) -> list[_Row]:
    """Read every row, upper levels first, and name every row that cannot be read or placed."""
    problems: list[str] = []
    found: dict[str, _Row] = {}
    for line, row in enumerate(rows, start=2):
        try:
            read = _read_row(line, row, source)
            if read.code in found:
                raise ValueError(  # noqa: TRY301 all reasons of one row end in the same list
                    _("代码 %(code)s 与第 %(other)d 行重复") % {"code": read.code, "other": found[read.code].line}
                )
            found[read.code] = read
        except ValueError as problem:
            problems.append(_("第 %(line)d 行：%(problem)s") % {"line": line, "problem": problem})
    ordered = sorted(found.values(), key=lambda row: (len(row.code), row.line))
    shortest = min((len(code) for code in (*known, *found)), default=0)
    for read in ordered:
        is_top = len(read.code) == shortest <= DISTRICT_CODE_LENGTH
        if not is_top and read.parent_code not in found and read.parent_code not in known:
            problems.append(
                _("第 %(line)d 行：找不到 %(code)s 的上级 %(parent)s，请先导入上级或补上 parent 列")
                % {"line": read.line, "code": read.code, "parent": read.parent_code}
            )
    if problems:
        raise RegionFileInvalid(_in_one_sentence(problems), problems=problems)
    if not ordered:
        raise RegionFileInvalid(_("表里没有一行数据，请补上后重传。"))
    return ordered


def _in_one_sentence(problems: list[str]) -> str:
    shown = "；".join(problems[:MESSAGES_SHOWN])
    if len(problems) > MESSAGES_SHOWN:
        shown += _("；另有 %(count)d 处") % {"count": len(problems) - MESSAGES_SHOWN}
    return _("%(problems)s。没有存入任何一行，请改好后重传。") % {"problems": shown}


def _read_row(line: int, row: Mapping[str, str], source: str) -> _Row:
    """Read one row.

    Raises:
        ValueError: with the reason in words.
    """
    cell = {key: (value or "").strip() for key, value in row.items()}
    code, name = cell.get("code", ""), cell.get("name", "")
    if not (code.isascii() and code.isdigit()) or len(code) not in LEVEL_OF_LENGTH:
        raise ValueError(_("代码“%(code)s”应为 2、4、6、9 或 12 位数字") % {"code": code[:20]})
    if not name or len(name) > Region._meta.get_field("name").max_length:  # type: ignore[operator] # noqa: SLF001
        raise ValueError(_("名称不能为空，也不能超过 80 个字"))
    parent_code = cell.get("parent") or cell.get("district") or _parent_code(code)
    if len(parent_code) >= len(code):
        raise ValueError(_("上级 %(parent)s 的代码应比 %(code)s 短") % {"parent": parent_code[:20], "code": code})
    said: dict[str, Any] = {key: cell[key] for key in ("short_name", "area_class") if cell.get(key)}
    if said.get("area_class", AreaClass.UNKNOWN) not in AreaClass.values:
        raise ValueError(_("城乡分类只认 %(known)s") % {"known": "、".join(AreaClass.values)})
    if cell.get("aliases"):
        said["aliases"] = [alias.strip() for alias in cell["aliases"].replace("｜", "|").split("|") if alias.strip()]
    for key in ("tile_row", "tile_column"):
        if cell.get(key):
            said[key] = _whole_number(cell[key], key)
    people = _whole_number(cell["people"], "people") if cell.get("people") else None
    if people is not None and not cell.get("counted_on"):
        raise ValueError(_("有人数就要有 counted_on（如 2020-11-01）"))
    return _Row(
        line=line,
        code=code,
        name=name,
        parent_code=parent_code,
        said=said,
        people=people,
        counted_on=_day(cell["counted_on"]) if people is not None else None,
        group=cell.get("group") or "all",
        share=_decimal(cell["share_percent"]) if cell.get("share_percent") else None,
        source=cell.get("source") or source,
    )


def _whole_number(text: str, column: str) -> int:
    plain = text.replace(",", "").replace("，", "")
    if not (plain.isascii() and plain.isdigit()):
        raise ValueError(_("%(column)s 应为不小于 0 的整数，现在是“%(text)s”") % {"column": column, "text": text[:20]})
    return int(plain)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("counted_on 应写成 2020-11-01，现在是“%(text)s”") % {"text": text[:20]}) from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.rstrip("%％"))
    except InvalidOperation:
        raise ValueError(_("share_percent 应为数字，现在是“%(text)s”") % {"text": text[:20]}) from None


def _check_heads(rows: list[_Row], known: Mapping[str, Region]) -> None:
    """Compare the parts of every region with its whole: people exactly, printed shares within rounding.

    Raises:
        RegionFileInvalid: they do not add up; the sentence names the sums and the suspicious rows.
    """
    whole = {(row.code, row.counted_on, row.group): row.people for row in rows if row.people is not None}
    parts: dict[tuple[str, date | None, str], list[_Row]] = defaultdict(list)
    children: dict[str, set[str]] = defaultdict(set)
    for code, region in known.items():
        if region.parent_id and region.valid_to is None:
            children[region.path.split("/")[-3]].add(code)
    for row in rows:
        children[row.parent_code].add(row.code)
        if row.people is not None:
            parts[row.parent_code, row.counted_on, row.group].append(row)
    problems: list[str] = []
    for (parent_code, day, group), members in parts.items():
        total = whole.get((parent_code, day, group))
        if total is None and parent_code in known and day is not None:
            stored = known[parent_code].populations.filter(counted_on=day, group=group).first()
            total = stored.people if stored else None
        is_complete = {row.code for row in members} == children[parent_code]
        problems += _head_problems(parent_code, members, total if is_complete else None)
    if problems:
        raise RegionFileInvalid(_in_one_sentence(problems), problems=problems)


def _head_problems(parent_code: str, members: list[_Row], total: int | None) -> list[str]:
    counted = sum(row.people or 0 for row in members)
    problems = []
    if total is not None and counted != total:
        problems.append(
            _("%(parent)s 各部分人数之和 %(sum)d 与总数 %(total)d 相差 %(gap)d，请核对原表")
            % {"parent": parent_code, "sum": counted, "total": total, "gap": counted - total}
        )
    printed = {row.name: row.share for row in members if row.share is not None}
    if len(printed) == len(members) and not shares_add_up(list(printed.values())):
        problems.append(
            _("%(parent)s 各部分占比之和为 %(sum)s%%，应为 100%%（允许四舍五入相差 0.05）")
            % {"parent": parent_code, "sum": sum(printed.values())}
        )
    people = {row.name: row.people or 0 for row in members}
    for name, share in misprinted_shares(people, printed, total or counted).items() if printed and counted else ():
        problems.append(
            _("%(name)s 印的占比是 %(printed)s%%，按人数算是 %(share)s%%")
            % {"name": name, "printed": printed[name], "share": share}
        )
    return problems


def _store(rows: list[_Row], known: dict[str, Region]) -> tuple[int, int]:
    """Create and update level by level, so that parents have their keys."""
    created = changed = 0
    for length in LEVEL_OF_LENGTH:
        new: list[Region] = []
        altered: list[Region] = []
        for row in (row for row in rows if len(row.code) == length):
            values = _values(row, known)
            region = known.get(row.code)
            if region is None:
                region = known[row.code] = Region(code=row.code, **values)
                new.append(region)
            elif any(getattr(region, key) != value for key, value in values.items()):
                for key, value in values.items():
                    setattr(region, key, value)
                altered.append(region)
        Region.objects.bulk_create(new, batch_size=1000)
        Region.objects.bulk_update(altered, _UPDATED, batch_size=500)
        created, changed = created + len(new), changed + len(altered)
    return created, changed


def _values(row: _Row, known: Mapping[str, Region]) -> dict[str, Any]:
    parent = known.get(row.parent_code)
    values: dict[str, Any] = {
        "name": row.name,
        "level": LEVEL_OF_LENGTH[len(row.code)],
        "parent": parent,
        "path": f"{parent.path if parent else ''}{row.code}/",
        "sort_key": pinyin_key(row.name)[:200],
        **row.said,
    }
    if row.source:
        values["source"] = row.source[:200]
    return values


def _store_heads(rows: list[_Row], known: Mapping[str, Region]) -> None:
    counts = [
        RegionPopulation(
            region=known[row.code],
            counted_on=row.counted_on,
            people=row.people,
            group=row.group,
            source=row.source[:200],
        )
        for row in rows
        if row.people is not None and row.counted_on is not None
    ]
    RegionPopulation.objects.bulk_create(
        counts,
        update_conflicts=True,
        unique_fields=["region", "counted_on", "group"],
        update_fields=["people", "source"],
        batch_size=1000,
    )


@transaction.atomic
def delete_region(region_id: int, *, actor: Person) -> None:
    """Delete a region that was a mistake; one that anything refers to is ended by a date instead.

    Raises:
        NotAllowed: the actor keeps no register.
        StillInUse: bodies, roles, regions inside it or records of another room refer to it.
    """
    if not may_manage_organisations(actor):
        raise NotAllowed
    region = Region.objects.select_for_update().get(pk=region_id)
    refuse_while_used(region, region.delete)
    record("directory.region.deleted", Region(pk=region_id), actor=actor, code=region.code, name=region.name)


def refuse_while_used(thing: Any, delete: Callable[[], object]) -> None:
    """Run a deletion unless something still refers to the thing.

    Raises:
        StillInUse: names where it is still used.
    """
    uses = uses_of(thing)
    if not uses:
        try:
            with transaction.atomic():
                delete()
        except ProtectedError as problem:
            uses = sorted({str(other._meta.verbose_name) for other in problem.protected_objects})  # noqa: SLF001
        else:
            return
    raise StillInUse(
        _("“%(name)s”还被这些内容引用：%(uses)s。可以填停用日期，但不能删除。")
        % {"name": thing, "uses": "、".join(uses)},
        uses=uses,
    )
