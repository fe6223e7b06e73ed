"""From a file or a text to the whole reading of a plan."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from kepu.engines.policy import errors
from kepu.engines.policy.document import read_document
from kepu.engines.policy.duties import Found, Rule, Statement, find_rule, find_statements
from kepu.engines.policy.kinds import is_work, mark_kinds
from kepu.engines.policy.lines import Clean
from kepu.engines.policy.model import (
    Decoy,
    Document,
    Duty,
    LeadRule,
    PlanReading,
    ReadingWarning,
    Section,
    Span,
    Target,
    Task,
)
from kepu.engines.policy.outline import Node, build_outline
from kepu.engines.policy.reading import MOST_BYTES, Source, read_source
from kepu.engines.policy.targets import read_promises

LONGEST_TITLE = 40
_POINTS = frozenset({"(1)", "1)", "①"})
_STOP = re.compile(r"[。:!?]")


def parse_file(path: str | Path) -> PlanReading:
    """Read the plan in a file.

    Raises:
        PolicyUnreadable: the file is not there, is no document, or holds no plan.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise errors.TooLarge
        data = file.read_bytes()
    except OSError:
        raise errors.NotThere from None
    return parse_plan(data, name=file.name)


def parse_plan(data: bytes, *, name: str) -> PlanReading:
    """Read a plan from the bytes of a file.

    Args:
        data: the whole file.
        name: its name.

    Raises:
        PolicyUnreadable: it is no document, or holds no plan.
    """
    return _parse(read_source(data, name=name))


def parse_text(text: str) -> PlanReading:
    """Read a plan from pasted words.

    Raises:
        PolicyUnreadable: there is no task in them.
    """
    if not text.strip():
        raise errors.EmptyFile
    return _parse(Source(text.replace("\r\n", "\n").replace("\r", "\n")))


@dataclass(slots=True)
class _Reader:
    """One reading: the clean text, its outline, and what was found so far."""

    clean: Clean
    document: Document
    rule: Rule | None
    rule_from: int
    titles: dict[int, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    decoys: list[Decoy] = field(default_factory=list)
    warnings: list[ReadingWarning] = field(default_factory=list)
    inherited: list[Found] = field(default_factory=list)
    before: list[Found] = field(default_factory=list)

    # --- outline ---

    def name(self, node: Node) -> None:
        """Find the title of a node: up to the first stop of its first paragraph, or the whole of a heading."""
        self.titles[id(node)] = ""
        if not node.own:
            return
        start, end = node.own[0]
        text = self.clean.text
        stop = _STOP.search(text, start, end)
        if stop is None:
            is_heading = len(node.own) > 1 or bool(node.children) or bool(node.tables) or end - start <= LONGEST_TITLE
            if is_heading and end - start <= 2 * LONGEST_TITLE:
                node.title = (start, end)
        elif stop.start() - start <= LONGEST_TITLE and (stop.end() < end or len(node.own) > 1 or node.children):
            words = text[start : stop.start()]
            if not re.search(r"[;]|负责$|牵头$|配合$", words):
                node.title = (start, stop.start())
        if node.title is not None:
            self.titles[id(node)] = text[node.title[0] : node.title[1]].strip()

    def path(self, node: Node) -> tuple[str, ...]:
        """The headings above and including a node, as printed, brackets half-width."""
        steps: list[str] = []
        at: Node | None = node
        while at is not None and at.parent is not None:
            steps.append(self.step(at))
            at = at.parent
        return tuple(reversed(steps))

    def step(self, node: Node) -> str:
        number = node.mark.number + node.mark.joint if node.mark else ""
        if node.mark and node.mark.style.startswith("第"):
            number += "" if node.mark.joint else " "
        title = self.clean.printed(*node.title) if node.title else ""
        return (number + title).strip().translate(str.maketrans("（），", "(),"))

    def identity(self, node: Node) -> str:
        """The numbers from the top to the item: 三(一)6."""
        numbers: list[str] = []
        at: Node | None = node
        while at is not None and at.parent is not None:
            numbers.append(at.mark.number if at.mark else "")
            at = at.parent
        return "".join(reversed(numbers))

    # --- walking ---

    def walk(self, node: Node) -> None:
        for child in node.children:
            statements = self._statements(child)
            child.is_task = self._is_task(child, statements)
            if child.is_task:
                self._add_task(child, statements)
            else:
                self._add_section(child)
                self.walk(child)

    def _statements(self, node: Node) -> list[Statement]:
        return find_statements(self.clean, node.own[0][0] if node.own else node.start, node.end, self.rule)

    def _is_task(self, node: Node, statements: list[Statement]) -> bool:
        if node.mark is None or node.parent is None or node.parent.parent is None:
            return False
        found = [statement for statement in statements if statement.found]
        if not is_work(node.kind):
            return node.kind == "safeguard" and not node.children and bool(found)
        if not node.children:
            return True
        if node.children[0].style in _POINTS or node.style in {"1.", "1.1"}:
            inside = sum(any(s.start >= child.start and s.end <= child.end for s in found) for child in node.children)
            last = node.children[-1]
            own = [s for s in found if s.start < node.children[0].start or s.start >= last.start]
            return not (inside > 1 and inside > len(own))
        return False

    def _add_section(self, node: Node) -> None:
        self.sections.append(
            Section(
                number=node.mark.number if node.mark else None,
                title=self.clean.printed(*node.title) if node.title else None,
                level=node.depth,
                path=self.path(node),
                kind=node.kind,
                span=self.clean.span(node.start, node.end),
            )
        )
        at = "/".join(self.path(node))
        is_past = node.kind == "background"
        own = node.own
        for start, end in own:
            begin = max(start, node.title[1]) if node.title and start <= node.title[0] < end else start
            self._promises(at, begin, end, is_past=is_past)
            for statement in find_statements(self.clean, begin, end, self.rule):
                self.inherited = statement.inherited or self.inherited

    def _promises(self, at: str, start: int, end: int, *, is_past: bool) -> None:
        period_end = self.document.period[1] if self.document.period else None
        promises, refused = read_promises(self.clean.text, start, end, is_past=is_past)
        for promise in promises:
            self.targets.append(
                Target(
                    at=at,
                    measure=promise.measure,
                    value=promise.value,
                    value_max=promise.value_max,
                    unit=promise.unit,
                    comparator=promise.comparator,
                    period=promise.period,
                    deadline=promise.deadline,
                    plan_end=period_end,
                    aspirational=promise.aspirational,
                    approximate=promise.approximate,
                    span=self.clean.span(promise.start, promise.end),
                )
            )
        for number in refused:
            self.decoys.append(
                Decoy(
                    text=self.clean.printed(max(start, number.start - 8), min(end, number.end + 8)),
                    reason=number.reason,
                    at=at,
                    span=self.clean.span(number.start, number.end),
                )
            )

    # --- tasks ---

    def _add_task(self, node: Node, statements: list[Statement]) -> None:
        begin = node.title[1] + 1 if node.title else node.own[0][0] if node.own else node.start
        begin = min(begin, node.end)
        found = [
            statement for statement in statements if statement.found or statement.has_others or statement.same_as_before
        ]
        tail = self._tail(node, found)
        identity = self.identity(node)
        duties, has_others = self._duties(node, found)
        self.tasks.append(
            Task(
                id=identity,
                number=node.mark.number if node.mark else None,
                title=self.clean.printed(*node.title) if node.title else None,
                section_path=self.path(node.parent) if node.parent else (),
                span=self.clean.span(node.start, node.end),
                body_span=self.clean.span(begin, max(begin, tail)),
                duties=duties,
                has_others=has_others,
            )
        )
        at = begin
        for statement in [*found, None]:
            stop = statement.start if statement else node.end
            if stop > at:
                self._promises(identity, at, stop, is_past=False)
            at = max(at, statement.end) if statement else at

    def _tail(self, node: Node, found: list[Statement]) -> int:
        tail = node.end
        for statement in reversed(found):
            if self.clean.text[statement.end : tail].strip(" 。;\n"):
                break
            tail = statement.start
        text = self.clean.text
        while tail > node.start and text[tail - 1] == "\n":
            tail -= 1
        return tail

    def _duties(self, node: Node, statements: list[Statement]) -> tuple[tuple[Duty, ...], bool]:
        named: list[Found] = []
        has_others = False
        for statement in statements:
            has_others |= statement.has_others
            named += self.before if statement.same_as_before else statement.found
        own = [*named]
        self.before = own or self.before
        named += self.inherited
        led = self._led(own, node)
        seen: dict[str, Duty] = {}
        for one in named:
            role = led.get(one.start, one.role)
            printed = self.clean.printed(one.start, one.end)
            duty = Duty(
                printed if one.name in printed or len(printed) >= len(one.name) else one.name,
                role,
                self.clean.span(one.start, one.end),
            )
            if len(one.name) > len(printed):
                duty = Duty(one.name, role, duty.span)
            kept = seen.get(duty.organisation)
            if kept is None or (kept.role == "joint" and role != "joint"):
                seen[duty.organisation] = duty
        duties = tuple(seen.values())
        if len(duties) == 1 and duties[0].role == "joint" and not has_others:
            duties = (Duty(duties[0].organisation, "sole", duties[0].span),)
        return duties, has_others

    def _led(self, own: list[Found], node: Node) -> dict[int, str]:
        """Roles by the rule for leads that the text states once."""
        if self.rule is None or (self.rule.forward and node.start < self.rule.start) or not own:
            return {}
        joint = [one for one in own if one.role == "joint"]
        leads = [one for one in joint if one.starred] if self.rule.by_star else joint[:1]
        roles = {one.start: "support" for one in joint} if self.rule.others_support and leads else {}
        return roles | {one.start: "lead" for one in leads}


def _parse(source: Source) -> PlanReading:
    clean = Clean(source)
    document, begin = read_document(clean)
    root = build_outline(clean, begin)
    rule = find_rule(clean.text)
    reader = _Reader(clean, document, rule, 0)
    for node in root.walk():
        reader.name(node)
    mark_kinds(root, reader.titles)
    reader.walk(root)
    if not reader.tasks:
        raise errors.NoTask
    for task in reader.tasks:
        if not task.duties:
            reader.warnings.append(
                ReadingWarning("no_duty", f"{task.id} 没有写明责任单位，请核对。", (task.span[0], task.span[1]))
            )
    lead_rule = None
    if rule is not None:
        span: Span = clean.span(rule.start, rule.end)
        lead_rule = LeadRule(clean.printed(rule.start, rule.end), span)
    return PlanReading(
        text=source.text,
        document=document,
        sections=tuple(reader.sections),
        lead_rule=lead_rule,
        tasks=tuple(reader.tasks),
        targets=tuple(sorted(reader.targets, key=lambda target: target.span)),
        warnings=tuple(reader.warnings),
        decoys=tuple(sorted(reader.decoys, key=lambda decoy: decoy.span)),
    )
