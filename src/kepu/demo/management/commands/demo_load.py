"""`kepu demo load`: load the example city into a demonstration site."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kepu.demo import services

EXAMPLE = "qingdao"


class Command(BaseCommand):
    help = "把示例城市装入演示站点；再装一次什么也不改。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.KEPU_IS_DEMONSTRATION:
            raise CommandError("这不是演示站点：演示数据只能装入用 kepu up --demo 启动的站点。")
        loaded = services.load_city(settings.KEPU_ROOT / "examples" / EXAMPLE)
        if any((loaded.regions, loaded.organisations, loaded.tasks)):
            self.stdout.write(f"示例城市：区划 {loaded.regions}，单位 {loaded.organisations}，任务 {loaded.tasks}。")
        if loaded.decisions or loaded.facts:
            self.stdout.write(f"示例进展（演示数据）：决定 {loaded.decisions} 项，事实 {loaded.facts:,} 条。")
        if loaded.reports:
            self.stdout.write(f"示例进展报告（演示数据）：报送 {loaded.reports} 份。")
        if loaded.matters:
            self.stdout.write(f"示例协调事项（演示数据）：提出 {loaded.matters} 项。")
        if loaded.notices:
            self.stdout.write(f"示例督办（演示数据）：下发 {loaded.notices} 件。")
        if loaded.sheets:
            self.stdout.write(f"示例中期评估（演示数据）：评了 {loaded.sheets} 张评估表。")
        if loaded.venues:
            self.stdout.write(f"示例场馆（演示数据）：登记 {loaded.venues} 处。")
