"""Who may open what of evaluation: the office runs it, a reviewer judges the own sheets, a body reads its submitted ones."""

from datetime import date, timedelta
from decimal import Decimal

from kepu.foundation.clock import fixed, today
from kepu.plan.evaluation import services
from kepu.plan.evaluation.models import Evaluation, Sheet
from kepu.plan.tasks.models import Duty, Plan
from tests.access import OPEN, World, row, seen
from tests.plan.evaluation.scenes import seat_the_office
from tests.plan.factories import small_plan

RUBRIC = (services.WantedCriterion("工作", Decimal(100)),)
LATER = timedelta(days=60)


def _plan(world: World) -> Plan:
    """A live plan in which a body of the liaison has a duty."""
    plan = small_plan()
    Duty.objects.get_or_create(task=plan.tasks.get(slug="2-1"), organisation=world.district_body)
    seat_the_office(world.district_body.region.organisations.get_or_create(name="示例办公室驻地", path="0/")[0])
    return plan


def _prepared(world: World) -> Evaluation:
    """The world serves every column: what an earlier one left makes room."""
    plan = _plan(world)
    for one in (Sheet, Evaluation):
        one.objects.filter(**({"evaluation__plan": plan} if one is Sheet else {"plan": plan})).delete()
    terms = services.Terms("mid_term", "中期评估", date(2024, 1, 1), date(2024, 9, 1))
    office = world.actors["office"]
    assert office is not None
    made = services.create_evaluation(plan, terms, actor=office)
    return services.set_rubric(made.pk, RUBRIC, revision=0, actor=office)


def _judging(world: World) -> Sheet:
    office, reviewer = world.actors["office"], world.actors["reviewer"]
    assert office is not None
    assert reviewer is not None
    evaluation = services.open_judging(_prepared(world).pk, actor=office)
    sheet = evaluation.sheets.get(body=world.district_body)
    services.assign_sheets(evaluation.pk, [sheet.pk], reviewer.pk, actor=office)
    return Sheet.objects.get(pk=sheet.pk)


def _submitted(world: World) -> Sheet:
    sheet, reviewer = _judging(world), world.actors["reviewer"]
    assert reviewer is not None
    points = {sheet.evaluation.criteria.get().pk: services.WantedScore(Decimal(85))}
    return services.submit_sheet(sheet.pk, services.WantedSheet(points), revision=sheet.revision, actor=reviewer)


def _commented(world: World) -> list[object]:
    liaison = world.actors["liaison"]
    assert liaison is not None
    return [services.comment_on_sheet(_submitted(world).pk, words="有不同看法。", actor=liaison).pk]


def _closed(world: World) -> Evaluation:
    office = world.actors["office"]
    assert office is not None
    pk = _submitted(world).evaluation_id
    with fixed(today() + LATER):
        return services.close_evaluation(pk, unjudged_reason="试评。", actor=office)


def _ready(world: World) -> list[object]:
    evaluation = _closed(world)
    services.make_papers(evaluation.pk, str(evaluation.progress_id))
    return [evaluation.pk]


def _published(world: World) -> list[object]:
    office = world.actors["office"]
    assert office is not None
    (pk,) = _ready(world)
    evaluation = services.publish_evaluation(int(str(pk)), actor=office)
    return [evaluation.plan.slug, evaluation.pk]


def _of(sheet: Sheet) -> list[object]:
    return [sheet.evaluation_id]


def _slug(world: World) -> list[object]:
    return [_plan(world).slug]


READERS = {"office": 200, "liaison": 200, "head": 200, "reviewer": 200, "auditor": 200}
OFFICE_ACTS = seen(office=302, auditor=403)
SHEET_ACTS = {"office": 403, "liaison": 403, "head": 403, "reviewer": 403, "auditor": 403}

ACCESS = {
    "evaluation:desk": row(seen(**dict.fromkeys(READERS, 302)), args=lambda world: _slug(world)[:0]),
    "evaluation:plan": row(seen(**READERS), args=_slug),
    "evaluation:new": row(seen(office=200), args=_slug),
    "evaluation:compare": row(seen(office=200, auditor=200), args=_slug),
    "evaluation:export": row(seen(), args=lambda world: [*_slug(world), "csv"]),
    "evaluation:compare_reports": row(seen(**READERS, district=200)),
    "evaluation:export_reports": row(seen(), args=lambda _world: ["csv"]),
    "evaluation:evaluation": row(seen(**READERS), args=lambda world: _of(_submitted(world))),
    "evaluation:edit": row(seen(office=200, auditor=403), args=lambda world: [_prepared(world).pk]),
    "evaluation:rubric": row(seen(office=200, auditor=403), args=lambda world: [_prepared(world).pk]),
    "evaluation:open": row(OFFICE_ACTS, method="post", args=lambda world: [_prepared(world).pk]),
    "evaluation:assign": row(
        OFFICE_ACTS,
        method="post",
        args=lambda world: _of(_judging(world)),
        data=lambda world: {
            "sheets": [str(Sheet.objects.get(body=world.district_body).pk)],
            "reviewer": str(world.actors["reviewer"].pk),  # type: ignore[union-attr]
        },
    ),
    "evaluation:distribute": row(OFFICE_ACTS, method="post", args=lambda world: [_judging(world).evaluation_id]),
    "evaluation:summary": row(
        OFFICE_ACTS,
        method="post",
        args=lambda world: [_prepared(world).pk],
        data=lambda _world: {"words": "总的看，进展平稳。", "revision": "1"},
    ),
    "evaluation:release": row(OFFICE_ACTS, method="post", args=lambda world: [_prepared(world).pk]),
    "evaluation:close": row(OFFICE_ACTS, method="post", args=lambda world: [_closable(world)], data=lambda _world: {"unjudged_reason": "试评。"}),
    "evaluation:papers": row(OFFICE_ACTS, method="post", args=lambda world: [_closed(world).pk]),
    "evaluation:publish": row(OFFICE_ACTS, method="post", args=_ready),
    "evaluation:sheet": row(seen(**READERS), args=lambda world: [_submitted(world).pk]),
    "evaluation:return": row(
        seen(**{**SHEET_ACTS, "office": 302}), method="post", args=lambda world: [_submitted(world).pk],
        data=lambda _world: {"reason": "请再看。"},
    ),
    "evaluation:comment": row(
        seen(**{**SHEET_ACTS, "liaison": 302}), method="post", args=lambda world: [_submitted(world).pk],
        data=lambda _world: {"words": "有不同看法。"},
    ),
    "evaluation:agree": row(
        seen(**{**SHEET_ACTS, "liaison": 302}), method="post", args=lambda world: [_submitted(world).pk]
    ),
    "evaluation:reply": row(
        seen(**{**SHEET_ACTS, "office": 302, "reviewer": 302}), method="post", args=_commented,
        data=lambda _world: {"words": "已核对。"},
    ),
    "evaluation:public": row(OPEN, args=_slug),
    "evaluation:public_evaluation": row(OPEN, args=_published),
}  # fmt: skip


def _closable(world: World) -> int:
    """A judged sheet to which the body has nothing to say."""
    liaison = world.actors["liaison"]
    assert liaison is not None
    return services.agree_to_sheet(_submitted(world).pk, actor=liaison).evaluation_id
