"""What becomes of a row, as a table: rejected with a reason, taken, or taken without what cannot be used."""

from datetime import date

import pytest

from gridward.country.api import pack
from gridward.intake import rules
from gridward.intake.rules import Lead
from gridward.kernel.tabular import RowProblem

PHONE = "19900000001"
#: name, document number, telephone, address -> rejected as (column, code), or None; notes.
ROWS = {
    "everything given": (("王小明", "good", "good", "珠江路273号"), None, ()),
    "only a document number": (("王小明", "good", "", ""), None, ()),
    "only a telephone": (("王小明", "", "good", ""), None, ()),
    "only an address": (("王小明", "", "", "珠江路273号"), None, ()),
    "a wrong number beside a good telephone": (("王小明", "bad", "good", ""), None, ("id_unusable",)),
    "a wrong number beside an address": (("王小明", "bad", "", "珠江路"), None, ("id_unusable",)),
    "a wrong telephone beside a good number": (("王小明", "good", "bad", ""), None, ("phone_unusable",)),
    "both wrong beside an address": (("王小明", "bad", "bad", "珠江路"), None, ("id_unusable", "phone_unusable")),
    "no name": (("", "good", "good", "珠江路"), ("name", "name_missing"), ()),
    "nothing but a name": (("王小明", "", "", ""), ("id_number", "no_key"), ()),
    "nothing but words for nothing": (("王小明", "无", "-", "不详"), ("id_number", "no_key"), ()),
    "a wrong number and nothing else": (("王小明", "bad", "", ""), ("id_number", "id_wrong"), ("id_unusable",)),
    "a wrong telephone and nothing else": (("王小明", "", "bad", "无"), ("phone", "phone_wrong"), ("phone_unusable",)),
    "a wrong number and a wrong telephone": (
        ("王小明", "bad", "bad", ""), ("id_number", "id_wrong"), ("id_unusable", "phone_unusable"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_taken_while_anything_leads_to_the_person(name: str) -> None:
    (person, number, phone, address), rejected, notes = ROWS[name]
    country = pack("cn")
    good_id = country.synthetic_id("320199", date(1990, 3, 7), 1)
    number_text = {"good": good_id, "bad": good_id[:10] + "99" + good_id[12:]}.get(number, number)
    phone_text = {"good": PHONE, "bad": "13"}.get(phone, phone)
    id_, call = country.read_id(number_text), country.read_phone(phone_text)
    lead = Lead(
        row=2,
        name=person,
        id_number=id_.value,
        phone=call.value,
        address=rules.address_given(address),
        unusable=rules.unusable(number_text, id_, phone_text, call),
    )

    assert rules.reject_of(lead) == rejected
    assert lead.unusable == notes


HEADERS = {"姓名": "name", "电话": "phone"}
PROBLEMS = {
    "a formula in a column that is taken": (("电话", "formula"), ("phone", "formula")),
    "a formula in a column nobody takes": (("备注", "formula"), None),
    "the column names again": (("", "repeated_header"), ("", "repeated_header")),
    "a stray separator": (("", "too_many_cells"), ("", "shifted_cells")),
    "a stray line break": (("", "too_few_cells"), ("", "shifted_cells")),
    "rounded digits": (("电话", "number_precision"), None),
    "an error value": (("电话", "error_value"), None),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_row_is_lost_only_when_none_of_its_values_can_be_trusted(name: str) -> None:
    (column, code), lost = PROBLEMS[name]

    assert rules.row_lost(HEADERS, [RowProblem(5, column, code, "")]) == lost


@pytest.mark.parametrize(
    "code", ["number_precision", "error_value", "merged_cell", "cell_too_long", "bad_character"]
)
def test_a_cell_that_cannot_be_trusted_is_as_good_as_empty(code: str) -> None:
    problems = [RowProblem(5, "电话", code, "")]

    assert rules.is_cell_lost("电话", problems)
    assert not rules.is_cell_lost("姓名", problems)


WAITS = {
    ("keys_disagree", "x", "found", True): "keys_disagree",
    ("", "", "unknown", False): "no_address",
    ("", "x", "unknown", False): "unplaced",
    ("", "x", "partial", True): "unplaced",
    ("", "x", "ambiguous", True): "unplaced",
    ("", "x", "found", False): "outside_order",
    ("", "x", "found", True): "",
}


@pytest.mark.parametrize("case", WAITS)
def test_a_row_waits_until_it_is_known_who_and_where(case: tuple[str, str, str, bool]) -> None:
    reason = rules.waits_for(*case)

    assert reason == WAITS[case]
    assert reason in {"", *rules.WAITING}


def test_every_reason_has_words() -> None:
    codes = {*rules.ROW_LOST.values(), *rules.ROW_LOST_IN_COLUMN.values()}

    assert codes <= rules.REJECTS.keys()
    assert rules.WAITING.keys() >= rules.WAITS_FOR_PLACE


@pytest.mark.parametrize("header", ["收入院时间", "民族路地址", "现住址", "姓名"])
def test_a_header_that_only_resembles_a_forbidden_one_is_taken(header: str) -> None:
    assert rules.forbidden_header([header]) is None
