"""A small live plan, read from words of its own."""

from kepu.directory.register.queries import match_organisations
from kepu.plan.tasks.models import Plan
from kepu.plan.tasks.services import load_plan
from tests.factories import OrganisationFactory, city_region

TEXT = """青岛市科普行动方案（2021—2025年）
一、工作目标
到2025年，公民具备科学素质的比例达到18%。
二、重点任务
（一）办好讲堂。每年举办科普讲座20场以上。（市科协、市教育局按职责分工负责）
（二）建设阵地。让科普走进社区。（市科协负责）
"""


def small_plan(slug: str = "small") -> Plan:
    region = city_region()
    for name in ("青岛市科协", "青岛市教育局"):
        OrganisationFactory(name=name)
    assert match_organisations(["市科协"], region=region)["市科协"].organisation
    return Plan.objects.filter(slug=slug).first() or load_plan(
        TEXT.encode(), "small.txt", actor=None, region=region, slug=slug, provenance="示例文本"
    )
