"""What an order is about, as words."""

from collections.abc import Mapping
from functools import cached_property, lru_cache

from kepu.foundation.codes.queries import code_list, values_in_force
from kepu.foundation.search.queries import synonyms
from kepu.foundation.search.rules import alike_words, telling_words

_LEAST_TOPIC = 40


class Topics:
    """How topics are read; made once for any number of them, and nothing is asked of the database before it is needed."""

    def words(self, text: str) -> tuple[str, ...]:
        """The words that say what a topic is about and not for whom, each once; all of them where nothing else is said.

        For whom it is, an order says apart: that two topics are both for the elderly brings nobody who knows about falls.
        """
        words = telling_words(text)
        return tuple(word for word in words if word not in self._audiences) or words if words else ()

    def alike(self, words: tuple[str, ...]) -> dict[str, str]:
        """Words that do as well, each with the word that it stands for."""
        return alike_words(words, self._same)

    @cached_property
    def least(self) -> float:
        """Share of an order's words that somebody, or something, must speak of, 0 to 1."""
        return int(values_in_force("requests.").get("least_topic", _LEAST_TOPIC)) / 100

    @cached_property
    def _audiences(self) -> frozenset[str]:
        entries = code_list("requests.audience_words").entries
        return _with_parts(tuple(word for entry in entries for word in entry.extra["words"]))

    @cached_property
    def _same(self) -> Mapping[str, list[str]]:
        return synonyms()


@lru_cache(maxsize=4)
def _with_parts(words: tuple[str, ...]) -> frozenset[str]:
    """Words, and the shorter ones that they are cut into."""
    return frozenset(part for word in words for part in (word, *telling_words(word)))
