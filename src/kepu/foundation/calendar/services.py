"""Load a year's holidays, and take a loaded year back."""

import csv
from datetime import date
from io import StringIO

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.foundation.actors import Actor
from kepu.foundation.audit.services import record
from kepu.foundation.calendar.choices import DayKind
from kepu.foundation.calendar.errors import CalendarFileInvalid
from kepu.foundation.calendar.models import CalendarDay, CalendarYear
from kepu.foundation.clock import today

_KINDS = {"off": DayKind.OFF, "放假": DayKind.OFF, "休": DayKind.OFF, "work": DayKind.WORK, "上班": DayKind.WORK,
          "班": DayKind.WORK, "调休上班": DayKind.WORK}  # fmt: skip
SATURDAY = 5
MOST_ROWS = 366
MESSAGES_SHOWN = 10


@transaction.atomic
def load_year(data: bytes, *, source: str, actor: Actor | None) -> CalendarYear:
    """Load one year's notice; a second file for the year replaces the first.

    Args:
        data: CSV (UTF-8 or GB18030) with the columns `day` (2027-01-01), `kind` (放假 or 上班) and `name`.
        source: the notice's title and number.
        actor: None only where the system itself acts (a command).

    Raises:
        CalendarFileInvalid: a row cannot be, or several years; nothing is stored.
    """
    days = _days(_rows(data))
    if not source.strip():
        raise CalendarFileInvalid(_("请写明来源，例如国务院办公厅放假通知的文号。"))
    year, _created = CalendarYear.objects.update_or_create(
        year=days[0][0].year, defaults={"source": source.strip()[:200], "loaded_on": today()}
    )
    year.days.all().delete()
    CalendarDay.objects.bulk_create(CalendarDay(year=year, day=day, kind=kind, name=name) for day, kind, name in days)
    record("calendar.year.loaded", year, actor=actor, year=year.year, days=len(days), source=source)
    return year


def _rows(data: bytes) -> list[dict[str, str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            reader = csv.DictReader(StringIO(data.decode(encoding), newline=""), strict=True)
            rows = [{k: (v or "").strip() for k, v in row.items() if isinstance(k, str)} for row in reader]
        except (UnicodeDecodeError, csv.Error):
            continue
        if not {"day", "kind"} <= set(reader.fieldnames or ()):
            raise CalendarFileInvalid(_("表头需要有 day 和 kind 两列（可加 name），请在第一行补上后重传。"))
        return rows
    raise CalendarFileInvalid(_("这个文件读不成表格，请另存为 CSV UTF-8 后重试。"))


def _days(rows: list[dict[str, str]]) -> list[tuple[date, str, str]]:
    if not rows or len(rows) > MOST_ROWS:
        raise CalendarFileInvalid(_("一年的安排应有 1 到 366 行，请检查文件。"))
    wrong: list[str] = []
    days: dict[date, tuple[date, str, str]] = {}
    for line, row in enumerate(rows, start=2):
        day = _day(row["day"])
        kind = _KINDS.get(row["kind"])
        if day is None:
            wrong.append(_("第 %(line)d 行：日期要写成 2027-01-01。") % {"line": line})
        elif kind is None:
            wrong.append(_("第 %(line)d 行：安排只能写“放假”或“上班”。") % {"line": line})
        elif kind == DayKind.WORK and day.weekday() < SATURDAY:
            wrong.append(_("第 %(line)d 行：%(day)s 本来就是周一到周五，不是调休。") % {"line": line, "day": day})
        elif day in days:
            wrong.append(_("第 %(line)d 行：%(day)s 写了两次。") % {"line": line, "day": day})
        else:
            days[day] = (day, kind.value, row.get("name", "")[:40])
    years = {day.year for day in days}
    if not wrong and len(years) > 1:
        wrong.append(_("文件里有几个年份，请一年一个文件。"))
    if wrong:
        raise CalendarFileInvalid(" ".join(wrong[:MESSAGES_SHOWN]), count=len(wrong))
    return sorted(days.values())


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
