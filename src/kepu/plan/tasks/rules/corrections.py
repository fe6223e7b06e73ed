"""Put a person's corrections on the machine's reading.

The reading never changes. Corrections are a list that only grows; taking one back appends an `undo`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kepu.plan.tasks.rules.findings import (
    DEFAULTS,
    DOCUMENT,
    FIELDS,
    DraftDecoy,
    DraftDocument,
    DraftDuty,
    DraftSection,
    DraftTarget,
    DraftTask,
    DraftWarning,
    EffectiveReading,
    Values,
    thing_of,
)


def in_force(corrections: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The corrections that nobody took back, in their order; an undo may itself be undone."""
    cancelled: set[str] = set()
    for correction in reversed(corrections):
        if correction["op"] == "undo" and correction["id"] not in cancelled:
            cancelled.add(correction["key"])
    return [c for c in corrections if c["op"] != "undo" and c["id"] not in cancelled]


def effective_reading(reading: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]]) -> EffectiveReading:
    """Put the corrections on the reading.

    Args:
        reading: what `kepu plan parse` prints, with `decoys` beside it.
        corrections: entries of `id`, `op` (set, add, strike, restore, agree, match, link, undo), `key`, `after`,
            `by`, `at`, oldest first. One that names a finding which is not there says nothing.
    """
    state = _machine_state(reading)
    matches: dict[str, int] = {}
    links: dict[int, Values] = {}
    for correction in in_force(corrections):
        op, key, after = correction["op"], correction["key"], correction.get("after") or {}
        if op == "place":  # the draft's own row says where it belongs; the list says who said so
            continue
        if op == "match":
            matches[key] = int(after["organisation"])
        elif op == "link":
            links[int(key)] = dict(after)
        elif op == "add":
            thing = thing_of(key)
            state[key] = _Entry({**DEFAULTS.get(thing, {}), **after}, {}, is_added=True)
            state[key].touched(correction)
        elif key in state:
            entry = state[key]
            entry.touched(correction)
            if op == "set":
                entry.values.update(after)
                entry.is_agreed = True
            elif op == "agree":
                entry.is_agreed = True
            else:
                entry.is_struck = op == "strike"
    return _built(state, reading, matches, links)


class _Entry:
    """One finding while corrections are put on it."""

    def __init__(self, values: Values, machine: Values, *, is_added: bool = False) -> None:
        self.values = values
        self.machine = machine
        self.is_added = is_added
        self.is_struck = False
        self.is_agreed = is_added
        self.by = ""
        self.at_time = ""
        self.correction = ""

    def touched(self, correction: Mapping[str, Any]) -> None:
        self.by = (correction.get("by") or {}).get("name", "")
        self.at_time = correction.get("at", "")
        self.correction = correction["id"]

    def common(self, key: str) -> Values:
        changed = tuple(name for name, value in self.machine.items() if self.values.get(name) != value)
        return {
            "key": key,
            "start": self.values.get("start") or 0,
            "end": self.values.get("end") or 0,
            "is_added": self.is_added,
            "is_struck": self.is_struck,
            "is_agreed": self.is_agreed,
            "changed": changed,
            "machine": {name: self.machine[name] for name in changed},
            "by": self.by,
            "at_time": self.at_time,
            "correction": self.correction,
        }


def _machine_state(reading: Mapping[str, Any]) -> dict[str, _Entry]:
    state: dict[str, _Entry] = {}

    def put(key: str, values: Values) -> None:
        state[key] = _Entry(dict(values), dict(values))

    face = reading["document"]
    period = face.get("period") or (None, None)
    put(
        DOCUMENT,
        {
            **{name: face.get(name) or "" for name in ("plan_title", "title", "issuer", "doc_number", "issued")},
            "period_start": period[0],
            "period_end": period[1],
        },
    )
    spans: list[tuple[int, int, str]] = []
    by_path: dict[str, str] = {}
    for index, section in enumerate(reading["sections"]):
        key, (start, end) = f"s{index}", section["span"]
        values = {name: section.get(name) or "" for name in ("number", "title", "kind")}
        put(key, {**values, "level": section["level"], "start": start, "end": end})
        state[key].values["printed"] = section["path"][-1] if section["path"] else ""
        spans.append((start, end, key))
        by_path.setdefault("/".join(section["path"]), key)
    by_code: dict[str, str] = {}
    for index, task in enumerate(reading["tasks"]):
        key, (start, end), body = f"t{index}", task["span"], task["body_span"]
        inside = [s for s in spans if s[0] <= start < s[1]]
        section_key = max(inside)[2] if inside else by_path.get("/".join(task["section_path"]), "")
        put(
            key,
            {
                "code": task["id"],
                "number": task.get("number") or "",
                "title": task.get("title") or "",
                "section": section_key,
                "start": start,
                "end": end,
                "body_start": body[0],
                "body_end": body[1],
                "has_others": bool(task.get("has_others")),
            },
        )
        by_code.setdefault(task["id"], key)
        for place, duty in enumerate(task["duties"]):
            put(
                f"{key}.d{place}",
                {
                    "task": key,
                    "organisation": duty["organisation"],
                    "role": duty["role"],
                    "start": duty["span"][0],
                    "end": duty["span"][1],
                },
            )

    def where(at: str, start: int) -> str:
        """The named place, unless a second one of this name is meant."""
        key = by_code.get(at) or by_path.get(at, "")
        return key if key and state[key].values["start"] <= start < state[key].values["end"] else ""

    for index, target in enumerate(reading["targets"]):
        put(f"g{index}", {**_target_values(target), "at": where(target["at"], target["span"][0])})
    for index, decoy in enumerate(reading.get("decoys", ())):
        values = {"text": decoy["text"], "reason": decoy["reason"], "at": where(decoy["at"], decoy["span"][0])}
        put(f"x{index}", {**values, "start": decoy["span"][0], "end": decoy["span"][1]})
    for index, warning in enumerate(reading.get("warnings", ())):
        start, end = warning.get("span") or (0, 0)
        values = {"code": warning["code"], "message": warning["message"], "start": start, "end": end}
        put(f"w{index}", values)
    return state


def _target_values(target: Mapping[str, Any]) -> Values:
    return {
        "measure": target["measure"],
        "value": str(target["value"]),
        "value_max": None if target.get("value_max") is None else str(target["value_max"]),
        "unit": target.get("unit") or "",
        "comparator": target["comparator"],
        "period": target.get("period") or "",
        "deadline": target.get("deadline"),
        "aspirational": bool(target.get("aspirational")),
        "approximate": bool(target.get("approximate")),
        "start": target["span"][0],
        "end": target["span"][1],
    }


def _built(
    state: Mapping[str, _Entry], reading: Mapping[str, Any], matches: Mapping[str, int], links: Mapping[int, Values]
) -> EffectiveReading:
    sections = _sections(state)
    tasks = _tasks(state, sections)
    places = _Places(sections, tasks)
    by_thing: dict[str, list[tuple[str, _Entry]]] = {}
    for key, entry in state.items():
        by_thing.setdefault(thing_of(key), []).append((key, entry))
    targets = [_target(key, entry, places) for key, entry in by_thing.get("target", ())]
    decoys = [_decoy(key, entry, places) for key, entry in by_thing.get("decoy", ())]
    face = state[DOCUMENT]
    rule = reading.get("lead_rule")
    return EffectiveReading(
        document=DraftDocument(**face.common(DOCUMENT), **{name: face.values[name] for name in FIELDS["document"]}),
        sections=tuple(sections),
        tasks=tuple(tasks),
        targets=tuple(sorted(targets, key=lambda target: target.start)),
        decoys=tuple(sorted(decoys, key=lambda decoy: decoy.start)),
        warnings=tuple(
            DraftWarning(**entry.common(key), code=entry.values["code"], message=entry.values["message"])
            for key, entry in by_thing.get("warning", ())
        ),
        lead_rule=rule["text"] if rule else "",
        matches=matches,
        links=links,
    )


class _Places:
    """Finds the task or the section in which something stands."""

    def __init__(self, sections: Sequence[DraftSection], tasks: Sequence[DraftTask] = ()) -> None:
        self.sections = {section.key: section for section in sections if not section.is_struck}
        self.tasks = {task.key: task for task in tasks if not task.is_struck}

    def section(self, key: str, start: int) -> DraftSection | None:
        """The named section, else the innermost one around a place."""
        if key in self.sections:
            return self.sections[key]
        inside = [section for section in self.sections.values() if section.start <= start < section.end]
        return max(inside, key=lambda section: (section.start, section.level), default=None)

    def name(self, key: str, start: int) -> tuple[str, str]:
        """Key and name of the named task or section, else of the task, else of the section around a place."""
        if key in self.tasks:
            return key, self.tasks[key].code
        if key not in self.sections:
            around = [task for task in self.tasks.values() if task.start <= start < task.end]
            if around:
                return around[-1].key, around[-1].code
        section = self.section(key, start)
        return (section.key, section.label) if section else ("", "")


def _tasks(state: Mapping[str, _Entry], sections: Sequence[DraftSection]) -> list[DraftTask]:
    places = _Places(sections)
    duties: dict[str, list[DraftDuty]] = {}
    tasks = []
    for key, entry in state.items():
        if thing_of(key) == "duty":
            name, role = str(entry.values["organisation"]).strip(), str(entry.values["role"])
            duty = DraftDuty(**entry.common(key), organisation=name, role=role)
            duties.setdefault(str(entry.values["task"]), []).append(duty)
    for key, entry in state.items():
        if thing_of(key) != "task":
            continue
        values = entry.values
        section = places.section(str(values["section"]), int(values["start"]))
        tasks.append(
            DraftTask(
                **entry.common(key),
                code=str(values["code"]),
                number=str(values["number"]),
                title=str(values["title"]),
                section=section.key if section else "",
                section_path=section.path if section else (),
                body_start=int(values["body_start"]),
                body_end=int(values["body_end"]),
                has_others=bool(values["has_others"]),
                duties=tuple(duties.get(key, ())),
            )
        )
    return sorted(tasks, key=lambda task: task.start)


def _decoy(key: str, entry: _Entry, places: _Places) -> DraftDecoy:
    values = entry.values
    at, name = places.name(str(values["at"]), int(values["start"]))
    return DraftDecoy(**entry.common(key), text=str(values["text"]), reason=str(values["reason"]), at=at, place=name)


def _sections(state: Mapping[str, _Entry]) -> list[DraftSection]:
    """Sections in the order of the text, each with its heading, its path and the section around it."""
    entries = [(key, entry) for key, entry in state.items() if thing_of(key) == "section"]
    entries.sort(key=lambda pair: (pair[1].values["start"], pair[1].values["level"]))
    around: list[DraftSection] = []
    sections: list[DraftSection] = []
    for key, entry in entries:
        values, common = entry.values, entry.common(key)
        is_reworded = bool({"number", "title"} & set(common["changed"])) or entry.is_added
        label = f"{values['number']}{values['title']}" if is_reworded else str(values.get("printed") or "")
        level = int(values["level"])
        around = [outer for outer in around if outer.level < level]
        section = DraftSection(
            **common,
            number=str(values["number"]),
            title=str(values["title"]),
            level=level,
            kind=str(values["kind"]),
            label=label or f"{values['number']}{values['title']}",
            path=(*(outer.label for outer in around), label or f"{values['number']}{values['title']}"),
            parent=around[-1].key if around else "",
        )
        sections.append(section)
        if not section.is_struck:
            around = [*around, section]
    return sections


def _target(key: str, entry: _Entry, places: _Places) -> DraftTarget:
    values = entry.values
    high = values["value_max"]
    at, name = places.name(str(values.get("at", "")), int(values["start"]))
    return DraftTarget(
        **entry.common(key),
        at=at,
        place=name,
        measure=str(values["measure"]),
        value=Decimal(str(values["value"])),
        value_max=None if high in (None, "") else Decimal(str(high)),
        unit=str(values["unit"]),
        comparator=str(values["comparator"]),
        period=str(values["period"]),
        deadline=values["deadline"],
        aspirational=bool(values["aspirational"]),
        approximate=bool(values["approximate"]),
    )
