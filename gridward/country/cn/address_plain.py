"""
Owns addresses of the commonest form, 玄武区…珠江路273号天润小区1幢2单元501室: characters up to the house number, the
compound's name, and the numbers of building, unit and room, with nothing else between them.

In such a text the rules look at what stands before the number, at the name behind it and at the numbers apart from
one another. So beginnings and names, of which a city has some ten thousand, are read once each; the numbers stand
where they stand. Refuses every beginning and every name in which a rule might look further: those texts go the long
way, `read_address`, which reads the same.
"""

import re
from typing import Final

from gridward.country.cn.address_door import read_compound, read_door
from gridward.country.cn.address_head import read_head
from gridward.country.cn.address_text import address_text
from gridward.country.cn.script import plain_script
from gridward.country.cn.text import NUMERALS
from gridward.country.readings import AddressReading, PlainAddress, PlainBeginning

_HAN: Final = "[\u3007\u3400-\u4dbf\u4e00-\u9fff]"
#: No number begins with a zero, for that would be dropped; none is longer than the rules take it.
_PLAIN: Final = re.compile(
    f"({_HAN}{{2,60}})([1-9][0-9]{{0,4}})号"
    f"(?:({_HAN}{{0,20}})([1-9][0-9]{{0,3}})(?:幢|栋|号楼)(?:([1-9][0-9]?)单元)?(?:([1-9][0-9]{{0,4}})室|([1-9][0-9]{{1,4}})))?"
)
#: What stands behind every beginning when it is read: a number, a building, a unit and a room.
_BEHIND: Final = "1号1幢1单元101室"
#: With the number behind them these say something else: 临12号, 孙家村12号, 第12号楼, 地下12层.
_UNSURE_ENDS: Final = ("甲", "乙", "丙", "丁", "临", "村", "第", "负", "地下")
_OTHER_THAN_HAN: Final = re.compile(f"[^{_HAN[1:]}")
#: Behind the number these say that it is none, or belong to it: 12号线, 12号之三.
_UNSURE_STARTS: Final = ("楼", "线", "幢", "栋", "座", "房", "室", "单元", "门", "园", "之", "附")
#: In a name these are numbers, parts of a door or a community's office.
_UNSURE_INSIDE: Final = re.compile(f"[{NUMERALS}甲乙丙丁戊第负号委]|社区|地下")


def split_plain(text: str) -> PlainAddress | None:
    """Take an address of the commonest form apart; None for any other."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    beginning, number, name, building, unit, room, bare_room = match.groups("")
    return PlainAddress(beginning, number, name, building, unit, room or bare_room)


def read_beginning(beginning: str) -> PlainBeginning | None:
    """Read what stands before the number; None when the rules may look beyond it."""
    if beginning.endswith(_UNSURE_ENDS) or plain_script(beginning) != beginning:
        return None
    text = beginning + _BEHIND
    head = read_head(address_text(text))
    before = head.left.removesuffix(_BEHIND)
    if not before or before == head.left or _OTHER_THAN_HAN.search(before):
        return None
    door, alone = read_door(head.left), read_door(before + "1号")
    if (door.number, door.building, door.unit, door.floor, door.room) != ("1", "1", "1", "", "101"):
        return None
    is_whole = (alone.road, alone.number, alone.compound, alone.building) == (
        door.road,
        "1",
        door.compound,
        "",
    )
    return PlainBeginning(text, AddressReading(*head[:5], head.group + door.road, *door[1:]), is_whole)


def read_plain_name(name: str) -> str | None:
    """Read the name between number and building; None when the rules may look beyond it."""
    if name.startswith(_UNSURE_STARTS) or _UNSURE_INSIDE.search(name) or plain_script(name) != name:
        return None
    return read_compound(name)
