"""Pure rules of matters: how a duty stands on a day, what its step is called, what a decided matter has come to."""

from collections.abc import Iterable
from datetime import date

from kepu.plan.matters.choices import Standing

LONGEST_STEP = 200


def standing_of(due_on: date | None, done_on: date | None, day: date, *, is_there: bool) -> Standing:
    """How a duty stands on a day, by the step of its task.

    Args:
        due_on: the day on which the step is due now.
        done_on: the day on which it was done.
        day: the day judged.
        is_there: the task still has the step.

    Examples:
        >>> standing_of(date(2024, 9, 30), None, date(2024, 10, 1), is_there=True)
        <Standing.LATE: 'late'>
        >>> standing_of(date(2024, 9, 30), date(2024, 10, 2), date(2024, 10, 1), is_there=True)
        <Standing.LATE: 'late'>
        >>> standing_of(None, None, date(2024, 10, 1), is_there=False)
        <Standing.GONE: 'gone'>
    """
    if not is_there:
        return Standing.GONE
    if done_on is not None and done_on <= day:
        return Standing.DONE
    return Standing.LATE if due_on is not None and due_on < day else Standing.OPEN


def is_settled(standings: Iterable[Standing]) -> bool:
    """Whether a decided matter is settled: every duty is done; one without a duty was settled by its decision.

    Examples:
        >>> is_settled([Standing.DONE, Standing.GONE]), is_settled([Standing.DONE]), is_settled([])
        (False, True, True)
    """
    return all(standing == Standing.DONE for standing in standings)


def step_title(body: str, text: str) -> str:
    """What the step of a duty is called among the steps of its task.

    Examples:
        >>> step_title("市科协", "开放身份认证接口")
        '市科协：开放身份认证接口'
    """
    return f"{body}：{text}"[:LONGEST_STEP]
