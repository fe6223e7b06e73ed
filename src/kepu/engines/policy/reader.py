"""Walk the outline of a plan and write down its sections, tasks, duties and targets."""

import re
from dataclasses import dataclass, field, replace

from kepu.engines.chinese.folding import fold
from kepu.engines.policy.cases import Passage
from kepu.engines.policy.duties import Found, Rule, Statement, find_statements, is_schedule
from kepu.engines.policy.kinds import is_work, mark_kinds
from kepu.engines.policy.lines import Clean, bullet_end
from kepu.engines.policy.marks import POINT_STYLES, read_mark
from kepu.engines.policy.model import Decoy, Document, Duty, ReadingWarning, Section, Span, Target, Task
from kepu.engines.policy.outline import Node
from kepu.engines.policy.targets import Promise, Refused, read_promises
from kepu.engines.policy.titles import find_title

_SECTION_TITLE = re.compile(r"行动|工程|任务|举措|措施|重点|计划|内容|清单")
_DIVISION = re.compile(r"^(?:责任|任务|部门|职责|工作)?分工(?:负责|方案)?$|^(?:责任|牵头|实施)(?:单位|部门)$")
_MEANS = re.compile(r"^(?:主要|具体|重点|工作)?(?:措施|举措|任务措施|工作措施)$")
_ENDS = re.compile(r"^(?:主要|具体|重点|工作)?(?:任务|目标|目标任务)$")
_HALF_WIDTH = str.maketrans("〔〕【】[]", "()()()")
_STRONGEST = {"lead": 3, "sole": 2, "joint": 2, "support": 1, "guide": 0}


@dataclass(slots=True)
class Draft:
    """A task before its duties are settled, in places of the clean text."""

    id: str
    number: str | None
    title: Span | None
    path: tuple[str, ...]
    start: int
    end: int
    body: Span
    statements: list[Statement]
    scope: "Scope"
    regions: list[Span]
    from_table: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Bodies that a heading names for all the items below it."""

    found: tuple[Found, ...] = ()
    has_others: bool = False

    def __bool__(self) -> bool:
        return bool(self.found)


@dataclass(slots=True)
class Reader:
    """One reading: the clean text, its outline, and what was found so far."""

    clean: Clean
    document: Document
    rule: Rule | None
    titles: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    steps: dict[int, str] = field(default_factory=dict)
    statements: dict[int, list[Statement]] = field(default_factory=dict)
    answering: dict[int, bool] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    decoys: list[Decoy] = field(default_factory=list)
    warnings: list[ReadingWarning] = field(default_factory=list)
    inherited: list[Found] = field(default_factory=list)
    before: list[Found] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)

    # --- what stands in a node ---

    def prepare(self, root: Node) -> None:
        """Find duties and titles of every node, then what each heading is for."""
        for node in root.walk():
            found: list[Statement] = []
            for start, end in self.runs(node):
                found += find_statements(self.clean, start, end, self.rule)
            self.statements[id(node)] = found
            node.title = self._title(node, found)
            self.titles[id(node)] = self.clean.text[slice(*node.title)] if node.title else ""
        for node in [*root.walk()][::-1]:
            own = any(self._binds(s) for s in self.statements[id(node)])
            self.answering[id(node)] = own or any(self.answering[id(child)] for child in node.children)
        mark_kinds(root, self.titles, lambda node: self.answering[id(node)])
        for node in root.walk():
            self._check_sequence(node)

    def runs(self, node: Node) -> list[Span]:
        """The node's own words as unbroken stretches (a table may stand between)."""
        runs: list[Span] = []
        for start, end in node.own:
            if runs and start == runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], end)
            else:
                runs.append((start, end))
        return runs

    @staticmethod
    def _binds(statement: Statement) -> bool:
        return bool(statement.found or statement.has_others or statement.same_as_before)

    def _title(self, node: Node, statements: list[Statement]) -> Span | None:
        if not node.own:
            return None
        start, end = node.own[0]
        stop = min([s.start for s in statements if start < s.start < end], default=end)
        if any(s.start <= start < s.end for s in statements):
            return None
        more = len(node.own) > 1 and not all(
            is_schedule(self.clean.text, a, b) or any(s.start <= a and b <= s.end for s in statements)
            for a, b in node.own[1:]
        )
        return find_title(self.clean, start, stop, more=more or bool(node.children) or bool(node.tables))

    def _check_sequence(self, node: Node) -> None:
        for one, two in zip(node.children, node.children[1:], strict=False):
            if one.mark and two.mark and one.style == two.style and two.mark.value > one.mark.value + 1:
                span = self.clean.span(two.start, min(two.end, two.start + 20))
                words = f"“{one.mark.number}”之后是“{two.mark.number}”，中间的编号缺失，请核对是否漏读了条目。"
                self.warnings.append(ReadingWarning("numbering_gap", words, span))

    # --- places ---

    def path(self, node: Node) -> tuple[str, ...]:
        """The headings above and including a node, as printed, brackets half-width."""
        steps: list[str] = []
        at: Node | None = node
        while at is not None and at.parent is not None:
            steps.append(self.step(at))
            at = at.parent
        return tuple(step for step in reversed(steps) if step)

    def step(self, node: Node) -> str:
        known = self.steps.get(id(node))
        if known is None:
            known = self.steps[id(node)] = self._step(node)
        return known

    def _step(self, node: Node) -> str:
        number = self.number(node) or ""
        if node.mark:
            number += " " if node.style.startswith("第") else node.mark.joint if node.title else ""
        return (number + (self._printed_title(node.title) or "")).strip()

    def number(self, node: Node) -> str | None:
        """The number as printed, brackets and digits half-width."""
        if node.mark is None:
            return None
        known = self.numbers.get(id(node))
        if known is None:
            printed = self.clean.printed(node.start, node.mark.number_end)
            pairs = zip(fold(printed), printed, strict=True)
            known = "".join(plain if plain.isascii() else c for plain, c in pairs).translate(_HALF_WIDTH)
            self.numbers[id(node)] = known
        return known

    def _printed_title(self, title: Span | None) -> str | None:
        return self.clean.printed(*title) if title else None

    def identity(self, node: Node) -> str:
        """The numbers from the top to the item: 三(一)6."""
        numbers: list[str] = []
        at: Node | None = node
        while at is not None and at.parent is not None:
            if at.annex:
                numbers.append(re.split(r"[:：\s]", at.annex)[0])
            number = self.number(at) or ""
            if not (numbers and number and numbers[-1].startswith(f"{number}.")):
                numbers.append(number)  # 3.1.1 says itself that it stands in 3 and 3.1
            at = at.parent
        return "".join(reversed(numbers))

    def _unique(self, identity: str) -> str:
        if identity and identity not in self.taken:
            self.taken[identity] = 1
            return identity
        count = self.taken.get(identity, 0 if not identity else 1) + 1
        while f"{identity}-{count}" in self.taken:
            count += 1
        self.taken[identity] = count
        self.taken[f"{identity}-{count}"] = 1
        return f"{identity}-{count}"

    # --- walking ---

    def walk(self, node: Node, scope: Scope) -> None:
        """Go through the items below a node; `scope` are the bodies that a heading above names for all."""
        shared = self._shared_line(node)
        for child in node.children:
            if self._is_division(child):
                continue
            if self.is_task(child):
                self._add_node_task(child, shared or scope)
            else:
                self._add_section(child)
                parts = self._unnumbered(child)
                below = self._scope(child, parts) or shared or scope
                for number, part in enumerate(parts, 1):
                    self._add_part(child, part, number, below)
                self.walk(child, below)

    def is_task(self, node: Node) -> bool:
        """Whether an item is a leaf that stands for a task (plan-format: a numbered leaf under work)."""
        parent = node.parent
        if node.mark is None or parent is None:
            return False
        own = any(self._binds(s) for s in self.statements[id(node)])
        is_top = parent.parent is None
        zone = is_work(node.kind) if is_top else is_work(parent.kind)
        if is_top and node.kind == "other":
            zone = own
        if node.kind == "safeguard" or (not is_top and parent.kind == "safeguard"):
            return not node.children and own and not node.tables
        if not zone or node.kind in ("goal", "guidance", "background") or node.tables:
            return False
        if _ENDS.match(self.titles[id(node)]) and any(_MEANS.match(self.titles[id(n)]) for n in parent.children):
            return False
        if node.children:
            return self._holds_points(node, own=own)
        if self._unnumbered(node):
            return False
        if parent.annex:
            return own or len(node.own) > 1 or any(self.clean.text[end - 1] == "。" for _, end in node.own)
        return own if is_top else True

    def _holds_points(self, node: Node, *, own: bool) -> bool:
        """A numbered item with points (1) ① below is one task, unless the points answer to bodies of their own."""
        first = node.children[0].style
        if first not in POINT_STYLES and not (first == "1.1" and node.style == "1."):
            return False
        if any(child.children for child in node.children):
            return False
        if len(node.children) == 1:
            return own or len(node.own) > 1 or self._counts_on(node.children[0])
        answering = [self.answering[id(child)] for child in node.children]
        if sum(answering) >= 2 or (answering and all(answering)):
            return False
        is_group = re.search(r"(?:行动|工程)$", self.titles[id(node)]) is not None and node.parent is not None
        return own or any(answering) or not is_group

    def _counts_on(self, node: Node) -> bool:
        """(1)选派专家,(2)建设小院: the points after the first stand in its own words."""
        mark = node.mark
        after = f"({mark.value + 1})" if mark else ""
        return bool(after) and any(after in self.clean.text[start:end] for start, end in node.own)

    def _is_division(self, node: Node) -> bool:
        """An item 分工 names the bodies of the whole action."""
        return (
            bool(_DIVISION.match(self.titles[id(node)].rstrip("。:"))) and node.parent is not None and not node.children
        )

    def _scope(self, node: Node, parts: list[Draft]) -> Scope:
        """The bodies that a heading, its opening words or its item 分工 name for all items below."""
        covered = [(part.start, part.end) for part in parts]
        naming: list[Statement] = []
        for statement in self.statements[id(node)]:
            self.inherited = statement.inherited or self.inherited
            if not any(a <= statement.start < b for a, b in covered):
                naming.append(statement)
        for child in node.children:
            if self._is_division(child):
                naming += self.statements[id(child)]
        return _scope_of(naming)

    def _shared_line(self, node: Node) -> Scope:
        """A line 责任单位 that stands once, behind the last of several items, answers for all of them."""
        items = [child for child in node.children if not self._is_division(child)]
        if len(items) < 2 or not is_work(node.kind) or any(self.answering[id(child)] for child in items[:-1]):
            return Scope()
        last = items[-1]
        lines = [
            s
            for s in self.statements[id(last)]
            if s.found and s.labelled and s.at_line_start and s.start > last.own[0][0]
        ]
        return _scope_of(lines) if not last.children else Scope()

    # --- sections ---

    def _add_section(self, node: Node) -> None:
        self.sections.append(
            Section(
                number=self.number(node),
                title=self._printed_title(node.title),
                level=node.depth,
                path=self.path(node),
                kind=node.kind,
                span=self.clean.span(node.start, node.end),
            )
        )
        if not self._unnumbered(node):
            self.promises_of(node)

    def read_notice(self, begin: int) -> None:
        """The numbered lines of the notice above the plan are sections where they promise a number."""
        text = self.clean.text
        for paragraph in self.clean.paragraphs[:begin]:
            mark = None if paragraph.cell else read_mark(text, paragraph.start)
            if mark is None or mark.style not in ("一、", "(一)", "1."):
                continue
            issued = self.document.issued
            passage = Passage(needs_deadline=True, begins=int(issued[:4]) if issued else None)
            promises, refused = read_promises(text, mark.end, paragraph.end, passage)
            if promises:
                at = mark.number
                span = self.clean.span(paragraph.start, paragraph.end)
                self.sections.append(Section(mark.number, None, 1, (at,), "other", span))
                self.keep(at, promises, refused)

    def promises_of(self, node: Node) -> None:
        at = "/".join(self.path(node))
        for start, end in self.runs(node):
            for begin, stop in _without(start, end, self.statements[id(node)]):
                self.promises(at, begin, stop, self.passage(node))

    def passage(self, node: Node) -> Passage:
        issued = self.document.issued
        begins = self.document.period[0] if self.document.period else int(issued[:4]) if issued else None
        return Passage(
            is_past=node.kind == "background",
            needs_deadline=node.kind in ("guidance", "other"),
            begins=begins,
            carries=node.kind in ("goal", "guidance"),
        )

    def promises(self, at: str, start: int, end: int, passage: Passage) -> None:
        """Read the numbers of a stretch of words."""
        self.keep(at, *read_promises(self.clean.text, start, end, passage))

    def keep(self, at: str, promises: list[Promise], refused: list[Refused]) -> None:
        ends = self.document.period[1] if self.document.period else None
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
                    plan_end=ends,
                    aspirational=promise.aspirational,
                    approximate=promise.approximate,
                    span=self.clean.span(promise.start, promise.end),
                )
            )
        for number in refused:
            words = self.clean.text
            begin = max(words.rfind("\n", 0, number.start) + 1, number.start - 8)
            stop = min([at for at in (words.find("\n", number.end),) if at >= 0] + [number.end + 8])
            self.decoys.append(
                Decoy(
                    text=self.clean.printed(begin, stop),
                    reason=number.reason,
                    at=at,
                    span=self.clean.span(number.start, number.end),
                )
            )

    # --- tasks ---

    def _add_node_task(self, node: Node, scope: Scope) -> None:
        statements = list(self.statements[id(node)])
        regions: list[Span] = []
        for start, end in self.runs(node):
            regions += _without(start, end, self.statements[id(node)])
        for child in node.walk():
            statements += self.statements[id(child)]
            for start, end in self.runs(child):
                regions += _without(start, end, self.statements[id(child)])
        begin = node.title[1] if node.title else node.own[0][0] if node.own else node.end
        if node.title and self.clean.text[begin : begin + 1] in ("。", ":", "!"):
            begin += 1
        self.add(
            Draft(
                id=self._unique(self.identity(node)),
                number=self.number(node),
                title=node.title,
                path=self.path(node.parent) if node.parent else (),
                start=node.start,
                end=node.end,
                body=self._body(begin, node.end, statements),
                statements=statements,
                scope=scope,
                regions=regions,
            ),
            replace(self.passage(node), needs_deadline=False),
        )

    def _body(self, begin: int, end: int, statements: list[Statement]) -> Span:
        """From behind the title to the closing statements of duties."""
        text = self.clean.text
        begin = min(begin, end)
        for statement in sorted(statements, key=lambda s: -s.start):
            if text[max(statement.end, begin) : end].strip(" 。;\n") == "" and statement.end > begin:
                end = max(begin, statement.start)
        if statements:
            heads = [s for s in statements if s.start <= begin + 1 and s.end > begin and s.end <= end]
            begin = max([begin, *(s.end for s in heads)])
        while begin < end and text[begin] in "\n 。:":
            begin += 1
        while end > begin and text[end - 1] in "\n ":
            end -= 1
        return begin, end

    def _unnumbered(self, node: Node) -> list[Draft]:
        """Tasks without numbers: paragraphs below a heading that each name their bodies, or bullets of an action."""
        if not node.own or (node.children and not node.heading and not is_work(node.kind)):
            return []
        if not is_work(node.kind) and not (node.kind == "other" and self.answering[id(node)]):
            return []
        head = node.own[0]
        heading_only = node.title is not None and self.clean.text[node.title[1] : head[1]].strip(" :。") == ""
        is_top = node.parent is not None and node.parent.parent is None
        if not heading_only or len(node.own) < 2:
            return []
        if not (is_top or node.heading or _SECTION_TITLE.search(self.titles[id(node)]) or self._beside_sections(node)):
            return []
        groups = self._groups(node)
        bound = [g for g in groups if g[1]]
        in_group = re.search(r"(?:行动|工程)$", self.titles[id(node)]) or node.kind in ("action", "project")
        bulleted = self._bulleted(node)
        if bulleted and len(bound) < 2 and in_group and not node.children:
            return [self._part(node, spans, self._inside(node, spans)) for spans in bulleted]
        if len(bound) >= 2:
            return [self._part(node, spans, found) for spans, found in groups if found]
        return []

    def _inside(self, node: Node, spans: list[Span]) -> list[Statement]:
        return [s for s in self.statements[id(node)] if spans[0][0] < s.start < spans[-1][1]]

    def _bulleted(self, node: Node) -> list[list[Span]]:
        """Paragraphs behind bullets, each with the plain ones after it; where 措施 stands apart from 任务, those of 措施."""
        text = self.clean.text
        own = node.own[1:]
        means = [at for at, (start, end) in enumerate(own) if _MEANS.match(text[start:end].rstrip(": "))]
        groups: list[list[Span]] = []
        for start, end in own[means[0] + 1 :] if means else own:
            if any(s.start <= start and end <= s.end + 1 for s in self.statements[id(node)]):
                break
            if bullet_end(text, start) > start:
                groups.append([(start, end)])
            elif groups:
                groups[-1].append((start, end))
        return groups

    def _beside_sections(self, node: Node) -> bool:
        return node.parent is not None and any(other.children for other in node.parent.children if other is not node)

    def _groups(self, node: Node) -> list[tuple[list[Span], list[Statement]]]:
        """Paragraphs below the heading, cut behind each one that ends in a statement of duties."""
        found = [s for s in self.statements[id(node)] if self._binds(s)]
        groups: list[tuple[list[Span], list[Statement]]] = []
        words: list[Span] = []
        for start, end in node.own[1:]:
            here = [s for s in found if s.start < end and s.end > start]
            is_line = any(s.start <= bullet_end(self.clean.text, start) and s.end >= end - 1 for s in here)
            if is_line and not words and groups and groups[-1][1]:
                groups[-1][0].append((start, end))
                groups[-1][1].extend(here)
                continue
            words.append((start, end))
            if here:
                groups.append((words, here))
                words = []
        if len(groups) > 1 and len(groups[0][0]) > 1:
            usual = min(len(spans) for spans, _ in groups[1:])
            groups[0] = (groups[0][0][-usual:], groups[0][1])  # opening words of the section come before the first task
        if words:
            groups.append((words, []))
        return groups

    def _part(self, node: Node, spans: list[Span], statements: list[Statement]) -> Draft:
        start, end = spans[0][0], spans[-1][1]
        stop = min([s.start for s in statements if spans[0][0] < s.start < spans[0][1]], default=spans[0][1])
        texts = [span for span in spans[1:] if not any(s.start <= span[0] and span[1] <= s.end for s in statements)]
        title = find_title(self.clean, start, stop, more=bool(texts))
        begin = title[1] if title else bullet_end(self.clean.text, start)
        regions: list[Span] = []
        for a, b in spans:
            regions += _without(a, b, statements)
        return Draft(
            "",
            None,
            title,
            self.path(node),
            start,
            end,
            self._body(begin, end, statements),
            statements,
            Scope(),
            regions,
        )

    def _add_part(self, node: Node, part: Draft, number: int, scope: Scope) -> None:
        identity = self.identity(node)
        part.id = self._unique(f"{identity}-{number}" if identity else "")
        part.scope = scope
        self.add(part, self.passage(node))

    def add(self, draft: Draft, passage: Passage) -> None:
        """Settle the duties of a task and read its promised numbers."""
        self.drafts.append(draft)
        duties, has_others = self._duties(draft)
        self.tasks.append(
            Task(
                id=draft.id,
                number=draft.number,
                title=self._printed_title(draft.title),
                section_path=draft.path,
                span=self.clean.span(draft.start, draft.end),
                body_span=self.clean.span(*(min(at, draft.end) for at in draft.body)),
                duties=duties,
                has_others=has_others,
            )
        )
        for start, end in draft.regions:
            self.promises(draft.id, start, end, passage)

    def _duties(self, draft: Draft) -> tuple[tuple[Duty, ...], bool]:
        own: list[Found] = []
        has_others = False
        for statement in draft.statements:
            has_others |= statement.has_others
            own += self.before if statement.same_as_before else statement.found
            if not statement.later_only:
                self.inherited = statement.inherited or self.inherited
        if not own and draft.scope:
            own, has_others = [*draft.scope.found], has_others or draft.scope.has_others
        self.before = own or self.before
        led = self._led(own, draft.end)
        kept: dict[str, Duty] = {}
        for one in [*own, *self.inherited]:
            duty = self._duty(one, led.get(one.start, one.role))
            old = kept.get(duty.organisation)
            if old is None:
                kept[duty.organisation] = duty
            elif _STRONGEST[duty.role] > _STRONGEST[old.role]:
                kept[duty.organisation] = Duty(old.organisation, duty.role, old.span)
        for statement in draft.statements:
            self.inherited = statement.inherited or self.inherited
        duties = tuple(kept.values())
        if len(duties) == 1 and duties[0].role == "joint" and not has_others:
            duties = (Duty(duties[0].organisation, "sole", duties[0].span),)
        return duties, has_others

    def _duty(self, one: Found, role: str) -> Duty:
        """A body as printed; one that shares a prefix with its neighbours is written out."""
        printed = self.clean.printed(one.start, one.end)
        name = printed if len(one.name) <= len(printed) else one.name
        return Duty(name, role, self.clean.span(one.start, one.end))

    def _led(self, own: list[Found], end: int) -> dict[int, str]:
        """Roles by the rule for leads that the text states once."""
        if self.rule is None or not own or (self.rule.forward and end < self.rule.start):
            return {}
        joint = [one for one in own if one.role == "joint"]
        leads = [one for one in joint if one.starred] if self.rule.by_star else joint[: len(joint) > 1]
        if any(one.role == "lead" for one in own):
            leads = [one for one in joint if one.starred] if self.rule.by_star else []
        roles = {one.start: "support" for one in joint} if self.rule.others_support and leads else {}
        return roles | {one.start: "lead" for one in leads}


def _scope_of(statements: list[Statement]) -> Scope:
    return Scope(tuple(one for s in statements for one in s.found), any(s.has_others for s in statements))


def _without(start: int, end: int, statements: list[Statement]) -> list[Span]:
    """[start, end) without the words that name bodies."""
    rest: list[Span] = []
    for statement in sorted(statements, key=lambda s: s.start):
        if statement.start >= end or statement.end <= start:
            continue
        if statement.start > start:
            rest.append((start, statement.start))
        start = max(start, statement.end)
    if start < end:
        rest.append((start, end))
    return rest
