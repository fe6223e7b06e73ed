"""Working days: moved ones work, holidays do not, and a year that nobody loaded is not guessed."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kepu.foundation.audit.models import AuditEntry
from kepu.foundation.calendar import queries
from kepu.foundation.calendar.errors import CalendarFileInvalid, CalendarUnknown
from kepu.foundation.calendar.models import CalendarDay, CalendarYear
from kepu.foundation.calendar.rules import Pause, count_between, count_forward
from kepu.foundation.calendar.services import load_year

pytestmark = pytest.mark.django_db
NOTICE = "示例通知〔2030〕1号"
YEAR = "day,kind,name\n2030-01-01,放假,元旦\n2030-01-05,上班,元旦\n2030-01-02,off,元旦\n"


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        # 国办发明电〔2023〕7号: 2024 年中秋 9 月 15–17 日放假，9 月 14 日上班；国庆 10 月 1–7 日，9 月 29 日、10 月 12 日上班。
        (date(2024, 9, 13), True),
        (date(2024, 9, 14), True),
        (date(2024, 9, 15), False),
        (date(2024, 9, 17), False),
        (date(2024, 9, 18), True),
        (date(2024, 9, 21), False),
        (date(2024, 9, 29), True),
        (date(2024, 10, 7), False),
        (date(2024, 10, 12), True),
    ],
)
def test_moved_working_days_work_and_holidays_do_not(day, is_working):
    assert queries.is_working_day(day) is is_working


def test_a_deadline_tells_every_day_that_did_not_count():
    found = queries.deadline_after(date(2024, 9, 12), 3)

    assert found.due_on == date(2024, 9, 18)  # 13, 14 (moved), 18
    assert found.days_off == (date(2024, 9, 15), date(2024, 9, 16), date(2024, 9, 17))
    assert queries.working_days_between(date(2024, 9, 12), found.due_on) == 3


def test_a_pause_moves_the_deadline_and_an_open_one_hides_it():
    pause = Pause(date(2024, 9, 13), date(2024, 9, 14))

    moved = queries.deadline_after(date(2024, 9, 12), 3, [pause])
    open_ = queries.deadline_after(date(2024, 9, 12), 3, [Pause(date(2024, 9, 18))])

    assert (moved.due_on, moved.paused) == (date(2024, 9, 20), (date(2024, 9, 13), date(2024, 9, 14)))
    assert open_.due_on is None


def test_a_year_that_nobody_loaded_is_not_guessed():
    with pytest.raises(CalendarUnknown, match="2030 年的放假安排还没有载入"):
        queries.is_working_day(date(2030, 1, 7))
    with pytest.raises(CalendarUnknown, match="2027"):
        queries.deadline_after(date(2026, 12, 28), 20)


def test_a_loaded_year_counts_and_goes_before_the_shipped_one():
    load_year(YEAR.encode(), source=NOTICE, actor=None)
    load_year(b"day,kind\n2024-09-18,off\n", source=NOTICE, actor=None)

    assert queries.is_working_day(date(2030, 1, 5))
    assert not queries.is_working_day(date(2030, 1, 2))
    assert not queries.is_working_day(date(2024, 9, 18))
    assert queries.is_working_day(date(2024, 9, 16))
    assert queries.known_years()[2030] == NOTICE
    assert [(d.day.day, d.kind, d.name) for d in queries.days_of_year(2030)] == [
        (1, "off", "元旦"), (2, "off", "元旦"), (5, "work", "元旦"),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(action="calendar.year.loaded").count() == 2


def test_a_second_file_replaces_the_year():
    load_year(YEAR.encode("gb18030"), source=NOTICE, actor=None)
    load_year(b"day,kind\n2030-01-01,off\n", source=NOTICE, actor=None)

    assert CalendarYear.objects.get().days.count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "表头"),
        (b"\x89PNG\x00\xff\xfe", "表"),
        ("日期,安排\n".encode(), "表头"),
        (b"day,kind\n", "1 到 366 行"),
        (b"day,kind\n2030/1/1,off\n", "第 2 行：日期"),
        (b"day,kind\n2030-01-01,maybe\n", "第 2 行：安排"),
        (b"day,kind\n2030-01-02,work\n", "不是调休"),
        (b"day,kind\n2030-01-01,off\n2030-01-01,off\n", "写了两次"),
        (b"day,kind\n2030-01-01,off\n2031-01-01,off\n", "几个年份"),
    ],
)
def test_a_list_that_cannot_be_is_refused_and_nothing_is_stored(data, said):
    with pytest.raises(CalendarFileInvalid, match=said):
        load_year(data, source=NOTICE, actor=None)

    assert not CalendarYear.objects.exists()


def test_a_year_needs_a_source():
    with pytest.raises(CalendarFileInvalid, match="来源"):
        load_year(YEAR.encode(), source=" ", actor=None)


def test_the_database_knows_the_kinds_and_the_years():
    year = CalendarYear.objects.create(year=2030, source=NOTICE, loaded_on=date(2029, 11, 1))
    with pytest.raises(IntegrityError, match="calendar_day_kind_known"), transaction.atomic():
        CalendarDay.objects.create(year=year, day=date(2030, 1, 1), kind="maybe")
    with pytest.raises(IntegrityError, match="calendar_year_known"), transaction.atomic():
        CalendarYear.objects.create(year=1900, source=NOTICE, loaded_on=date(2029, 11, 1))


def test_the_commands_say_what_they_did(tmp_path, capsys):
    file = tmp_path / "2030.csv"
    file.write_text(YEAR, "utf-8")

    call_command("calendar_import", file, source=NOTICE)
    call_command("calendar_show")
    call_command("calendar_show", 2030)

    said = capsys.readouterr().out
    assert "2030 年：3 个放假或调休的日子" in said
    assert f"2030  {NOTICE}" in said
    assert "2030-01-05  调休上班  元旦" in said
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("calendar_import", tmp_path / "none.csv", source=NOTICE)


DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def is_weekday(day):
    return day.weekday() < 5


@given(DAYS, st.integers(1, 60), st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=3))
def test_counting_forward_and_counting_between_agree(start, count, stops):
    pauses = [Pause(since, since + timedelta(days=days)) for since, days in stops]

    found = count_forward(start, count, is_weekday, pauses)

    assert count_between(start, found.due_on, is_weekday, pauses) == count
    assert is_weekday(found.due_on)
    assert count_forward(start, count, is_weekday).due_on <= found.due_on
    assert not any(is_weekday(day) for day in found.days_off)


@pytest.mark.parametrize("count", [0, -1])
def test_a_deadline_of_no_day_is_refused(count):
    with pytest.raises(ValueError, match="at least 1"):
        count_forward(date(2024, 1, 1), count, is_weekday)


def test_a_calendar_without_working_days_ends_in_an_error():
    with pytest.raises(ValueError, match="ten years"):
        count_forward(date(2024, 1, 1), 1, lambda _day: False)
