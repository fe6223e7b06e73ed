"""Put things into the index, take them out, build it anew."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from kepu.engines.chinese.pinyin import typed_syllables
from kepu.engines.chinese.spelling import grams
from kepu.engines.chinese.words import search_words
from kepu.foundation.embeddings import EmbeddingsFailed, Endpoint, TextsNotTaken, vectors_of
from kepu.foundation.search.choices import Audience
from kepu.foundation.search.errors import MeaningIsOff
from kepu.foundation.search.models import MeaningVector, SearchDocument
from kepu.foundation.search.queries import endpoint_in_use, lacks_numpy, names_in
from kepu.foundation.search.rules import LONGEST_MEANING, open_words, quoted, sendable

_BATCH = 500
_LONGEST_BODY = 100_000  # characters; a vector may have one megabyte
_MOST_POSITIONS = 16_000  # PostgreSQL counts no further
_LONGEST_SOUND = 16  # syllables from any beginning
_SENT_AT_ONCE = 32
_ANSWER_SECONDS = 30.0
_HARMLESS = "科普"
_LOCK = 7_302_461  # advisory: vectors are stored, or dropped with their texts


@dataclass(frozen=True, slots=True)
class Entry:
    """What a room says of one thing that can be found.

    `kind` is the model's label (`"plan.task"`); `weight` lifts (> 1) or lowers a thing among its equals.
    """

    kind: str
    subject_id: str
    title: str
    url: str
    body: str = ""
    audience: Audience = Audience.STAFF
    weight: float = 1.0
    meanings: tuple[str, ...] = ()
    """Short texts by whose meaning the thing may be found. They may be sent to the operator's endpoint: only what
    everybody reads on the thing's public page, and no name."""


_indexers: dict[str, Callable[[], Iterable[Entry]]] = {}


def indexer(kind: str) -> Callable[[Callable[[], Iterable[Entry]]], Callable[[], Iterable[Entry]]]:
    """Register a room's function that gives all entries of one kind; `rebuild` calls it.

    A room registers in its `subscribers.py`, which is imported at the start.
    """

    def register(function: Callable[[], Iterable[Entry]]) -> Callable[[], Iterable[Entry]]:
        _indexers[kind] = function
        return function

    return register


def index(entries: Iterable[Entry]) -> int:
    """Put things into the index, or bring them up to date, in the caller's transaction.

    Returns:
        How many entries there were.
    """
    found = iter(entries)
    count = 0
    while batch := {(entry.kind, entry.subject_id): entry for entry in islice(found, _BATCH)}:
        held = _meanings_of(batch)
        SearchDocument.objects.bulk_create(
            [_document(entry) for entry in batch.values()],
            update_conflicts=True,
            unique_fields=["kind", "subject_id"],
            update_fields=["title", "body", "url", "audience", "weight", "words", "sounds", "grams", "meanings"],
        )
        _drop_vectors(held.difference(*map(_meanings, batch.values())))
        count += len(batch)
    return count


def remove(kind: str, subject_ids: Iterable[str]) -> int:
    """Take things out of the index.

    Returns:
        How many were in it.
    """
    gone = SearchDocument.objects.filter(kind=kind, subject_id__in=list(subject_ids))
    held = {text for texts in gone.values_list("meanings", flat=True) for text in texts}
    count = gone.delete()[0]
    _drop_vectors(held)
    return count


@transaction.atomic
def rebuild(kinds: Iterable[str] | None = None) -> dict[str, int]:
    """Build the index anew from what the rooms say; until it is done everybody sees the old one.

    Args:
        kinds: only these; all if none is given. Kinds that no room knows any more are dropped.

    Returns:
        Kind → number of entries.

    Raises:
        KeyError: no room registers this kind.
    """
    chosen = sorted(_indexers) if kinds is None else list(kinds)
    functions = {kind: _indexers[kind] for kind in chosen}
    if kinds is None:
        SearchDocument.objects.exclude(kind__in=chosen).delete()
    counts = {}
    for kind, function in functions.items():
        SearchDocument.objects.filter(kind=kind).delete()
        counts[kind] = index(function())
    drop_orphans()
    return counts


def _document(entry: Entry) -> SearchDocument:
    title, body = entry.title.replace("\0", "")[:300], entry.body.replace("\0", "")[:_LONGEST_BODY]
    words = [(word, "A") for word in search_words(title)] + [(word, "D") for word in search_words(body)]
    return SearchDocument(
        kind=entry.kind,
        subject_id=entry.subject_id,
        title=title,
        body=body,
        url=entry.url,
        audience=entry.audience,
        weight=entry.weight,
        words=_vector(words),
        sounds=_vector(_sounds(title)),
        grams=sorted({*grams(title, size=1), *grams(title, size=2)}),
        meanings=_meanings(entry),
    )


def _meanings(entry: Entry) -> list[str]:
    texts = (" ".join(text.replace("\0", "").split())[:LONGEST_MEANING] for text in entry.meanings)
    return list(dict.fromkeys(text for text in texts if text))


def _meanings_of(entries: Iterable[tuple[str, str]]) -> set[str]:
    """What things had to be found by until now."""
    by_kind: dict[str, list[str]] = {}
    for kind, subject_id in entries:
        by_kind.setdefault(kind, []).append(subject_id)
    found: set[str] = set()
    for kind, subject_ids in by_kind.items():
        held = SearchDocument.objects.filter(kind=kind, subject_id__in=subject_ids).exclude(meanings=[])
        found.update(text for texts in held.values_list("meanings", flat=True) for text in texts)
    return found


def _vector(words: Iterable[tuple[str, str]]) -> Cast:
    """Write a vector out ourselves: PostgreSQL's parser knows no Chinese words."""
    places: dict[str, list[str]] = {}
    for position, (word, label) in enumerate(islice(words, _MOST_POSITIONS), start=1):
        taken = places.setdefault(word[:200], [])
        if len(taken) < 200:  # noqa: PLR2004 PostgreSQL keeps no more of one word
            taken.append(f"{position}{label}")
    text = " ".join(f"{quoted(word)}:{','.join(taken)}" for word, taken in places.items())
    return Cast(Value(text), SearchVectorField())


def _sounds(title: str) -> list[tuple[str, str]]:
    """From every syllable on: how the rest of the title is typed (B) and its initials (A)."""
    typed = typed_syllables(title)[:80]
    found = []
    for start in range(len(typed)):
        part = typed[start : start + _LONGEST_SOUND]
        found.append(("".join(part), "B"))
        found.append(("".join(one if one.isdigit() else one[0] for one in part), "A"))
    return found


# --- vectors of meaning ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Embedded:
    """How far the vectors are."""

    made: int
    left: int
    problem: str = ""
    """Why no more were made; empty where nothing went wrong."""


def embed_meanings(*, afresh: bool = False, told: Callable[[int, int], None] | None = None) -> Embedded:
    """Fetch a vector for every text that has none by the model in use; what is done is kept, so it goes on where it stood.

    Only `sendable` forms leave: no names, no long numbers, no addresses.

    Args:
        afresh: throw the model's vectors away first.
        told: called after every batch with how many are made and left.

    Returns:
        How many were made and are left, and what went wrong.

    Raises:
        MeaningIsOff: no endpoint is named, or numpy is missing.
    """
    endpoint = _endpoint()
    if afresh:
        MeaningVector.objects.filter(model=endpoint.model).delete()
    made, waiting = 0, _waiting(endpoint.model)
    while waiting:
        for start in range(0, len(waiting), _SENT_AT_ONCE):
            batch = waiting[start : start + _SENT_AT_ONCE]
            try:
                _embed(batch, endpoint)
            except EmbeddingsFailed as problem:
                return Embedded(made, len(waiting) - start, str(problem))
            made += len(batch)
            if told is not None:
                told(made, len(waiting) - start - len(batch))
        waiting = _waiting(endpoint.model)
    MeaningVector.objects.exclude(model=endpoint.model).delete()
    return Embedded(made, 0)


def keep_meanings() -> Embedded | None:
    """Make the vectors that are missing; None where search by meaning is off."""
    return None if endpoint_in_use() is None else embed_meanings()


def check_meanings() -> int:
    """Drop vectors whose text would be sent in another form today, as when somebody of that name was registered since.

    Returns:
        How many were dropped; they are made anew.
    """
    count = 0
    rows = MeaningVector.objects.order_by("pk").values_list("pk", "text", "digest").iterator(chunk_size=500)
    while part := list(islice(rows, 500)):
        names = names_in(text for _pk, text, _digest in part)
        stale = [pk for pk, text, digest in part if _digest_of(sendable(text, names)) != digest]
        count += MeaningVector.objects.filter(pk__in=stale).delete()[0]
    return count + drop_orphans()


def drop_orphans() -> int:
    """Drop vectors of texts that nothing holds any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from search_meaningvector where text not in (select unnest(meanings) from search_searchdocument)"
        )
        return int(cursor.rowcount)


def _endpoint() -> Endpoint:
    if lacks_numpy():
        raise MeaningIsOff(_("按意思查找要用 numpy，这里没有装：请运行 pip install 'kepu[solvers]'。"))
    endpoint = endpoint_in_use()
    if endpoint is None:
        raise MeaningIsOff(_("没有开按意思查找：先设 KEPU_EMBEDDINGS_URL 和 KEPU_EMBEDDINGS_MODEL，再启动。"))
    return endpoint


def _waiting(model: str) -> list[str]:
    """Texts without a vector."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct held.text from search_searchdocument cross join lateral unnest(meanings) as held(text)"
            " where not exists (select from search_meaningvector as made where made.model = %s and made.text = held.text)"
            " order by held.text",
            [model],
        )
        return [text for (text,) in cursor.fetchall()]


def _embed(texts: list[str], endpoint: Endpoint) -> None:
    """Fetch and keep the vectors of some texts; of a text that the endpoint refuses, that it did."""
    names = names_in(texts)
    sent = {text: sendable(text, names) for text in texts}
    asked = [text for text in texts if sent[text]]
    try:
        vectors = vectors_of([sent[text] for text in asked], endpoint, seconds=_ANSWER_SECONDS) if asked else []
    except TextsNotTaken:
        vectors_of([_HARMLESS], endpoint, seconds=_ANSWER_SECONDS)  # rises where it is not the text that it refuses
        if len(asked) > 1:
            for half in (texts[: len(texts) // 2], texts[len(texts) // 2 :]):
                _embed(half, endpoint)
            return
        vectors, asked = [], []
    _keep_dimension(endpoint.model, {len(vector) // 4 for vector in vectors})
    found = dict(zip(asked, vectors, strict=True))
    rows = [
        MeaningVector(
            model=endpoint.model,
            text=text,
            digest=_digest_of(sent[text]),
            words=sorted(open_words(sent[text])) if text in found else [],
            dimension=len(found.get(text, b"")) // 4,
            vector=found.get(text, b""),
        )
        for text in texts
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        # Who drops a text holds the lock until it is gone; so no vector is kept of what was erased meanwhile.
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("select unnest(meanings) from search_searchdocument where meanings && %s::varchar[]", [texts])
        there = {text for (text,) in cursor.fetchall()}
        MeaningVector.objects.bulk_create([row for row in rows if row.text in there], ignore_conflicts=True)


def _keep_dimension(model: str, now: set[int]) -> None:
    before = MeaningVector.objects.filter(model=model, dimension__gt=0).values_list("dimension", flat=True).first()
    if before is not None and now - {before}:
        said = f"模型的维数变了，原来 {before}，现在 {min(now - {before})}；请运行 kepu search embed --afresh"
        raise EmbeddingsFailed(said)


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _drop_vectors(texts: Iterable[str]) -> None:
    """Drop the vectors of texts that nothing holds any more, in the caller's transaction."""
    gone = list(texts)
    if not gone:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [_LOCK])
        cursor.execute("select unnest(meanings) from search_searchdocument where meanings && %s::varchar[]", [gone])
        still = {text for (text,) in cursor.fetchall()}
        MeaningVector.objects.filter(text__in=[text for text in gone if text not in still]).delete()
