"""The tree of numbered items, its nesting restored from how the numbers follow each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kepu.engines.policy.lines import Clean, Paragraph
from kepu.engines.policy.marks import Mark, read_mark

_INLINE = re.compile(
    r"(?<=[。)】;”])(?=[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、](?!\d))"
)
_ANNEX = re.compile(r"附(?:件|表|录)\s?[0-9一二三四五六七八九十]*\s?(?::.{0,40})?")
_FURNITURE = re.compile(
    r"(?:抄送|抄报|主送|印发单位|扫一扫|打印|关闭|分享|责任编辑|信息来源|来源:|上一篇|下一篇|相关(?:链接|文档|解读|政策)|版权|主办[::]|如果您对|您可以通过|"
    r"\(?此件(?:主动|公开|依申请|不)|附件:|附件\d?:|信息公开选项|公开方式|【(?:打印|关闭|字体)|校对|网站地图|.{2,30}(?:办公室|办公厅|秘书处)20\d\d年\d{1,2}月\d{1,2}日印发)"
)
_SIGNED = re.compile(
    r"(?:[\u4e00-\u9fff()、]{0,40}(?:府|厅|局|委|会|部|办公室|办|协|院|团|组))?(?:20\d\d年\d{1,2}月\d{1,2}日|二[〇零O0]..年.{1,2}月.{1,3}日)"
)
_LONGEST_BODY = 40
_BARE = re.compile(
    r"(?P<value>\d{1,2})(?=[“《\u4e00-\u9fff])(?!年|月|日|个|项|名|人|家|所|场|次|件|万|亿|元|种|类|级|座|处|条|期|倍|岁|周|天|部|支|届|时|点|余|多|号|届|大|方面)"
)
_HEAD_OF_DECIMALS = re.compile(r"(?P<value>\d{1,2})(?=[“《\u4e00-\u9fff])[^。;,:\n]{2,30}$", re.MULTILINE)
_NEXT_NUMBER = 12  # paragraphs below a heading among which its first item is looked for
_UPPER = ("第编", "第章", "第部", "壹、", "一、")
_LOWER = ("(一)", "1.", "(1)", "1)", "①")  # below these no number of an upper form begins


@dataclass(slots=True)
class Node:
    """An item of the outline: [start, end) of the clean text with all its children.

    `own` are its paragraphs before the first child, the first one behind the mark; `cells` the tables that stand in it.
    """

    mark: Mark | None
    start: int
    end: int
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    own: list[tuple[int, int]] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    heading: bool = False
    annex: str | None = None
    title: tuple[int, int] | None = None
    kind: str = "other"
    is_task: bool = False

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1

    @property
    def style(self) -> str:
        return self.mark.style if self.mark else "H"

    def walk(self) -> Iterator["Node"]:
        """Give the node's descendants in reading order, not itself."""
        for child in self.children:
            yield child
            yield from child.walk()


def build_outline(clean: Clean, begin: int) -> Node:
    """Build the tree of items from paragraph number `begin` on.

    An item is a child of the one before it where its number starts a new sequence, and a sibling of the last item whose
    sequence it carries on: no form of number is tied to a depth.
    """
    return _Builder(clean).build(begin)


def _bare_numbers(clean: Clean) -> dict[int, Mark]:
    """Numbers without a mark: 1加强领导 2落实经费, counted on from 1, and the heads of decimals (3 重点任务 over 3.1)."""
    found: dict[int, Mark] = {}
    run: list[tuple[int, Mark]] = []

    def end_run() -> None:
        if len(run) > 1:
            found.update(run)
        run.clear()

    decimals = False  # the run heads items such as 3.1: nothing but its next head ends it
    for at, paragraph in enumerate(clean.paragraphs):
        if paragraph.cell is not None:
            continue
        match = _BARE.match(clean.text, paragraph.start, paragraph.end)
        head = _HEAD_OF_DECIMALS.match(clean.text, paragraph.start, paragraph.end)
        if head and _heads_decimals(clean, at, head):
            match = head
            if not decimals and int(head["value"]) == 1:
                end_run()
            decimals = True
            if not run or int(head["value"]) > run[-1][1].value:
                run.append((paragraph.start, _bare_mark(head)))
            continue
        if decimals:
            spaced = bool(head and clean.gap_after(head.end("value") - 1))
            if head and spaced and int(head["value"]) == run[-1][1].value + 1:
                run.append((paragraph.start, _bare_mark(head)))
            continue
        if match is None:
            mark = read_mark(clean.text, paragraph.start)
            if mark and not (run and mark.number.startswith(f"{run[-1][1].value}.")):
                end_run()
            continue
        value = int(match["value"])
        if value == 1 or not run or value != run[-1][1].value + 1:
            end_run()
        if value == 1 or run:
            run.append((paragraph.start, _bare_mark(match)))
    if decimals:
        found.update((start, replace(mark, joint=" ")) for start, mark in run)
        run.clear()
    end_run()
    return found


def _bare_mark(found: re.Match[str]) -> Mark:
    return Mark("1.", int(found["value"]), found["value"], "", found.end("value"), found.end("value"))


def _heads_decimals(clean: Clean, at: int, head: re.Match[str]) -> bool:
    """Whether the next number below a short line 3 重点任务 is 3.1."""
    for paragraph in clean.paragraphs[at + 1 : at + 1 + _NEXT_NUMBER]:
        mark = None if paragraph.cell else read_mark(clean.text, paragraph.start)
        if mark is not None:
            return mark.number == f"{head['value']}.1"
    return False


class _Builder:
    def __init__(self, clean: Clean) -> None:
        self._clean = clean
        self._root = Node(None, 0, len(clean.text))
        self._stack: list[Node] = [self._root]
        self._usual: dict[str, str] = {}
        self._stopped = False
        self._inline = self._inline_styles()
        self._bare = _bare_numbers(clean)

    def build(self, begin: int) -> Node:
        paragraphs = self._clean.paragraphs[begin:]
        marked = sum(1 for p in paragraphs if p.cell is None and read_mark(self._clean.text, p.start))
        self._root.start = paragraphs[0].start if paragraphs else 0
        for place, paragraph in enumerate(paragraphs):
            if paragraph.cell is not None:
                self._table(paragraph)
            elif paragraph.start < paragraph.end:
                follows = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
                self._paragraph(paragraph, unmarked=marked < 2, follows=follows)
        for node in reversed(self._stack):
            self._close(node, len(self._clean.text))
        return self._root

    def _inline_styles(self) -> set[str]:
        """Forms of numbers that mostly stand inside paragraphs: a text that lost its line breaks."""
        text = self._clean.text
        heads: dict[str, int] = {}
        inside: dict[str, int] = {}
        for p in self._clean.paragraphs:
            if p.cell is not None:
                continue
            mark = read_mark(text, p.start)
            if mark:
                heads[mark.style] = heads.get(mark.style, 0) + 1
            for found in _INLINE.finditer(text, p.start + 1, p.end):
                other = read_mark(text, found.start())
                if other:
                    inside[other.style] = inside.get(other.style, 0) + 1
        return {
            style
            for style, count in inside.items()
            if count > 1 and (count >= 2 * heads.get(style, 0) or style in heads)
        }

    def _table(self, paragraph: Paragraph) -> None:
        number = paragraph.cell[0] if paragraph.cell else 0
        node = self._stack[-1]
        if number not in node.tables:
            node.tables.append(number)

    def _paragraph(self, paragraph: Paragraph, *, unmarked: bool, follows: Paragraph | None) -> None:
        text = self._clean.text
        for start, end in self._split(paragraph):
            words = text[start:end]
            if _ANNEX.fullmatch(words.rstrip(":")) and len(self._stack) > 1:
                self._annex(start, end)
                continue
            if _FURNITURE.match(words) and len(self._stack) > 1:
                self._stopped = True
                self._cut(start)
                continue
            if _SIGNED.fullmatch(words) and len(self._stack) > 1 and not self._stopped:
                self._sign(start)
                continue
            mark = self._bare.get(start) or read_mark(text, start)
            if mark is not None and mark.style == "一、" and not mark.joint and not self._carries_on(mark):
                mark = None  # a lone Chinese number before a space counts only where the sequence wants it
            if mark is not None and (self._carries_on(mark) or mark.value <= 1 or self._may_begin(mark)):
                self._stopped = False
                self._open(mark, start, end)
            elif self._is_heading(paragraph, start, end, unmarked=unmarked, follows=follows):
                self._stopped = False
                self._open_heading(start, end, paragraph.heading or 1)
            elif not self._stopped:
                self._stack[-1].own.append((start, end))

    def _is_heading(
        self, paragraph: Paragraph, start: int, end: int, *, unmarked: bool, follows: Paragraph | None
    ) -> bool:
        text = self._clean.text
        short = end - start <= 30 and text[end - 1] not in "。;,、:)!?" and ":" not in text[start:end]
        if paragraph.heading and end - start <= 40:
            return True
        return unmarked and short and follows is not None and follows.end - follows.start > end - start

    def _split(self, paragraph: Paragraph) -> Iterator[tuple[int, int]]:
        """Cut a paragraph where numbered items follow one another inside it."""
        text, start = self._clean.text, paragraph.start
        expected: dict[str, int] = {n.style: n.mark.value + 1 for n in self._stack if n.mark}
        head = read_mark(text, start)
        if head:
            expected[head.style] = head.value + 1
        for found in _INLINE.finditer(text, paragraph.start + 1, paragraph.end):
            mark = read_mark(text, found.start())
            if mark is None or mark.style not in self._inline:
                continue
            if text.count("(", start, found.start()) != text.count(")", start, found.start()):
                continue
            if mark.value == expected.get(mark.style, 1) or mark.value == 1:
                yield start, found.start()
                start = found.start()
                expected[mark.style] = mark.value + 1
        yield start, paragraph.end

    def _at(self, style: str) -> int | None:
        for depth in range(len(self._stack) - 1, 0, -1):
            if self._stack[depth].style == style:
                return depth
        return None

    def _carries_on(self, mark: Mark) -> bool:
        for depth in range(len(self._stack) - 1, 0, -1):
            node = self._stack[depth]
            if node.mark and node.style == mark.style and mark.value == node.mark.value + 1:
                return True
        return False

    def _may_begin(self, mark: Mark) -> bool:
        """A sequence may begin behind 1 where its form was met before, or where it is no form of a plain number."""
        return mark.style in self._usual or mark.style in ("一、", "(一)", "壹、") or mark.style.startswith("第")

    def _open(self, mark: Mark, start: int, end: int) -> None:
        depth = self._place(mark)
        if depth == 1 and mark.style in _UPPER and mark.style not in self._usual:
            self._usual = {style: usual for style, usual in self._usual.items() if style not in _LOWER}
        self._push(Node(mark, start, end), depth)
        node = self._stack[-1]
        self._usual.setdefault(mark.style, node.parent.style if node.parent else "")
        if mark.end < end:
            node.own.append((mark.end, end))

    def _place(self, mark: Mark) -> int:
        """Give the depth in the stack at which the item opens."""
        for depth in range(len(self._stack) - 1, 0, -1):
            node = self._stack[depth]
            if node.mark and node.style == mark.style and mark.value == node.mark.value + 1:
                return depth
        same = self._at(mark.style)
        if same is not None:
            open_mark = self._stack[same].mark
            if mark.value == 1:
                # a new sequence of the same form: restarted beside (each section counts anew), or nested one deeper
                return (
                    same
                    if self._usual.get(mark.style) == self._stack[same - 1].style and same < len(self._stack) - 1
                    else self._nested(mark, same)
                )
            if open_mark and mark.value > open_mark.value:
                return same  # an item is missing
            return same
        if mark.style in _UPPER:
            for depth in range(1, len(self._stack)):
                if self._stack[depth].style in _LOWER:
                    return depth
        usual = self._usual.get(mark.style)
        if usual is not None:
            for depth in range(len(self._stack) - 1, -1, -1):
                if self._stack[depth].style == usual or (usual == "H" and self._stack[depth].mark is None):
                    return depth + 1
        return len(self._stack)

    def _nested(self, mark: Mark, same: int) -> int:
        del mark
        top = self._stack[same]
        titled = top.own and self._clean.text[top.own[0][1] - 1] not in "。)】"
        return len(self._stack) if titled and len(top.own) <= 2 and same == len(self._stack) - 1 else same

    def _open_heading(self, start: int, end: int, level: int) -> None:
        depth = 1
        while (
            depth < len(self._stack)
            and self._stack[depth].mark is None
            and self._stack[depth].heading
            and self._levels(depth) < level
        ):
            depth += 1
        node = Node(None, start, end, heading=True)
        self._push(node, depth)
        node.own.append((start, end))
        self._heading_levels = {**getattr(self, "_heading_levels", {}), id(node): level}

    def _levels(self, depth: int) -> int:
        levels: dict[int, int] = getattr(self, "_heading_levels", {})
        return levels.get(id(self._stack[depth]), 1)

    def _annex(self, start: int, end: int) -> None:
        self._stopped = False
        node = Node(None, start, end, heading=True, annex=self._clean.printed(start, end))
        self._push(node, 1)
        node.own.append((start, end))
        self._usual = {}

    def _push(self, node: Node, depth: int) -> None:
        for old in self._stack[depth:]:
            self._close(old, node.start)
        del self._stack[depth:]
        node.parent = self._stack[-1]
        node.parent.children.append(node)
        self._stack.append(node)

    def _sign(self, at: int) -> None:
        """The date of a signature ends the text; the body that signs stands on the line before it."""
        own = self._stack[-1].own
        if len(own) > 1 and own[-1][1] - own[-1][0] <= _LONGEST_BODY:
            start, end = own[-1]
            if end + 1 == at and not re.search(r"[。;,:、]", self._clean.text[start:end]):
                at = start
                own.pop()
        self._stopped = True
        self._cut(at)

    def _cut(self, at: int) -> None:
        for node in self._stack[1:]:
            node.end = -at if node.end >= 0 else node.end

    def _close(self, node: Node, at: int) -> None:
        if node.end < 0:
            at = min(at, -node.end) if not node.children or node.children[-1].start < -node.end else at
        node.end = at
        while node.end > node.start and self._clean.text[node.end - 1 : node.end] == "\n":
            node.end -= 1
