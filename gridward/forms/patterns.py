"""
Owns regular expressions of forms: read in the part that Java and others agree on, and matched in bounded time.

A pattern comes with a form and its subject from a phone; Python's own engine goes back and tries again, and for
`(a+)+$` never comes home. So a pattern becomes a small automaton that follows all its ways at once: every character
is looked at once, by no more states than are allowed. What an automaton cannot do (back references, looking ahead) is
not read, and then the house does not check. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

LONGEST: Final = 400
LONGEST_SUBJECT: Final = 1_000
STATES_MOST: Final = 300
NESTING_MOST: Final = 12

Ranges: TypeAlias = tuple[tuple[str, str], ...]
_DIGITS: Ranges = (("0", "9"),)
_WORDS: Ranges = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
_SPACES: Ranges = ((" ", " "), ("\t", "\r"))
_LINE_ENDS: Ranges = (("\n", "\n"), ("\r", "\r"), ("\x85", "\x85"), ("\u2028", "\u2029"))
_KINDS: Final = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_SPECIAL: Final = r"\^$.|?*+()[]{}"


class NotRead(Exception):
    """A pattern is none, is too large, or wants what is not offered."""


@dataclass(frozen=True)
class Chars:
    """Which characters may stand in a place."""

    ranges: Ranges
    is_negated: bool = False

    def has(self, char: str) -> bool:
        """Tell whether a character may stand here."""
        return any(first <= char <= last for first, last in self.ranges) != self.is_negated


@dataclass(frozen=True)
class _State:
    """One place of the automaton: a character to take (`chars`), an end of the text to stand at, or a fork."""

    chars: Chars | None
    edge: str
    ways: tuple[int, ...]


_Reached: TypeAlias = tuple[list[_State], bool]


class Pattern:
    """A pattern that was read. It changes in nothing but in what it remembers of itself."""

    def __init__(self, states: Sequence[_State], start: int) -> None:
        self._states = tuple(states)
        self._start = start
        # Most patterns have one way only; from one state, amid the text, always the same ones are reached.
        self._amid: dict[int, _Reached] = {}

    def matches(self, subject: str) -> bool:
        """Tell whether the whole subject is as the pattern says; a subject that is too long is not."""
        if len(subject) > LONGEST_SUBJECT:
            return False
        standing, is_over = self._reached([self._start], at_start=True, at_end=not subject)
        for place, char in enumerate(subject, start=1):
            moved = [state.ways[0] for state in standing if state.chars is not None and state.chars.has(char)]
            if not moved:
                return False
            if place == len(subject):
                _standing, is_over = self._reached(moved, at_start=False, at_end=True)
            elif len(moved) > 1:
                standing, is_over = self._reached(moved, at_start=False, at_end=False)
            else:
                standing, is_over = self._reached_amid(moved[0])
        return is_over

    def _reached_amid(self, begun: int) -> _Reached:
        if begun not in self._amid:
            self._amid[begun] = self._reached([begun], at_start=False, at_end=False)
        return self._amid[begun]

    def _reached(self, begun: list[int], *, at_start: bool, at_end: bool) -> _Reached:
        """Return the states in which a character can be taken, and whether the pattern may be over."""
        seen: set[int] = set()
        standing: list[_State] = []
        is_over = False
        while begun:
            number = begun.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self._states[number]
            if state.chars is not None:
                standing.append(state)
            elif state.edge == "over":
                is_over = True
            elif not state.edge or (state.edge == "^" and at_start) or (state.edge == "$" and at_end):
                begun.extend(state.ways)
        return standing, is_over


def pattern_read(text: str) -> Pattern | None:
    """Return a pattern as an automaton; None where it is not read: the caller says "not checked"."""
    if len(text) > LONGEST:
        return None
    try:
        made = _Made()
        start = made.state(_Reader(text).whole(), made.add(_State(None, "over", ())))
        return Pattern(made.states, start)
    except NotRead:
        return None


@dataclass(frozen=True)
class _Node:
    """A piece of a pattern: `kind` is chars, edge, all (one after the other), any (one of them) or times."""

    kind: str
    pieces: tuple["_Node", ...] = ()
    chars: Chars | None = None
    edge: str = ""
    least: int = 0
    most: int | None = None


class _Made:
    """The states, made from the end to the beginning."""

    def __init__(self) -> None:
        self.states: list[_State] = []

    def add(self, state: _State) -> int:
        if len(self.states) >= STATES_MOST:
            raise NotRead
        self.states.append(state)
        return len(self.states) - 1

    def state(self, node: _Node, after: int) -> int:
        """Return where a piece begins that goes on to the state `after`."""
        if node.kind == "chars":
            return self.add(_State(node.chars, "", (after,)))
        if node.kind == "edge":
            return self.add(_State(None, node.edge, (after,)))
        if node.kind == "any":
            return self.add(_State(None, "", tuple(self.state(piece, after) for piece in node.pieces)))
        if node.kind == "times":
            return self._times(node, after)
        for piece in reversed(node.pieces):
            after = self.state(piece, after)
        return after

    def _times(self, node: _Node, after: int) -> int:
        (piece,) = node.pieces
        if node.most is None:
            # The fork leads into the piece, and the piece back to the fork: its number is known before its ways are.
            fork = self.add(_State(None, "", ()))
            self.states[fork] = _State(None, "", (self.state(piece, fork), after))
            after = fork
        else:
            for _time in range(node.most - node.least):
                after = self.add(_State(None, "", (self.state(piece, after), after)))
        for _time in range(node.least):
            after = self.state(piece, after)
        return after


class _Reader:
    """Reads the text of a pattern."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.depth = text, 0, 0

    def whole(self) -> _Node:
        node = self._any()
        if self.place < len(self.text):
            raise NotRead
        return node

    def _next(self) -> str:
        return self.text[self.place : self.place + 1]

    def _take(self) -> str:
        char = self._next()
        if not char:
            raise NotRead
        self.place += 1
        return char

    def _any(self) -> _Node:
        self.depth += 1
        if self.depth > NESTING_MOST:
            raise NotRead
        ways = [self._all()]
        while self._next() == "|":
            self._take()
            ways.append(self._all())
        self.depth -= 1
        return ways[0] if len(ways) == 1 else _Node("any", tuple(ways))

    def _all(self) -> _Node:
        pieces: list[_Node] = []
        while self._next() not in ("", "|", ")"):
            pieces.append(self._times(self._one()))
        return _Node("all", tuple(pieces))

    def _one(self) -> _Node:
        char = self._take()
        if char == "(":
            return self._group()
        if char == "[":
            return _Node("chars", chars=self._class())
        if char == ".":
            return _Node("chars", chars=Chars(_LINE_ENDS, is_negated=True))
        if char in "^$":
            return _Node("edge", edge=char)
        if char == "\\":
            return _Node("chars", chars=self._escaped())
        if char in _SPECIAL:
            raise NotRead
        return _Node("chars", chars=Chars(((char, char),)))

    def _group(self) -> _Node:
        if self._next() == "?":
            self._take()
            if self._take() != ":":
                raise NotRead
        node = self._any()
        if self._take() != ")":
            raise NotRead
        return node

    def _times(self, node: _Node) -> _Node:
        char = self._next()
        if not char or char not in "?*+{":
            return node
        if node.kind == "edge":
            raise NotRead
        self._take()
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(char) or self._counted()
        if self._next() == "?":
            self._take()  # As little as possible: of the whole text that is the same.
        if self._next() and self._next() in "?*+{":
            raise NotRead
        return _Node("times", (node,), least=least, most=most)

    def _counted(self) -> tuple[int, int | None]:
        said, closed, _rest = self.text[self.place :].partition("}")
        least, comma, most = said.partition(",")
        self.place += len(said) + 1
        numbers = [one for one in (least, most) if one]
        if (
            not closed
            or not least
            or not all(one.isascii() and one.isdigit() and len(one) < 4 for one in numbers)
        ):
            raise NotRead
        highest = (int(most) if most else None) if comma else int(least)
        if highest is not None and highest < int(least):
            raise NotRead
        return int(least), highest

    def _escaped(self) -> Chars:
        char = self._take()
        if char in "dws":
            return Chars(_KINDS[char])
        if char in "DWS":
            return Chars(_KINDS[char.lower()], is_negated=True)
        single = self._single(char)
        return Chars(((single, single),))

    def _single(self, char: str) -> str:
        """Return the one character that a backslash and `char` stand for."""
        if char in _ESCAPED:
            return _ESCAPED[char]
        if char in "ux":
            digits = self.text[self.place : self.place + (4 if char == "u" else 2)]
            self.place += len(digits)
            if len(digits) < (4 if char == "u" else 2) or not all(
                one in "0123456789abcdefABCDEF" for one in digits
            ):
                raise NotRead
            return chr(int(digits, 16))
        if not char.isascii() or char.isalnum():
            raise NotRead
        return char

    def _class(self) -> Chars:
        is_negated = self._next() == "^"
        if is_negated:
            self._take()
        ranges: list[tuple[str, str]] = []
        while (char := self._take()) != "]":
            # A class within a class, and their intersection, are Java's own.
            if char == "[" or (char == "&" and self._next() == "&"):
                raise NotRead
            if char == "\\" and self._next() and self._next() in "dws":
                ranges += _KINDS[self._take()]
                continue
            first = self._single(self._take()) if char == "\\" else char
            ranges.append((first, self._last(first)))
        if not ranges:
            raise NotRead
        return Chars(tuple(ranges), is_negated)

    def _last(self, first: str) -> str:
        """Return the last character of the range that begins with `first`; itself where there is none."""
        if self._next() != "-" or self.text[self.place + 1 : self.place + 2] in ("]", ""):
            return first
        self._take()
        char = self._take()
        last = self._single(self._take()) if char == "\\" else char
        if char == "[" or last < first:
            raise NotRead
        return last
