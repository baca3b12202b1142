"""
Owns what is asked once in a request: an answer that cannot change while one page is made is kept until it is sent.

Outside of a request nothing is kept. Refuses answers about people: only the tree, orders and their like belong here.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

Answer = TypeVar("Answer")
_kept: ContextVar[dict[Hashable, object] | None] = ContextVar("kept", default=None)


@contextmanager
def request() -> Iterator[None]:
    """Keep answers for the length of a block; a block within another has its own."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def asked(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return the answer kept under this key in the present request, or ask."""
    kept = _kept.get()
    if kept is None:
        return ask()
    if key not in kept:
        kept[key] = ask()
    return cast("Answer", kept[key])


def forget() -> None:
    """Ask everything anew from here on: this request changes what was kept."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
