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
        for added, said in _told(loaded):
            if added:
                self.stdout.write(said)


def _told(loaded: services.Loaded) -> list[tuple[int, str]]:
    """What a loading added, each with its sentence."""
    city = loaded.regions + loaded.organisations + loaded.tasks
    people = loaded.people + loaded.volunteers
    return [
        (city, f"示例城市：区划 {loaded.regions}，单位 {loaded.organisations}，任务 {loaded.tasks}。"),
        (
            loaded.decisions + loaded.facts,
            f"示例进展（演示数据）：决定 {loaded.decisions} 项，事实 {loaded.facts:,} 条。",
        ),
        (loaded.reports, f"示例进展报告（演示数据）：报送 {loaded.reports} 份。"),
        (loaded.matters, f"示例协调事项（演示数据）：提出 {loaded.matters} 项。"),
        (loaded.notices, f"示例督办（演示数据）：下发 {loaded.notices} 件。"),
        (loaded.sheets, f"示例中期评估（演示数据）：评了 {loaded.sheets} 张评估表。"),
        (loaded.venues, f"示例场馆（演示数据）：登记 {loaded.venues} 处。"),
        (people, f"示例人员（演示数据）：科普人才 {loaded.people} 人，志愿者 {loaded.volunteers} 人。"),
        (loaded.orders, f"示例需求单（演示数据）：点单 {loaded.orders} 单。"),
        (loaded.needs, f"示例企业需求（演示数据）：提了 {loaded.needs} 条。"),
        (loaded.wishes, f"示例大篷车巡展（演示数据）：登记需求 {loaded.wishes} 条。"),
        (loaded.events, f"示例公开场次（演示数据）：排了 {loaded.events} 场。"),
        (loaded.openings, f"今后两周可以预约的场次、可以报名的班次（演示数据）：{loaded.openings} 个。"),
    ]
