"""
Owns the reading of Chinese addresses, in three steps on one screen (one spelling, the upper part, the door), and
writing a door.

Rules, not statistics, so that a wrong reading can be explained and mended. Refuses to look places up: whether a
street exists is the territory's knowledge.
"""

from collections.abc import Sequence
from typing import Final

from gridward.country.cn.address_door import read_door
from gridward.country.cn.address_head import read_head
from gridward.country.cn.address_shape import RUN, Shape, filled, likeness, may_stand_for, shape_of
from gridward.country.cn.address_text import address_text
from gridward.country.readings import AddressReading, Alike

#: The parts of a door in the order they are written, each with the word behind it.
_WORDS: Final = (
    ("road", ""),
    ("number", "号"),
    ("compound", ""),
    ("building", "幢"),
    ("unit", "单元"),
    ("floor", "层"),
    ("room", "室"),
)


def door_text(door: AddressReading) -> str:
    """Write road, number, compound, building, unit, floor and room as people write them."""
    return "".join([f"{part}{word}" for name, word in _WORDS if (part := getattr(door, name))])


def read_address(text: str) -> AddressReading:
    """
    Read one address into its parts.

    A community is named without its committee (成贤街社区). In a village the group stands as the road.
    """
    head = read_head(address_text(text))
    door = read_door(head.left)
    road = "".join([head.group, door.road])
    return AddressReading(*head[:5], road, *door[1:])


def read_addresses(texts: Sequence[str], *, alike: Alike | None = None) -> list[AddressReading]:
    """
    Read a column of addresses: what `read_address` reads in each.

    A city's doors differ in their numbers more than in anything else, and the rules look at how many digits a number
    has, never which. So each way of writing is read once, and its numbers are put in their places for the others.
    """
    shapes = Alike() if alike is None else alike
    return [_read_like(text, shapes) for text in texts]


def _read_like(text: str, shapes: Alike) -> AddressReading:
    runs = RUN.findall(text)
    if not may_stand_for(runs):
        return read_address(text)
    key = likeness(text)
    shape: Shape | None
    if key in shapes:
        shape = shapes[key]
    else:
        shape = shapes[key] = shape_of(text, read_address)
    return AddressReading(*filled(shape, runs)) if shape else read_address(text)
