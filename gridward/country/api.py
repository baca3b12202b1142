"""
Owns the only door of the room: `pack(name)` gives the country pack, `CountryPack` says what each pack offers.

Refuses to know any country itself. A pack is a stateless object; its methods never raise on text, whatever the text.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

from gridward.country.cn.pack import ChinaPack
from gridward.country.readings import (
    NAME_LIKENESS,
    PROBLEMS,
    WARNINGS,
    AddressReading,
    Alike,
    IdReading,
    NameReading,
    PhoneReading,
    PlainAddress,
    PlainBeginning,
)
from gridward.country.xx.pack import FictionPack

__all__ = [
    "NAME_LIKENESS",
    "PROBLEMS",
    "WARNINGS",
    "AddressReading",
    "Alike",
    "CountryPack",
    "IdReading",
    "NameReading",
    "PhoneReading",
    "PlainAddress",
    "PlainBeginning",
    "UnknownCountry",
    "pack",
]


class UnknownCountry(LookupError):
    """No pack has this name."""


class CountryPack(Protocol):
    """Everything that is true in one country only."""

    @property
    def name(self) -> str:
        """The pack's name, as settings spell it."""

    @property
    def surnames(self) -> tuple[tuple[str, int], ...]:
        """Surnames with rough weights, for synthetic people."""

    @property
    def given_characters(self) -> tuple[str, ...]:
        """What given names of synthetic people are put together from."""

    def read_id(self, text: str, *, today: date | None = None) -> IdReading:
        """Read one identity number; a birth date after `today`, if a day is given, is a problem."""

    def read_ids(self, texts: Sequence[str], *, today: date | None = None) -> list[IdReading]:
        """Read a column of identity numbers."""

    def id_slips(self, text: str) -> tuple[str, ...]:
        """Give every number that one slip of the hand makes this text of; none for a text that is a number."""

    def name_likeness(self, left: NameReading, right: NameReading) -> str:
        """Say how alike two names are, in a word of NAME_LIKENESS; the same in either order."""

    def read_phone(self, text: str) -> PhoneReading:
        """Read one telephone cell; of several numbers the first valid one."""

    def read_phones(self, texts: Sequence[str]) -> list[PhoneReading]:
        """Read a column of telephone cells."""

    def read_name(self, text: str) -> NameReading:
        """Read one person's name, without titles, notes and digits."""

    def read_names(self, texts: Sequence[str]) -> list[NameReading]:
        """Read a column of names."""

    def read_address(self, text: str) -> AddressReading:
        """Read one address into its parts."""

    def read_addresses(self, texts: Sequence[str], *, alike: Alike | None = None) -> list[AddressReading]:
        """Read a column of addresses; with `alike` from piece to piece, what one piece taught serves the next."""

    def split_plain(self, text: str) -> PlainAddress | None:
        """
        Take an address of the commonest form apart, if it is one.

        With a beginning that can be read so and a name that can, it says the same as `read_address` reads in it.
        """

    def read_beginning(self, beginning: str) -> PlainBeginning | None:
        """Read a plain address's beginning; None where it cannot be read without what follows."""

    def read_plain_name(self, name: str) -> str | None:
        """Read a plain address's name, '' too; None where it cannot be read by itself."""

    def address_key(self, reading: AddressReading) -> str:
        """Give the key that is equal for two readings of one door."""

    def door_text(self, door: AddressReading) -> str:
        """Write a door, from the road down to the room, as people of the country write it."""

    def plain_script(self, text: str) -> str:
        """Write a text in the script that official names are written in."""

    def names_somebody(self, text: str) -> bool:
        """Tell whether words about a place name a person by the way they are written: Wang Xiaoming's home."""

    def code_level(self, code: str) -> str | None:
        """Say the level of a division code: province, city, district, street, community, grid; None if malformed."""

    def code_parent(self, code: str) -> str | None:
        """Give the code of the level above in its shortest form; None for the top level and malformed codes."""

    def code_name_variants(self, name: str) -> tuple[str, ...]:
        """Give the official name and what people say instead, official first."""

    def names_settlement(self, code: str, name: str) -> bool:
        """Say whether what people call a unit for short is its settlement's name, and could be no road's."""

    def unit_kind(self, code: str) -> str | None:
        """Say what kind of street, community or grid a code names; None where the code does not tell."""

    def region_names(self, code: str) -> tuple[str, ...]:
        """Give every name a district-level code or wider has had, newest first; () if unknown."""

    def grid_code(self, community: str, sequence: int) -> str:
        """Make a grid's code; ValueError if the community code or the sequence cannot be one."""

    def check_letter(self, code: str) -> str:
        """Give the letter printed after a grid code to catch copying errors; it is no part of the code."""

    def credit_code_problem(self, text: str) -> str:
        """Say what is wrong with an organisation's registration number; '' if nothing."""

    def mask_name(self, text: str) -> str:
        """Show the surname only."""

    def mask_id(self, text: str) -> str:
        """Show the last four characters only."""

    def mask_phone(self, text: str) -> str:
        """Show what lets its owner recognise the number and nobody dial it."""

    def synthetic_id(self, region: str, birth_date: date, sequence: int) -> str:
        """Make an id number that passes every check and that no living person can hold."""

    def is_synthetic_id(self, value: str) -> bool:
        """Say whether a number was made by `synthetic_id`."""

    def synthetic_phone(self, number: int) -> str:
        """Make the n-th mobile number of a block that no subscriber has."""


_PACKS: Final[dict[str, CountryPack]] = {"cn": ChinaPack(), "xx": FictionPack()}


def pack(name: str) -> CountryPack:
    """Give the pack of a country; UnknownCountry if there is none."""
    try:
        return _PACKS[name]
    except KeyError:
        raise UnknownCountry(name) from None
