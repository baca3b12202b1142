"""Owns taking a form's expression apart into its words and marks. Pure."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias


class Unknown(Exception):
    """An expression says what is not known here."""


_NAME = r"[^\W\d][\w.-]*"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
    \$\{{\s*(?P<question>[\w.:-]+)\s*\}}
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<up>\.\.(?:/\.\.)*)(?P<down>(?:/{_NAME})*)
    |(?P<root>(?:/{_NAME})+)
    |(?P<own>\.)
    |(?P<mark><=|>=|!=|[=<>+*(),-])
    |(?P<name>{_NAME}(?::{_NAME})?)
    )""",
    re.VERBOSE,
)
END: Final = ("end", "", "")
Token: TypeAlias = tuple[str, str, str]


def tokens_of(text: str) -> Iterator[Token]:
    """Yield an expression's tokens, kind, text and the path below; raises Unknown at the first that is none."""
    place = 0
    end = len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise Unknown
        place = found.end()
        kind = found.lastgroup or ""
        yield ("up", found["up"], found["down"]) if found["up"] else (kind, found[kind], "")
    yield END
