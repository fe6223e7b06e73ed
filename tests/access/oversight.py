"""Who may open what of public oversight: everyone asks and reads; the office screens, the body's liaison answers."""

from typing import Any

from kepu.oversight.models import Question
from kepu.oversight.services import answer_question, judge_answer, release_question, request_details
from tests.access import OPEN, World, row, seen
from tests.oversight.factories import ask


def _asked(world: World) -> Any:
    return ask(about=f"directory.organisation:{world.district_body.pk}")


def _new(world: World) -> list[object]:
    return [_asked(world).question_id]


def _released(world: World) -> list[object]:
    receipt = _asked(world)
    release_question(
        receipt.question_id, title="甲", text="乙", owner_id=world.district_body.pk, actor=world.actors["office"]
    )
    return [receipt.question_id]


def _words(world: World) -> list[object]:
    receipt = _asked(world)
    release_question(
        receipt.question_id, title="甲", text="", owner_id=world.district_body.pk, actor=world.actors["office"]
    )
    question = answer_question(receipt.question_id, text="丙", actor=world.actors["office"])
    judge_answer(receipt.number, receipt.code, is_settled=False, text="丁")
    return [question.words.get().pk]


def _public(world: World) -> list[object]:
    return [Question.objects.get(pk=_released(world)[0]).public_number]


def _proof(world: World, **more: str) -> dict[str, Any]:
    receipt = _asked(world)
    release_question(
        receipt.question_id, title="甲", text="", owner_id=world.district_body.pk, actor=world.actors["office"]
    )
    if more.get("step") == "details":
        request_details(receipt.question_id, text="哪个？", actor=world.actors["office"])
    return {"number": receipt.number, "code": receipt.code, "text": "补充", "verdict": "settled"}


READERS = seen(office=200, liaison=200, district=200)
WRONG = dict.fromkeys(OPEN, 404)
TOO_EARLY = dict.fromkeys(OPEN, 409)

ACCESS = {
    "oversight:questions": row(OPEN),
    "oversight:ask": row(OPEN),
    "oversight:mine": row(WRONG, method="post", data=lambda _world: {"number": "2024-1", "code": "1"}),
    "oversight:mine_details": row(OPEN, method="post", data=lambda world: _proof(world, step="details")),
    "oversight:mine_verdict": row(TOO_EARLY, method="post", data=_proof),
    "oversight:mine_reopen": row(TOO_EARLY, method="post", data=_proof),
    "oversight:question": row(OPEN, args=_public),
    "oversight:desk": row(READERS),
    "oversight:desk_question": row(READERS, args=_released),
    "oversight:desk_release": row(
        seen(office=302),
        method="post",
        args=_new,
        data=lambda world: {"title": "甲", "text": "乙", "owner": world.district_body.pk},
    ),
    "oversight:desk_refuse": row(
        seen(office=302), method="post", args=_new, data=lambda _world: {"reason": "spam", "text": "甲"}
    ),
    "oversight:desk_refer": row(
        seen(office=302, liaison=302, district=403),
        method="post",
        args=_released,
        data=lambda world: {"owner": world.other_body.pk, "text": "甲"},
    ),
    "oversight:desk_details": row(
        seen(office=302, liaison=302, district=403), method="post", args=_released, data=lambda _world: {"text": "甲"}
    ),
    "oversight:desk_answer": row(
        seen(office=302, liaison=302, district=403), method="post", args=_released, data=lambda _world: {"text": "甲"}
    ),
    "oversight:desk_words": row(
        seen(office=302, liaison=403, district=403), method="post", args=_words, data=lambda _world: {"text": "甲"}
    ),
}
