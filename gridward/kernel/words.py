"""
Owns the socket through which a page says in words what the house keeps as a code.

The ledger and the orders are shown by rooms that may not call the rooms where roles, departments and deeds get their
meaning; `wiring` plugs those words in here. Refuses to hide: a code nobody has words for is shown as it is.
"""

from collections.abc import Callable, Iterable, Mapping

from gridward.kernel.outcomes import Text

#: What a kind of code ("role", "agency", "action", "object") is called: asked anew each time, as departments change.
Words = Callable[[], Mapping[str, Text]]

_SOURCES: dict[str, Words] = {}


def plug(kind: str, words: Words) -> None:
    """Let this source answer for a kind of code; called by wiring at start."""
    _SOURCES[kind] = words


def words_of(kind: str) -> Mapping[str, Text]:
    """Return every code of a kind with its words; none when nobody answers for the kind."""
    source = _SOURCES.get(kind)
    return source() if source else {}


def word(kind: str, code: str) -> str:
    """Return what a code is called, in the reader's language."""
    return str(words_of(kind).get(code, code))


def named(kind: str, codes: Iterable[str]) -> list[str]:
    """Return what codes of one kind are called, in order."""
    words = words_of(kind)
    return [str(words.get(code, code)) for code in codes]
