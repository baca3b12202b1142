"""Tables, pages and filters: what a link keeps, what it drops, and what a cell says."""

import re
from collections import UserDict
from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.forms import CharField, FileField, Form
from django.http import QueryDict
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gridward.kernel.web import formats

NOW = datetime(2020, 2, 14, 6, 48, tzinfo=UTC)
TASK = {"key": "name", "label": "Task", "sort": "name"}
DUE = {"key": "due_at", "label": "Due", "kind": "due", "sort": "due"}
TABLE = '{% data_table columns=columns rows=rows id="t" more=more %}'


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def draw(source: str, query: str = "", **values: Any) -> str:
    values = {"request": RequestFactory().get(f"/tasks/?{query}"), "now": NOW, "more": ""} | values
    return engines["django"].engine.from_string(source).render(Context(values))


def links(drawn: str, word: str) -> list[list[tuple[str, str]]]:
    """The queries of all links whose query holds a word."""
    found = [unescape(href) for href in re.findall(r'href="(\?[^"]*)"', drawn)]
    return [parse_qsl(href[1:], keep_blank_values=True) for href in found if word in href]


@pytest.mark.parametrize(
    ("now", "order", "next_word"),
    [("", "none", "due"), ("due", "ascending", "-due"), ("-due", "descending", "due"), ("name", "none", "due"),
     ("--due", "none", "due"), ("DUE", "none", "due")],
)  # fmt: skip
def test_a_head_says_how_its_column_is_sorted_and_leads_to_the_other_way(
    now: str, order: str, next_word: str
) -> None:
    drawn = draw(TABLE, urlencode({"sort": now}), columns=[DUE], rows=[{"due_at": None}])

    assert f'aria-sort="{order}"' in drawn
    assert links(drawn, "sort=") == [[("sort", next_word)]]


def test_a_column_without_a_word_to_sort_by_is_no_link_and_says_nothing_about_order() -> None:
    drawn = draw(TABLE, "sort=name", columns=[{"key": "a", "label": "Asks"}], rows=[{"a": 1}])

    assert "aria-sort" not in drawn and "<a " not in drawn


VALUE = st.text('ab&=+%#; 王"<', min_size=1, max_size=5)


FILTERS = st.dictionaries(st.sampled_from(["state", "area"]), st.lists(VALUE, min_size=1, max_size=2))


@given(FILTERS, VALUE)
def test_whatever_is_filtered_stays_when_sorting_and_paging(kept: dict[str, list[str]], token: str) -> None:
    query = urlencode(
        [(name, value) for name, values in kept.items() for value in values] + [("after", "old")]
    )

    drawn = draw(TABLE, query, columns=[TASK], rows=[{"name": "x"}], more=token)

    filtered = sorted((name, value) for name, values in kept.items() for value in values)
    sort, *_rest = links(drawn, "sort=")
    assert sorted(sort) == sorted([*filtered, ("sort", "name")])
    (onward,) = links(drawn, "after=")
    assert sorted(onward) == sorted([*filtered, ("after", token)])
    assert len(re.findall('class="gw-start"', drawn)) == 1


@given(VALUE)
def test_a_table_drawn_without_a_request_writes_links_that_mean_the_same(token: str) -> None:
    drawn = draw(TABLE, columns=[TASK], rows=[{"name": "x"}], more=token, request=None)

    assert links(drawn, "after=") == [[("after", token)]]
    assert links(drawn, "sort=") == [[("sort", "name")]]


@pytest.mark.parametrize(
    ("query", "more", "start", "onward"),
    [
        ("", "", 0, 0),
        ("", "t5", 0, 1),
        ("after=t5", "", 1, 0),
        ("after=t5", "t9", 1, 1),
        ("after=", "t5", 0, 1),
    ],
    ids=[
        "all on one page",
        "the first page",
        "the last page",
        "a page between",
        "an empty token is the start",
    ],
)
def test_a_pager_leads_back_and_on_where_there_is_something(
    query: str, more: str, start: int, onward: int
) -> None:
    drawn = draw("{% pager after=more %}", query, more=more)

    assert ('rel="next"' in drawn) == bool(onward)
    assert links(drawn, "after=") == [[("after", more)]] * onward
    assert drawn.count('href="?"') >= start and ('href="?"' in drawn) == bool(start)


def test_a_page_behind_the_last_row_is_empty_and_still_leads_back() -> None:
    drawn = draw(TABLE, "after=t99&state=late", columns=[TASK], rows=[])

    assert "Nothing here." in drawn
    assert links(drawn, "state=") == [[("state", "late")]]


# --- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("text", "<b>&", "&lt;b&gt;&amp;"),
        ("text", None, "–"),
        ("text", 0, "0"),
        ("number", 1234567, "1,234,567"),
        ("number", None, "–"),
        ("percent", (2, 3), "66.6 %"),
        ("percent", 0.5, "50.0 %"),
        ("percent", (0, 0), "–"),
        ("moment", NOW, "2020-02-14 14:48"),
        ("moment", None, "–"),
        ("day", date(2020, 2, 14), "2020-02-14"),
        ("badge", ("late", "bad"), "late"),
        ("badge", "open", "open"),
        ("progress", (1, 3), "33.3 %"),
        ("progress", (0, 0), "–"),
        ("due", NOW + timedelta(minutes=20), "20 min left"),
        ("due", None, "–"),
    ],
)
@pytest.mark.parametrize(
    "row", [dict, UserDict, SimpleNamespace], ids=["mapping", "another mapping", "object"]
)
def test_a_cell_says_its_value_by_its_kind(kind: str, value: object, shown: str, row: Any) -> None:
    drawn = draw(
        "{% data_table columns=columns rows=rows %}", columns=[{"key": "a", "label": "A", "kind": kind}],
        rows=[row(a=value)],
    )  # fmt: skip

    (cell,) = re.findall(r'<td role="cell"[^>]*>(.*?)</td>', drawn, re.DOTALL)
    assert re.sub(r"<[^>]+>", "", cell).strip() == shown


def test_a_row_without_an_address_is_no_link() -> None:
    column = {"key": "name", "label": "Task", "href": "url"}

    drawn = draw(
        "{% data_table columns=columns rows=rows %}", columns=[column],
        rows=[{"name": "one", "url": "/t/1?a=1&b=2"}, {"name": "two"}, {"name": "three", "url": None}],
    )  # fmt: skip

    assert re.findall(r'<a href="([^"]+)">(\w+)</a>', drawn) == [("/t/1?a=1&amp;b=2", "one")]


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "x" tone="red" %}',
        '{% figure "x" 1 measure="suspects" %}',
        '{% progress 1 2 measure="score" %}',
    ],
)
def test_a_colour_is_one_of_the_few_that_mean_something(source: str) -> None:
    with pytest.raises(ValueError, match="unknown word"):
        draw(source)


def test_a_table_names_its_columns_for_phones_and_keeps_its_grid_when_asked() -> None:
    stacked, pinned = (
        draw(
            f"{{% data_table columns=columns rows=rows stack={stack} caption='Tasks' %}}", columns=[TASK],
            rows=[{"name": "x"}],
        )
        for stack in ("True", "False")
    )  # fmt: skip

    assert 'data-label="Task"' in stacked and "gw-stack" in stacked
    assert all('tabindex="0" aria-label="Tasks"' in table for table in (stacked, pinned)), (
        "keys can scroll it"
    )
    assert 'role="group"' in stacked and 'role="region"' in pinned
    assert "gw-pin" in pinned


# --- lists, trails and forms ----------------------------------------------------------------------------------------


def test_facts_write_what_is_missing_as_a_dash_and_moments_as_such() -> None:
    drawn = draw(
        "{% facts items %}",
        items=[("Due", NOW), ("Day", date(2020, 2, 1)), ("Note", ""), ("Count", 0), ("By", "<i>")],
    )

    shown = [re.sub(r"<[^>]+>", "", dd) for dd in re.findall(r"<dd>(.*?)</dd>", drawn)]
    assert shown == ["2020-02-14 14:48", "2020-02-01", "–", "0", "&lt;i&gt;"]
    assert '<time datetime="2020-02-14T06:48:00+00:00">' in drawn


def test_a_trail_tells_what_is_done_what_is_now_and_what_is_to_come() -> None:
    drawn = draw(
        "{% timeline entries %}",
        entries=[
            {"title": "Desk", "at": NOW},
            {"title": "Phone", "state": "current"},
            {"title": "Visit", "state": "ahead"},
        ],
    )

    assert re.findall(r"gw-step-(done|current|ahead)", drawn) == ["done", "current", "ahead"]
    assert drawn.count('aria-current="step"') == drawn.count("still to come") == 1


def test_the_way_up_links_all_areas_but_the_one_we_are_in() -> None:
    trail = [
        {"name": "南京市", "url": "/a/3201"},
        {"name": "玄武区", "url": "/a/320102", "level": "District"},
    ]

    drawn, empty = draw("{% areas trail %}", trail=trail), draw("{% areas trail %}", trail=[])

    assert re.findall(r'<a href="([^"]+)"', drawn) == ["/a/3201"]
    assert drawn.index("南京市") < drawn.index('aria-current="page"') < drawn.index("玄武区")
    assert "aria-current" not in empty


class Upload(Form):
    note = CharField(required=False, help_text="Short.")
    list = FileField()


def test_a_form_names_what_is_wrong_above_and_at_the_field_and_calls_the_rest_optional() -> None:
    form = Upload(QueryDict("note=x"), {})

    above = draw("{% form_errors form %}", form=form)
    at = draw("{% field form.list accept='.csv' limit_mb=5 %}", form=form)
    note = draw("{% field form.note %}", form=form)

    assert re.findall(r'<a href="#(\w+)">List</a>: This field is required', above) == ["id_list"]
    assert 'data-limit-mb="5"' in at and 'accept=".csv"' in at and "is-invalid" in at and "optional" not in at
    assert "optional" in note and "gw-wrong" not in note and 'aria-describedby="id_note_helptext"' in note


def test_a_form_that_was_not_sent_yet_accuses_nobody() -> None:
    assert draw("{% form_errors form %}", form=Upload()).strip() == ""


# --- figures --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_share_never_says_more_than_is_true_and_all_only_of_all(part: int, whole: int) -> None:
    part = min(part, whole)

    words = formats.percent(part, whole)

    shown = float(words.removesuffix(" %"))
    assert 0 <= part / whole * 100 - shown < 0.1 + 1e-9
    assert (words == "100.0 %") is (part == whole)


@given(st.timedeltas(timedelta(0), timedelta(days=900)))
def test_a_length_of_time_is_told_in_its_largest_whole_unit_and_never_too_long(length: timedelta) -> None:
    count, unit = formats.span(length).split(" ")

    each = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}.get(unit, timedelta(days=1))
    assert each * int(count) <= length < each * (int(count) + 1)
    assert {"min": 0 <= int(count) < 120, "h": 2 <= int(count) < 48}.get(unit, int(count) >= 2)
