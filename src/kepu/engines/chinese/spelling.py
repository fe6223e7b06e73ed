"""Nearly the same: edit distance, suggestions, and pairs of characters for an index."""

from collections.abc import Iterable

from kepu.engines.chinese.folding import fold


def edit_distance(left: str, right: str, *, limit: int | None = None) -> int:
    """Count the single changes between two texts: a character more, less, other, or two neighbours swapped.

    Args:
        left: any text.
        right: any text.
        limit: stop counting above this; the result is then `limit + 1`.

    Returns:
        A number ≥ 0; symmetric; 0 only for equal texts.

    Source:
        Optimal string alignment distance: Boytsov, "Indexing methods for approximate dictionary searching" (2011),
        section 2.

    Examples:
        >>> edit_distance("科普大蓬车", "科普大篷车"), edit_distance("人口", "口人"), edit_distance("", "ab")
        (1, 1, 2)
    """
    if limit is not None and abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if last and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if limit is not None and min(row) > limit:
            return limit + 1
    return row[-1] if limit is None else min(row[-1], limit + 1)


def suggest(word: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Name the known words that somebody may have meant.

    Args:
        word: what was typed.
        known: words that exist.
        count: at most so many.

    Returns:
        Words with at most one change for every three characters (at least one), nearest first, then in the order
        given. A word of one character has no suggestions but itself.

    Examples:
        >>> suggest("参与人数", ["参加人数", "活动名称", "日期"])
        ['参加人数']
    """
    asked = fold(word).lower()
    limit = max(1, len(asked) // 3) if len(asked) > 1 else 0
    found = [
        (edit_distance(asked, fold(other).lower(), limit=limit), place, other) for place, other in enumerate(known)
    ]
    return [other for distance, _, other in sorted(found) if distance <= limit][:count]


def grams(text: str, *, size: int = 2) -> list[str]:
    """Cut a text into overlapping pieces, for finding it again in spite of a wrong character.

    Args:
        text: any text; folded, and everything but letters, characters and digits left out.
        size: characters in a piece; > 0.

    Returns:
        Different pieces, sorted; a text shorter than a piece is its own only piece.

    Raises:
        ValueError: size is not positive.

    Examples:
        >>> grams("科技馆")
        ['技馆', '科技']
    """
    if size < 1:
        raise ValueError("size must be > 0")
    plain = "".join(mark for mark in fold(text).lower() if mark.isalnum())
    if not plain:
        return []
    return sorted({plain[start : start + size] for start in range(max(1, len(plain) - size + 1))})
