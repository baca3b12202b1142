"""The pure rules about headings: their keys, what a channel remembers, what changed, and what is no layout."""

import pytest

from gridward.intake import layouts
from gridward.intake.footers import is_footer
from gridward.intake.layouts import Proposal, Proposed
from gridward.kernel.outcomes import Refusal

KEYS = ("姓名", "手机号", "现住址")


@pytest.mark.parametrize(
    ("headers", "keys"),
    [
        (["姓名", "手机号"], ("姓名", "手机号")),
        (["姓 名", "手机号 "], ("姓名", "手机号")),
        (["Ｎａｍｅ", "PHONE"], ("name", "phone")),
        (["手机号", "手机号", "手机号"], ("手机号", "手机号#2", "手机号#3")),
        (["联系方式 手机号"], ("联系方式手机号",)),
        (["", ""], ("", "#2")),
        (["长" * 200], ("长" * 80,)),
    ],
)
def test_a_heading_is_known_by_its_key(headers: list[str], keys: tuple[str, ...]) -> None:
    assert layouts.header_keys(headers) == keys


def test_the_order_of_headings_changes_no_signature_and_another_heading_does() -> None:
    assert layouts.signature(KEYS) == layouts.signature(KEYS[::-1]) == layouts.signature((*KEYS, ""))
    assert layouts.signature(KEYS) != layouts.signature((*KEYS, "备注"))
    assert layouts.signature(("甲乙", "丙")) != layouts.signature(("甲", "乙丙"))


def test_what_is_remembered_is_found_again_and_renewed_in_its_place() -> None:
    first = layouts.with_remembered([], KEYS, {"name": "姓名"}, "2020-02-01")
    both = layouts.with_remembered(first, ("谁", "号"), {"name": "谁"}, "2020-02-02")
    renewed = layouts.with_remembered(both, KEYS[::-1], {"name": "姓名", "phone": "手机号"}, "2020-02-03")

    assert layouts.remembered(both, KEYS) == {"name": "姓名"}
    assert layouts.remembered(both, (*KEYS, "备注")) is None
    assert [one["at"] for one in renewed] == ["2020-02-03", "2020-02-02"]


def test_what_changed_is_told_against_the_most_alike_that_is_remembered() -> None:
    known = layouts.with_remembered([], ("谁", "号"), {"name": "谁"}, "2020-02-01")
    known = layouts.with_remembered(known, KEYS, {"name": "姓名"}, "2020-02-02")

    assert layouts.changed([], KEYS) == ((), ())
    assert layouts.changed(known, KEYS) == ((), ())
    assert layouts.changed(known, ("姓名", "电话", "现住址")) == (("手机号",), ("电话",))
    assert layouts.changed(known, ("谁", "号", "")) == ((), ())


@pytest.mark.parametrize(
    ("layout", "outcome"),
    [
        ({"name": "姓名", "phone": "手机号"}, {"name": 0, "phone": 1}),
        ({"name": "姓 名", "address": "现住址"}, {"name": 0, "address": 2}),
        ({"name": "姓名"}, "mapping_needed"),
        ({"phone": "手机号"}, "mapping_needed"),
        ({}, "mapping_needed"),
        ({"name": "姓名", "phone": "姓名"}, "mapping_twice"),
        ({"name": "谁", "phone": "手机号"}, "mapping_header"),
        ({"name": "姓名", "score": "手机号"}, "mapping_header"),
    ],
)
def test_a_layout_is_settled_or_refused(layout: dict[str, str], outcome: object) -> None:
    found = layouts.settled(layout, KEYS)

    assert (found.code if isinstance(found, Refusal) else found) == outcome


@pytest.mark.parametrize(
    ("field", "looks", "is_wrong"),
    [
        ("phone", "id", True),
        ("phone", "phone", False),
        ("phone", "", False),
        ("", "phone", False),
        ("name", "id", True),
    ],
)
def test_what_plainly_looks_like_something_else_contradicts(field: str, looks: str, is_wrong: bool) -> None:
    assert layouts.contradicts(field, looks) is is_wrong


def proposal(*columns: tuple[str, str, str]) -> Proposal:
    return Proposal(tuple(Proposed(key, key, field, "exact" if field else "", looks) for key, field, looks in columns),
                    False, False)  # fmt: skip


def test_an_open_field_is_offered_where_one_column_alone_looks_like_it() -> None:
    one = layouts.filled(proposal(("姓名", "name", ""), ("甲", "", "phone"), ("乙", "", "")))
    two = layouts.filled(proposal(("姓名", "name", ""), ("甲", "", "phone"), ("乙", "", "phone")))
    taken = layouts.filled(proposal(("姓名", "name", ""), ("手机", "phone", "phone"), ("甲", "", "phone")))

    assert one.layout == {"name": "姓名", "phone": "甲"}
    assert two.layout == {"name": "姓名"}
    assert taken.layout == {"name": "姓名", "phone": "手机"}


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (("合计", "", "120"), True),
        (("", "合计", ""), True),
        (("", "", ""), False),
        (("合计", "张三", ""), False),
        (("张三", "合计", ""), False),
    ],
)
def test_a_footer_begins_with_its_word_and_names_nobody(cells: tuple[str, ...], is_one: bool) -> None:
    assert is_footer(cells, 1) is is_one
