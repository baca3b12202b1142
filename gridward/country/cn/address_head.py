"""
Owns the upper part of an address: province, city, county, street, community, and the group inside a village.

Each step takes the text that is left and gives (part, text left). A step that is unsure takes nothing.
Refuses roads and doors.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from gridward.country.cn.regions import CITIES, COUNTIES, PROVINCES

_HAN: Final = "[\u3007\u3400-\u4dbf\u4e00-\u9fff]"
_MUNICIPALITIES: Final = frozenset({"北京市", "天津市", "上海市", "重庆市"})


def _short(names: frozenset[str]) -> dict[str, str]:
    pattern = re.compile("(?:市|省|特别行政区|(?:壮族|回族|维吾尔)?自治区)$")
    pairs = {pattern.sub("", name): name for name in sorted(names)}
    return {short: name for short, name in pairs.items() if len(short) > 1 and short != name}


_SHORT_PROVINCES: Final = _short(PROVINCES)
_SHORT_CITIES: Final = _short(frozenset(name for name in CITIES | _MUNICIPALITIES if name.endswith("市")))
_SHORT_COUNTIES: Final = frozenset(
    name[:-1] for name in COUNTIES if len(name) > 2 and name[-1] in "区县市" and not name.endswith("新区")
)
# '鼓楼' and '玄武' also begin names of roads, gates, lakes and squares.
_NOT_A_COUNTY: Final = re.compile(
    "大道|大街|[门湖桥山江河]|[东西南北中]?[一二三]?[路街巷]|新[村区街]|广场|医院|公园|社区|小区|街道|商|学|[区县市]"
)


class _Names:
    """Names to look for at the start of a text, longest first, found by their first two characters."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        lengths: dict[str, set[int]] = {}
        for name in self._names:
            lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def longest(self, text: str) -> str:
        """Give the longest of the names that the text starts with, or ''."""
        for length in self._lengths.get(text[:2], ()):
            if text[:length] in self._names:
                return text[:length]
        return ""


_PROVINCE_NAMES: Final = _Names(PROVINCES)
_PROVINCE_SHORTS: Final = _Names(_SHORT_PROVINCES)
_CITY_NAMES: Final = _Names(CITIES)
_CITY_SHORTS: Final = _Names(_SHORT_CITIES)
_COUNTY_NAMES: Final = _Names(COUNTIES)
_COUNTY_SHORTS: Final = _Names(_SHORT_COUNTIES)


def take_province(text: str) -> tuple[str, str]:
    """Take the province; its short name only where a city follows."""
    text = text.removeprefix("中华人民共和国")
    if text.startswith("中国") and (_PROVINCE_NAMES.longest(text[2:]) or _CITY_NAMES.longest(text[2:])):
        text = text[2:]
    if full := _PROVINCE_NAMES.longest(text):
        left = text[len(full) :]
        return full, left.removeprefix(full) if full in _MUNICIPALITIES else left
    short = _PROVINCE_SHORTS.longest(text)
    left = text[len(short) :]
    if short and (_CITY_NAMES.longest(left) or (_CITY_SHORTS.longest(left) and take_city(left)[0])):
        return _SHORT_PROVINCES[short], left
    return "", text


def take_city(text: str) -> tuple[str, str]:
    """Take the city; its short name only where a county follows, for cities give their names to roads."""
    if full := _CITY_NAMES.longest(text):
        return full, text[len(full) :]
    short = _CITY_SHORTS.longest(text)
    left = text[len(short) :]
    if short and (_COUNTY_NAMES.longest(left) or _short_county(left)):
        return _SHORT_CITIES[short], left
    return "", text


def _short_county(text: str) -> str:
    short = _COUNTY_SHORTS.longest(text)
    return short if short and not _NOT_A_COUNTY.match(text[len(short) :]) else ""


_ZONE: Final = re.compile(f"{_HAN}{{2,3}}新区(?![0-9])")


def take_county(text: str, *, inside_city: bool) -> tuple[str, str]:
    """Take the county; behind a city also its short name and a functional zone such as 江北新区."""
    if full := _COUNTY_NAMES.longest(text):
        if not re.match("[路街]", text[len(full) :]):
            return full, text[len(full) :]
    elif inside_city:
        if short := _short_county(text):
            full = next(short + ending for ending in "区县市" if short + ending in COUNTIES)
            return full, text[len(short) :]
        if match := _ZONE.match(text):
            zone, left = match[0], text[match.end() :]
            county = _COUNTY_NAMES.longest(left)
            return (county, left[len(county) :]) if county else (zone, left)
    return "", text


_STREET: Final = re.compile(
    f"((?:(?!路(?!街道)|小区|社区|号|街道){_HAN}){{1,9}}街道)(?:办事处|办(?!公))?(?!口|旁)"
)
_AFTER_TOWN: Final = (
    "路|街|巷|弄|里[0-9]|大道|[东西南北中][路街]|江|府|政府|村|乡|镇|花园|小区|苑|家园|人家|别墅|公寓|[名雅]"
)
_TOWN: Final = re.compile(
    f"((?:(?![路街巷道号区镇乡]|新村){_HAN}){{1,6}}?(?:镇镇|镇|乡))(?:人民政府)?(?!{_AFTER_TOWN})"
)
_QUASI: Final = re.compile(
    f"((?:(?!路|街|小区|社区|号){_HAN}){{2,12}}?(?:开发区|高新区|林场|农场|大学城|风光带|度假区|物流园|软件谷))"
    "(?!虚拟|社区)"
)


def take_street(text: str, *, inside_county: bool) -> tuple[str, str]:
    """Take the street, town or township; development zones, farms and the like only behind a county."""
    match = _STREET.match(text) or _TOWN.match(text) or (_QUASI.match(text) if inside_county else None)
    return (match[1], text[match.end() :]) if match else ("", text)


_COMMITTEE: Final = (
    "社区居民委员会|社区居委会|社区村民委员会|社区村委会|社区居委|社区|居民委员会|居委会|村民委员会|村委会"
)
_NOT_A_STEM: Final = f"路(?!{_COMMITTEE}|[口道子西新])|小区|号(?!园)|幢|栋|单元|{_COMMITTEE}"
_COMMUNITY: Final = re.compile(
    f"((?:(?!{_NOT_A_STEM}){_HAN}){{1,12}})({_COMMITTEE})(?!卫生|服务|医院|中心|广场|[路街][0-9])"
)
_LATER: Final = re.compile(
    f"(?<=[号0-9幢室元])((?:(?!{_NOT_A_STEM}|院){_HAN}){{2,8}})({_COMMITTEE})(?!卫生|服务|医院|中心)"
)
_VILLAGE: Final = re.compile(
    f"((?:(?![路街巷号区村]){_HAN}){{1,6}}(?<![新花一二三四五六七八九十]))村"
    f"(?=$|[0-9]{{1,3}}(?:组|队|号(?!楼))|{_HAN}{{1,5}}(?:组|队|屯)(?:[0-9]|$))"
)
_GROUP: Final = re.compile(
    f"((?:[0-9]{{1,3}}|(?:(?![路街巷弄号组队屯]){_HAN}){{1,5}})(?:组|队|屯))(?=[0-9]|$)"
)


def community_name(stem: str, committee: str) -> str:
    """Give the community's own name: the committee is an office in it, not a part of the name."""
    if committee.startswith("村"):
        return stem if stem.endswith("村") else stem + "村"
    return stem + "社区"


def take_community(text: str) -> tuple[str, str]:
    """Take the community or village."""
    if match := _COMMUNITY.match(text):
        return community_name(match[1], match[2]), text[match.end() :]
    if match := _VILLAGE.match(text):
        return match[1] + "村", text[match.end() :]
    return "", text


def take_late_community(text: str) -> tuple[str, str]:
    """Take a community that is written behind the door number, as in 珠江路273号(成贤街社区)."""
    if match := _LATER.search(text):
        return community_name(match[1], match[2]), text[: match.start()] + text[match.end() :]
    return "", text


def take_group(text: str) -> tuple[str, str]:
    """Take the group of a village, which stands where the road stands in a town."""
    match = _GROUP.match(text)
    return (match[1], text[match.end() :]) if match else ("", text)


class Head(NamedTuple):
    """The upper part of an address and the text below it."""

    province: str
    city: str
    county: str
    street: str
    community: str
    group: str
    left: str


def read_head(text: str) -> Head:
    """Take the upper part off, from the widest to the narrowest."""
    province, left = take_province(text)
    city, left = take_city(left)
    county, left = take_county(left, inside_city=bool(city or province))
    street, left = take_street(left, inside_county=bool(county))
    community, left = take_community(left)
    if not community:
        community, left = take_late_community(left)
    group, left = take_group(left) if community.endswith("村") else ("", left)
    return Head(province, city, county, street, community, group, left)
