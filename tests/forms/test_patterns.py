"""Patterns of forms: they match as others match them, in bounded time; what cannot be bounded is not read."""

import random
import re

import pytest

from gridward.forms.patterns import LONGEST, LONGEST_SUBJECT, pattern_read
from tests.examples import examples

MATCHES = {
    r"^1[3-9]\d{9}$": (["13800138000"], ["12800138000", "138001380000", "１３８００１３８０００", ""]),
    r"[1-9]\d{16}[\dXx]": (["11010519491231002X"], ["01010519491231002X", "1101051949123100XX"]),
    r"[\w.-]+@[a-z0-9.-]+\.[a-z]{2,}": (["a.b-c@d.example"], ["a@b", "@d.example", "王@d.example"]),
    r"[\u4e00-\u9fa5·]{2,10}": (["王小明", "买买提·明"], ["王", "Wang"]),
    r"(\+86-?|0086)?1\d{10}": (["+8613800138000", "13800138000", "008613800138000"], ["8613800138000"]),
    r"[^,;]+(?:,[^,;]+){0,2}": (["a", "a,b,c"], ["a,b,c,d", "a,", ""]),
    r"a{0}b??c*?": (["", "b", "bcc"], ["a", "cb"]),
    r".": (["x", "王", "𠮷", " "], ["", "\n", "\u2028", "xy"]),
    r"\S+\s\S+": (["a b", "a\tb"], ["a  b", "a\u3000b"]),
    r"[a\-z]|[-x]|[y-]|[\]\\^]": (["a", "-", "z", "x", "y", "]", "\\", "^"], ["b", "w"]),
    r"\x41\u0042\t\.": (["AB\t."], ["AB\tx"]),
    "": ([""], ["a"]),
    "a|": (["", "a"], ["aa"]),
    "^a^b$": ([], ["ab", "a"]),
    "\\D\\W": (["a-", "王王"], ["1-", "aa"]),
}


@pytest.mark.parametrize("pattern", MATCHES)
def test_a_pattern_matches_the_whole(pattern: str) -> None:
    read = pattern_read(pattern)
    right, wrong = MATCHES[pattern]

    assert read is not None
    assert [one for one in right if not read.matches(one)] == []
    assert [one for one in wrong if read.matches(one)] == []


NOT_READ = [
    "(", ")", "a)", "(a", "[", "[]", "[a", "[z-a]", "*", "a**", "a*+", "a++", "a?+", "a{", "a{,3}", "a{3", "a{2,1}",
    "a{1000}", "{2}", "a]", "a}", r"(a)\1", r"\b", r"\B", r"\p{L}", r"\Qa\E", r"\k", "\\", r"\u12", r"\xg1", "(?i)a",
    "(?=a)", "(?!a)", "(?<=a)a", "(?<n>a)", "(?>a)", "[a[b]]", "[a&&b]", r"[^\D]", "[a-\\d]", "^*", "$+",
    "a{300}" * 2, "((a{99}){99}){99}", "(" * 13 + "a" + ")" * 13, "a" * (LONGEST + 1),
]  # fmt: skip


@pytest.mark.parametrize("pattern", NOT_READ)
def test_what_cannot_be_bounded_or_is_read_differently_elsewhere_is_not_read(pattern: str) -> None:
    assert pattern_read(pattern) is None


def test_a_subject_that_is_too_long_does_not_match() -> None:
    pattern = pattern_read("a*")

    assert pattern is not None
    assert pattern.matches("a" * LONGEST_SUBJECT) and not pattern.matches("a" * (LONGEST_SUBJECT + 1))


PIECES = ["a", "b", "c", ".", "[ab]", "[^a]", "(", "(?:", ")", "|", "*", "+", "?", "{1,2}", "{2}", "{0,}", "^", "$",
          r"\d", "1", "-", "[a-c-]", "??", r"\w"]  # fmt: skip


def test_a_pattern_that_is_read_matches_as_pythons_own_engine_does() -> None:
    draw, compared = random.Random(7), 0
    for _ in range(examples(30_000)):
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 8)))
        read = pattern_read(text)
        if read is None:
            continue
        theirs = re.compile(text, re.ASCII)
        for _subject in range(5):
            subject = "".join(draw.choices("abc1-", k=draw.randint(0, 5)))
            compared += 1
            assert read.matches(subject) == (theirs.fullmatch(subject) is not None), (text, subject)

    assert compared > 5_000
