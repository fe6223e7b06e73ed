"""Put things into the index, take them out, build it anew."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast

from kepu.engines.chinese.pinyin import typed_syllables
from kepu.engines.chinese.spelling import grams
from kepu.engines.chinese.words import search_words
from kepu.foundation.search.choices import Audience
from kepu.foundation.search.models import SearchDocument
from kepu.foundation.search.rules import quoted

_BATCH = 500
_LONGEST_BODY = 100_000  # characters; a vector may have one megabyte
_MOST_POSITIONS = 16_000  # PostgreSQL counts no further
_LONGEST_SOUND = 16  # syllables from any beginning


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
        SearchDocument.objects.bulk_create(
            [_document(entry) for entry in batch.values()],
            update_conflicts=True,
            unique_fields=["kind", "subject_id"],
            update_fields=["title", "body", "url", "audience", "weight", "words", "sounds", "grams"],
        )
        count += len(batch)
    return count


def remove(kind: str, subject_ids: Iterable[str]) -> int:
    """Take things out of the index.

    Returns:
        How many were in it.
    """
    return SearchDocument.objects.filter(kind=kind, subject_id__in=list(subject_ids)).delete()[0]


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
    )


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
