"""`kepu calendar show [YEAR]`: which years are known, or a year's days off and moved working days."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kepu.foundation.calendar import queries
from kepu.foundation.calendar.choices import DayKind


class Command(BaseCommand):
    help = "列出知道哪些年的工作日；写上年份就列出那年的放假和调休。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", metavar="年份", type=int, nargs="?", help="如 2025")

    def handle(self, *args: Any, year: int | None, **options: Any) -> None:
        if year is None:
            for known, source in queries.known_years().items():
                self.stdout.write(f"{known}  {source}")
            return
        for day in queries.days_of_year(year):
            self.stdout.write(f"{day.day:%Y-%m-%d}  {DayKind(day.kind).label}  {day.name}")
