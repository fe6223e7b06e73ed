"""Events inside one transaction: upper rooms hear of what lower rooms did."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
_subscribers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Register a function to be called with every published event of one class.

    Subscribers run in the publisher's transaction: they only enqueue jobs or write their own tables.
    """

    def register(function: Callable[[Event], None]) -> Callable[[Event], None]:
        _subscribers[kind].append(function)
        return function

    return register


def publish(event: object) -> None:
    """Call every subscriber of the event's class, in the order they registered."""
    for function in _subscribers[type(event)]:
        function(event)


def subscribers_of(kind: type[Any]) -> tuple[Callable[[Any], None], ...]:
    """Return who listens to a class of events."""
    return tuple(_subscribers[kind])
