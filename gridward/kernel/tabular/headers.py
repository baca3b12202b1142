"""
Which header means which wanted column.

Owns the proposal and its doubts. Refuses to choose silently: what could mean two things is listed, not
mapped.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Final, Literal

from gridward.kernel.tabular.model import Column, Hint

How = Literal["exact", "normalised", "contains", "sample"]
SampleHint = Callable[[Sequence[str]], Hint | None]

HEADER_MATCHES_MIN: Final = 2
_HEADER_MAX: Final = 64
_GUESSED_MAX: Final = 20
_DIGITS: Final = re.compile(r"\d{4}")
_ASCII_WORD_MIN: Final = 4
_CHINESE_WORD_MIN: Final = 2
_BRACKETED: Final = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|《[^《》]*》|<[^<>]*>|\{[^{}]*\}"
)
_NOISE: Final = re.compile(r"[\s\W_]+")
_TRAILING_NUMBER: Final = re.compile(r"\d+$")


class _Rank(IntEnum):
    """How well a header fits, best first."""

    EXACT = 1
    NORMALISED = 2
    SUFFIX = 3
    WEAK = 4


_HOW: Final[dict[_Rank, How]] = {
    _Rank.EXACT: "exact",
    _Rank.NORMALISED: "normalised",
    _Rank.SUFFIX: "contains",
}


@dataclass(frozen=True)
class Ambiguity:
    """A wanted column that several headers, or one doubtful header, could mean."""

    column: str
    headers: tuple[str, ...]
    indexes: tuple[int, ...]


@dataclass(frozen=True)
class Mapping:
    """A proposal: which header is which column, how it was found, and what a person has to decide."""

    columns: MappingType[str, int] = field(default_factory=dict)
    how: MappingType[str, How] = field(default_factory=dict)
    ambiguous: tuple[Ambiguity, ...] = ()
    missing: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()


def normalise_header(text: str) -> str:
    """Return a header without width, case, spaces, brackets and marks such as * and 、."""
    folded = unicodedata.normalize("NFKC", text[:_HEADER_MAX]).lower()
    bare = _NOISE.sub("", _BRACKETED.sub("", folded)) or _NOISE.sub("", folded)
    return _TRAILING_NUMBER.sub("", bare) or bare


def header_score(cells: Iterable[str], wanted: Sequence[Column]) -> int:
    """Return how many wanted columns have a header among these cells."""
    present = {normalise_header(cell) for cell in cells if cell and len(cell) <= _HEADER_MAX}
    return sum(not present.isdisjoint(_known(column.words)) for column in wanted)


@lru_cache(maxsize=1_000)  # what we want is the same for every row of every list; never what a list holds
def _known(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(normalise_header(word) for word in words)


def is_header(cells: Sequence[str], wanted: Sequence[Column]) -> bool:
    """Tell whether a row is the header row: two wanted headers at least (one, if only one is wanted)."""
    return header_score(cells, wanted) >= min(HEADER_MATCHES_MIN, len(wanted))


def may_be_header(cells: Sequence[str], wanted: Sequence[Column]) -> bool:
    """
    Tell whether a row could be the header row of a list whose words are mostly unknown; a person looks at it then.

    It has two short words at least, none of them a number, and one of them shares something with what is wanted.
    """
    words = [cell.strip() for cell in cells if cell.strip()]
    if len(words) < HEADER_MATCHES_MIN or any(
        len(word) > _GUESSED_MAX or _DIGITS.search(word) for word in words
    ):
        return False
    plain = [normalise_header(word) for word in words]
    known = [word for column in wanted for word in _known(column.words)]
    return any(_shares_words(one, word) for one in plain for word in known)


def propose_mapping(
    headers: Sequence[str],
    wanted: Sequence[Column],
    *,
    samples: Sequence[Sequence[str]] = (),
    sample_hint: SampleHint | None = None,
) -> Mapping:
    """
    Return a proposal for these headers.

    A header that is an alias (exactly, or but for width, spaces, brackets and marks) or ends with one is
    proposed. A header that merely shares words with an alias is proposed only if the sample values, judged
    by `sample_hint`, look like the column's `hint`. Whatever fits twice is settled by the samples or listed
    as ambiguous.
    """
    finder = _Finder(headers, wanted, samples, sample_hint)
    for rank in _Rank:
        finder.settle(rank)
    return finder.mapping()


def _shares_words(plain: str, word: str) -> bool:
    """Tell whether one holds the other, and the shorter is long enough to mean something."""
    shorter, longer = sorted((plain, word), key=len)
    return len(shorter) >= (_ASCII_WORD_MIN if shorter.isascii() else _CHINESE_WORD_MIN) and shorter in longer


class _Finder:
    """One search: what is settled so far, and what is in doubt."""

    def __init__(
        self,
        headers: Sequence[str],
        wanted: Sequence[Column],
        samples: Sequence[Sequence[str]],
        sample_hint: SampleHint | None,
    ) -> None:
        self._headers = [header.strip() for header in headers]
        self._wanted = wanted
        self._samples = samples
        self._sample_hint = sample_hint
        self._plain = [normalise_header(header) for header in self._headers]
        self._columns: dict[str, int] = {}
        self._how: dict[str, How] = {}
        self._doubts: dict[str, tuple[int, ...]] = {}
        self._hints: dict[int, Hint | None] = {}
        self._taken: set[int] = set()

    def settle(self, rank: _Rank) -> None:
        """Settle every column and header that fit at this rank and at no better one."""
        fits = self._fits(rank)
        claims: dict[int, list[str]] = {}
        for name, indexes in fits.items():
            for index in indexes:
                claims.setdefault(index, []).append(name)
        by_name = {column.name: column for column in self._wanted}
        for name, indexes in fits.items():
            sole = len(indexes) == 1 and len(claims[indexes[0]]) == 1
            if sole and rank is not _Rank.WEAK:
                self._take(name, indexes[0], _HOW[rank])
                continue
            hint = by_name[name].hint
            confirmed = [index for index in indexes if hint and self._hint(index) == hint]
            if len(confirmed) == 1 and self._only_claim(name, confirmed[0], claims, by_name):
                self._take(name, confirmed[0], "sample")
            else:
                self._doubts[name] = tuple(indexes)
        self._taken.update(index for indexes in self._doubts.values() for index in indexes)

    def mapping(self) -> Mapping:
        """Return what was found."""
        used = set(self._columns.values())
        doubts = {
            name: tuple(index for index in indexes if index not in used)
            for name, indexes in self._doubts.items()
        }
        ambiguous = tuple(
            Ambiguity(name, tuple(self._headers[index] for index in indexes), indexes)
            for name, indexes in doubts.items()
            if indexes
        )
        doubtful = {item.column for item in ambiguous}
        return Mapping(
            columns=self._columns,
            how=self._how,
            ambiguous=ambiguous,
            missing=tuple(
                column.name
                for column in self._wanted
                if column.required and column.name not in self._columns and column.name not in doubtful
            ),
            unmapped=tuple(
                header for index, header in enumerate(self._headers) if header and index not in used
            ),
        )

    def _fits(self, rank: _Rank) -> dict[str, list[int]]:
        """Return each open column's open headers that fit at this rank; the longest alias wins a header."""
        best: dict[int, tuple[int, list[str]]] = {}
        for index, plain in enumerate(self._plain):
            if index in self._taken or not plain:
                continue
            for column in self._wanted:
                if column.name in self._columns or column.name in self._doubts:
                    continue
                length = self._fit(rank, self._headers[index], plain, column)
                longest, names = best.get(index, (0, []))
                if length and length >= longest:
                    best[index] = (length, [*names, column.name] if length == longest else [column.name])
        fits: dict[str, list[int]] = {}
        for index, (_length, names) in best.items():
            for name in names:
                fits.setdefault(name, []).append(index)
        return fits

    def _fit(self, rank: _Rank, header: str, plain: str, column: Column) -> int:
        """Return how strongly a header fits a column at this rank; 0 if it does not."""
        if rank is _Rank.EXACT:
            return int(header in column.words)
        words = [normalise_header(word) for word in column.words]
        if rank is _Rank.NORMALISED:
            return int(plain in words)
        # The last word of a Chinese compound says what it is (身份证地址 is an address); grid is no id.
        if rank is _Rank.SUFFIX:
            return max(
                (len(word) for word in words if not word.isascii() and plain.endswith(word)), default=0
            )
        return int(any(_shares_words(plain, word) for word in words))

    def _hint(self, index: int) -> Hint | None:
        """Return what the sample values of a header look like."""
        if self._sample_hint is None:
            return None
        if index not in self._hints:
            values = [row[index] for row in self._samples if index < len(row) and row[index]]
            self._hints[index] = self._sample_hint(values) if values else None
        return self._hints[index]

    def _only_claim(
        self, name: str, index: int, claims: dict[int, list[str]], by_name: dict[str, Column]
    ) -> bool:
        """Tell whether no other column that wants this header has the same hint."""
        hint = by_name[name].hint
        return index not in self._taken and all(
            other == name or by_name[other].hint != hint for other in claims[index]
        )

    def _take(self, name: str, index: int, how: How) -> None:
        self._columns[name] = index
        self._how[name] = how
        self._taken.add(index)
