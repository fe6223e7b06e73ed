"""`kepu calendar import FILE --source 文号`: load a year's holidays and moved working days."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kepu.foundation.calendar import services


class Command(BaseCommand):
    help = "载入一年的放假和调休日子：CSV，列是 day、kind、name。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="文件", type=Path, help="如 2026.csv")
        parser.add_argument("--source", metavar="文号", required=True, help="放假通知的文号")

    def handle(self, *args: Any, file: Path, source: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"找不到文件 {file}，请检查路径。", returncode=2)
        year = services.load_year(file.read_bytes(), source=source, actor=None)
        self.stdout.write(f"{year.year} 年：{year.days.count()} 个放假或调休的日子。")
