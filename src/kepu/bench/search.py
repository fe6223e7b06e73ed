"""How fast somebody is found among 20,000 people: by topic, near miss, pinyin and meaning, with and without conditions."""

from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from kepu.bench import Result
from kepu.bench.world import say, scratch

PEOPLE = 20_000
SEED = 20240915
BAR_MS = 100.0
DIMENSION = 512
_THINGS = [
    "蓝莓",
    "苹果",
    "大樱桃",
    "花生",
    "小麦",
    "对虾",
    "扇贝",
    "海带",
    "牡蛎",
    "浒苔",
    "潮汐",
    "海雾",
    "台风",
    "赤潮",
    "地震",
    "极光",
    "月食",
    "黑洞",
    "卫星",
    "火箭",
    "无人机",
    "机器人",
    "人工智能",
    "量子",
    "芯片",
    "电池",
    "氢能",
    "风电",
    "核电",
    "高铁",
    "桥梁",
    "隧道",
    "疫苗",
    "糖尿病",
    "高血压",
    "白内障",
    "骨质疏松",
    "睡眠",
    "近视",
    "龋齿",
    "急救",
    "食品安全",
    "农药残留",
    "垃圾分类",
    "湿地",
    "候鸟",
    "鲸鱼",
    "珊瑚",
    "恐龙",
    "化石",
    "火山",
    "海底地形",
    "天气预报",
    "防诈骗",
    "网络安全",
    "老年人用手机",
    "心理健康",
    "青春期",
    "营养",
    "运动损伤",
    "中药",
    "针灸",
    "土壤",
    "节水灌溉",
    "大棚",
    "养蜂",
]
_ABOUT = (
    "怎么防",
    "的秘密",
    "入门",
    "与我们的生活",
    "常见误区",
    "在家里能做的实验",
    "最新进展",
    "从哪里来",
    "的故事",
    "安全要点",
)
_QUESTIONS = (
    "蓝莓冻害", "潮汐", "海雾从哪里来", "台风怎么防", "老人用手机", "防诈骗", "量子入门", "人工智能与生活", "高血压误区", "节水灌溉", "候鸟",
    "gaoxueya", "chaoxi", "rgzn", "兰莓", "人工只能", "极光的故事", "白内章", "食品安全要点", "孩子 近视", "中药", "海洋大学 珊瑚", "不存在的学问",
)  # fmt: skip


def measure(*, quick: bool) -> list[Result]:
    """Make the register in a database of its own, then ask it."""
    with scratch():
        count = PEOPLE // 10 if quick else PEOPLE
        say(f"making {count:,} people …")
        seconds = _world(count)
        rounds = 5 if quick else 20
        return [
            Result("index built, people a second", count / seconds, "/s"),
            *_asked(rounds=rounds),
            *_asked_by_meaning(rounds=rounds),
        ]


def _world(count: int) -> float:
    """Make admitted people with two to six topics; returns how long the index took."""
    from kepu.directory.register.choices import Audience
    from kepu.directory.register.models import Person, Region
    from kepu.foundation.clock import today
    from kepu.foundation.search.services import rebuild
    from kepu.outreach.people.capacities.models import Capacity
    from kepu.outreach.people.capacities.queries import ENTRY_KIND

    rng = Random(SEED)  # noqa: S311 made-up people, no secret
    city, _made = Region.objects.get_or_create(
        code="370200", defaults={"name": "示例市", "level": 2, "path": "370200/"}
    )
    places = [
        Region.objects.get_or_create(
            code=f"3702{n:02d}",
            defaults={"name": f"示例区{n}", "level": 3, "path": f"370200/3702{n:02d}/", "parent": city},
        )[0]
        for n in range(2, 12)
    ]
    people = Person.objects.bulk_create(
        [Person(login=f"bench{n}", name=f"示例专家 {n:05d}") for n in range(count)], batch_size=2000
    )
    start = today()
    Capacity.objects.bulk_create(
        [
            Capacity(
                person=person, kind="expert", state="admitted", number=f"Z2000-{n:05d}", region=rng.choice(places),
                workplace=f"示例{rng.choice(('大学', '医院', '研究所', '合作社', '中学'))} {rng.randrange(200)}", position="研究员",
                topics=[rng.choice(_THINGS) + rng.choice(_ABOUT) for _topic in range(rng.randint(2, 6))],
                audiences=rng.sample(Audience.values, 2), times=[f"{rng.randint(1, 7)}a"], forms=["lecture"],
                introduction="".join(rng.choice(_THINGS) + "、" for _word in range(12)), is_public=True,
                valid_from=start, valid_to=start,
            )
            for n, person in enumerate(people)
        ],
        batch_size=1000,
    )  # fmt: skip
    began = perf_counter()
    rebuild([ENTRY_KIND])
    seconds = perf_counter() - began
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return seconds


def _asked_by_meaning(*, rounds: int) -> list[Result]:
    """The same questions, with an endpoint of this machine that knows nothing: what the product adds, not what a model takes."""
    from django.conf import settings
    from django.db import connection

    from kepu.bench.endpoint import toy_endpoint
    from kepu.foundation.embeddings import Endpoint
    from kepu.foundation.search.queries import meaning
    from kepu.foundation.search.services import embed_meanings
    from kepu.outreach.people.capacities.queries import Wanted, find_capacities

    with connection.cursor() as cursor:  # beside the topics that many share, one title for each person
        cursor.execute(
            "update search_searchdocument set meanings = meanings || (meanings[1] || '第' || id || '场')::varchar"
        )
    with toy_endpoint(dimension=DIMENSION) as toy:
        settings.KEPU_EMBEDDINGS = Endpoint(toy.url, "toy")
        say("making the vectors …")
        began = perf_counter()
        made = embed_meanings().made
        results = [
            Result(f"vectors of {DIMENSION} dimensions made, texts a second", made / (perf_counter() - began), "/s")
        ]
        with connection.cursor() as cursor:
            cursor.execute("analyze")
        began = perf_counter()
        meaning.nearest_texts("潮汐", {})
        results.append(Result(f"{made:,} vectors read into a process", (perf_counter() - began) * 1000, "ms"))
        for name, is_kept in (("by words and meaning", True), ("by words and meaning, asking the endpoint", False)):
            taken = []
            for _round in range(rounds):
                for words in _QUESTIONS:
                    if not is_kept:
                        meaning.forget_questions()
                    began = perf_counter()
                    found = find_capacities(Wanted(words=words), actor=None)
                    len(found), found[:20]
                    taken.append((perf_counter() - began) * 1000)
            results += [
                Result(f"{name}, median", median(taken), "ms"),
                Result(f"{name}, p95", quantiles(taken, n=20)[-1], "ms", bar=BAR_MS if is_kept else None),
            ]
        settings.KEPU_EMBEDDINGS = None
    return results


def _asked(*, rounds: int) -> list[Result]:
    from kepu.directory.register.models import Region
    from kepu.outreach.people.capacities.queries import Wanted, find_capacities

    place = Region.objects.get(code="370205")
    plain = [Wanted(words=words) for words in _QUESTIONS]
    narrow = [Wanted(words=words, audience="youth", region=place, half_day="3a") for words in _QUESTIONS]

    def spent(wanted: Wanted) -> float:
        began = perf_counter()
        found = find_capacities(wanted, actor=None)
        len(found), found[:20]  # a page and how many there are
        return (perf_counter() - began) * 1000

    results = []
    for name, questions in (("by words", plain), ("by words and conditions", narrow)):
        for wanted in questions:
            spent(wanted)
        taken = [spent(wanted) for _round in range(rounds) for wanted in questions]
        slow: dict[str, Any] = {w.words: median(taken[i :: len(questions)]) for i, w in enumerate(questions)}
        worst = max(slow, key=lambda words: float(slow[words]))
        results += [
            Result(f"{name}, median", median(taken), "ms"),
            Result(f"{name}, p95", quantiles(taken, n=20)[-1], "ms", bar=BAR_MS),
        ]
        say(f"{name}: slowest is {worst!r}, {slow[worst]:.1f} ms")
    return results
