"""
How the rows of these lists go wrong: the simulator's kinds, and those that are left to this benchmark.

Owns what is added and how often each kind is tried. The simulator's kinds know homophones and exchanged digits; here
one digit of a number is wrong, a name is heard nearly right, a character is another, and the room is the neighbour's.
"""

from collections.abc import Callable, Mapping

from simulator.lists import dirt
from simulator.lists.dirt import Change

#: Characters that sound nearly alike, one above the other: n and ng, flat and curled tongue, n, r and l.
HEARD = "静英珍诗春兰娜明成生林金陈"
WRITTEN = "进音争思村然拉民尘森玲京程"
#: What a tired eye makes of a character: nothing about it sounds alike.
SEEN = "伟强军杰涛敏丽娟霞平刚桂辉玲华红玉建国志鹏宇浩轩"
TAKEN_FOR = "韦弘车木寿每丙捐假乎冈圭光令化江王律囝心朋于告干"


def near_sound() -> Change:
    """Write the given name as somebody says it who blurs sounds."""
    given = f"translate(substr(name, {dirt.SURNAME} + 1), '{HEARD}', '{WRITTEN}')"
    return {"name": f"left(name, {dirt.SURNAME}) || {given}"}


def other_character() -> Change:
    """Take one character of a given name for another."""
    given = f"translate(substr(name, {dirt.SURNAME} + 1), '{SEEN}', '{TAKEN_FOR}')"
    return {"name": f"left(name, {dirt.SURNAME}) || {given}"}


def _mistyped(column: str, length: int, first: int) -> Change:
    places = length - first
    place = f"({first} + draw % {places})::int"
    digit = f"substr({column}, {place}, 1)"
    other = f"((try_cast({digit} as integer) + 1 + (draw // 64) % 9) % 10)::varchar"
    fits = f"length({column}) = {length} and try_cast({digit} as integer) is not null"
    changed = f"left({column}, {place} - 1) || {other} || substr({column}, {place} + 1)"
    return {column: f"case when {fits} then {changed} else {column} end"}


def mistyped_id() -> Change:
    """Hit one wrong key in the document number, behind its region."""
    return _mistyped("id_number", 18, 7)


def mistyped_phone() -> Change:
    """Hit one wrong key in the telephone number."""
    return _mistyped("phone", 11, 4)


def wrong_room() -> Change:
    """Give the room one floor above."""
    room = "regexp_extract(address, '(\\d+)室$', 1)"
    above = f"(try_cast({room} as integer) + 100)::varchar"
    return {
        "address": f"case when {room} <> '' then regexp_replace(address, '\\d+室$', {above} || '室') else address end"
    }


KINDS: Mapping[str, Callable[[], Change]] = {
    "near_sound": near_sound,
    "other_character": other_character,
    "mistyped_id": mistyped_id,
    "mistyped_phone": mistyped_phone,
    "wrong_room": wrong_room,
} | {name: change for name, (change, _share) in dirt.KINDS.items()}

#: As often as in the simulator, and the added kinds as rarely as their likes there: what the weights are learned from.
EVERYDAY: Mapping[str, float] = {name: share for name, (_change, share) in dirt.KINDS.items()} | {
    "near_sound": 0.03,
    "other_character": 0.03,
    "mistyped_id": 0.02,
    "mistyped_phone": 0.02,
    "wrong_room": 0.01,
}
#: Lists as bad as they come: a third without a number, every tenth telephone wrong. What both sides are measured on.
HARD: Mapping[str, float] = EVERYDAY | {
    "near_sound": 0.15,
    "other_character": 0.10,
    "dropped_character": 0.06,
    "mistyped_id": 0.15,
    "swapped_digits": 0.08,
    "cut_id": 0.03,
    "no_id": 0.30,
    "mistyped_phone": 0.08,
    "old_phone": 0.10,
    "no_phone": 0.20,
    "wrong_room": 0.03,
    "no_name": 0.0,
}


def soiled(rows: str) -> str:
    """Return the query that soils the rows of another; `tried` has one bit for each of KINDS, in order."""
    query = f"select *, 0 as happened from ({rows})"
    for place, change in enumerate(KINDS.values()):
        query = dirt.step(query, 1 << place, change())
    return query
