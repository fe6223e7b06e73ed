"""Which texts are near a question in meaning: vectors in memory, a question's vector from the operator's endpoint.

What leaves the house with a question: docs/explanation/search.md.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from kepu.foundation.codes.errors import CodeListUnknown
from kepu.foundation.codes.queries import CodeEntry, code_list
from kepu.foundation.embeddings import Breaker, EmbeddingsFailed, Endpoint, vectors_of
from kepu.foundation.search.rules import LONGEST_QUESTION, forms_in, open_question

if TYPE_CHECKING:
    import numpy as np

SYNONYMS = "search_synonyms"
OPEN_WORDS = "search_open_words"
_MOST_TEXTS = 2000  # that are looked up in the index
_MOST_VECTORS = 1000  # of questions, kept by a process
_PIECE = 4000  # names asked for at once

log = logging.getLogger(__name__)

NameGuard = Callable[[Collection[str]], set[str]]
_guards: list[NameGuard] = []


def guard_names(guard: NameGuard) -> None:
    """Let the room that knows persons say which of some texts are their names; without one nothing ever leaves."""
    _guards.append(guard)


def names_in(texts: Iterable[str]) -> set[str]:
    """Persons' names that stand in texts, as the register writes them."""
    forms = sorted(frozenset[str]().union(*map(forms_in, texts)))
    pieces = [forms[start : start + _PIECE] for start in range(0, len(forms), _PIECE)]
    return {name for guard in _guards for piece in pieces for name in guard(piece)}


def synonyms() -> Mapping[str, list[str]]:
    """The words that mean the same, as the site's list has them today."""
    return {entry.label: [str(word) for word in entry.extra.get("same", [])] for entry in _entries(SYNONYMS)}


def open_vocabulary() -> set[str]:
    """Words that a question may hold though no topic has them, as the site's list has them today."""
    return {str(word).lower() for entry in _entries(OPEN_WORDS) for word in entry.extra.get("words", [])}


def _entries(name: str) -> tuple[CodeEntry, ...]:
    try:
        return code_list(name).entries
    except CodeListUnknown:
        return ()


def lacks_numpy() -> bool:
    """Whether an endpoint is named and cannot be used, because numpy is not installed."""
    return settings.KEPU_EMBEDDINGS is not None and find_spec("numpy") is None


def endpoint_in_use() -> Endpoint | None:
    """Where vectors come from; None where the operator named nobody, or numpy is missing."""
    endpoint: Endpoint | None = settings.KEPU_EMBEDDINGS
    return None if endpoint is None or not _guards or lacks_numpy() else endpoint


def provider_of_meanings() -> str:
    """Who makes the vectors, for the readers; empty where nothing is sent."""
    endpoint = endpoint_in_use()
    return "" if endpoint is None else endpoint.shown_provider


def nearest_texts(text: str, same: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """Which texts of the index are near a question in meaning.

    Args:
        text: what was typed; only words that `open_question` lets out are sent.
        same: the synonyms of today; they may be sent too.

    Returns:
        Text → cosine, the nearest first; empty where search by meaning is off, nothing may be sent, or no answer came.
    """
    endpoint = endpoint_in_use()
    if endpoint is None:
        return {}
    space = _space_of(endpoint.model)
    space.refresh()
    if not space.texts:
        return {}
    typed = text.replace("\0", "")[:LONGEST_QUESTION]
    listed = {*open_vocabulary(), *same, *(word for words in same.values() for word in words)}
    words = open_question(typed, names_in([typed]), lambda word: word in space.words or word in listed)
    vector = _asker_of(endpoint).vector_of(words) if words else None
    if vector is None:
        return {}
    return space.near(vector, endpoint.near_percent / 100)


class _Space:
    """All vectors of one model in the memory of a process; what was erased is gone at the next question."""

    def __init__(self, model: str) -> None:
        self.texts: list[str] = []
        self.words: Counter[str] = Counter()
        self._model = model
        self._ids: list[int] = []
        self._rows: list[list[str]] = []
        self._matrix: np.ndarray[Any, Any] | None = None
        self._stamp: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read what is new, drop what is gone."""
        with self._lock, connection.cursor() as cursor:
            cursor.execute(
                "select count(*), coalesce(sum(id), 0) from search_meaningvector where model = %s and dimension > 0",
                [self._model],
            )
            stamp = cursor.fetchone()
            if stamp == self._stamp:
                return
            cursor.execute(
                "select id from search_meaningvector where model = %s and dimension > 0 order by id", [self._model]
            )
            there = {pk for (pk,) in cursor.fetchall()}
            cursor.execute(
                "select id, text, words, vector from search_meaningvector where id = any(%s) order by id",
                [sorted(there.difference(self._ids))],
            )
            self._take(there, cursor.fetchall())
            self._stamp = stamp

    def _take(self, there: set[int], fresh: list[tuple[int, str, list[str], bytes]]) -> None:
        import numpy as np

        kept = [place for place, pk in enumerate(self._ids) if pk in there]
        old = None if self._matrix is None or not kept else self._matrix[kept]
        width = old.shape[1] * 4 if old is not None else len(fresh[0][3]) if fresh else 0
        fresh = [row for row in fresh if len(row[3]) == width]
        new = np.frombuffer(b"".join(row[3] for row in fresh), dtype="<f4").reshape(len(fresh), width // 4)
        self._matrix = new if old is None else np.concatenate([old, new])
        self._ids = [self._ids[place] for place in kept] + [row[0] for row in fresh]
        self.texts = [self.texts[place] for place in kept] + [row[1] for row in fresh]
        self._rows = [self._rows[place] for place in kept] + [row[2] for row in fresh]
        self.words = Counter(word for row in self._rows for word in row)

    def near(self, vector: bytes, least: float) -> dict[str, float]:
        """The texts whose cosine with a vector is at least so much, the nearest first."""
        import numpy as np

        asked = np.frombuffer(vector, dtype="<f4")
        with self._lock:
            matrix, texts = self._matrix, self.texts
        if matrix is None or matrix.shape[1] != len(asked):
            log.warning("search by meaning: the question's vector has another dimension than the texts'")
            return {}
        cosines = matrix @ asked
        places = np.flatnonzero(cosines >= least)
        places = places[np.argsort(-cosines[places], kind="stable")][:_MOST_TEXTS]
        return {texts[place]: float(cosines[place]) for place in places}


class _Asker:
    """Vectors of questions from one endpoint: each kind of words once, and nobody waits twice for one that is down."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._breaker = Breaker()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def vector_of(self, words: str) -> bytes | None:
        """The vector of words that may be sent; None where no answer came. What fails is logged without the words."""
        digest = hashlib.sha256(words.encode()).hexdigest()
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        if not self._breaker.may_try():
            return None
        try:
            vector = vectors_of([words], self._endpoint)[0]
        except EmbeddingsFailed as problem:
            self._breaker.failed()
            log.warning(
                "search by meaning: %s; the words alone answer, the endpoint is left alone for a minute", problem
            )
            return None
        self._breaker.answered()
        with self._lock:
            self._kept[digest] = vector
            while len(self._kept) > _MOST_VECTORS:
                self._kept.popitem(last=False)
        return vector


_spaces: dict[str, _Space] = {}
_askers: dict[Endpoint, _Asker] = {}


def _space_of(model: str) -> _Space:
    return _spaces.setdefault(model, _Space(model))


def _asker_of(endpoint: Endpoint) -> _Asker:
    return _askers.setdefault(endpoint, _Asker(endpoint))


def forget_questions() -> None:
    """Drop the vectors of questions that this process keeps, and what it knows of endpoints that failed."""
    _askers.clear()
