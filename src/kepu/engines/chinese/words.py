"""Cut Chinese text into words, always the same way."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

import rjieba

from kepu.engines.chinese.folding import fold

# Names and terms that the dictionary cuts apart or reads wrongly.
_OWN_WORDS = (
    "科普",
    "科协",
    "科创",
    "镇街",
    "区市",
    "大篷车",
    "科普大篷车",
    "银龄",
    "长岛",
    "莘县",
    "单县",
    "临朐",
    "乐陵",
)
_WORD = re.compile(r"[^\W_]", re.UNICODE)


@cache
def _cutter() -> rjieba.Jieba:
    cutter = rjieba.Jieba()
    for word in _OWN_WORDS:
        cutter.add_word(word, 20_000, "n")
    return cutter


def segment(text: str) -> list[str]:
    """Cut a text into words; put together again they are the text.

    Args:
        text: any text.

    Returns:
        Words, marks and spaces in their order; the same text gives the same words in every process.

    Source:
        The dictionary and the maximum-probability path of jieba, as built into rjieba.

    Examples:
        >>> segment("青岛市公民科学素质")
        ['青岛市', '公民', '科学', '素质']
    """
    return list(_cutter().cut(text))


def search_words(text: str) -> list[str]:
    """Cut a text into folded words for an index or a query: long words and the words inside them, no marks.

    Args:
        text: any text; width, traditional characters and letter case do not matter.

    Returns:
        Words in their order, with repetitions.

    Examples:
        >>> search_words("青島市 科技館，ＡＢＣ")
        ['青岛', '青岛市', '科技', '科技馆', 'abc']
    """
    return [word for word in _cutter().cut_for_search(fold(text).lower()) if _WORD.search(word)]


def expand(words: Iterable[str], synonyms: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Find the synonyms of words in a list that the caller brings.

    Args:
        words: words of a query.
        synonyms: each word with those that mean the same; the list is read in both directions.

    Returns:
        Each synonym that is not among the words, with the word that it stands for.

    Examples:
        >>> expand(["老人", "讲座"], {"老年人": ["老人", "长者"]})
        {'老年人': '老人', '长者': '老人'}
    """
    asked = list(words)
    groups = [(head, *rest) for head, rest in synonyms.items()]
    return {other: word for word in asked for group in groups if word in group for other in group if other not in asked}
