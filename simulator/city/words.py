"""
What names of roads, compounds, places and people are put together from, by rule.

Owns the syllables and the weights of given names. Refuses names that the country's own reading would take apart
differently than they were put together.
"""

from functools import cache

import numpy as np

from gridward.country.api import pack
from simulator.city.draw import Ints

ROAD_FIRST = "安宁永康丹凤碧峰青竹云岭松涛华侨书院文昌"
ROAD_SECOND = "宁乐平顺桥井塘巷园里湾坡河溪林"
ROAD_LAST = "路街巷"
COMPOUND_FIRST = (
    "锦绣", "翠竹", "金陵", "紫藤", "梧桐", "玉兰", "江岸", "学府", "丰泽", "景明", "枫林", "望湖",
    "银杏", "听涛", "聚福", "春晓", "碧云", "香樟", "秀水", "明珠", "和悦", "凤鸣", "南湾", "天润",
    "朗诗", "雅居", "百合", "桂香", "怡景", "康宁", "恒盛", "东篱", "云锦", "瑞园", "清荷", "星河",
)  # fmt: skip
COMPOUND_LAST = ("花园", "家园", "苑", "新村", "公寓", "小区", "雅苑", "山庄")
#: Real road names used in the model city on purpose: one is also the name of a community (a decoy).
KNOWN_ROADS = ("珠江路", "成贤街")
KNOWN_DOOR = ("320102003015", "珠江路", "273")
#: The known roads run through this street.
KNOWN_STREET = KNOWN_DOOR[0][:9]


@cache
def roads() -> tuple[str, ...]:
    """Return every road name, the known ones first."""
    made = (a + b + c for a in ROAD_FIRST for b in ROAD_SECOND for c in ROAD_LAST)
    read = pack("cn").read_address
    good = [name for name in made if name not in KNOWN_ROADS and read(f"{name}1号").road == name]
    return (*KNOWN_ROADS, *dict.fromkeys(good))


@cache
def compounds() -> tuple[str, ...]:
    """Return '' for no compound, then every name of one."""
    made = dict.fromkeys(a + b for a in COMPOUND_FIRST for b in COMPOUND_LAST)
    read = pack("cn").read_address
    return ("", *(name for name in made if read(f"永宁路1号{name}2幢1单元101室").compound == name))


@cache
def surnames() -> tuple[tuple[str, ...], Ints]:
    """Return the surnames and their weights."""
    names, weights = zip(*pack("cn").surnames, strict=True)
    return names, np.array(weights, dtype=np.int64)


@cache
def given() -> tuple[tuple[str, ...], Ints]:
    """Return '' for none, then the characters of given names, and the weights: a few are in every class."""
    characters = pack("cn").given_characters
    # So steep that the commonest of a city's 4.5 million people's names is held by about 4,500 of them.
    weights = [round(1e7 / (place + 5) ** 1.2) for place in range(len(characters))]
    return ("", *characters), np.array([0, *weights], dtype=np.int64)
