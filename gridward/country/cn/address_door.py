"""
Owns the lower part of an address: road, number, compound, building, unit, floor, room.

A number behind a road is the road's; behind a compound it is a building's, unless a building follows.
Refuses to invent: text it cannot place is given back as rest.
"""

import re
from typing import Final, NamedTuple

from gridward.country.cn.text import bare_number

_HAN: Final = "[\u3007\u3400-\u4dbf\u4e00-\u9fff]"


class Tail(NamedTuple):
    """Building, unit, floor and room, the text before them and the text after them."""

    before: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    after: str = ""


_START: Final = r"(?<![0-9A-Z-])"
_ROOM: Final = r"[A-Z]?[0-9]{1,5}[A-Z]?"
_ROOM_WORD: Final = "(?:号房间?|号室|室|房间|房(?!东)|户|号|#)"
_DASHED: Final = re.compile(
    rf"{_START}([A-Z]?[0-9]{{1,3}}[A-Z]?|[A-Z])-([0-9]{{1,2}}|[A-Z])-(?:([0-9]{{1,2}})-)?({_ROOM}){_ROOM_WORD}?(?![0-9-])"
)
_TWO: Final = re.compile(
    rf"{_START}([A-Z]?[0-9]{{1,3}}[A-Z]?|[A-Z])-([A-Z]?[0-9]{{3,5}}[A-Z]?){_ROOM_WORD}?(?![0-9-])"
)
_BUILDING: Final = re.compile(
    rf"{_START}([0-9]{{1,4}}(?:-[0-9]{{1,2}})?[A-Z甲乙丙丁]?|[A-Z]{{1,2}}-?[0-9]{{0,3}}|[甲乙丙丁戊])"
    r"(?:号楼|号幢|号栋|幢楼?|栋楼?|座|#楼|#(?!$))"
)
_UNIT: Final = re.compile(r"(?<![0-9A-Z])([0-9]{1,2}|[A-Z甲乙丙丁东西南北中])(?:号?单元|门(?=[0-9]|$))")
_FLOOR: Final = re.compile(r"(?<![0-9A-Z])(B?[0-9]{1,3})(?:层|楼(?!梯)|F(?![A-Z]))")
_MARKED_ROOM: Final = re.compile(
    rf"(?<![0-9A-Z])((?:[A-Z]?[0-9]{{3,5}}-[0-9]{{1,2}}|{_ROOM})(?={_ROOM_WORD})|[东西中南北](?=户)){_ROOM_WORD}"
)
_BARE_ROOM: Final = re.compile(r"-?([A-Z]?[0-9]{2,5}[A-Z]?(?:-[0-9]{1,2})?)(?:号|#)?(?![0-9A-Z号幢栋层楼-])")
_UNIT_ROOM: Final = re.compile(r"-?([0-9]{1,2}|[A-Z])-([A-Z]?[0-9]{2,5}[A-Z]?)(?:室|房|户|号)?(?![0-9-])")


def _dashed(text: str) -> Tail | None:
    if match := _DASHED.search(text):
        building, unit, floor, room = (bare_number(part or "") for part in match.groups())
        return Tail(text[: match.start()], building, unit, floor, room, text[match.end() :])
    if (match := _TWO.search(text)) and not _BUILDING.search(text[: match.start()]):
        return Tail(
            text[: match.start()], bare_number(match[1]), "", "", bare_number(match[2]), text[match.end() :]
        )
    return None


def _follow(pattern: re.Pattern[str], text: str, start: int | None) -> tuple[str, int | None, int]:
    """Find a marker: right at the text's start once the tail has begun, anywhere before that."""
    match = pattern.search(text) if start is None else pattern.match(text.removeprefix("-"))
    if match is None:
        return "", start, 0
    skipped = 0 if start is None else len(text) - len(text.removeprefix("-"))
    begun = match.start() if start is None else start
    return bare_number(match[1]), begun, match.end() + skipped


def read_tail(text: str, *, numbered: bool) -> Tail:
    """Take building, unit, floor and room; a bare number is a room only behind one of them or a door number."""
    if dashed := _dashed(text):
        return dashed
    parts: dict[str, str] = {}
    start: int | None = None
    left = text
    for name, pattern in (
        ("building", _BUILDING),
        ("unit", _UNIT),
        ("floor", _FLOOR),
        ("room", _MARKED_ROOM),
    ):
        if name == "room" and start is not None and (match := _UNIT_ROOM.match(left)) and not parts["unit"]:
            parts["unit"], parts["room"] = bare_number(match[1]), bare_number(match[2])
            left = left[match.end() :]
            break
        value, start, used = _follow(pattern, left, start)
        parts[name] = value
        left = left[used:]
    before = text[:start] if start is not None else ""
    if not parts.get("room") and (start is not None or numbered):
        match = _BARE_ROOM.match(left)
        if match and (start is not None or len(match[1]) > 2):
            start = 0 if start is None else start
            parts["room"], left = bare_number(match[1]), left[match.end() :]
    return Tail(before if start is not None else text, **parts, after=left if start is not None else "")


_STRONG_ROAD: Final = "大道|大街|公路|路|街|巷|弄|胡同"
_ROAD: Final = re.compile(
    f"(.{{1,9}}?(?:{_STRONG_ROAD})(?:[东西南北中]段)?)(?![口道坊门站桥路街巷区心里子])(.*)", re.DOTALL
)
_WEAK_ROAD: Final = re.compile("[^0-9]{1,8}(?:里|道|条|坡|组|队|屯|庄|桥|营|廊|楼|库|湾)")
_SURE_COMPOUND: Final = re.compile("(.{2,8}?(?:小区|花园|新村|公寓|家园|山庄))(.{3,})")
_SUFFIXES: Final = (
    "小区|花园|花苑|家园|公寓|新村|新寓|宿舍|大厦|大楼|广场|中心|国际|山庄|别墅|人家|公馆|大院|家属区|校区|"
    "[一二三四五六七八九十东西南北新]村|街区|[A-Z0-9]区|苑|园|坊|庭|居|府|城|湾|郡|墅|台|寓|阁|轩|邸|里"
)
_COMPOUND: Final = re.compile(f"(.*(?:{_SUFFIXES}|[0-9]期))(.*)", re.DOTALL)
_NAMED_COMPOUND: Final = re.compile(f".+(?:{_SUFFIXES}|[0-9]期)", re.DOTALL)
_LANDMARK: Final = re.compile(
    "(.{1,9}?(?:科技园|工业园|产业园|创业园|开发区|高新区|大学城|软件谷|街口|景区))(.{3,})"
)
_BARE_SUFFIX: Final = re.compile(f"(?:[东西南北]?(?:{_SUFFIXES}))(?:[0-9]期)?")


class Place(NamedTuple):
    """A road and the compound behind it, with what did not fit."""

    road: str
    compound: str
    rest: str


def split_place(text: str) -> Place:
    """
    Split text without door numbers into road and compound.

    珠江路丹凤花园 is a road and a compound on it, 珠江路小区 one compound, 御道街 one road; of two roads the last
    is the one the number belongs to.
    """
    mark = _LANDMARK.fullmatch(text)
    if mark and _ROAD.fullmatch(mark[2]):
        place = split_place(mark[2])
        return place._replace(rest=mark[1] + place.rest)
    lead = _SURE_COMPOUND.fullmatch(text)
    if lead and _ROAD.fullmatch(lead[2]):
        place = split_place(lead[2])
        return Place(place.road, lead[1], place.compound + place.rest) if place.road else Place("", text, "")
    match = _ROAD.fullmatch(text)
    if match is None:
        return Place(text, "", "") if _WEAK_ROAD.fullmatch(text) else Place("", text, "")
    road, left = match[1], match[2]
    if not left or _BARE_SUFFIX.fullmatch(left):
        return Place("", text, "") if left else Place(road, "", "")
    inner = split_place(left)
    if inner.road and _ROAD.fullmatch(inner.road):
        return Place(inner.road, inner.compound, road + inner.rest)
    return Place(road, left, "")


_NUMBER: Final = re.compile(
    r"(?<![0-9A-Z-])(?P<lane>[0-9]{1,4}弄)?(?P<mark>[甲乙丙丁临])?(?P<main>[0-9]{1,5})"
    r"(?:(?:-|之|附)(?P<inner>[0-9]{1,3})|(?P<letter>[A-Z甲乙丙丁]))?号"
    r"(?:-(?P<dash>[0-9]{1,2})(?![0-9-])|[之附](?P<sub>[0-9]{1,3})号?)?(?!楼|线|幢|栋|座|房|室|单元|门(?![0-9]*[一-鿿])|园)"
)
_UNMARKED: Final = re.compile(
    rf"(?P<road>{_HAN}{{1,12}}(?:{_STRONG_ROAD}))(?P<main>[0-9]{{1,5}})(?P<lane>弄)?"
    r"(?![0-9A-Z号幢栋单层楼室座房#弄路街]|-[0-9]{3,4}(?![0-9-])|-[0-9]{1,2}-[0-9]{3,4}(?![0-9-]))"
)


class Door(NamedTuple):
    """The lower part of an address."""

    road: str
    number: str
    compound: str
    building: str
    unit: str
    floor: str
    room: str
    rest: str


def _number(match: re.Match[str]) -> str:
    found = match.groupdict()
    sub = found["inner"] or found["dash"] or found["sub"]
    lane = bare_number(found["lane"]) if found["lane"] else ""
    main = f"{lane}{found['mark'] or ''}{bare_number(found['main'])}{found['letter'] or ''}"
    return f"{main}-{bare_number(sub)}" if sub else main


def _compound(text: str, *, certain: bool) -> tuple[str, str]:
    """Split off the compound's name; without a building or room behind it only a known ending makes one."""
    text = text.strip(" -#").removeprefix("院内").removeprefix("大院").removeprefix("院").removeprefix("内")
    if match := _COMPOUND.fullmatch(text):
        return match[1].strip(), match[2].strip()
    return (text, "") if certain else ("", text)


def read_compound(text: str) -> str:
    """Read the name of the compound that a building follows."""
    return _compound(text, certain=True)[0]


def _plain(text: str) -> Door:
    """Read a text that states no door number."""
    tail = read_tail(text, numbered=False)
    road, named, rest = split_place(tail.before.strip(" -"))
    certain = bool(tail.building or tail.unit or tail.room)
    if certain and not named and not _ROAD.fullmatch(road):
        road, named = "", road
    compound, more = _compound(named, certain=certain)
    return Door(road, "", compound, *tail[1:5], _joined(rest, more, tail.after))


def _joined(*parts: str) -> str:
    return " ".join([part.strip(" -") for part in parts if part.strip(" -")])


def _numbered(before: str, number: str, after: str) -> Door:
    """Read a text around its door number."""
    road, named, rest = split_place(before.strip(" -"))
    tail = read_tail(after.lstrip(" "), numbered=True)
    is_compound = bool(_NAMED_COMPOUND.fullmatch(named))
    if not is_compound and not road:
        road, named = named, ""
    inner, more = _compound(tail.before, certain=bool(tail.building or tail.unit or tail.room))
    building = tail.building
    if is_compound and not building:
        number, building = "", number
    rest = _joined(rest, inner if named else "", more, tail.after)
    return Door(road, number, named or inner, building, *tail[2:5], rest)


_MARKER: Final = re.compile(r"[0-9A-Z](?:幢|栋|号楼|单元|层|楼|座|#)")


def read_door(text: str) -> Door:
    """Read road, number, compound, building, unit, floor and room."""
    match = _NUMBER.search(text)
    if match and not _MARKER.search(text[: match.start()]):
        return _numbered(text[: match.start()], _number(match), text[match.end() :])
    if match := _UNMARKED.match(text):
        number = bare_number(match["main"]) + (match["lane"] or "")
        return _numbered(match["road"], number, text[match.end() :].removeprefix("-"))
    return _plain(text)
