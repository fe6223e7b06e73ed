"""`kepu regions import FILE`: add or update regions from a CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kepu.directory.register import services


class Command(BaseCommand):
    help = "从 CSV 导入区划：新的添上，有的更新；有一行不对就整份不存。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="文件", type=Path, help="至少有 code 和 name 两列的 CSV")
        parser.add_argument("--source", metavar="来源", default="", help="没有写来源的行用它；不填用文件名")

    def handle(self, *args: Any, file: Path, source: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"找不到文件 {file}，请检查路径。", returncode=2)
        result = services.import_regions(
            services.read_region_file(file.read_bytes()), actor=None, source=source or file.name
        )
        self.stdout.write(f"行政区划：新增 {result.created}，更新 {result.changed}，未变 {result.unchanged}。")
