"""`kepu regions outline FILE --review-number 审图号`: show the districts as drawn on a 标准地图."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kepu.directory.register import queries, services


class Command(BaseCommand):
    help = "按标准地图（GeoJSON）画各区市的边界；加 --remove 就改回格图。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="文件", type=Path, nargs="?", help="标准地图导出的 GeoJSON")
        parser.add_argument("--review-number", metavar="审图号", default="", help="地图上印的审图号，必填")
        parser.add_argument("--source", metavar="来源", default="", help="地图从哪里来；不填用文件名")
        parser.add_argument("--remove", action="store_true", help="去掉边界，改回格图")

    def handle(
        self, *args: Any, file: Path | None, review_number: str, source: str, remove: bool, **options: Any
    ) -> None:
        city = queries.city()
        if city is None:
            raise CommandError("还没有行政区划，请先运行 kepu regions import。")
        if remove:
            was_there = services.remove_outline(city, actor=None)
            self.stdout.write("已去掉地图轮廓，改用格图。" if was_there else "原本就没有地图轮廓。")
            return
        if file is None or not file.is_file():
            raise CommandError(f"找不到文件 {file or ''}，请写明标准地图导出的 GeoJSON 文件。", returncode=2)
        loaded = services.load_outline(
            file.read_bytes(), region=city, review_number=review_number, actor=None, source=source or file.name
        )
        self.stdout.write(
            f"地图轮廓：{loaded.districts} 个区市，{loaded.points} 个边界点；略过不属于本市的要素 {loaded.others} 个。"
        )
