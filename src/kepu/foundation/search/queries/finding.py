"""Ask the index; every hit says why it is one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db import connection
from django.utils.translation import gettext as _

from kepu.engines.chinese.folding import fold
from kepu.foundation.actors import Actor
from kepu.foundation.search.choices import Audience, ReasonCode
from kepu.foundation.search.models import SearchDocument
from kepu.foundation.search.queries.meaning import endpoint_in_use, nearest_texts, synonyms
from kepu.foundation.search.rules import Question, asked, pieces, snippet

_NEAR = 0.4  # share of the question's pairs that a title must have to be called near
_WORDS = """
select id, ts_rank('{{0.1, 0.2, 0.4, 1.0}}', words, %(asked)s::tsquery) * weight * %(factor)s
from search_searchdocument where words @@ %(asked)s::tsquery and {visible} order by 2 desc, id limit %(most)s
"""
_SOUNDS = """
select id, weight * %(factor)s / (1 + length(title)::float / 40)
from search_searchdocument where sounds @@ %(asked)s::tsquery and {visible} order by 2 desc, id limit %(most)s
"""
_NEARLY = """
select id, weight * %(factor)s * share from (
    select id, weight, cardinality(array(select unnest(grams) intersect select unnest(%(pairs)s::varchar[])))
           / cardinality(%(pairs)s::varchar[])::float as share
    from search_searchdocument where grams && %(pairs)s::varchar[] and {visible}
) as near where share >= %(near)s order by 2 desc, id limit %(most)s
"""
_MEANING = """
select id, text, cosine from (
    select distinct on (document.id) document.id, near.text, near.cosine
    from (select id, meanings from search_searchdocument where meanings && %(texts)s::varchar[] and {visible}) as document
    cross join lateral unnest(document.meanings) as held(text)
    join unnest(%(texts)s::varchar[], %(cosines)s::float8[]) as near(text, cosine) on near.text = held.text
    order by document.id, near.cosine desc, near.text
) as nearest order by cosine desc, id limit %(most)s
"""
_FUSED_FROM = 60  # the constant of reciprocal rank fusion
_VISIBLE = (
    "audience = any(%(audiences)s) and (%(kinds)s::varchar[] is null or kind = any(%(kinds)s::varchar[]))"
    " and (%(among)s::varchar[] is null or subject_id = any(%(among)s::varchar[]))"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was found."""

    code: ReasonCode
    word: str = ""
    asked: str = ""

    def __str__(self) -> str:
        return str(self.code.label) % {"word": self.word, "asked": self.asked}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, with the reasons; title and snippet also in pieces for marking."""

    kind: str
    subject_id: str
    title: str
    url: str
    snippet: str
    reasons: tuple[Reason, ...]
    score: float
    title_pieces: tuple[tuple[str, bool], ...]
    snippet_pieces: tuple[tuple[str, bool], ...]
    marks: tuple[str, ...]

    def marked(self, text: str) -> tuple[tuple[str, bool], ...]:
        """Another text of the thing in pieces, with what was asked for marked."""
        return pieces(text, self.marks)

    @property
    def reason(self) -> str:
        """All reasons in one sentence."""
        return _("；").join(str(reason) for reason in self.reasons)


class Hits(Sequence[Hit]):
    """What was found, best first. Counting costs nothing; only the part that is looked at is read and explained."""

    def __init__(
        self,
        question: Question,
        scores: Mapping[int, float],
        reasons: Mapping[int, list[ReasonCode]],
        near: Mapping[int, str],
        most: int,
    ) -> None:
        self._question, self._scores, self._reasons, self._near = question, scores, reasons, near
        self._best = sorted(scores, key=lambda pk: (-scores[pk], pk))[:most]

    def __len__(self) -> int:
        return len(self._best)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...

    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, int):
            return self._hits([self._best[place]])[0]
        return self._hits(self._best[place])

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._hits(self._best))

    def _hits(self, wanted: Sequence[int]) -> list[Hit]:
        documents = SearchDocument.objects.defer("words", "sounds", "grams", "meanings").in_bulk(list(wanted))
        return [
            _hit(documents[pk], self._question, self._why(documents[pk]), self._scores[pk])
            for pk in wanted
            if pk in documents
        ]

    def _why(self, document: SearchDocument) -> list[Reason]:
        """Who has all the words needs no other reason; the nearest text explains better than some of the words."""
        found_by = self._reasons.get(document.pk, [])
        by_words = _reasons(document, self._question, found_by) if found_by else []
        if ReasonCode.TITLE in found_by or document.pk not in self._near:
            return by_words
        return [Reason(ReasonCode.MEANING, self._near[document.pk]), *by_words]


def search(
    text: str,
    *,
    actor: Actor | None,
    kinds: Iterable[str] | None = None,
    among: Iterable[str] | None = None,
    limit: int = 20,
    by_meaning: bool = False,
) -> Hits:
    """Find things by their words, by words that mean the same, by pinyin, by initials, or nearly written so.

    Args:
        text: what was typed.
        actor: who asks; None is a visitor, and who holds no role finds public things only, as a visitor does.
        kinds: only things of these kinds.
        among: only things with these `subject_id`s; for rooms that narrow by conditions of their own.
        limit: at most so many.
        by_meaning: also look for texts of near meaning, where the operator named an endpoint; without one, or without
            its answer, the words alone decide.

    Returns:
        Hits, best first; none for an empty question. A slice of them is read and explained when it is taken.
    """
    same = synonyms()
    question = asked(text, same)
    audiences = list(Audience) if actor is not None and actor.pk is not None and actor.has_desk else [Audience.PUBLIC]
    given = {
        "audiences": audiences,
        "kinds": None if kinds is None else list(kinds),
        "among": None if among is None else list(among),
        "most": limit,
    }
    scores: dict[int, float] = {}
    reasons: dict[int, list[ReasonCode]] = {}

    def add(sql: str, code: ReasonCode, factor: float, **values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(visible=_VISIBLE), {**given, **values, "factor": factor})
            for pk, score in cursor.fetchall():
                scores[pk] = max(scores.get(pk, 0.0), score)
                reasons.setdefault(pk, []).append(code)

    if question.all_words:
        add(_WORDS, ReasonCode.TITLE, 10.0, asked=question.all_words)
    if question.initials:
        add(_SOUNDS, ReasonCode.INITIALS, 0.5, asked=question.initials)
    if question.pinyin and len(scores) < limit:
        add(_SOUNDS, ReasonCode.PINYIN, 0.6, asked=question.pinyin)
    if question.any_word and len(scores) < limit:
        add(_WORDS, ReasonCode.BODY, 0.5, asked=question.any_word)
    if question.pairs and len(scores) < limit:
        add(_NEARLY, ReasonCode.SPELLING, 0.1, pairs=list(question.pairs), near=_NEAR)
    endpoint = endpoint_in_use() if by_meaning else None
    near = {} if endpoint is None else _near(text, same, given)
    if near and endpoint is not None:
        scores = _fused(scores, reasons, near, close=endpoint.close_percent / 100)
    return Hits(question, scores, reasons, {pk: found for pk, (found, _cosine) in near.items()}, limit)


def _near(text: str, same: Mapping[str, Iterable[str]], given: Mapping[str, Any]) -> dict[int, tuple[str, float]]:
    """Things that hold a text of near meaning, nearest first, each with its nearest text and the cosine."""
    texts = nearest_texts(text, same)
    if not texts:
        return {}
    with connection.cursor() as cursor:
        asked_for: dict[str, Any] = {"texts": list(texts), "cosines": list(texts.values())}
        cursor.execute(_MEANING.format(visible=_VISIBLE), {**given, **asked_for})
        return {pk: (found, cosine) for pk, found, cosine in cursor.fetchall()}


def _fused(
    scores: Mapping[int, float],
    reasons: Mapping[int, list[ReasonCode]],
    near: Mapping[int, tuple[str, float]],
    *,
    close: float,
) -> dict[int, float]:
    """One order from two, by reciprocal rank; who has all the words, or is close in meaning, stands before the rest.

    Source:
        G. V. Cormack, C. L. A. Clarke, S. Büttcher, Reciprocal rank fusion outperforms Condorcet and individual rank
        learning methods, SIGIR 2009; k = 60.
    """
    fused = {
        pk: float(ReasonCode.TITLE in reasons.get(pk, ()) or (pk in near and near[pk][1] >= close))
        for pk in {*scores, *near}
    }
    by_words = sorted(scores, key=lambda pk: (-scores[pk], pk))
    for order in (by_words, near):
        for place, pk in enumerate(order, start=1):
            fused[pk] += 1 / (_FUSED_FROM + place)
    return fused


def _hit(document: SearchDocument, question: Question, why: list[Reason], score: float) -> Hit:
    marks = question.marks
    cut = snippet(document.body, marks)
    return Hit(
        kind=document.kind,
        subject_id=document.subject_id,
        title=document.title,
        url=document.url,
        snippet=cut,
        reasons=tuple(why),
        score=score,
        title_pieces=pieces(document.title, marks),
        snippet_pieces=pieces(cut, marks),
        marks=marks,
    )


def _reasons(document: SearchDocument, question: Question, found_by: list[ReasonCode]) -> list[Reason]:
    """Say which words stand where; a thing found by some of the words only may better be explained by its sound."""
    title, body = fold(document.title).lower(), fold(document.body).lower()

    def place_of(word: str) -> Reason | None:
        if word in title:
            return Reason(ReasonCode.TITLE, word)
        return Reason(ReasonCode.BODY, word) if word in body else None

    if ReasonCode.TITLE in found_by:
        seen = [place_of(word) or _synonym(word, question, title + body) for word in question.words]
        named = [reason for reason in seen if reason]
        return named or [reason for reason in map(place_of, question.marks) if reason][:2]
    parts = [reason for reason in map(place_of, question.marks) if reason]
    long_parts = [part for part in parts if len(part.word) > 1][:2]
    heard = [Reason(code) for code in found_by if code != ReasonCode.BODY][:1]
    return [*heard, *long_parts] or parts[:2]


def _synonym(word: str, question: Question, text: str) -> Reason | None:
    others = [other for other, stands_for in question.synonyms.items() if stands_for == word and other in text]
    return Reason(ReasonCode.SYNONYM, others[0], word) if others else None
