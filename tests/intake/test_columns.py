"""Which column of a department's list is read as what: real headings, their disguises, and what must never come in."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from gridward.country.api import pack
from gridward.intake import rules
from gridward.intake.models import Channel
from gridward.intake.opening import open_list
from gridward.kernel.outcomes import Refusal
from gridward.kernel.tabular import Table

COUNTRY = pack("cn")
CELLS = {
    "name": ["王小明", "李建国", "张三丰", "赵敏", "孙立人"],
    "id_number": [COUNTRY.synthetic_id("320199", date(1990, 3, day), 1) for day in range(1, 6)],
    "phone": [COUNTRY.synthetic_phone(day) for day in range(1, 6)],
    "address": [f"南京市玄武区新街口街道成贤街社区珠江路273号{day}室" for day in range(1, 6)],
    "": ["G7001", "二等座", "普通", "无", "见附件"],
}


def opened(
    folder: Path,
    columns: Sequence[tuple[str, str]],
    *,
    title: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Table | Refusal:
    """Open a list with these (header, what its cells hold); nothing of it is stored."""
    lines = [title] if title else []
    lines.append(",".join(header for header, _holds in columns))
    lines += [",".join(CELLS[holds][row] for _header, holds in columns) for row in range(5)]
    path = folder / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_list(path, path.name, Channel(code="any", mapping=dict(mapping or {})))


def read_as(table: Table | Refusal) -> dict[str, str]:
    assert isinstance(table, Table), table
    return {name: table.headers[index] for name, index in sorted(table.columns.items())}


def fields(text: str) -> list[tuple[str, str]]:
    """Read `姓名=name 车次 电话=phone` as headers with what their cells hold."""
    pairs = [part.partition("=") for part in text.split()]
    return [(header.replace("_", " "), holds) for header, _sep, holds in pairs]


#: Lists as departments head them: header=what it must be read as; the others are left where they are.
LISTS = {
    "a health commission's contacts": "序号 姓名=name 性别 身份证号码=id_number 联系电话=phone 现住址=address 末次暴露",
    "a railway's passengers": "旅客姓名=name 证件类型 证件号码=id_number 车次 座位号 手机号码=phone 目的地地址=address",
    "as the identity card says it": "姓名=name 公民身份号码=id_number 本人电话=phone 居住地=address",
    "a fever clinic": "患者姓名=name 就诊卡号 身份证=id_number 电话号码=phone 现居住地址=address 发热日期",
    "an airline": "乘客姓名=name 航班号 身份证件号码=id_number 移动电话=phone",
    "an employer": "员工姓名=name 工号 身份证号=id_number 手机=phone",
    "a village committee": "居民姓名=name 联系方式=phone 详细地址=address",
    "English": "Name=name ID_number=id_number Phone=phone Address=address",
    "English of an embassy": "Full_name=name Passport_No.=id_number Mobile=phone Home_address=address",
    "the house's own words": "name=name id=id_number phone=phone address=address",
    "spaces inside": "姓_名=name 证件_号码=id_number 电_话=phone 地_址=address",
    "marks and remarks": "姓名(必填)=name 身份证号*=id_number 手机号码[11位]=phone 现住址【到门牌】=address",
    "full width and colons": "姓名:=name 身份证号(18位)=id_number 联系电话:=phone",
    "a place beside a place": "姓名=name 来源地 手机号=phone 现住址=address",
    "an address of work beside that of home": "姓名=name 公司地址=other 家庭地址=address 电话=phone",
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_departments_own_headings_are_understood(name: str, tmp_path: Path) -> None:
    wanted = {column: header for header, column in fields(LISTS[name]) if column in rules_names()}
    columns = [(header, "address" if holds == "other" else holds) for header, holds in fields(LISTS[name])]

    assert read_as(opened(tmp_path, columns)) == dict(sorted(wanted.items()))


def rules_names() -> set[str]:
    return {column.name for column in rules.COLUMNS}


#: Several columns fit one word: which is read, and which column that is noticed for.
SEVERAL = {
    "two telephones, the first": ("姓名=name 手机号1=phone 手机号2=phone", "phone", "手机号1"),
    "one heading twice, the first": ("姓名=name 手机号=phone 手机号=phone", "phone", "手机号"),
    "where somebody lives now": ("姓名=name 住址=address 现住址=address 电话=phone", "address", "现住址"),
    "also when it stands first": ("姓名=name 现住址=address 地址=address 电话=phone", "address", "现住址"),
    "of two compounds the first": (
        "姓名=name 单位地址=address 酒店地址=address 电话=phone",
        "address",
        "单位地址",
    ),
    "a mobile before a landline": ("姓名=name 固定电话=phone 手机=phone", "phone", "手机"),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_of_several_columns_that_fit_one_is_read_and_it_is_noticed(name: str, tmp_path: Path) -> None:
    text, column, header = SEVERAL[name]

    table = opened(tmp_path, fields(text))

    assert read_as(table)[column] == header
    assert isinstance(table, Table)
    doubted = {doubt.column for doubt in table.ambiguous}
    assert rules.chosen_notes(table) == ({f"chosen_{column}": {"header": header}} if doubted else {})


def test_the_first_of_two_equal_headings_is_the_left_one(tmp_path: Path) -> None:
    table = opened(tmp_path, fields("手机号=phone 姓名=name 手机号=phone"))

    assert isinstance(table, Table)
    assert table.columns["phone"] == 0


@pytest.mark.parametrize(
    "text", ["姓名=name 姓名=name 手机号=phone", "密接姓名=name 病例姓名=name 手机号=phone"]
)
def test_whose_list_it_is_is_never_chosen(text: str, tmp_path: Path) -> None:
    outcome = opened(tmp_path, fields(text))

    assert isinstance(outcome, Refusal) and outcome.code in (
        "table_column_ambiguous",
        "table_header_not_found",
    )


def test_a_heading_that_only_resembles_one_is_read_by_what_stands_under_it(tmp_path: Path) -> None:
    table = opened(tmp_path, fields("姓名=name 身份证号=id_number 手机及微信=phone"))

    assert read_as(table) == {"name": "姓名", "id_number": "身份证号", "phone": "手机及微信"}


@pytest.mark.parametrize("holds", ["", "name", "id_number"])
def test_such_a_heading_over_other_things_is_left_alone(holds: str, tmp_path: Path) -> None:
    table = opened(tmp_path, [("姓名", "name"), ("现住址", "address"), ("手机品牌", holds)])

    assert read_as(table) == {"name": "姓名", "address": "现住址"}


def test_what_a_channel_called_a_column_last_time_is_known(tmp_path: Path) -> None:
    columns = fields("姓名=name 客人通讯=phone 现住址=address")

    unknown = read_as(opened(tmp_path, columns))
    known = read_as(opened(tmp_path, columns, mapping={"客人通讯": "phone"}))

    assert "phone" not in unknown
    assert known == unknown | {"phone": "客人通讯"}


@pytest.mark.parametrize("title", ["同乘人员名单(虚构),,", "报送单位:演练,,", ",,", "名单,第一页,共一页"])
def test_rows_above_the_headings_are_skipped_and_noticed(title: str, tmp_path: Path) -> None:
    table = opened(tmp_path, fields("姓名=name 身份证号=id_number 电话=phone"), title=title)

    assert isinstance(table, Table)
    assert (table.header_row, [row.number for row in table.chunks(9).__next__()]) == (2, [3, 4, 5, 6, 7])
    assert bool(table.notes) == bool(title.strip(","))


def test_a_workbook_with_merged_titles_and_cells_says_which_rows_lost_a_value(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [
        ["南京市某单位返宁人员名单(虚构)", None, None, None],
        ["姓名", "身份证号", "手机号", "现住址"],
        *[[CELLS[name][row] for name in ("name", "id_number", "phone", "address")] for row in range(3)],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("D3:D4")
    book.save(tmp_path / "list.xlsx")

    table = open_list(tmp_path / "list.xlsx", "list.xlsx", Channel(code="any", mapping={}))

    assert isinstance(table, Table)
    (chunk,) = table.chunks(9)
    assert [row.number for row in chunk] == [3, 4, 5]
    assert [rules.is_cell_lost("现住址", row.problems) for row in chunk] == [False, True, False]
    assert {note.code.value for note in table.notes} == {"title_rows", "merged_cells"}


#: Headings of what must not be collected, as they stand in lists.
DISGUISED = [
    "民族", "民 族", "民族成分", "民族(必填)", "所属民族", "Ethnicity", "族别",
    "宗教信仰", "宗教信仰情况", "是否信仰宗教", "信仰", "RELIGION",
    "政治面貌", "政治面貌(党员/群众)", "政治面貌代码", "是否党员", "党派名称", "political status",
    "籍贯", "籍贯代码", "户籍", "户籍地", "户籍地址", "户籍地(省)",
    "户籍所在地", "户口所在地", "出生地", "出生地址", "place of origin",
    "婚姻", "婚姻状况", "婚姻状况代码", "婚否", "Marital Status",
    "收入", "月收入", "家庭年收入(万元)", "收入情况", "income",
    "照片", "一寸照片", "照片编号", "人脸", "人脸图片", "人脸特征", "指纹", "指纹编号", "Photo", "FACE",
    "信用分", "个人信用分", "评分", "风险等级", "健康码颜色", "健康码状态", "score", "Risk Level",
]  # fmt: skip


@pytest.mark.parametrize("header", DISGUISED)
def test_a_column_that_must_not_come_in_is_known_in_every_disguise(header: str, tmp_path: Path) -> None:
    outcome = opened(tmp_path, [("姓名", "name"), ("电话", "phone"), (header, "")])

    assert isinstance(outcome, Refusal) and outcome.code == "forbidden_column"
    assert header in outcome.title


#: Headings that share characters with forbidden ones and mean something else.
HARMLESS = [
    "收入院时间", "民族路地址", "风险地区旅居史", "入院时间", "面貌一新小区", "党校地址", "出生日期", "分数线",
    "人脸识别门禁位置",
]  # fmt: skip


@pytest.mark.parametrize("header", HARMLESS)
def test_a_heading_that_only_resembles_one_comes_in(header: str, tmp_path: Path) -> None:
    outcome = opened(tmp_path, [("姓名", "name"), ("电话", "phone"), (header, "")])

    assert isinstance(outcome, Table), outcome


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("姓名=name 性别 备注", "table_header_not_found"),
        ("身份证号=id_number 手机号=phone 现住址=address", "table_column_missing"),
        ("车次 座位号 到达站", "table_header_not_found"),
    ],
    ids=["nothing to find anybody by", "nobody's name", "neither"],
)
def test_a_list_nobody_could_act_on_is_refused(text: str, code: str, tmp_path: Path) -> None:
    outcome = opened(tmp_path, fields(text))

    assert isinstance(outcome, Refusal) and outcome.code == code
