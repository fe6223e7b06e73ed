"""Who gets which room at one half-day, without a database."""

from collections.abc import Mapping, Sequence


def share_rooms(choices: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Give as many orders a room as can have one at once; who comes first keeps one whoever comes later.

    Augmenting paths of bipartite matching, order by order; each takes the best of its rooms that leaves the others theirs.

    Args:
        choices: order → its rooms, the best first; orders in the sequence of their right.

    Returns:
        Order → room; who cannot have one is missing.

    Examples:
        >>> share_rooms({1: [7, 8], 2: [7]}), share_rooms({1: [7], 2: [7]})
        ({2: 7, 1: 8}, {1: 7})
    """
    held: dict[int, int] = {}

    def find(order: int, seen: set[int]) -> bool:
        for room in choices[order]:
            if room in seen:
                continue
            seen.add(room)
            if room not in held or find(held[room], seen):
                held[room] = order
                return True
        return False

    for order in choices:
        find(order, set())
    return {order: room for room, order in held.items()}
