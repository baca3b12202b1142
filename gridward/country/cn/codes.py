"""
Owns code layouts: divisions (GB/T 2260 and its 9-, 12- and 15-digit extensions), grids, organisations (GB 32100).

A code's zero groups at the end say nothing (320102000000 is 320102). Refuses to know which codes exist; see regions.
"""

import re
from typing import Final

from gridward.country.cn.text import FOLD

_LEVELS: Final = {2: "province", 4: "city", 6: "district", 9: "street", 12: "community", 15: "grid"}
_PARENTS: Final = {4: 2, 6: 4, 9: 6, 12: 9, 15: 12}
_DIGITS: Final = re.compile(r"[1-9][0-9]+")


def code_short(code: str) -> str:
    """Drop the groups of zeros that pad a code; '' if it is no code."""
    if len(code) not in _LEVELS or not _DIGITS.fullmatch(code):
        return ""
    while len(code) > 2 and int(code[_PARENTS[len(code)] :]) == 0:
        code = code[: _PARENTS[len(code)]]
    return code


def code_level(code: str) -> str | None:
    """Say the level of a division code; None if it is none."""
    return _LEVELS.get(len(code_short(code)))


def code_parent(code: str) -> str | None:
    """Give the shortest code of the level above; None for a province or what is no code."""
    short = code_short(code)
    return short[: _PARENTS[len(short)]] if len(short) > 2 else None


# One step at a time: from each ending to what is left of the name or put in its place. First fit in each row.
_STEPS: Final = (
    (("社区居民委员会", "社区居委会", "社区村民委员会", "社区村委会", "社区居委", "社区村委"), "社区"),
    (("村村民委员会", "村村委会", "村民委员会", "村委会", "村委"), "村"),
    (("居民委员会", "居委会", "居委"), "社区"),
    (("街道办事处", "街道办"), "街道"),
    (("虚拟社区",), ""),
)
_ENDINGS: Final = re.compile("(?:街道|社区|新区|自治[县州区]|地区|(?<!开发)(?<!园)区|[镇乡村县市省])$")


def code_name_variants(name: str) -> tuple[str, ...]:
    """Give the official name and what people say instead, in steps; each at least two characters long."""
    variants = [name]
    for endings, instead in _STEPS:
        ending = next((ending for ending in endings if name.endswith(ending) and len(name) > len(ending)), "")
        if ending:
            variants.append(name.removesuffix(ending) + instead)
            break
    spoken = variants[-1]
    if spoken.endswith("街道"):
        variants += [spoken + office for office in ("办事处", "办")] + [spoken.removesuffix("道") + "办"]
    variants.append(_ENDINGS.sub("", spoken))
    return tuple(dict.fromkeys(variant for variant in variants if len(variant) > 1 or variant == name))


_STREET_KINDS: Final = (
    (1, 99, "sub_district"),
    (100, 199, "town"),
    (200, 399, "township"),
    (400, 599, "quasi"),
)
_COMMUNITY_KINDS: Final = (
    (1, 199, "residents_committee"),
    (200, 399, "villagers_committee"),
    (400, 599, "quasi"),
)
_GRID_KINDS: Final = ((1, 899, "basic"), (901, 999, "special"))
_KINDS: Final = {9: _STREET_KINDS, 12: _COMMUNITY_KINDS, 15: _GRID_KINDS}


def unit_kind(code: str) -> str | None:
    """Say what kind of street, community or grid a code names, from its last three digits."""
    short = code_short(code)
    segment = int(short[-3:] or "0")
    return next((kind for low, high, kind in _KINDS.get(len(short), ()) if low <= segment <= high), None)


_ROAD_NAME: Final = re.compile("(?:路|街|巷|弄|大道|胡同)$")


def names_settlement(code: str, name: str) -> bool:
    """Say whether a unit is a village whose name, without its committee, is no road's."""
    return unit_kind(code) == "villagers_committee" and not _ROAD_NAME.search(code_name_variants(name)[-1])


def grid_code(community: str, sequence: int) -> str:
    """Make a 15-digit grid code of a community's 12 digits and a sequence from 1 to 999."""
    if code_level(community) != "community" or not 1 <= sequence <= 999:
        raise ValueError("a grid needs a community code of 12 digits and a sequence from 1 to 999")
    return f"{community}{sequence:03d}"


_MOD37: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"


def check_letter(code: str) -> str:
    """
    Give the ISO 7064 MOD 37-2 check character of a code of digits and capital letters.

    Catches every single wrong character and every exchange of two neighbours. ValueError on other characters.
    """
    total = 0
    for char in code:
        total = (total + _MOD37.index(char, 0, 36)) * 2 % 37
    return _MOD37[(38 - total) % 37]


_CREDIT: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = tuple(3**place % 31 for place in range(17))
# One character all the way is what clerks type to fill a cell, and zeros would even pass the check.
_CREDIT_SHAPE: Final = re.compile(f"[{_CREDIT}]{{18}}")


def credit_code_problem(text: str) -> str:
    """Say what is wrong with a unified social credit code (GB 32100): empty, length, characters, check_digit or ''."""
    value = text.translate(FOLD).replace(" ", "").replace("-", "").upper()
    if not value:
        return "empty"
    if not _CREDIT_SHAPE.fullmatch(value) or len(set(value)) == 1:
        return "length" if len(value) != 18 else "characters"
    total = sum([_CREDIT.index(char) * weight for char, weight in zip(value, _CREDIT_WEIGHTS, strict=False)])
    return "" if _CREDIT[(31 - total % 31) % 31] == value[17] else "check_digit"


_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_SHAPE: Final = re.compile(r"[0-9A-Z]{8}[0-9X]")


def organisation_code_problem(text: str) -> str:
    """Say what is wrong with an old organisation code (GB 11714, characters 9 to 17 of the credit code)."""
    value = text.translate(FOLD).replace(" ", "").replace("-", "").upper()
    if not value:
        return "empty"
    if not _ORGANISATION_SHAPE.fullmatch(value) or len(set(value)) == 1:
        return "length" if len(value) != 9 else "characters"
    total = sum([int(char, 36) * weight for char, weight in zip(value, _ORGANISATION_WEIGHTS, strict=False)])
    return "" if "0X987654321"[total % 11] == value[8] else "check_digit"
