"""Expressions of forms, as a table: what ODK Collect's engine answers the house answers, or says that it cannot."""

import math
import random
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gridward.forms.expressions import (
    LONGEST,
    NESTING_MOST,
    Expression,
    Place,
    Reference,
    Scope,
    expression_compiled,
)
from gridward.forms.values import Value
from tests.examples import examples

AT = datetime(2026, 11, 28, 9, 30, 15, 250_000, tzinfo=ZoneInfo("Asia/Shanghai"))
NOT_A_NUMBER = "not a number"


class Around(Scope):
    """Answers around one question, by their paths; several in a group that repeats."""

    def __init__(self, own: Value = "", answers: Mapping[str, Value | Sequence[Value]] | None = None) -> None:
        self._own, self.answers = own, answers or {}

    @property
    def at(self) -> datetime:
        return AT

    def own(self) -> Value:
        return self._own

    def one(self, reference: Reference) -> Value:
        found = self.all(reference)
        return found[0] if found else ""

    def all(self, reference: Reference) -> Sequence[Value]:
        said = self.answers.get(reference.path, "")
        return said if isinstance(said, list) else [said]  # type: ignore[list-item]

    def position(self, up: int) -> int:
        return 7 + up


PATHS = ["q", "a", "b", "day", "people", "people/age", "people/name", "people/more", "people/more/note", "group",
         "group/inner", "twice/x", "again/x"]  # fmt: skip
PLACE = Place(
    "people/more/note",
    {**{path.rpartition("/")[2]: path for path in PATHS}, "x": ""},
    frozenset(PATHS),
)
ANSWERS: Mapping[str, Value | Sequence[Value]] = {
    "a": 5.0, "b": "east west", "day": date(2026, 11, 20), "q": "", "people/age": [31.0, "", 4.0],
    "people/name": ["王", "", "李"], "people": ["", "", ""], "group/inner": "x",
}  # fmt: skip


def compiled(text: str) -> Expression | None:
    return expression_compiled(text, PLACE)


def value_of(text: str, own: Value = "") -> Value:
    expression = compiled(text)
    assert expression is not None, text
    value = expression.value(Around(own, ANSWERS))
    return NOT_A_NUMBER if isinstance(value, float) and math.isnan(value) else value


VALUES: Mapping[str, Value] = {
    # Arithmetic, and who binds tighter than whom (XPath 1.0, 3.5)
    "1 + 2 * 3": 7.0, "(1 + 2) * 3": 9.0, "2 * 3 + 1": 7.0, "7 - 2 - 1": 4.0, "1 + 1 = 2": True, "-2 * -3": 6.0,
    "--2": 2.0, "- - -2": -2.0, "3 - -1": 4.0, "10 div 4": 2.5, "10 mod 3": 1.0, "-7 mod 3": -1.0, "7 mod -3": 1.0,
    "1.5 mod 0.5": 0.0, "1 div 0": math.inf, "-1 div 0": -math.inf, "0 div 0": NOT_A_NUMBER, "5 mod 0": NOT_A_NUMBER,
    ".5 + 5.": 5.5, "8 div 2 div 2": 2.0, "'3' * '4'": 12.0, "'x' + 1": NOT_A_NUMBER, "'' + 1": NOT_A_NUMBER,
    "true() + true()": 2.0, "'1,5' * 2": 3.0, "'1e3' + 0": NOT_A_NUMBER, "'+1' + 0": NOT_A_NUMBER,
    "' 12 ' + 0": 12.0, "'1-2' + 0": NOT_A_NUMBER, "'-' + 0": NOT_A_NUMBER, "'.' + 0": NOT_A_NUMBER,
    # Comparing: numbers where one is a number, otherwise texts; relations are of numbers alone
    "'a' = \"a\"": True, "'a' != 'b'": True, "'1' = '1.0'": False, "1 = '1.0'": True, "'01' = 1": True,
    "1 = 'x'": False,
    "1 != 'x'": True, "0 = ''": False, "'' = ''": True, "'2' < '10'": True, "'b' > 'a'": False, "1 < 2 < 3": True,
    "3 > 2 > 1": False, "0.1 + 0.2 = 0.3": True, "2 >= 2": True, "2 <= 1": False, "true() = 'false'": True,
    "true() = 0": False, "false() = ''": True, "0 div 0 = 0 div 0": False, "0 div 0 != 0": True, "1 = 1 = 1": True,
    # or and and, from left to right, and no further than needed
    "1 or 0": True, "0 or ''": False, "1 and 'x'": True, "1 and 0": False, "0 and 1 or 1": True, "1 or 1 and 0": True,
    "'false'": "false", "not('false')": False, "not(0)": True, "not('')": True, "not(${day})": False,
    # Names and blanks: what stands behind an operand is an operator
    "${a}-1": 4.0, "${a} -1": 4.0, "${a}div 2": 2.5, "${ a } mod 2": 1.0, "yes": True, "NO": False, "True": True,
    "\n 1\t+\r\n1 ": 2.0,
    # Empty is '': nothing is smaller or larger than it
    "${q} = ''": True, "${q} != ''": False, "${a} != ''": True, "${a} = ''": False, "${q} > 5": False,
    "${q} <= 5": False,
    "not(${q} > 5)": True, "${q} + 1": NOT_A_NUMBER, "string-length(${q})": 0.0, "number('')": NOT_A_NUMBER,
    "boolean('')": False, "boolean('0')": True, "boolean(0)": False, "boolean(number(''))": False,
    "boolean(-1)": True,
    "boolean(' ')": True,
    # Choices
    "selected(${b}, 'east')": True, "selected(${b}, 'eas')": False, "selected(${b}, ' west ')": True,
    "selected('a b c', 'a b')": True, "selected('', '')": True, "selected('a', '')": False,
    "selected(${a}, '5')": True,
    "selected-at(${b}, 0)": "east", "selected-at(${b}, 1)": "west", "selected-at(${b}, 2)": "",
    "selected-at(${b}, -1)": "", "selected-at('', 0)": "", "selected-at('a  b', 1)": "b", "count-selected('')": 0.0,
    "count-selected(${b})": 2.0, "count-selected(' a  b ')": 2.0,
    # Texts
    "string-length('王小明')": 3.0, "string-length('𠮷')": 2.0, "string-length(12)": 2.0,
    "normalize-space('  a \n b ')": "a b", "contains('abc', 'bc')": True, "contains('abc', '')": True,
    "contains('abc', 'x')": False, "starts-with('abc', 'ab')": True, "ends-with('abc', 'bc')": True,
    "ends-with('abc', 'ab')": False, "substr('hello', 1, 3)": "el", "substr('hello', 2)": "llo",
    "substr('hello', -3)": "llo", "substr('hello', 0, -1)": "hell", "substr('hello', 9)": "",
    "substr('hello', 3, 1)": "",
    "substr('hello', -9, 2)": "he", "substr('hello', 'x', 2)": "he", "substring-before('a-b-c', '-')": "a",
    "substring-before('abc', '-')": "", "substring-before('abc', '')": "", "substring-after('a-b-c', '-')": "b-c",
    "substring-after('abc', '-')": "", "substring-after('abc', '')": "abc", "translate('bar', 'abc', 'AB')": "BAr",
    "translate('--a--', '-', '')": "a", "translate('aa', 'aa', 'xy')": "xx", "concat('a', 1, true())": "a1true",
    "concat('a')": "a", "join('-', 'a', 'b', '')": "a-b-", "string(5)": "5",
    "string(0.1 + 0.2)": "0.30000000000000004",
    "string(1 div 3)": "0.3333333333333333", "string(0.00001)": "0.00001", "string(1 div 0)": "Infinity",
    "string(-1 div 0)": "-Infinity", "string(number('x'))": "NaN", "string(true())": "true", "string(-0.0)": "0",
    "string(13800138000)": "13800138000",
    # Choosing
    "if(${a} > 4, 'many', 'few')": "many", "if('', 1, 2)": 2.0, "coalesce(${q}, 'other')": "other",
    "coalesce(${b}, 'other')": "east west", "coalesce(number('x'), 3)": 3.0, "coalesce(0, 3)": 0.0,
    "once('new')": "new",
    "boolean-from-string('true')": True, "boolean-from-string('TRUE')": True, "boolean-from-string('1')": True,
    "boolean-from-string('yes')": False, "boolean-from-string(1)": True, "boolean-from-string(true())": True,
    # Numbers
    "number('12.50')": 12.5, "number(true())": 1.0, "int(2.9)": 2.0, "int(-2.9)": -2.0, "int('x')": NOT_A_NUMBER,
    "round(2.5)": 3.0, "round(-2.5)": -2.0, "round(2.345, 2)": 2.35, "round(33.33, -1)": 30.0,
    "round(1, 40)": NOT_A_NUMBER,
    "round('x')": NOT_A_NUMBER, "abs(-3)": 3.0, "pow(2, 10)": 1024.0, "pow(-8, 0.5)": NOT_A_NUMBER,
    "pow(10, 400)": math.inf,
    "pow(0, -1)": NOT_A_NUMBER,
    # Groups that repeat, seen from outside and from within
    "count(${people})": 3.0, "count(${inner})": 1.0, "sum(${age})": 35.0, "min(${age})": 4.0, "max(${age})": 31.0,
    "max(2, 10, '')": 10.0, "min('x')": NOT_A_NUMBER, "max(-5, -3)": -3.0, "count-non-empty(${name})": 2.0,
    "join(', ', ${name})": "王, , 李", "concat(${name}, '!')": "王李!", "sum(${age}) div count(${people}) > 11": True,
    "position(..)": 8.0, "position(../..)": 9.0, "../../age > 30": True, "/data/a": 5.0, "count(/data/people)": 3.0,
    "join(' ', ../../name)": "王  李",
    # Days and moments
    "today()": date(2026, 11, 28), "now()": AT, "today() - ${day}": 8.0, "${day} < today()": True,
    "${day} = '2026-11-20'": True, "${day} = date('2026-11-20')": True, "${day} > '2026-11-19'": False,
    "${day} > date('2026-11-19')": True, "today() + 1 > today()": True,
    "date('2026-11-21') = date(today() - 7)": True,
    "date('2026-02-30')": "", "date('')": "", "date('tomorrow')": "", "date(0)": date(1970, 1, 1), "date(1e9)": "",
    "date('2026-11-28T23:30:00.000+00:00') = '2026-11-29'": True, "date(now())": date(2026, 11, 28),
    "now() > today()": False, "now() >= today()": True, "number(today()) = int(number(now()))": True,
    "number(date('1970-01-02'))": 1.0, "decimal-date-time('1970-01-01T08:00:00.000+08:00')": 0.0,
    "decimal-date-time('1970-01-02T12:00:00Z')": 1.5, "decimal-date-time('')": "",
    "decimal-date-time('x')": NOT_A_NUMBER,
    "decimal-date-time(2.5)": 2.5, "decimal-date-time(now()) > decimal-date-time(today())": True,
    "decimal-time('12:00')": 0.5, "decimal-time('18:00:00.000+08:00')": 0.75, "decimal-time('25:00')": NOT_A_NUMBER,
    "decimal-time(3.25)": 0.25, "decimal-time('2026-11-28T06:00:00')": 0.25, "decimal-time('')": "",
    "string(now())": "2026-11-28", "string-length(today())": 10.0,
    "format-date(today(), '%Y/%m/%d %y %n-%e')": "2026/11/28 26 11-28", "format-date('2026-01-05', '%n.%e.')": "1.5.",
    "format-date('', '%Y')": "", "format-date('never', '%Y')": "",
    "format-date-time(now(), '%H:%M:%S.%3')": "09:30:15.250",
    "date-time('2026-11-28T09:30:15.250+08:00') = now()": True, "boolean(today())": True,
    "date(-800000)": "", "date-time(3000000)": "", "date-time(-719162.5)": "", "date-time(1 div 0)": "",
    "decimal-time(0 div 0)": NOT_A_NUMBER,
    # Patterns match the whole, as in Java
    "regex('13800138000', '^1[3-9][0-9]{9}$')": True, "regex('013800138000', '1[3-9][0-9]{9}')": False,
    "regex('王小明', '[\\u4e00-\\u9fa5]{2,4}')": True, "regex('', '')": True, "regex('12', '[0-9]')": False,
    "regex(${q}, '.+')": False, "regex(5, '[0-9]')": True,
}  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_an_expression_has_the_value_it_has_on_the_phone(text: str) -> None:
    if "1e9" in text:
        assert compiled(text) is None  # XPath knows no exponents
        return
    expected = VALUES[text]

    found = value_of(text)

    same_kind = isinstance(found, bool) == isinstance(expected, bool)
    assert same_kind and found == (pytest.approx(expected) if isinstance(expected, float) else expected)


OWN: Mapping[tuple[str, Value], Value] = {
    ("string-length(.) <= 40", "王小明"): True, ("string-length(.) <= 2", "王小明"): False,
    (". <= today()", AT.date()): True,
    (". <= today()", date(2026, 11, 29)): False, (". >= 34 and . <= 43", 36.6): True,
    (". >= 34 and . <= 43", 33.9): False,
    ("not(selected(., 'none')) or count-selected(.) = 1", "none"): True, (".", "x"): "x",
    ("once('new')", "old"): "old",
    ("not(selected(., 'none')) or count-selected(.) = 1", "none fever"): False,
    (". > ${day}", date(2026, 11, 21)): True,
    (".=${a}", 5.0): True, (". < now()", AT): False, ("regex(., '[0-9]{18}|[0-9]{17}X')", "11010519491231002X"): True,
}  # fmt: skip


@pytest.mark.parametrize(("text", "own"), OWN)
def test_an_expression_sees_the_own_answer(text: str, own: Value) -> None:
    assert value_of(text, own) == OWN[text, own]


NOT_KNOWN = [
    "", " ", "1 +", "(1", "1)", "1 2", "or", "a", "a/b", "people", "./age", "//age", "*", "2 * * 3", "1 | 2", "$a",
    "${}",
    "${nobody}", "${last-saved#a}", "${x}", "${a}[1]", "/data", "/data/nobody", "../nobody", "../../../../a", "..",
    "@id",
    "people[age > 3]", "instance('tasks')/root/item[name = 1]/label", "current()/../age",
    "pulldata('a', 'b', 'c', 'd')",
    "indexed-repeat(${age}, ${people}, 1)", "jr:choice-name(${a}, '${a}')", "unheard-of(1)", "random()", "uuid()",
    "selected(1)", "selected(1, 2, 3)", "today(1)", "if(1, 2)", "coalesce(1)", "coalesce(1, 2, 3)", "round()",
    "once()",
    "count('a')", "count(1 + 1)", "sum(${age} + 1)", "sum(${age}, ${age})", "join('-')", "position()",
    "position(${a})",
    "position(../../..)", "regex(., ${b})", "regex(., concat('a', 'b'))", "regex('a', '(')", "regex('a', '(a)\\1')",
    "regex('a', '(?=a)a')", "regex('a', 'a{9999}')", "format-date(today(), '%a')", "format-date(today(), '%')",
    "format-date(today(), ${b})", "'open", "\"open", "1 = = 1", "1 < > 2", "not 1", "- ", "1 +- ", "if(1,2,3", "true",
    "'a' 'b'", "#", "1 ; 2", "1 == 1", "1 && 1", "é(1)",
]  # fmt: skip


@pytest.mark.parametrize("text", [text for text in NOT_KNOWN if text != "true"])
def test_what_is_not_known_is_not_guessed_at(text: str) -> None:
    assert compiled(text) is None


def test_an_expression_says_which_questions_it_reads() -> None:
    expression = compiled("${a} > 1 and count(${people}) > 0 or ../../age = 2 or /data/group/inner = 'x'")

    assert expression is not None and expression.reads == {"a", "people", "people/age", "group/inner"}


REFERENCES = {
    ("people/name", "people/age"): Reference("people/age", 1, ("age",)),
    ("people/more/note", "people/age"): Reference("people/age", 2, ("age",)),
    ("people/name", "people/more/note"): Reference("people/more/note", 1, ("more", "note")),
    ("people/name", "people"): Reference("people", 2, ("people",)),
    ("a", "people/more/note"): Reference("people/more/note", 1, ("people", "more", "note")),
    ("people/name", "a"): Reference("a", 2, ("a",)),
    ("a", "b"): Reference("b", 1, ("b",)),
    ("people/more/note", "people/more"): Reference("people/more", 2, ("more",)),
}


@pytest.mark.parametrize(("own", "other"), REFERENCES)
def test_another_question_is_reached_over_the_nearest_group_of_both(own: str, other: str) -> None:
    assert Place(own, {}, frozenset(PATHS)).reference(other) == REFERENCES[own, other]


def deep(levels: int) -> str:
    # Every way to stand in brackets, with every operator around: the tallest tower there is.
    return "1 or 1 and 1 = 1 < 1 + 1 * -int(" * levels + "1" + ")" * levels


def at_depth(frames: int, text: str) -> Value | None:
    if frames:
        return at_depth(frames - 1, text)
    expression = compiled(text)
    return expression.value(Around()) if expression else None


def test_brackets_are_followed_as_deep_as_a_stack_that_is_half_full_allows() -> None:
    assert at_depth(250, deep(NESTING_MOST - 1)) is True
    assert compiled(deep(NESTING_MOST)) is None
    assert compiled("(" * 2_000 + "1" + ")" * 2_000) is None
    assert compiled("not(" * 500 + "1" + ")" * 500) is None


def test_a_long_row_is_as_flat_as_a_short_one() -> None:
    for text in (
        "1" + " or 0" * 800,
        "1" + " and 1" * 680,
        "0" + "+1" * 2_000,
        "1=(1)" + "*(1)" * 500,
        "-" * 4_000 + "1",
        "1" + "=1" * 2_000,
    ):
        assert len(text) <= LONGEST
        assert compiled(text) is not None
        assert value_of(text) in (True, 2_000.0, 1.0)


def test_an_expression_that_is_too_long_is_not_read() -> None:
    assert compiled("1" + " " * (LONGEST - 1)) is not None
    assert compiled("1" + " " * LONGEST) is None


def test_no_pattern_hangs() -> None:
    began = time.process_time()
    for pattern in ("(a+)+$", "(a|a)*$", "(a*)*b", "(a|aa)+$", "a?" * 40 + "a" * 40, "([a-z]+)*[0-9]"):
        expression = compiled(f"regex(., '{pattern}')")
        assert expression is not None
        expression.is_true(Around("a" * 1_000 + "!"))

    assert time.process_time() - began < 3


PIECES = [
    "1", "0", "-", "+", "*", " div ", " mod ", "=", "!=", "<", ">=", " or ", " and ", "(", ")", ",", "''", "'a'",
    "'2026-11-28'",
    "'-1'", ".", "${a}", "${b}", "${q}", "${day}", "${age}", "${people}", "today()", "now()", "true()", "number(",
    "string(",
    "int(", "round(", "abs(", "pow(", "not(", "if(", "coalesce(", "substr(", "selected-at(", "date(", "date-time(",
    "sum(",
    "count(", "max(", "join(", "concat(", "decimal-time(", "decimal-date-time(", "regex(", "translate(",
    "99999999999",
    "string-length(", "format-date(", "'%Y'", "1 div 0", "0 div 0", "once(", "substring-before(", "position(..)",
    "../../age",
]  # fmt: skip
ANY: Sequence[Value] = (
    "", "x", " ", "0", "-5", "2026-11-28", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1" * 400, "𠮷",
    1.0, -1e300, 1e300, math.inf, -math.inf, math.nan, True, False, date.min, date.max, AT, AT.replace(year=1),
    AT.replace(year=9999),
)  # fmt: skip


def test_evaluation_never_raises() -> None:
    draw = random.Random(20261128)
    compiled_count = 0
    for _ in range(examples(60_000)):
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 9)))
        text += ")" * max(0, text.count("(") - text.count(")"))
        expression = compiled(text)
        if expression is None:
            continue
        compiled_count += 1
        answers = {path: [draw.choice(ANY) for _ in range(draw.randint(0, 3))] for path in PATHS}
        assert isinstance(expression.value(Around(draw.choice(ANY), answers)), str | float | bool | date), (
            text
        )

    assert compiled_count > 1_000


def test_every_function_takes_every_value() -> None:
    calls = ["number(.)", "string(.)", "int(.)", "round(.)", "round(., .)", "abs(.)", "pow(., .)", "not(.)",
             "boolean(.)",
             "date(.)", "date-time(.)", "decimal-time(.)", "decimal-date-time(.)",
             "format-date(., '%Y%y%m%n%d%e%H%h%M%S%3')",
             "substr(., ., .)", "selected(., .)", "selected-at(., .)", "count-selected(.)", "translate(., ., .)",
             "substring-before(., .)", "substring-after(., .)", "max(., .)", "min(., .)", "join(., ., .)",
             "concat(., .)",
             "string-length(.)", "normalize-space(.)", "coalesce(., .)", "once(.)", "boolean-from-string(.)", ". + .",
             ". mod .", ". div .", ". = .", ". < .", "-.", "regex(., '.*')", "contains(., .)",
             "starts-with(., .)"]  # fmt: skip
    for call in calls:
        for own in ANY:
            assert isinstance(value_of(call, own), str | float | bool | date), (call, own)
