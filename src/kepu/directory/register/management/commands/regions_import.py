"""`kepu regions import FILE`: add or update regions from a CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kepu.directory.register import services


class Command(BaseCommand):
    help = "Add or update regions from a CSV with the columns code and name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="")

    def handle(self, *args: Any, file: Path, source: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"找不到文件 {file}，请检查路径。")
        result = services.import_regions(
            services.read_region_file(file.read_bytes()), actor=None, source=source or file.name
        )
        self.stdout.write(f"行政区划：新增 {result.created}，更新 {result.changed}，未变 {result.unchanged}。")
