"""How two texts of a plan differ, task by task: a pure comparison of words, bodies and promises."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME = "same"
SUCCESSOR = "successor"
MERGED = "merged"
ENDED = "ended"

PAIR_FROM = 0.34
"""Two tasks less alike than this are not proposed as one going on as the other."""
SAME_FROM = 0.72
"""From here on the wording counts as the same task, amended."""
CONTAINED_FROM = 0.55
"""Share of a task's words that must be found in another to say that it went into it."""
TITLE_WEIGHT = 0.35
SAME_CODE_BONUS = 0.03

_MARKS = re.compile(r"[\W_]+")
_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?%?|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ComparedTarget:
    """A promise as far as a comparison needs it."""

    measure: str
    promise: str
    """Value, unit and time in words, e.g. `不少于 100 人次，每年`."""


@dataclass(frozen=True, slots=True)
class ComparedTask:
    """A task as far as a comparison needs it."""

    key: str
    code: str
    title: str
    body: str
    place: str = ""
    bodies: tuple[tuple[str, str], ...] = ()
    """Printed name and role of each responsible body."""
    targets: tuple[ComparedTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """One task of the earlier text with what it becomes, or a task that is new."""

    earlier: ComparedTask | None
    later: ComparedTask | None
    kind: str
    """A proposal: same, successor, merged or ended; empty for a new task."""
    likeness: float
    is_text_same: bool = False
    is_moved: bool = False
    bodies_added: tuple[tuple[str, str], ...] = ()
    bodies_removed: tuple[tuple[str, str], ...] = ()
    roles_changed: tuple[tuple[str, str, str], ...] = ()
    """Name, earlier role, later role."""
    targets_added: tuple[ComparedTarget, ...] = ()
    targets_removed: tuple[ComparedTarget, ...] = ()
    targets_changed: tuple[tuple[ComparedTarget, ComparedTarget], ...] = ()

    @property
    def title(self) -> str:
        """What it is called now, or was called last."""
        task = self.later or self.earlier
        return task.title if task else ""

    @property
    def state(self) -> str:
        """In one word: new, ended, merged, changed, moved or unchanged."""
        if self.earlier is None:
            return "new"
        if self.later is None:
            return "ended"
        if self.kind == MERGED:
            return "merged"
        if not self.is_text_same or self.has_other_changes:
            return "changed"
        return "moved" if self.is_moved else "unchanged"

    @property
    def has_other_changes(self) -> bool:
        """Whether bodies, roles or promises differ."""
        return bool(
            self.bodies_added
            or self.bodies_removed
            or self.roles_changed
            or self.targets_added
            or self.targets_removed
            or self.targets_changed
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that stays (`same`), goes (`gone`) or comes (`new`)."""

    kind: str
    text: str


def tokens(text: str) -> list[str]:
    """Cut a text into words of Latin letters, numbers and single Chinese characters.

    Examples:
        >>> tokens("每年100人次")
        ['每', '年', '100', '人', '次']
    """
    return _TOKEN.findall(text)


def diff_words(earlier: Sequence[str], later: Sequence[str]) -> tuple[Change, ...]:
    """Show what became of a text, word by word.

    Args:
        earlier: the words of the earlier text, marks included.
        later: the words of the later text.

    Returns:
        Runs whose `same` and `gone` parts give the earlier text and whose `same` and `new` parts give the later one.

    Examples:
        >>> [(c.kind, c.text) for c in diff_words(["每年", "100", "人次"], ["每年", "200", "人次"])]
        [('same', '每年'), ('gone', '100'), ('new', '200'), ('same', '人次')]
    """
    changes: list[Change] = []
    matcher = SequenceMatcher(None, earlier, later, autojunk=False)
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if tag == "equal":
            changes.append(Change("same", "".join(earlier[a_start:a_end])))
            continue
        if a_end > a_start:
            changes.append(Change("gone", "".join(earlier[a_start:a_end])))
        if b_end > b_start:
            changes.append(Change("new", "".join(later[b_start:b_end])))
    return tuple(changes)


def _pairs(text: str) -> Counter[str]:
    plain = _MARKS.sub("", text)
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1)) if len(plain) > 1 else Counter(plain)


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _contained(part: Counter[str], whole: Counter[str]) -> float:
    return (part & whole).total() / part.total() if part else 0.0


def compare_tasks(earlier: Sequence[ComparedTask], later: Sequence[ComparedTask]) -> tuple[Pairing, ...]:
    """Propose what each task of the earlier text becomes, and find the new ones.

    Tasks are paired one to one, the most alike first, by title and wording. An earlier task without a pair whose words
    are found in a later one is proposed as merged into it; else as ended.

    Returns:
        One pairing for every earlier task, and one for every later task that continues none, in the later text's order
        with the ended ones where they stood.

    Examples:
        >>> a = ComparedTask("1", "三1", "培训辅导员", "每年培训科技辅导员一百人次以上")
        >>> b = ComparedTask("x", "三2", "培训辅导员", "每年培训科技辅导员二百人次以上")
        >>> [(p.kind, p.state) for p in compare_tasks([a], [b])]
        [('same', 'changed')]
    """
    titles = {id(task): _pairs(task.title) for task in (*earlier, *later)}
    words = {id(task): _pairs(task.body) for task in (*earlier, *later)}

    def likeness(one: ComparedTask, other: ComparedTask) -> float:
        by_words = _dice(words[id(one)], words[id(other)])
        if one.title and other.title:
            by_words = TITLE_WEIGHT * _dice(titles[id(one)], titles[id(other)]) + (1 - TITLE_WEIGHT) * by_words
        return by_words + (SAME_CODE_BONUS if one.code == other.code else 0.0)

    ranked = sorted(
        ((-likeness(one, other), abs(i - j), i, j) for i, one in enumerate(earlier) for j, other in enumerate(later)),
    )
    pair_of: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for negative, _distance, i, j in ranked:
        if -negative < PAIR_FROM:
            break
        if i not in pair_of and j not in taken:
            pair_of[i] = (j, min(1.0, -negative))
            taken.add(j)
    found: list[tuple[tuple[float, int], Pairing]] = []
    last = -1.0
    for i, task in enumerate(earlier):
        if i in pair_of:
            j, score = pair_of[i]
            last = float(j)
            found.append(((last, 0), _pairing(task, later[j], score, SAME if score >= SAME_FROM else SUCCESSOR)))
            continue
        shares = [(_contained(words[id(task)], words[id(other)]), -j) for j, other in enumerate(later)]
        share, negative_j = max(shares, default=(0.0, 0))
        if share >= CONTAINED_FROM:
            found.append(((float(-negative_j), 1), _pairing(task, later[-negative_j], share, MERGED)))
        else:
            found.append(((last, 2), Pairing(task, None, ENDED, 0.0)))
    found += [((float(j), 0), Pairing(None, task, "", 0.0)) for j, task in enumerate(later) if j not in taken]
    return tuple(pairing for _place, pairing in sorted(found, key=lambda item: item[0]))


def likeness_of(one: str, other: str) -> float:
    """How alike two short texts are, between 0 and 1.

    Examples:
        >>> likeness_of("培训科技辅导员", "培训科技辅导员"), likeness_of("甲乙", "丙丁")
        (1.0, 0.0)
    """
    return _dice(_pairs(one), _pairs(other))


def pair_as(earlier: ComparedTask, later: ComparedTask, kind: str) -> Pairing:
    """What differs between two tasks that a person joined."""
    score = _dice(_pairs(earlier.title + earlier.body), _pairs(later.title + later.body))
    return _pairing(earlier, later, score, kind)


def _pairing(earlier: ComparedTask, later: ComparedTask, score: float, kind: str) -> Pairing:
    before, after = dict(earlier.bodies), dict(later.bodies)
    old = {target.measure: target for target in earlier.targets}
    new = {target.measure: target for target in later.targets}
    return Pairing(
        earlier=earlier,
        later=later,
        kind=kind,
        likeness=score,
        is_text_same=earlier.title == later.title and _plain(earlier.body) == _plain(later.body),
        is_moved=(earlier.code, earlier.place) != (later.code, later.place),
        bodies_added=tuple((name, role) for name, role in after.items() if name not in before),
        bodies_removed=tuple((name, role) for name, role in before.items() if name not in after),
        roles_changed=tuple((n, before[n], after[n]) for n in after if n in before and before[n] != after[n]),
        targets_added=tuple(target for measure, target in new.items() if measure not in old),
        targets_removed=tuple(target for measure, target in old.items() if measure not in new),
        targets_changed=tuple((old[m], new[m]) for m in new if m in old and old[m].promise != new[m].promise),
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
