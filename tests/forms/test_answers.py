"""Answers are read against their form: what fits comes as values, what does not is said question by question."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import translation

from gridward.forms.answers import (
    LONGEST,
    WRONG_MOST,
    WRONGS,
    Answers,
    AnswersWrong,
    InstanceHead,
    answers_read,
    instance_head,
)
from gridward.kernel.outcomes import Refusal
from tests.forms.asking import AT, ID, asked, form, read, sent, values, wrong

# What a submission says of itself


HEADS = {
    "as ODK Collect writes it": sent(""),
    "without a declaration": sent("").partition(b"?>")[2],
    "with a byte order mark": b"\xef\xbb\xbf" + sent(""),
    "without prefixes": f'<data id="visit" version="3"><meta><instanceID>uuid:{ID}</instanceID></meta></data>'.encode(),
    "with blanks": sent("\n", instance_id=f"\n uuid:{ID.upper()} \n"),
    "with a namespace of its own": f'<x:data xmlns:x="urn:x" xmlns:o="urn:o" id="visit" o:version="3"><o:meta>'
    f"<o:instanceID>uuid:{ID}</o:instanceID></o:meta></x:data>".encode(),
    "with a comment": sent("<!-- nobody asks -->"),
    "with more about itself": sent("").replace(
        b"<orx:meta>", b"<orx:meta><orx:instanceName>x</orx:instanceName>"
    ),
}


@pytest.mark.parametrize("what", HEADS)
def test_a_submission_says_which_it_is(what: str) -> None:
    assert instance_head(HEADS[what]) == InstanceHead("visit", "3", UUID(ID))
    assert isinstance(answers_read(form(asked("name")), HEADS[what], at=AT), Answers)


UNNAMED = {
    "no meta": b'<data id="visit" version="3"/>',
    "no id": b'<data id="visit" version="3"><meta/></data>',
    "an empty id": sent("", instance_id=""),
    "a word": sent("", instance_id="uuid:me"),
    "no uuid": sent("", instance_id=ID),
    "two": sent("", instance_id=f"uuid:{ID} uuid:{ID}"),
    "no form": sent("", code=""),
    "an id that is no child of meta": f'<data id="visit"><instanceID>uuid:{ID}</instanceID></data>'.encode(),
}


@pytest.mark.parametrize("what", UNNAMED)
def test_a_submission_without_a_name_is_refused(what: str) -> None:
    refused = instance_head(UNNAMED[what])

    assert isinstance(refused, Refusal) and (refused.code, refused.status) == ("submission_unnamed", 400)


@pytest.mark.parametrize(("code", "version"), [("other", "3"), ("visit", "4"), ("visit", ""), ("VISIT", "3")])
def test_answers_to_another_form_are_refused(code: str, version: str) -> None:
    refused = answers_read(form(asked("name")), sent("", code, version), at=AT)

    assert isinstance(refused, Refusal) and (refused.code, refused.status) == ("form_unknown", 404)


# What fits, and what does not


def test_answers_come_by_path_in_the_order_they_were_sent() -> None:
    asks = form(
        asked("name"),
        asked("home", "group"),
        asked("home/people", "repeat"),
        asked("home/people/age", "integer"),
        asked("home/people/toys", "repeat"),
        asked("home/people/toys/what"),
        asked("remarks"),
    )
    person = "<people><toys><what>{}</what></toys><age>{}</age><toys><what>{}</what></toys></people>"

    two = person.format("ball", 4, "kite") + person.format("", 31, "book")

    found = values(asks, f"<remarks/><home>{two}</home><name> 王小明 </name>")

    assert found == {
        "name": ("王小明",),
        "home/people/age": ("4", "31"),
        "home/people/toys/what": ("ball", "kite", "book"),
    }


FITS: Mapping[str, Sequence[str]] = {
    "text": ["x", "0", "&lt;b&gt; &amp; 王 &#x4e00;", "<![CDATA[a < b]]>", "x" * LONGEST, "𠮷"],
    "barcode": ["6901234567892"],
    "integer": ["0", "-5", "007", "+3", " 12 ", "123456789012345678"],
    "decimal": ["36.6", "36", "-.5", "5.", "1.0E10", "1e-3"],
    "range": ["5", "2.5"],
    "date": ["2026-11-28", "2024-02-29", "1900-01-01"],
    "time": ["09:30", "09:30:00.000+08:00", "23:59:59Z", "9:05", "09:30:00.000-03:30"],
    "moment": ["2026-11-28T09:30:00.000+08:00", "2026-11-28T09:30", "2026-11-28", "0001-01-01T00:00:00+14:00",
               "9999-12-31T23:59:59-14:00"],
    "select_one": ["yes", " no "],
    "select_many": ["yes", "no yes", "yes  no"],
    "rank": ["no yes"],
    "household": ["7b6f7d5a-43c5-4f9e-8a3c-6d6c4f1a2b3c", "anything"],
    "image": ["1764293400000.jpg", "a-b_c.png", "x" * 80],
    "tick": ["OK"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FITS.items() for text in texts])
def test_an_answer_of_its_kind_fits(kind: str, text: str) -> None:
    assert wrong(form(asked("it", kind)), f"<it>{text}</it>") == []


MISFITS: Mapping[tuple[str, str], Sequence[str]] = {
    ("text", "too_long"): ["x" * (LONGEST + 1)],
    ("select_many", "too_long"): ["yes " * 400],
    ("integer", "not_a_number"): ["x", "1.5", "1 2", "１２", "0x10", "1e3", "9" * 19, "--1", "-"],
    ("decimal", "not_a_number"): ["x", "1,5", "NaN", "Infinity", "1e999", ".", "1.2.3", "3 4"],
    ("range", "not_a_number"): ["five"],
    ("date", "not_a_date"): ["2026-02-29", "2026-13-01", "28.11.2026", "0000-01-01", "2026-11-28T00:00", "x",
                             "２０２６-11-28"],
    ("moment", "not_a_date"): ["2026-11-28T25:00", "2026-11-28T", "T09:30", "2026-11-28 09:30", "09:30",
                               "2026-11-28T09:30+99:00"],
    ("time", "not_a_time"): ["24:00", "9", "09:60", "9.30", "09:30 am", "09:30+25:00", "noon"],
    ("select_one", "not_a_choice"): ["maybe", "yes no", "YES"],
    ("select_many", "not_a_choice"): ["maybe", "yes maybe"],
    ("rank", "not_a_choice"): ["yes maybe"],
    ("household", "not_a_choice"): ["one two"],
    ("image", "photo_name"): ["../x.jpg", ".jpg", "a/b.jpg", "a b.jpg", "照片.jpg", "x" * 81, "a\\b.jpg"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "code", "text"),
    [(kind, code, text) for (kind, code), texts in MISFITS.items() for text in texts],
)
def test_an_answer_of_another_kind_is_said(kind: str, code: str, text: str) -> None:
    assert wrong(form(asked("it", kind)), f"<it>{text}</it>") == [f"it:{code}"]


@pytest.mark.parametrize("kind", ["calculate", "hidden", "meta", "note"])
def test_what_the_phone_fills_in_is_taken_as_it_is(kind: str) -> None:
    asks = form(asked("it", kind, is_required=True, constraint=". = 'x'"))

    assert values(asks, f"<it>{'y' * 2_000}</it>") == {"it": ("y" * 2_000,)}
    assert values(asks, "") == {}


def test_a_list_from_elsewhere_takes_every_word() -> None:
    asks = form(asked("one", "select_one", choices=()), asked("more", "select_many", choices=()))

    assert wrong(asks, "<one>x1</one><more>x1 x2</more>") == []
    assert wrong(asks, "<one>x1 x2</one>") == ["one:not_a_choice"]


UNKNOWN = {
    "an element nobody asked for": ("<name>x</name><shoes>43</shoes>", ["shoes"]),
    "an element in an answer": ("<name>x<b>y</b></name>", ["name/b"]),
    "the same question twice": ("<name>x</name><name>y</name>", ["name"]),
    "a question out of its group": ("<age>4</age>", ["age"]),
    "another in a group": ("<people><shoes/></people>", ["people/shoes"]),
    "in the second person": ("<people/><people><shoes/></people>", ["people[2]/shoes"]),
    "words between questions": ("<name>x</name> and more ", [""]),
    "words between questions of a group": ("<people> 4 <age>4</age></people>", ["people[1]"]),
    "meta within a group": ("<people><meta/></people>", ["people[1]/meta"]),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_the_form_does_not_ask_is_not_lost_without_a_word(what: str) -> None:
    body, places = UNKNOWN[what]
    asks = form(asked("name"), asked("people", "repeat"), asked("people/age", "integer"))

    found = wrong(asks, body)

    assert [one.replace("people[1]/shoes", "people/shoes") for one in found] == [
        f"{place}:unknown_question" for place in places
    ]


def test_what_is_required_has_to_be_there() -> None:
    asks = form(
        asked("name", is_required=True),
        asked("people", "repeat"),
        asked("people/age", "integer", is_required=True),
        asked("home", "group"),
        asked("home/door", is_required=True),
    )

    assert wrong(asks, "") == ["name:required_missing", "home/door:required_missing"]
    assert wrong(asks, "<name> \n </name><people/><home><door>1</door></home>") == [
        "name:required_missing",
        "people[1]/age:required_missing",
    ]
    assert wrong(asks, "<name>x</name><people><age>0</age></people><home><door>1</door></home>") == []


def test_what_is_asked_under_a_condition_is_judged_only_where_it_holds() -> None:
    asks = form(
        asked("from"),
        asked("day", "date", relevant="${from} != ''", is_required=True, constraint=". <= today()"),
    )

    assert wrong(asks, "") == []
    assert wrong(asks, "<from>x</from>") == ["day:required_missing"]
    assert wrong(asks, "<from>x</from><day>2026-11-29</day>") == ["day:constraint_broken"]
    assert values(asks, "<day>2026-11-29</day>") == {}
    assert values(asks, "<from>x</from><day>2026-11-28</day>") == {"from": ("x",), "day": ("2026-11-28",)}


def test_a_group_under_a_condition_takes_all_in_it_along() -> None:
    asks = form(
        asked("ill", "select_one"),
        asked("care", "group", relevant="${ill} = 'yes'"),
        asked("care/since", "date", is_required=True),
        asked("care/more", "repeat"),
        asked("care/more/photo", "image", is_required=True),
        asked("after", relevant="${since} != ''"),
    )
    body = "<care><since>2026-11-01</since><more><photo>a.jpg</photo></more></care><after>x</after>"

    assert values(asks, f"<ill>no</ill>{body}") == {"ill": ("no",)}
    found = read(asks, f"<ill>yes</ill>{body}")
    assert isinstance(found, Answers) and found.photos == ("a.jpg",) and found.values["after"] == ("x",)
    assert wrong(asks, "<ill>yes</ill><care><more/></care>") == [
        "care/since:required_missing",
        "care/more[1]/photo:required_missing",
    ]


def test_a_condition_may_depend_on_one_that_comes_later() -> None:
    asks = form(
        asked("first", relevant="${second} = 'x'", is_required=True),
        asked("second", relevant="${third} = 'x'"),
        asked("third"),
    )

    assert wrong(asks, "<second>x</second><third>x</third>") == ["first:required_missing"]
    assert values(asks, "<first>y</first><second>x</second>") == {}


def test_each_person_is_judged_alone() -> None:
    asks = form(
        asked("limit", "integer"),
        asked("people", "repeat"),
        asked("people/age", "integer", constraint=". <= ${limit}"),
        asked("people/school", relevant="${age} < 18", is_required=True),
        asked("people/visits", "repeat"),
        asked("people/visits/hour", "integer", constraint=". > ${age}"),
        asked("oldest", "integer", constraint=". = max(${age})"),
        asked("count", "integer", constraint=". = count(${people})"),
    )
    people = [
        "<people><age>4</age><school>x</school><visits><hour>5</hour></visits><visits><hour>3</hour></visits></people>",
        "<people><age>17</age></people>",
        "<people><age>300</age><school/></people>",
    ]

    found = wrong(asks, f"<limit>120</limit>{''.join(people)}<people/><oldest>300</oldest><count>3</count>")

    assert found == [
        "people[3]/age:constraint_broken",
        "people[2]/school:required_missing",
        "people[1]/visits[2]/hour:constraint_broken",
        "count:constraint_broken",
    ]


def test_people_may_be_counted_from_within_and_by_their_place() -> None:
    asks = form(
        asked("people", "repeat"),
        asked("people/last", relevant="position(..) = count(${people})", is_required=True),
    )

    assert wrong(asks, "<people/><people/><people/>") == ["people[3]/last:required_missing"]


NOT_CHECKED = {
    "pulldata": (asked("q", constraint="pulldata('a', 'b', 'c', .) = 1"), "<q>x</q>"),
    "a condition from a file": (asked("q", relevant="instance('a')/root/item = 1", is_required=True), ""),
    "a condition on itself": (asked("q", relevant="${q} = ''", is_required=True), ""),
    "a pattern with a way back": (asked("q", constraint="regex(., '(a)\\1')"), "<q>x</q>"),
    "a circle": (asked("q", relevant="${p} = ''", is_required=True), ""),
}


@pytest.mark.parametrize("what", NOT_CHECKED)
def test_what_cannot_be_checked_here_is_said_and_the_phone_is_believed(what: str) -> None:
    question, body = NOT_CHECKED[what]
    asks = form(question, asked("p", relevant="${q} = ''" if what == "a circle" else ""))

    assert "q" in asks.unchecked
    assert wrong(asks, body) == []
    assert values(asks, "<q>x</q>") == {"q": ("x",)}


def test_within_a_group_whose_condition_is_not_known_nothing_is_missed_but_all_is_judged() -> None:
    asks = form(
        asked("g", "group", relevant="pulldata('a', 'b', 'c', 'd')"),
        asked("g/n", "integer", is_required=True),
    )

    assert asks.unchecked == ("g",)
    assert wrong(asks, "") == []
    assert wrong(asks, "<g><n>x</n></g>") == ["g/n:not_a_number"]


def test_a_name_that_stands_twice_names_nothing() -> None:
    twice = [asked("a", "group"), asked("a/x"), asked("b", "group"), asked("b/x")]

    assert form(*twice, asked("q", constraint="${x} = .")).unchecked == ("q",)


def test_a_time_of_day_is_a_moment_of_the_day_it_is_given() -> None:
    asks = form(asked("clock", "time", constraint="date(.) = today() and decimal-time(.) = 0.75"))

    assert wrong(asks, "<clock>18:00:00.000+08:00</clock>") == []
    assert wrong(asks, "<clock>18:00:00.000+07:00</clock>") == ["clock:constraint_broken"]


def test_a_form_that_is_known_says_so() -> None:
    assert form(asked("a", constraint=". != 'x'"), asked("b", relevant="${a} = 'y'")).unchecked == ()


def test_today_is_the_day_of_the_house() -> None:
    asks = form(asked("day", "date", constraint=". <= today()"))
    late = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)  # half past midnight of the 29th in Shanghai

    assert wrong(asks, "<day>2026-11-29</day>", at=late) == []
    assert wrong(asks, "<day>2026-11-29</day>", at=late - timedelta(hours=1)) == ["day:constraint_broken"]


def test_the_forms_own_words_are_said_in_the_readers_language() -> None:
    own = {"中文 (zh)": "最多两个字", "English (en)": "Two characters at most"}
    asks = form(
        asked("a", constraint="string-length(.) <= 2", constraint_message=own),
        asked("b", is_required=True, required_message={"中文 (zh)": "要填", "English (en)": "Fill it in"}),
        asked("c", constraint="string-length(.) <= 2"),
    )

    def messages(language: str) -> list[str]:
        with translation.override(language):
            found = read(asks, "<a>abc</a><c>abc</c>")
            assert isinstance(found, AnswersWrong)
            return [one.message for one in found.problems]

    assert messages("en")[:2] == ["Two characters at most", "Fill it in"]
    assert messages("zh-hans")[:2] == ["最多两个字", "要填"]
    assert messages("en")[2] == str(WRONGS["constraint_broken"])


def test_what_is_wrong_is_a_refusal_and_a_list_that_ends() -> None:
    found = read(form(asked("name")), "".join(f"<x{number}/>" for number in range(WRONG_MOST + 10)))

    assert isinstance(found, AnswersWrong) and len(found.problems) == WRONG_MOST
    assert (found.as_outcome().code, found.as_outcome().status) == ("answers_wrong", 422)


def test_photos_are_named_once() -> None:
    asks = form(asked("a", "image"), asked("b", "image"), asked("c", "image", relevant="false()"))

    found = read(asks, "<b>2.jpg</b><a>1.jpg</a><c>3.jpg</c>")
    same = read(asks, "<b>1.jpg</b><a>1.jpg</a>")

    assert isinstance(found, Answers) and found.photos == ("1.jpg", "2.jpg")
    assert isinstance(same, Answers) and same.photos == ("1.jpg",)
