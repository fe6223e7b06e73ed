"""Who has to do a task: brackets, labelled lines and closing sentences, and the role that their words give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kepu.engines.policy.inheritance import is_repeat, is_subject, names_for_all, read_heirs
from kepu.engines.policy.lines import Clean
from kepu.engines.policy.organisations import Name, Names, divide, looks_like_body, may_be_body, write_out

_UNIT = r"(?:单位|部门|处室|科室|机构|主体|方)"
_LABEL = re.compile(
    r"(?P<open>[【\[〔(]?)(?:(?:其中|省级|市级|县级|区级|主要|第一|具体|市直|县直)?)"
    rf"(?:(?P<lead>(?:总?牵头|牵头责任|牵头负责|牵头抓总){_UNIT}?)"
    rf"|(?P<support>(?:配合|协办|参与|参加|协同|协助|协作|支持|协同配合|配合责任|参与责任|共同参与){_UNIT}?)"
    rf"|(?P<guide>(?:业务|行业)?指导{_UNIT}?)"
    rf"|(?P<joint>(?:责任|负责|实施|落实|承办|承担|完成|执行|主管|主办|工作责任|牵头和配合|责任落实|主责|主要负责|组织|任务承担|推进|职责|所属)"
    rf"(?:责任)?{_UNIT}(?:及分工|和分工)?|责任分工|任务分工|分工负责|部门分工|职责分工|分工|责任)"
    r"|(?P<skip>完成时限|完成时间|时间节点|时间安排|时间要求|完成期限|实施期限|进度要求|工作时限|办结时限|推进时限|时限要求|时限|期限|进度安排|"
    r"完成日期|备注|责任人|责任领导|分管领导|牵头领导|联系人|预期成果|成果形式|预期目标|工作目标|目标要求|年度目标))"
    r"(?:\([^()]{0,12}\))?(?P<close>[】\]〕)]?)\s*"
    r"(?P<colon>:|(?<=[单部机主科处][位门构体室])(?:分别)?(?:为|是|有|包括)(?!牵头|配合|责任|参[与加]|主[要体]|各项|第|首|本|该|以下|下列)|)"
)
_ROLE = re.compile(
    r"(?P<named>(?:为|是|作为)(?:总|主要|共同|具体)?(?P<named_role>牵头|配合|协办|参与|参加|协助|支持|责任|实施|落实|承办|指导)(?:单位|部门|处室|科室))"
    r"|(?P<lead>(?:按(?:照)?(?:各自)?职责(?:分工)?)?(?:共同|联合|分别|总)?牵头(?:负责|组织|实施|落实|推进|抓总|开展|协调|组织实施)*)"
    r"|(?P<support>(?:积极|协同|共同|密切|按(?:照)?(?:各自)?职责(?:分工)?)*(?:配合|参与|参加|协助|协办|支持)(?:实施|落实|做好)?)"
    r"|(?P<aid>(?:负责)?(?:保障|提供|落实|安排|筹措|统筹|解决|做好|给予)(?:所需|相应|必要|必需|专项|有关|相关|工作|配套|技术|业务|后勤|资金|经费|的)*"
    r"(?:经费|资金|场地|支持|支撑|指导|服务|师资|设备|物资|保障|费用|工作)(?:保障|支持)?)"
    r"|(?P<guide>(?:加强|负责|业务|统筹)?指导(?:推进|协调|监督|督促)?)"
    r"|(?P<joint>(?:(?:依据|根据|按照?)(?:各自|部门)?职责(?:分工)?|根据职责(?:分工)?|结合(?:实际|职责))?(?:分级|分工|共同|具体|分别|协同|联合|统筹|按分工|各自|主要|组织|抓好|推进|贯彻|积极|推动)*"
    r"(?:负责组织实施|负责落实|负责实施|负责推进|负责|组织落实|组织实施|落实|实施|承担|承办|主办|推进|组织|办理|组织开展)|按(?:照)?(?:各自)?职责(?:分工)?)"
)
_NAMED_ROLES = {"牵头": "lead", "指导": "guide", "责任": "joint", "实施": "joint", "落实": "joint", "承办": "joint"}
_ROLE_END = re.compile(r"(?=[、,;。\s)】\]]|$|(?:等)?$)")
_LEAD_RULE = re.compile(
    r"(?:(?P<star>(?:标注?|带|加|注有?|打|名称后?有?|前有|后有)[^。;,:]{0,8}?[*★☆△▲※#][^。;]{0,20}?)|"
    r"(?P<first>(?:(?:列|排|位|居|名)[^。;,]{0,6}?)?(?:首位|第一位?|首个|最前|前列|第一个|首家|首)[^。;,]{0,12}?))(?:者|的)?[^。;,]{0,12}?(?:为|是|即|负责|承担)(?:该项|本项|各项|相应|任务的?|工作的?)*[^。;,]{0,4}?牵头"
)
_LEAD_RULE_OTHERS = re.compile(
    r"(?:其余|其他|其它|后面的?|余下)[^。;]{0,10}?(?:为|是)[^。;]{0,4}?(?:配合|协办|参与|参加|协同|协助|支持)"
)
_DATE = re.compile(r"20\d\d年|\d{1,2}月|长期|持续|每年|底前|时限|期限")
_SAME = re.compile(r"^(?:同上|与上同|同前)$")
_APPOSED = re.compile(r"(?:办公室|领导小组|专班|部门|单位|机构|小组|委员会|联席会议|指挥部|中心)$")
_SENTENCE_END = "。;!?”】\n"
_LONGEST_BRACKET = 1500
_BRACKETS = {"(": ")", "【": "】", "[": "]", "〔": "〕", "{": "}"}
_OPENING = re.compile(r"[(【\[〔{]")
_ANY_BRACKET = re.compile(r"[(【\[〔{)】\]〕}]")
_LOST_CLOSING = re.compile(r"(?:负责|配合|牵头|落实|参与)[。.]?$")


@dataclass(frozen=True, slots=True)
class Found:
    """One body with a role at [start, end) of the clean text."""

    name: str
    role: str
    start: int
    end: int
    starred: bool = False
    ordered: bool = True


@dataclass(slots=True)
class Statement:
    """One place that states duties, [start, end) of the clean text."""

    start: int
    end: int
    found: list[Found] = field(default_factory=list)
    has_others: bool = False
    same_as_before: bool = False
    inherited: list[Found] = field(default_factory=list)
    later_only: bool = False
    labelled: bool = False
    at_line_start: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """The sentence that states once who leads: by a mark or by standing first."""

    start: int
    end: int
    by_star: bool
    others_support: bool
    forward: bool


def find_rule(text: str) -> Rule | None:
    """Find a rule for leads stated once (标*的为牵头单位 · 列第一位的为牵头单位).

    Examples:
        >>> find_rule("注:责任单位中列第一位的为牵头单位。").by_star
        False
        >>> find_rule("(市科协牵头)") is None
        True
    """
    found = _LEAD_RULE.search(text)
    if found is None:
        return None
    start = max(text.rfind(c, 0, found.start()) for c in "。;\n(【") + 1
    if re.search(r"负责|配合|落实|参与|牵头", text[start : found.start()]):
        start = text.rfind(",", start, found.start()) + 1 or found.start()
    stops = [at for at in (text.find(c, found.end()) for c in "。;\n)】") if at >= 0]
    end = min(stops, default=len(text))
    sentence_end = min([at for at in (text.find(c, found.end()) for c in "。\n") if at >= 0], default=len(text))
    others = bool(_LEAD_RULE_OTHERS.search(text, start, sentence_end))
    return Rule(start, end, found["star"] is not None, others, bool(re.search("以下|下同|下列", text[start:end])))


def find_statements(clean: Clean, start: int, end: int, rule: Rule | None = None) -> list[Statement]:
    """Find every place in [start, end) of the clean text that says who is responsible.

    Args:
        clean: the text.
        start: where to begin.
        end: where to stop.
        rule: the rule for leads; its words are no list of bodies.

    Returns:
        Statements in reading order, not overlapping.
    """
    statements: list[Statement] = []
    taken = start
    for opening, closing in _brackets(clean.text, start, end):
        if opening < taken:
            continue
        statement = _read_bracket(clean, opening, closing, start, end, rule)
        if statement is not None:
            statements.append(statement)
            taken = closing + 1
    for begin, stop in _paragraphs(clean.text, start, end):
        if any(s.start < stop and s.end > begin for s in statements):
            statements += _labelled_before(clean, begin, stop, statements, rule)
            continue
        line = _read_line(clean, begin, stop, rule)
        if line is not None:
            statements.append(line)
    statements.sort(key=lambda s: s.start)
    return statements


def is_schedule(text: str, start: int, end: int) -> bool:
    """Whether a line only says until when or which person: 完成时限:2026年6月"""
    label = _LABEL.match(text, start, end)
    return bool(label and label["skip"] and label["colon"])


def read_list(clean: Clean, start: int, end: int, role: str) -> Statement:
    """Read a cell of a table that holds bodies of one role (other roles may be named inside)."""
    statement = Statement(start, end, labelled=True)
    _read_clauses(clean, start, end, role, statement)
    statement.found = [f for f in statement.found if may_be_body(f.name)]
    return statement


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if text[start:stop].strip():
            yield start, stop
        start = stop + 1


def _brackets(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Outermost brackets; one that is never closed ends with its paragraph."""
    closed = _pairs(text, start, end)
    at = start
    while at < end:
        found = _OPENING.search(text, at, end)
        if found is None:
            return
        at = found.start()
        if at in closed:
            yield at, closed[at]
            at = closed[at] + 1
            continue
        line = text.find("\n", at, end)
        line = end if line < 0 else line
        if _LOST_CLOSING.search(text, max(at, line - 8), line):
            yield at, line
            at = line
        at += 1


def _pairs(text: str, start: int, end: int) -> dict[int, int]:
    """Where each bracket closes, as far as it does within a sensible length."""
    closed: dict[int, int] = {}
    open_at: dict[str, list[int]] = {closer: [] for closer in _BRACKETS.values()}
    for found in _ANY_BRACKET.finditer(text, start, end):
        c = found.group()
        if c in _BRACKETS:
            open_at[_BRACKETS[c]].append(found.start())
        elif open_at[c]:
            opening = open_at[c].pop()
            if found.start() - opening <= _LONGEST_BRACKET:
                closed[opening] = found.start()
    return closed


def _read_bracket(
    clean: Clean, opening: int, closing: int, start: int, end: int, rule: Rule | None
) -> Statement | None:
    text = clean.text
    inner = text[opening + 1 : closing]
    bare = inner.rstrip(":")
    label = _LABEL.fullmatch(bare)
    if text[opening] in "【[〔" and label and not label["skip"]:  # 【责任单位】市科协、市教育局
        stop = text.find("\n", closing, end)
        return _read_labelled(clean, opening, end if stop < 0 else stop, rule)
    if not inner or "《" in inner[:1] or len(inner) < 2:
        return None
    statement = Statement(opening, closing + 1 if closing < end and text[closing] in ")】]〕}" else closing)
    statement.at_line_start = opening == start or text[opening - 1] == "\n"
    first = _LABEL.match(inner)
    statement.labelled = bool(first and first["colon"] and not first["skip"])
    roles = _read_clauses(clean, opening + 1, closing, None, statement, rule)
    if statement.inherited or statement.same_as_before:
        return statement
    if not statement.found:
        return statement if statement.has_others and _at_end(text, opening, closing, end) else None
    if statement.labelled:
        statement.found = [f for f in statement.found if may_be_body(f.name)]
        return statement if statement.found else None
    sure = [looks_like_body(f.name) for f in statement.found]
    if roles:
        good = all(ok or may_be_body(f.name) for ok, f in zip(sure, statement.found, strict=True))
        return statement if any(sure) and good else None
    if len(statement.found) == 1 and re.search(_APPOSED, text[start:opening]):
        return None
    if all(sure) and _at_end(text, opening, closing, end):
        return statement
    most = sum(sure) >= max(2, len(sure) * 2 / 3) and all(may_be_body(f.name) for f in statement.found)
    return statement if most and _at_end(text, opening, closing, end) else None


def _at_end(text: str, opening: int, closing: int, end: int) -> bool:
    """The bracket closes a sentence, not a mention in passing."""
    after = text[closing + 1 : closing + 3]
    at_stop = (
        closing + 1 >= end
        or after[:1] in ("\n", "", "【", "(")
        or (after[:1] in "。;" and (closing + 2 >= end or after[1:] in ("\n", "")))
    )
    # an explanation stands behind the word that it explains; a list of bodies may stand behind a comma inside a text
    return at_stop or (opening > 0 and text[opening - 1] in _SENTENCE_END + ",:")


def _labelled_before(
    clean: Clean, begin: int, stop: int, statements: list[Statement], rule: Rule | None
) -> list[Statement]:
    """A labelled list in a paragraph that also has brackets, outside them."""
    found = _LABEL.match(clean.text, begin, stop)
    if found and found["colon"] and not found["skip"] and not any(s.start <= begin < s.end for s in statements):
        inside = [s for s in statements if s.start >= begin and s.end <= stop]
        line = _read_labelled(clean, begin, stop, rule)
        if line is not None:
            for s in inside:
                statements.remove(s)
            return [line]
    return []


def _read_line(clean: Clean, begin: int, stop: int, rule: Rule | None) -> Statement | None:
    text = clean.text
    skip = re.match(r"[●•■◆◇□★☆▲△▶►◎※➢▪·○—?\-]+", text[begin:stop])
    head = begin + (skip.end() if skip else 0)
    label = _LABEL.match(text, head, stop)
    if label and not label["skip"]:
        if label["colon"] or label["close"]:
            return _read_labelled(clean, begin, stop, rule)
        if (
            _UNIT
            and re.search(rf"{_UNIT}$", label.group())
            and divide(text[label.end() : stop].rstrip("。"), _gaps(clean, label.end(), stop)).certain
        ):
            return _read_labelled(clean, begin, stop, rule)
    elif label and label["colon"]:  # 完成时限:… 责任单位:…
        more = next((m for m in _LABEL.finditer(text, label.end(), stop) if m["colon"] and not m["skip"]), None)
        return _read_labelled(clean, more.start(), stop, rule) if more else None
    last = _last_sentence(text, begin, stop)
    by = text.rfind(",由", last, stop)
    inner = next((m for m in _LABEL.finditer(text, begin, stop) if m["colon"] and not m["skip"] and m.start() > begin
                  and (text[m.start() - 1] in "。;!?)" or (text[m.start() - 1] == "," and m["colon"] in ("为", "是")))
                  and re.search(rf"{_UNIT}|分工|牵头", m.group())), None)  # fmt: skip
    if inner is not None:
        return _read_labelled(clean, inner.start(), stop, rule)
    return _read_sentence(clean, last, stop, rule) or (_read_sentence(clean, by + 1, stop, rule) if by > 0 else None)


def _read_sentence(clean: Clean, begin: int, stop: int, rule: Rule | None) -> Statement | None:
    """A closing sentence that is nothing but bodies and roles: 由市科协牵头,市教育局配合。"""
    statement = Statement(begin, stop)
    body_end = stop
    while body_end > begin and clean.text[body_end - 1] in "。.;":
        body_end -= 1
    roles = _read_clauses(clean, begin, body_end, None, statement, rule)
    if statement.inherited:
        statement.found = [one for one in statement.found if looks_like_body(one.name)]
        return statement
    words = clean.text[begin:body_end]
    ends = any(m.end() == len(words) for m in _ROLE.finditer(words))
    if roles and ends and statement.found and all(looks_like_body(f.name) for f in statement.found):
        return statement
    return None


def _last_sentence(text: str, begin: int, stop: int) -> int:
    last = stop - 1
    while last > begin and text[last] in "。;":
        last -= 1
    return max(begin, max(text.rfind(c, begin, last) for c in "。!?;") + 1)


def _read_labelled(clean: Clean, begin: int, stop: int, rule: Rule | None) -> Statement | None:
    statement = Statement(begin, stop, labelled=True, at_line_start=begin == 0 or clean.text[begin - 1] == "\n")
    _read_clauses(clean, begin, stop, None, statement, rule)
    statement.found = [f for f in statement.found if may_be_body(f.name)]
    return statement if statement.found or statement.has_others or statement.same_as_before else None


def _gaps(clean: Clean, start: int, end: int) -> frozenset[int]:
    return frozenset(at - start for at in clean.gaps(start, end))


def _read_clauses(
    clean: Clean, start: int, end: int, role: str | None, out: Statement, rule: Rule | None = None
) -> int:
    """Read labels, lists and role words in [start, end); give the number of role words met."""
    text = clean.text
    parts: list[tuple[int, int, str | None]] = []
    at, current = start, role
    for found in _LABEL.finditer(text, start, end):
        at_edge = (
            found.start() == start
            or text[found.start() - 1] in "。;,、\n)】] "
            or bool(clean.gap_after(found.start() - 1))
        )
        if not at_edge or not (found["colon"] or (found["close"] and found["open"])):
            continue
        parts.append((at, found.start(), current))
        at, current = found.end(), next(k for k in ("lead", "support", "guide", "joint", "skip") if found[k])
    parts.append((at, end, current))
    roles = 0
    for begin, stop, label in parts:
        if label == "skip" or not text[begin:stop].strip(" 。;,、)】]"):
            continue
        roles += _read_roles(clean, begin, stop, label, out, rule)
    out.found = _written_out(out.found)
    return roles


def _written_out(found: list[Found]) -> list[Found]:
    """A prefix stated once holds across the commas of a statement: 自治区教育厅、科技厅,团委。"""
    names = write_out([Name(one.name, one.start, one.end) for one in found])
    return [
        one if one.name == name.text else replace(one, name=name.text) for one, name in zip(found, names, strict=True)
    ]


def _read_roles(clean: Clean, start: int, end: int, label: str | None, out: Statement, rule: Rule | None) -> int:
    """Divide one labelled part at its role words and give every list its role."""
    text = clean.text
    roles = 0
    at = start
    pending: list[Found] = []
    for begin, stop in _clauses(text, start, end):
        words = text[begin:stop]
        if rule is not None and rule.start < stop and rule.end > begin and not names_for_all(words):
            continue
        if _SAME.match(words):
            out.same_as_before = True
            continue
        if _inherits(clean, begin, stop, out):
            continue
        if is_subject(words) and begin == start:
            continue
        if _DATE.search(words) and not divide(words).certain and not re.search(r"(?:负责|牵头|配合|落实|参与)$", words):
            continue
        at = begin
        for found in _ROLE.finditer(text, begin, stop):
            if found.start() == begin and not pending and found.end() < stop:
                continue
            if not _ROLE_END.match(text, found.end(), stop) or found.start() < at:
                continue
            kind = next(k for k in ("aid", "named", "lead", "support", "guide", "joint") if found[k])
            if kind == "named":  # 市科协为牵头单位
                kind = _NAMED_ROLES.get(found["named_role"], "support")
            if kind == "aid":  # 市教育局负责,市财政局保障经费: only beside bodies with a role
                if not out.found:
                    continue
                kind = "support" if any(one.role == "lead" for one in out.found) else "joint"
            if kind == "joint" and out.found and found.group().startswith(("协同", "协助")):
                kind = "support"  # 由市教育局负责,市科协协同实施
            names, joined = _clause_names(clean, at, found.start())
            if not names and not pending and found.start() > at and not _others(clean, at, found.start()):
                continue
            roles += 1
            given = kind if kind != "joint" or label is None else label
            # 市科协,市网信办配合 and 市科协,市教育局牵头: a list before a comma leads nothing and supports nothing for sure.
            is_unsure = kind == "lead" or (kind == "support" and not out.found)
            before = (label or "joint") if is_unsure else given
            for f in pending:
                role = f.role if f.role in ("lead", "guide") else before
                out.found.append(Found(f.name, role, f.start, f.end, f.starred))
            pending = []
            for f in names:
                own = f.role or ("support" if joined and f.start >= joined and kind == "lead" else given)
                out.found.append(Found(f.name, own, f.start, f.end, f.starred))
            out.has_others |= _others(clean, at, found.start())
            at = found.end()
        if at < stop:
            names, _ = _clause_names(clean, at, stop)
            out.has_others |= _others(clean, at, stop)
            pending += names
    for f in pending:
        out.found.append(Found(f.name, f.role or label or "joint", f.start, f.end, f.starred))
    return roles


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    depth, begin = 0, start
    for at in range(start, end):
        c = text[at]
        if c in "(【[《“〔":
            depth += 1
        elif c in ")】]》”〕":
            depth = max(0, depth - 1)
        elif depth == 0 and c in ";,。\n":
            if at > begin:
                yield begin, at
            begin = at + 1
    if end > begin:
        yield begin, end


def _divided(clean: Clean, start: int, end: int) -> Names:
    return divide(clean.text[start:end], _gaps(clean, start, end))


def _clause_names(clean: Clean, start: int, end: int) -> tuple[list[Found], int]:
    """Give the bodies of one list, and where 会同 stands (bodies after it join the one before)."""
    together = re.search(r"(?<=[\u4e00-\u9fff)])(?:会同|商|联合)(?=[市省县区团各国中])", clean.text[start:end])
    cut = (
        start + together.start()
        if together
        and looks_like_body(re.split(r"、|(?<!自)由", clean.text[start : start + together.start()])[-1].lstrip(","))
        else 0
    )
    spans = [(start, end)] if not cut or together is None else [(start, cut), (start + together.end(), end)]
    found: list[Found] = []
    for begin, stop in spans:
        for name in _divided(clean, begin, stop).names:
            found.append(Found(name.text, name.role or "", begin + name.start, begin + name.end, name.starred))
    return found, cut


def _others(clean: Clean, start: int, end: int) -> bool:
    return _divided(clean, start, end).has_others


def _inherits(clean: Clean, start: int, end: int, out: Statement) -> bool:
    """以下任务均由各区、市人民政府负责落实,不再列出: an implementer of all later tasks."""
    text = clean.text
    if is_repeat(text[start:end]):
        return True
    head = max(text.rfind(c, 0, start) for c in "。\n") + 1
    heirs = read_heirs(text[start:end], text[head:start])
    if heirs is None:
        return False
    out.inherited += [Found(name.text, heirs.role, start + name.start, start + name.end) for name in heirs.names]
    out.later_only = start == 0 or text[start - 1] == "\n"
    return bool(out.inherited)
