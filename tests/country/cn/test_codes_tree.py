"""The tree of division codes: levels, parents, kinds, names, and the numbers of organisations."""

import csv
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.country.cn import regions
from gridward.country.cn.codes import code_short, organisation_code_problem

CN = pack("cn")
LENGTHS = {2: "province", 4: "city", 6: "district", 9: "street", 12: "community", 15: "grid"}
with (Path(__file__).parents[3] / "simulator" / "data" / "nanjing" / "divisions.csv").open(
    encoding="utf-8"
) as _file:
    NANJING = list(csv.DictReader(_file))

# A code no group of which is all zeros: what the public list gives to a real place.
groups = (st.integers(11, 82), st.integers(1, 99), st.integers(1, 99), *[st.integers(1, 999)] * 3)
grids = st.tuples(*groups).map(lambda parts: "{:02d}{:02d}{:02d}{:03d}{:03d}{:03d}".format(*parts))
levels = st.sampled_from(sorted(LENGTHS))


@given(grids, levels)
def test_a_code_is_as_long_as_its_level_is_deep(grid: str, length: int) -> None:
    assert CN.code_level(grid[:length]) == LENGTHS[length]


@given(grids, levels, levels)
def test_zeros_behind_a_code_say_nothing(grid: str, length: int, padded: int) -> None:
    assume(padded >= length)
    code, long = grid[:length], grid[:length].ljust(padded, "0")

    assert code_short(long) == code
    assert (CN.code_level(long), CN.code_parent(long), CN.unit_kind(long)) == (
        CN.code_level(code), CN.code_parent(code), CN.unit_kind(code),
    )  # fmt: skip


@given(grids, levels)
def test_the_way_up_ends_at_the_province_and_passes_every_level_once(grid: str, length: int) -> None:
    path = [grid[:length]]
    while parent := CN.code_parent(path[-1]):
        path.append(parent)

    assert [CN.code_level(code) for code in path] == list(LENGTHS.values())[: len(path)][::-1]
    assert path[-1] == grid[:2]
    assert all(child.startswith(parent) for child, parent in zip(path, path[1:], strict=False))


@given(st.from_regex(r"[0-9]{1,16}", fullmatch=True))
def test_digits_of_no_level_are_no_code(digits: str) -> None:
    known = len(digits) in LENGTHS and digits[0] != "0"

    assert (CN.code_level(digits) is None) == (not known)
    if not known:
        assert (code_short(digits), CN.code_parent(digits), CN.unit_kind(digits)) == ("", None, None)


@given(st.text(max_size=16))
def test_only_plain_digits_make_a_code(text: str) -> None:
    assume(not (text.isascii() and text.isdigit()))

    assert CN.code_level(text) is None
    assert CN.region_names(text) == ()


@pytest.mark.parametrize(
    ("segment", "street", "community", "grid"),
    [
        (1, "sub_district", "residents_committee", "basic"),
        (99, "sub_district", "residents_committee", "basic"),
        (100, "town", "residents_committee", "basic"),
        (199, "town", "residents_committee", "basic"),
        (200, "township", "villagers_committee", "basic"),
        (399, "township", "villagers_committee", "basic"),
        (400, "quasi", "quasi", "basic"),
        (498, "quasi", "quasi", "basic"),
        (599, "quasi", "quasi", "basic"),
        (600, None, None, "basic"),
        (899, None, None, "basic"),
        (900, None, None, None),
        (901, None, None, "special"),
        (999, None, None, "special"),
    ],
)
def test_the_last_three_digits_say_what_kind_of_unit_it_is(segment: int, street, community, grid) -> None:
    last = f"{segment:03d}"

    assert CN.unit_kind("320102" + last) == street
    assert CN.unit_kind("320102003" + last) == community
    assert CN.unit_kind("320102003015" + last) == grid
    # A district's last digits say nothing of the kind.
    assert CN.unit_kind("320" + last) is None


def test_the_model_city_has_the_units_of_the_public_list() -> None:
    kinds: dict[str, int] = {}
    for row in NANJING:
        if row["level"] == "street":
            kind = CN.unit_kind(row["code"])
            assert kind is not None, row
            kinds[kind] = kinds.get(kind, 0) + 1

    assert kinds == {"sub_district": 95, "town": 6, "quasi": 39}


def test_placeholders_of_the_public_list_are_quasi_units() -> None:
    placeholders = [row for row in NANJING if row["level"] == "community" and "虚拟" in row["name"]]

    assert len(placeholders) > 10
    assert {CN.unit_kind(row["code"]) for row in placeholders} == {"quasi"}


@given(st.integers(1, 999), st.sampled_from([row["code"] for row in NANJING if row["level"] == "community"]))
def test_a_grid_s_code_leads_back_to_its_community(sequence: int, community: str) -> None:
    code = CN.grid_code(community, sequence)

    assert (CN.code_level(code), CN.code_parent(code)) == ("grid", community)
    assert int(code[12:]) == sequence


@pytest.mark.parametrize(
    ("community", "sequence"),
    [("320102003000", 1), ("320102003015", -1), ("32010200301５", 1), ("320102003015001", 1), ("", 1)],
)
def test_a_grid_needs_a_community_and_a_number(community: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="a grid needs"):
        CN.grid_code(community, sequence)


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "variants"),
    [
        ("湖熟街道办事处", ("湖熟街道办事处", "湖熟街道", "湖熟街道办", "湖熟街办", "湖熟")),
        ("白马居委会", ("白马居委会", "白马社区", "白马")),
        ("周里村委会", ("周里村委会", "周里村", "周里")),
        ("汤家村村民委员会", ("汤家村村民委员会", "汤家村", "汤家")),
        ("江北新区", ("江北新区", "江北")),
        ("江苏省", ("江苏省", "江苏")),
        ("昆山市", ("昆山市", "昆山")),
        ("溧水县", ("溧水县", "溧水")),
        ("延边朝鲜族自治州", ("延边朝鲜族自治州", "延边朝鲜族")),
        ("南京经济技术开发区", ("南京经济技术开发区",)),  # nobody says 南京经济技术开发
        ("化学工业园区", ("化学工业园区",)),
        ("居委会", ("居委会",)),
        ("社区", ("社区",)),
        ("村", ("村",)),
        ("", ("",)),
    ],
)
def test_what_people_say_instead_of_the_official_name(name: str, variants: tuple[str, ...]) -> None:
    assert CN.code_name_variants(name) == variants


@given(st.sampled_from([row["name"] for row in NANJING]) | st.text(max_size=12))
def test_the_official_name_comes_first_the_shortest_last_and_none_twice(name: str) -> None:
    variants = CN.code_name_variants(name)

    assert variants[0] == name
    assert len(set(variants)) == len(variants)
    assert all(len(variant) >= 2 for variant in variants[1:])
    assert all(variant.startswith(variants[-1]) for variant in variants)


def test_no_two_streets_of_a_district_are_called_alike() -> None:
    called: dict[tuple[str, str], set[str]] = {}
    for row in NANJING:
        if row["level"] == "street":
            for name in CN.code_name_variants(row["name"]):
                called.setdefault((row["parent"], name), set()).add(row["code"])

    doubled = {key: codes for key, codes in called.items() if len(codes) > 1}
    # A street or town and the development zone beside it share a short name; the official names tell them apart.
    assert all(sum(CN.unit_kind(code) != "quasi" for code in codes) <= 1 for codes in doubled.values())


# --- regions --------------------------------------------------------------------------------------------------------


def test_the_table_of_regions_is_whole() -> None:
    assert len(regions.REGIONS) > 6_000
    for code, names in regions.REGIONS.items():
        assert len(code) == 6 and CN.code_level(code) in ("province", "city", "district"), code
        assert names and all(name and " " not in name for name in names), code
        assert len(set(names)) == len(names), code


def test_every_region_lies_in_a_province_with_a_name() -> None:
    assert [code for code in regions.REGIONS if not CN.region_names(code[:2])] == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("32", ("江苏省",)),
        ("320000000000", ("江苏省",)),
        ("320102000000", ("玄武区",)),
        ("320102003015", ()),
        ("999999", ()),
    ],
)
def test_a_region_is_found_however_its_code_is_padded(code: str, names: tuple[str, ...]) -> None:
    assert CN.region_names(code) == names


def test_names_that_say_nothing_are_not_looked_for_in_addresses() -> None:
    assert {"市辖区", "县", "郊区"}.isdisjoint(regions.CITIES | regions.COUNTIES)
    assert {"北京市", "江苏省", "香港特别行政区"} <= regions.PROVINCES
    assert {"南京市", "苏州市"} <= regions.CITIES
    assert {"玄武区", "昆山市", "溧水县"} <= regions.COUNTIES


# --- check characters -----------------------------------------------------------------------------------------------


@given(st.from_regex(r"[0-9A-Z]{1,20}", fullmatch=True), st.data())
def test_the_check_letter_catches_a_letter_as_well_as_a_digit(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    char = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    wrong = code[:place] + char + code[place + 1 :]

    assert (CN.check_letter(wrong) == CN.check_letter(code)) == (wrong == code)


@pytest.mark.parametrize("code", ["abc", "320102-1", "３２", "*", " "])
def test_a_check_letter_is_given_for_plain_capitals_and_digits_only(code: str) -> None:
    with pytest.raises(ValueError, match="substring not found"):
        CN.check_letter(code)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("000000000000000000", "characters"),  # zeros would pass the check
        ("91350100m000100y43", ""),
        ("91350100-M000100Y4-3", ""),
        ("91350100M000100Y4", "length"),
        ("91350100M0OO100Y43", "characters"),  # no O, I, S, V, Z
        ("９１３５０１００M000100Y43", ""),
        ("统一社会信用代码", "length"),
    ],
)
def test_a_filled_or_misspelled_credit_code_is_told(code: str, problem: str) -> None:
    assert CN.credit_code_problem(code) == problem


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "empty"),
        ("000000000", "characters"),
        ("D2143569-X", ""),  # the standard's own example
        ("d2143569x", ""),
        ("D2143569-0", "check_digit"),
        ("D2143569", "length"),
        ("D214356_9", "characters"),
    ],
)
def test_the_old_organisation_code_is_checked_by_its_own_rule(code: str, problem: str) -> None:
    assert organisation_code_problem(code) == problem


@given(st.integers(0, 16), st.integers(0, 16))
def test_two_exchanged_characters_of_a_credit_code_never_pass(one: int, other: int) -> None:
    code = "91350100M000100Y43"
    chars = list(code)
    chars[one], chars[other] = chars[other], chars[one]
    wrong = "".join(chars)

    assert (CN.credit_code_problem(wrong) == "") == (wrong == code)
