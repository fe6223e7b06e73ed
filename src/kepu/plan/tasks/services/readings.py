"""Read what came in as a plan, by the engine; nothing is stored here."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kepu.engines.policy import PlanReading, PolicyUnreadable, parse_plan, parse_text
from kepu.engines.policy.errors import TooLarge
from kepu.plan.tasks.errors import PlanUnreadable
from kepu.plan.tasks.rules.corrections import effective_reading
from kepu.plan.tasks.rules.findings import EffectiveReading
from kepu.plan.tasks.rules.source import wide_span

MOST_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TextRead:
    """A text with the machine's reading of it, as a draft keeps them."""

    name: str
    text: str
    reading: dict[str, Any]

    @property
    def content(self) -> EffectiveReading:
        """The reading without any correction."""
        return effective_reading(self.reading, [])


def read_upload(data: bytes, *, name: str) -> TextRead:
    """Read the bytes of a file.

    Raises:
        PlanUnreadable: it is no document that can be read, or holds no task; the message says what to do.
    """
    if len(data) > MOST_BYTES:
        raise _told(TooLarge())
    try:
        return _kept(parse_plan(data, name=name), name)
    except PolicyUnreadable as problem:
        raise _told(problem) from None


def read_pasted(text: str, *, name: str = "") -> TextRead:
    """Read pasted words.

    Raises:
        PlanUnreadable: there is no task in them; the message says what to do.
    """
    if not text.strip():
        raise PlanUnreadable(_("还没有文字。请贴上方案正文，或选择一个文件。"), reason="empty_file")
    try:
        return _kept(parse_text(text.replace("\x00", "")), name or _("贴上的文字"))
    except PolicyUnreadable as problem:
        raise _told(problem) from None


def _kept(reading: PlanReading, name: str) -> TextRead:
    tree = reading.to_json()
    text = tree.pop("text").replace("\x00", "\ufffd")
    tree["decoys"] = []
    for decoy in reading.decoys:
        if decoy.reason == "small":  # 一个, 两类: words, not numbers
            continue
        start, end = wide_span(text, *decoy.span)
        words = {"text": text[start:end], "reason": decoy.reason, "at": decoy.at}
        tree["decoys"].append({**words, "span": [start, end]})
    return TextRead(name, text, tree)


def _told(problem: PolicyUnreadable) -> PlanUnreadable:
    return PlanUnreadable(_(problem.message), reason=problem.code)
