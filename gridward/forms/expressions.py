"""
Owns the expressions of a form (relevant, constraint, calculation): compiled once, evaluated without raising. Pure.

They are those of the XLSForm, with `${name}` for other answers and `.` for the own one. What it does not know (lists
from files, predicates, functions of one app) it does not guess: the expression is not compiled, and the house says
that it does not check there. Evaluation follows JavaRosa, the engine of ODK Collect.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from gridward.forms.functions import FORMATS, FUNCTIONS, NODES_ONLY, SPREAD, Function
from gridward.forms.operators import LEVELS, Operator
from gridward.forms.patterns import pattern_read
from gridward.forms.tokens import END, Token, Unknown, tokens_of
from gridward.forms.values import Value, as_moment, as_number, as_text, as_truth

LONGEST: Final = 4_096
#: Brackets within brackets. With it the depth of every call here and at evaluation is bounded.
NESTING_MOST: Final = 32
#: What XLSForm takes for an expression although it is none.
WORDS: Final = {"yes": "true()", "true": "true()", "no": "false()", "false": "false()"}


@dataclass(frozen=True)
class Reference:
    """Another question, as seen from the one asked: so many groups up, then down by these names."""

    path: str
    up: int
    down: tuple[str, ...]


class Scope(Protocol):
    """What an expression may ask of the answers around its own."""

    @property
    def at(self) -> datetime:
        """Return the moment of the answers, in the zone of the house: today and now."""

    def own(self) -> Value:
        """Return the own answer."""

    def one(self, reference: Reference) -> Value:
        """Return the answer to another question: the first where there are several, '' where there is none."""

    def all(self, reference: Reference) -> Sequence[Value]:
        """Return the answers to another question, one for each time it is asked."""

    def position(self, up: int) -> int:
        """Return which time the group so many levels up is asked, from 1."""


Evaluate: TypeAlias = Callable[[Scope], Value]


@dataclass(frozen=True)
class Place:
    """Where an expression stands: its question's path, and the form's paths, by name where a name stands once."""

    path: str
    names: Mapping[str, str]
    paths: frozenset[str]

    def reference(self, path: str) -> Reference:
        """Return how a question is reached from here: over the nearest group that holds both."""
        own, other = self.path.split("/"), path.split("/")
        shared = 0
        for mine, its in zip(own[:-1], other[:-1], strict=False):
            if mine != its:
                break
            shared += 1
        return Reference(path, len(own) - shared, tuple(other[shared:]))


@dataclass(frozen=True)
class Expression:
    """An expression that was compiled, and the paths of the questions it reads."""

    value: Evaluate
    reads: frozenset[str]

    def is_true(self, scope: Scope) -> bool:
        """Tell whether it holds."""
        return as_truth(self.value(scope))


def expression_compiled(text: str, place: Place) -> Expression | None:
    """Return an expression ready to be evaluated; None where the house does not know what it says."""
    if len(text) > LONGEST:
        return None
    try:
        return _Compiler(WORDS.get(text.strip().lower(), text), place).whole()
    except Unknown:
        return None


class _Compiler:
    """Reads an expression from left to right, the tightest operator last."""

    def __init__(self, text: str, place: Place) -> None:
        self.tokens = list(tokens_of(text))
        self.at = 0
        self.depth = 0
        self.place = place
        self.reads: set[str] = set()

    def whole(self) -> Expression:
        value = self._either()
        if self.tokens[self.at] is not END:
            raise Unknown
        return Expression(value, frozenset(self.reads))

    def _take(self) -> Token:
        token = self.tokens[self.at]
        if token is not END:
            self.at += 1
        return token

    def _is_next(self, mark: str) -> bool:
        kind, text, _down = self.tokens[self.at]
        return text == mark and kind in ("mark", "name")

    def _expect(self, mark: str) -> None:
        if not self._is_next(mark):
            raise Unknown
        self.at += 1

    def _either(self) -> Evaluate:
        self.depth += 1
        if self.depth > NESTING_MOST:
            raise Unknown
        # A row of equal operators is one loop and not a tower: a thousand of them are evaluated as flat as two.
        terms = [self._both()]
        while self._is_next("or"):
            self.at += 1
            terms.append(self._both())
        self.depth -= 1
        return terms[0] if len(terms) == 1 else _or(terms)

    def _both(self) -> Evaluate:
        terms = [self._binary(0)]
        while self._is_next("and"):
            self.at += 1
            terms.append(self._binary(0))
        return terms[0] if len(terms) == 1 else _and(terms)

    def _binary(self, level: int) -> Evaluate:
        if level == len(LEVELS):
            return self._unary()
        first, operators = self._binary(level + 1), LEVELS[level]
        rest: list[tuple[Operator, Evaluate]] = []
        while self.tokens[self.at][1] in operators and self.tokens[self.at][0] in ("mark", "name"):
            apply = operators[self._take()[1]]
            rest.append((apply, self._binary(level + 1)))
        if not rest:
            return first
        if len(rest) == 1:
            apply, second = rest[0]
            return lambda scope: apply(first(scope), second(scope))
        return _folded(first, rest)

    def _unary(self) -> Evaluate:
        minuses = 0
        while self._is_next("-"):
            self.at += 1
            minuses += 1
        value = self._primary()
        if not minuses:
            return value
        sign = -1.0 if minuses % 2 else 1.0
        return lambda scope: sign * as_number(value(scope))

    def _primary(self) -> Evaluate:
        kind, text, down = self._take()
        if kind == "number":
            return _constant(float(text))
        if kind == "text":
            return _constant(text[1:-1])
        if kind == "own":
            return lambda scope: scope.own()
        if kind == "mark" and text == "(":
            value = self._either()
            self._expect(")")
            return value
        if kind == "name":
            self._expect("(")
            return self._call(text)
        reference = self._reference(kind, text, down)
        return lambda scope: scope.one(reference)

    def _reference(self, kind: str, text: str, down: str) -> Reference:
        if kind == "question":
            path = self.place.names.get(text, "")
        elif kind == "root":
            path = text[1:].partition("/")[2]
        elif kind == "up" and down:
            groups = self.place.path.split("/")[: -(text.count("/") + 1)]
            if text.count("/") >= self.place.path.count("/") + 1:
                raise Unknown
            path = "/".join([*groups, down[1:]])
        else:
            raise Unknown
        if path not in self.place.paths:
            raise Unknown
        self.reads.add(path)
        return self.place.reference(path)

    def _call(self, name: str) -> Evaluate:
        if name == "position":
            return self._position()
        if name in SPREAD:
            return self._spread(name, SPREAD[name])
        if name in _FORMS_OF:
            return _FORMS_OF[name](self)
        function = FUNCTIONS.get(name)
        if function is None:
            raise Unknown
        arguments = self._arguments()
        _counted(function, len(arguments))
        return _called(function, arguments)

    def _arguments(self) -> list[Evaluate]:
        if self._is_next(")"):
            self.at += 1
            return []
        arguments = [self._either()]
        while self._is_next(","):
            self.at += 1
            arguments.append(self._either())
        self._expect(")")
        return arguments

    def _literal(self) -> str:
        """Take an argument that has to be written out: what is only known later cannot be judged now."""
        kind, text, _down = self._take()
        if kind != "text":
            raise Unknown
        return text[1:-1]

    def _position(self) -> Evaluate:
        kind, text, down = self._take()
        if kind != "up" or down or text.count("/") >= self.place.path.count("/"):
            raise Unknown
        self._expect(")")
        up = text.count("/") + 1
        return lambda scope: float(scope.position(up))

    def _spread(self, name: str, function: Function) -> Evaluate:
        arguments: list[Callable[[Scope], Sequence[Value]]] = []
        while True:
            arguments.append(self._nodes(name))
            if not self._is_next(","):
                break
            self.at += 1
        self._expect(")")
        _counted(function, len(arguments))
        call = function.call
        return lambda scope: call([value for one in arguments for value in one(scope)], scope.at)

    def _nodes(self, name: str) -> Callable[[Scope], Sequence[Value]]:
        kind, text, down = self.tokens[self.at]
        is_alone = self.tokens[min(self.at + 1, len(self.tokens) - 1)][1] in (",", ")")
        if is_alone and (kind in ("question", "root") or (kind == "up" and down)):
            self.at += 1
            reference = self._reference(kind, text, down)
            return lambda scope: scope.all(reference)
        if name in NODES_ONLY:
            raise Unknown
        value = self._either()
        return lambda scope: (value(scope),)

    def if_(self) -> Evaluate:
        arguments = self._arguments()
        if len(arguments) != 3:
            raise Unknown
        condition, then, otherwise = arguments
        return lambda scope: then(scope) if as_truth(condition(scope)) else otherwise(scope)

    def coalesce(self) -> Evaluate:
        arguments = self._arguments()
        if len(arguments) != 2:
            raise Unknown
        first, second = arguments
        return lambda scope: second(scope) if _is_nothing(value := first(scope)) else value

    def once(self) -> Evaluate:
        arguments = self._arguments()
        if len(arguments) != 1:
            raise Unknown
        (value,) = arguments
        return lambda scope: value(scope) if as_text(own := scope.own()) == "" else own

    def regex(self) -> Evaluate:
        subject = self._either()
        self._expect(",")
        pattern = pattern_read(self._literal())
        self._expect(")")
        if pattern is None:
            raise Unknown
        return lambda scope: pattern.matches(as_text(subject(scope)))

    def format_date(self) -> Evaluate:
        value = self._either()
        self._expect(",")
        pieces = _formats(self._literal())
        self._expect(")")

        def formatted(scope: Scope) -> Value:
            moment = as_moment(value(scope), scope.at)
            return "".join(one if isinstance(one, str) else one(moment) for one in pieces) if moment else ""

        return formatted


#: Functions whose arguments are not just evaluated one after the other.
_FORMS_OF: Final[Mapping[str, Callable[[_Compiler], Evaluate]]] = {
    "if": _Compiler.if_,
    "coalesce": _Compiler.coalesce,
    "once": _Compiler.once,
    "regex": _Compiler.regex,
    "format-date": _Compiler.format_date,
    "format-date-time": _Compiler.format_date,
}


def _or(terms: Sequence[Evaluate]) -> Evaluate:
    return lambda scope: any(as_truth(term(scope)) for term in terms)


def _and(terms: Sequence[Evaluate]) -> Evaluate:
    return lambda scope: all(as_truth(term(scope)) for term in terms)


def _folded(first: Evaluate, rest: Sequence[tuple[Operator, Evaluate]]) -> Evaluate:
    def value(scope: Scope) -> Value:
        result = first(scope)
        for apply, operand in rest:
            result = apply(result, operand(scope))
        return result

    return value


def _constant(value: Value) -> Evaluate:
    return lambda _scope: value


def _called(function: Function, arguments: Sequence[Evaluate]) -> Evaluate:
    call = function.call
    return lambda scope: call([one(scope) for one in arguments], scope.at)


def _counted(function: Function, given: int) -> None:
    if given < function.least or (function.most is not None and given > function.most):
        raise Unknown


def _is_nothing(value: Value) -> bool:
    return value == "" or (isinstance(value, float) and math.isnan(value))


def _formats(text: str) -> list[str | Callable[[datetime], str]]:
    pieces: list[str | Callable[[datetime], str]] = []
    plain, *codes = text.split("%")
    pieces.append(plain)
    for code in codes:
        if code[:1] not in FORMATS:
            raise Unknown
        pieces += [FORMATS[code[0]], code[1:]]
    return pieces
