"""
How each of the seventeen departments writes its list: file, headers in its own words, and how much it sends.

Owns the table. Whoever changes it changes every list; a share is the part of all rows that one list holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Format = Literal["utf-8", "utf-8-sig", "gb18030", "xlsx", "json", "json-rows"]
FORMATS: Mapping[Format, str] = {
    "utf-8": "csv", "utf-8-sig": "csv", "gb18030": "csv", "xlsx": "xlsx", "json": "json", "json-rows": "json",
}  # fmt: skip

#: What a column holds when it is not one of a person's fields: the number of the row, or a text, the same in each.
NUMBER = "#"
PERSON = ("name", "id_number", "phone", "address")


@dataclass(frozen=True)
class ListShape:
    """
    How one department writes.

    `columns` are header and source: a field of PERSON, NUMBER, or a fixed text behind "=". `titles` stand above the
    headers; `groups` is a second, merged row between them, each with the number of columns it spans.
    """

    channel: str
    agency: str
    filename: str
    format: Format
    share: float
    columns: tuple[tuple[str, str], ...]
    titles: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The words above the columns."""
        return tuple(header for header, _source in self.columns)

    @property
    def first_row(self) -> int:
        """The physical row of the first person: JSON counts objects, a sheet its titles and headers too."""
        if FORMATS[self.format] == "json":
            return 1
        return len(self.titles) + bool(self.groups) + 2


def _shape(
    channel: str, agency: str, file: str, how: Format, share: float, columns: str,
    titles: tuple[str, ...] = (), groups: tuple[tuple[str, int], ...] = (),
) -> ListShape:  # fmt: skip
    """Read one line of the table: columns are "header:source", with n, i, p, a short for a person's fields."""
    short = dict(zip("nipa", PERSON, strict=True))
    pairs = (column.split(":", 1) for column in columns.split())
    read = tuple((header, short.get(source, source)) for header, source in pairs)
    return ListShape(channel, agency, f"{file}.{FORMATS[how]}", how, share, read, titles, groups)


_INVENTED = "(演练用,人员均为虚构)"

#: The large lists are text, as in life: nobody opens a million rows in a sheet.
SHAPES: tuple[ListShape, ...] = (
    _shape("health-returnees", "health", "卫健委-返宁人员", "gb18030", 0.110,
           "序号:# 姓名:n 证件号码:i 手机号:p 现住址:a 备注:="),
    _shape("transport-contacts", "transport", "交通局-同乘人员", "xlsx", 0.050,
           "旅客姓名:n 身份证号码:i 联系电话:p 居住地址:a",
           (f"同乘人员名单{_INVENTED}", "报送单位:交通运输局 2020-02-14")),
    _shape("police-returnees", "police", "公安局-来宁人员", "json", 0.140,
           "name:n id_number:i phone:p address:a"),
    _shape("industry-roamers", "industry", "工信局-漫游返宁人员", "utf-8", 0.230,
           "手机号码:p 姓名:n 证件号码:i 常住地址:a 返宁日期:=2020-02-12"),
    _shape("civil-declared", "civil_affairs", "民政局-社区申报人员", "gb18030", 0.060,
           "居民姓名:n 公民身份号码:i 本人电话:p 家庭住址:a 申报渠道:=社区"),
    _shape("education-returns", "education", "教育局-返校师生", "xlsx", 0.030,
           "序号:# 姓名:n 身份证号:i 联系方式:p 家庭地址:a",
           (f"返校师生登记表{_INVENTED}",), (("", 1), ("个人信息", 2), ("联系信息", 2))),
    _shape("labour-returns", "labour", "人社局-返宁务工人员", "utf-8-sig", 0.070,
           "序号:# 员工姓名:n 身份证号码:i 移动电话:p 现居住地址:a"),
    _shape("housing-tenants", "housing", "房产局-租住人员", "utf-8-sig", 0.080,
           "姓名:n 居民身份证号码:i 手机号:p 详细地址:a 租住方式:=整租"),
    _shape("culture-guests", "culture", "文旅局-住宿人员", "json-rows", 0.030,
           "姓名:n 证件号:i 电话:p 常住地址:a"),
    _shape("markets-staff", "markets", "市监局-返岗人员", "xlsx", 0.012,
           "人员姓名:n 身份证:i 手机:p 居住地:a",
           (f"返岗人员名册{_INVENTED}", "填报单位:市场监督管理局", "联系人:值班室")),
    _shape("city-crews", "city_management", "城管局-环卫返岗人员", "gb18030", 0.020,
           "序号:# 员工姓名:n 身份证件号码:i 联系电话:p 现居住地:a", (f"环卫返岗人员{_INVENTED}",)),
    _shape("commerce-staff", "commerce", "商务局-商超人员", "xlsx", 0.008,
           "员工姓名:n 身份证号:i 手机号码:p 住址:a 岗位:=收银",
           (f"商超从业人员{_INVENTED}",), (("员工", 2), ("联系", 3))),
    _shape("insurance-visits", "medical_insurance", "医保局-发热门诊人员", "utf-8", 0.010,
           "患者姓名:n 身份证号:i 本人手机:p 家庭住址:a"),
    _shape("customs-arrivals", "customs", "海关-入境人员", "json", 0.040,
           "旅客姓名:n 证件号码:i 手机号:p 地址:a"),
    _shape("agriculture-returns", "agriculture", "农业农村局-返乡人员", "utf-8", 0.080,
           "姓名:n 身份证号:i 联系电话:p 居住地址:a 交通方式:=自驾"),
    _shape("justice-staff", "justice", "司法局-返岗人员", "xlsx", 0.010,
           "姓名(Name):n 证件号码(ID/Passport):i 手机(Mobile):p 现住址(Address):a",
           (f"法律服务机构返岗人员{_INVENTED}",)),
    _shape("emergency-shelters", "emergency", "应急局-安置点人员", "utf-8-sig", 0.020,
           "名字:n 身份证号:i 联系电话:p 住址:a 登记时间:=09:30"),
)  # fmt: skip
