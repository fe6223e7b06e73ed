"""What an order is about, as words."""

from functools import lru_cache

from kepu.foundation.codes.queries import code_list, values_in_force
from kepu.foundation.search.rules import telling_words

_LEAST_TOPIC = 40


def topic_words(text: str) -> tuple[str, ...]:
    """The words of a topic that say what it is about and not for whom, each once; all of them where nothing else is said.

    For whom it is, an order says apart: that two topics are both for the elderly brings nobody who knows about falls.
    """
    words, entries = telling_words(text), code_list("requests.audience_words").entries
    audiences = _with_parts(tuple(word for entry in entries for word in entry.extra["words"]))
    return tuple(word for word in words if word not in audiences) or words


@lru_cache(maxsize=4)
def _with_parts(words: tuple[str, ...]) -> frozenset[str]:
    """Words, and the shorter ones that they are cut into."""
    return frozenset(part for word in words for part in (word, *telling_words(word)))


def least_topic() -> float:
    """Share of an order's words that somebody, or something, must speak of, 0 to 1."""
    return int(values_in_force("requests.").get("least_topic", _LEAST_TOPIC)) / 100
