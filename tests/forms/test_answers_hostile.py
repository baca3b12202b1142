"""Whatever comes as answers is read or refused, at once and in words, and nothing of it reaches further."""

import random
import time
from datetime import timedelta
from itertools import count

import pytest

from gridward.forms.answers import MOST_XML, AnswersWrong, InstanceHead, answers_read, instance_head
from gridward.forms.documents import DEEPEST, ELEMENTS_MOST
from gridward.forms.instances import REPEATS_MOST
from gridward.kernel.outcomes import Refusal
from tests.forms.asking import AT, asked, form, read, sent, wrong


def laughs(depth: int) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "ha">{entities}]><d id="visit">&a{depth - 1};</d>'.encode()


def declared(encoding: str) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + sent("").partition(b"?>")[2]


SAFE = '<data id="visit" version="3"/>'
HOSTILE = {
    "nothing": b"", "blanks": b" \n ", "noise": bytes(range(256)), "words": b"hello", "half": sent("")[:60],
    "a billion laughs": laughs(10), "an entity": b'<!DOCTYPE d [<!ENTITY a "x">]>' + sent("&a;"),
    "a document type": b"<!DOCTYPE d>" + SAFE.encode(), "one in small letters": b"<!doctype d>" + SAFE.encode(),
    "a file": b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d id="visit">&a;</d>',
    "an address": b'<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><d/>', "an unknown entity": sent("<name>&x;</name>"),
    "a document type in UTF-16": ("\ufeff" + laughs(10).decode()).encode("utf-16-le"),
    "UTF-16 without a mark": laughs(3).decode().encode("utf-16-be"), "UTF-16": SAFE.encode("utf-16"),
    "UTF-32": SAFE.encode("utf-32"), "UTF-7": declared("utf-7"), "Latin": declared("iso-8859-1"),
    "GBK": declared("GBK"),
    "declared UTF-16": declared("UTF-16"), "EBCDIC": SAFE.encode("cp037"),
    "wrong UTF-8": sent("<name>\xff</name>").replace(b"\xc3", b""),
    "a surrogate": sent("").replace(b"3'", b"3'>\xed\xa0\x80"), "an instruction": b"<?php x ?>" + SAFE.encode(),
    "an instruction within": sent("<?x y?>"), "a style sheet": b'<?xml-stylesheet href="x"?>' + SAFE.encode(),
    "two declarations": b'<?xml version="1.0"?>' + sent(""), "a NUL": sent("<name>\0</name>"),
    "an escape": sent("<name>\x1b</name>"),
    "a NUL by number": sent("<name>&#0;</name>"), "a bell by number": sent("<name>&#x7;</name>"),
    "a surrogate by number": sent("<name>&#xD800;</name>"), "no character": sent("<name>\uffff</name>"),
    "depth": b"<a>" * 8_000, "depth that closes": b"<a>" * 8_000 + b"</a>" * 8_000,
    "just too deep": b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1),
    "too many": b"<a>" + b"<b/>" * ELEMENTS_MOST + b"</a>", "two roots": SAFE.encode() * 2,
    "an attribute twice": b'<a id="1" id="2"/>',
    "many attributes": b"<a " + b" ".join(b'a%d=""' % number for number in range(5_000)),
    "a long name": b"<" + b"a" * 60_000,
    "an open comment": b"<!-- " * 10_000, "an open section": b"<data><![CDATA[" * 4_000, "an open tag": b"<" * 60_000,
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_means_harm_is_refused_at_once(what: str) -> None:
    began = time.process_time()

    for refused in (instance_head(HOSTILE[what]), answers_read(form(asked("name")), HOSTILE[what], at=AT)):
        assert isinstance(refused, Refusal) and (refused.code, refused.status) == ("xml_unreadable", 400)
    assert time.process_time() - began < 0.5


LARGE = {
    "a byte too many": sent("x" * MOST_XML)[: MOST_XML + 1],
    "five megabytes": sent("<name>" + "x" * 5_000_000 + "</name>"),
    "five megabytes of nothing": bytes(5_000_000),
}


@pytest.mark.parametrize("what", LARGE)
def test_what_is_too_large_is_not_looked_into(what: str) -> None:
    refused = instance_head(LARGE[what])

    assert isinstance(refused, Refusal) and (refused.code, refused.status) == ("submission_too_large", 413)


def test_the_largest_is_read() -> None:
    padding = MOST_XML - len(sent("<!---->"))

    assert isinstance(instance_head(sent(f"<!--{'x' * padding}-->")), InstanceHead)
    assert isinstance(instance_head(sent("<b/>" * (ELEMENTS_MOST - 3))), InstanceHead)


def test_more_people_than_behind_any_door_are_refused() -> None:
    asks = form(asked("people", "repeat"), asked("people/age", "integer"))

    assert wrong(asks, "<people/>" * REPEATS_MOST) == []
    refused = read(asks, "<people/>" * (REPEATS_MOST + 1))
    assert isinstance(refused, Refusal) and refused.code == "submission_too_large"


def test_a_large_form_within_a_group_that_repeats_is_bounded() -> None:
    asks = form(asked("people", "repeat"), *[asked(f"people/q{number}") for number in range(2_000)])
    began = time.process_time()

    refused = read(asks, "<people/>" * 400)

    assert isinstance(refused, Refusal) and refused.code == "submission_too_large"
    assert time.process_time() - began < 2


def test_a_chain_of_conditions_and_a_tower_of_groups_need_no_stack() -> None:
    chain = [asked(f"q{number}", relevant=f"${{q{number + 1}}} = 'x'") for number in range(3_000)]
    tower = ["/".join(f"g{number}" for number in range(depth + 1)) for depth in range(400)]

    assert wrong(form(*chain, asked("q3000")), "<q0>x</q0>") == []
    assert wrong(form(*[asked(path, "group") for path in tower]), "<g0><g1/></g0>") == []


# Whatever comes


EVERYTHING = form(
    asked("start", "meta"),
    asked("name", is_required=True, constraint="string-length(.) <= 5 and regex(., '[^0-9]*')"),
    asked("age", "integer", constraint=". > 0 and . < 150"),
    asked("t", "decimal", relevant="${age} div 2 > 5 or today() > ${day}"),
    asked("day", "date", constraint=". <= today() and . != ${then}"),
    asked("clock", "time", constraint="decimal-time(.) < 0.9"),
    asked("then", "moment", constraint=". <= now() or format-date(., '%Y') = '2026'"), asked("one", "select_one"),
    asked("many", "select_many", constraint="count-selected(.) < 3 and selected-at(., 0) != 'no'"),
    asked("order", "rank"),
    asked("photo", "image"), asked("ok", "tick"), asked("task", "household"),
    asked("sum", "calculate", calculation="sum(${n})"),
    asked("g", "group", relevant="${one} = 'yes' or coalesce(${name}, ${t}) = 'x'"),
    asked("g/in", constraint="substr(., 0, 1) = 'x'"),
    asked("r", "repeat", relevant="count(${r}) < 4"), asked("r/n", "integer", constraint=". <= max(${n}) + ${age}"),
    asked("r/s", "repeat"), asked("r/s/w", relevant="${n} > position(..)", is_required=True),
    asked("last", constraint="join(',', ${w}) = . or round(${sum}) = min(${n}) or translate(., 'a', 'c') = max(${n})"),
)  # fmt: skip
BODY = (
    "<start>2026-11-28T09:00:00.000+08:00</start><name>王</name><age>30</age><t>36.6</t><day>2026-11-01</day>"
    "<clock>09:30:00.000+08:00</clock><then>2026-11-27T00:00:00.000+08:00</then><one>yes</one><many>yes</many>"
    "<order>no yes</order><photo>1.jpg</photo><ok>OK</ok><task>x</task><sum>3</sum><g><in>x</in></g>"
    "<r><n>1</n><s><w>a</w></s></r><r><n>2</n><s><w>b</w></s><s><w>c</w></s></r><last>a,b,c</last>"
)
NASTY = [
    b"", b" ", b"\0", b"\xff", b"&", b"&amp;", b"&#0;", b"&#x10FFFF;", b"&x;", b"<", b">", b"/>", b"</r>", b"<r>",
    b"<r><n>9</n></r>",
    b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<!DOCTYPE d>", b"<?x?>", b"\"", b"'", b"=", b"-1",
    b"9999999999999999999", b"1e999", b"NaN",
    b"0001-01-01", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00+14:00", b"24:61", b"yes no maybe", b"../../x",
    b"uuid:", b"\xf0\xa0\xae\xb7",
    b"\xe2\x80\xae", b"\xef\xbf\xbf", b"<orx:meta>", b"xmlns=''", b"id='visit'", b"a" * 1_200, b"<s/>" * 600,
    b"<g>" * 40,
]  # fmt: skip


def mutated(whole: bytes, draw: random.Random) -> bytes:
    body = bytearray(whole)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        first = draw.randrange(len(body) + 1)
        last = min(len(body), first + draw.choice((0, 0, 1, 4, 40)))
        way = draw.randrange(4)
        if way == 0:
            body[first:last] = draw.choice(NASTY)
        elif way == 1:
            body[first:last] = draw.randbytes(draw.randint(0, 4))
        elif way == 2:
            body[first:first] = body[first:last] * draw.choice((1, 2, 50))
        else:
            # Into an answer: there the mutation is XML still, and comes as far as the form.
            place = body.find(b">", first) + 1
            end = body.find(b"<", place)
            body[place : max(place, end)] = draw.choice(NASTY)
    return bytes(body)


@pytest.mark.parametrize(
    "seeds", [range(10_000), pytest.param(range(10_000, 300_000), marks=pytest.mark.heavy)]
)
def test_whatever_comes_is_read_or_refused(seeds: range) -> None:
    seen: dict[str, int] = {}
    whole = sent(BODY)
    assert wrong(EVERYTHING, BODY) == []
    for seed in seeds:
        body = mutated(whole, random.Random(seed))
        found = answers_read(EVERYTHING, body, at=AT)
        head = instance_head(body)
        if isinstance(found, Refusal):
            assert 400 <= found.status < 500, (seed, found)
            seen[found.code] = seen.get(found.code, 0) + 1
            continue
        assert isinstance(head, InstanceHead), seed
        kind = type(found).__name__
        seen[kind] = seen.get(kind, 0) + 1
        if isinstance(found, AnswersWrong):
            assert found.problems and all(one.message for one in found.problems), seed
        else:
            assert all(said.strip() for many in found.values.values() for said in many), seed

    # Mutations that all fall at the same hurdle would prove nothing of those behind it.
    hurdles = ("Answers", "AnswersWrong", "xml_unreadable", "submission_unnamed", "form_unknown")
    assert all(seen.get(hurdle, 0) > 10 for hurdle in hurdles), seen


def test_conditions_are_told_apart_by_the_moment_alone() -> None:
    # Nothing here reads the clock: the same answers at the same moment are the same, whenever they are read.
    moments = [AT - timedelta(days=day) for day in (0, 100, 40_000)]

    found = [read(EVERYTHING, BODY, at) for at in moments]

    assert found == [read(EVERYTHING, BODY, at) for at in moments]
    assert [type(one).__name__ for one in found] == ["Answers", "AnswersWrong", "AnswersWrong"]


def test_reading_is_quick() -> None:
    people = "".join(
        f"<r><n>{number}</n>{''.join(f'<s><w>{word}</w></s>' for word in 'abcdefg')}</r>"
        for number in (1, 2, 3)
    )
    body = sent(BODY.partition("<r>")[0] + people + "<last>x</last>")
    took = []
    for _ in count():
        began = time.process_time()
        found = answers_read(EVERYTHING, body, at=AT)
        took.append(time.process_time() - began)
        if len(took) == 50:
            break

    assert not isinstance(found, Refusal)
    # Ten times what it takes: enough to notice that something grows with the square.
    assert min(took) < 0.005
