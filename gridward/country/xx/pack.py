"""
Owns Fictia's pack. It exists so that no room above can lean on something only China has.

Codes: 2 digits province, 4 city, 6 community, 8 grid. Refuses to be useful to anybody real.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from gridward.country.readings import (
    AddressReading,
    Alike,
    IdReading,
    NameReading,
    PhoneReading,
    PlainAddress,
    PlainBeginning,
    joined_key,
)
from gridward.country.xx import fields

_LEVELS: Final = {2: "province", 4: "city", 6: "community", 8: "grid"}
_SYNTHETIC_REGION: Final = "9"


class FictionPack:
    """Everything only Fictia has; see `CountryPack` for what each method promises."""

    name = "xx"
    surnames: tuple[tuple[str, int], ...] = (("Marlow", 5), ("Tenby", 3), ("Oakes", 2), ("Quillon", 1))
    given_characters: tuple[str, ...] = ("Ada", "Bren", "Cleo", "Dorin", "Esk", "Fenna")

    def read_id(self, text: str, *, today: date | None = None) -> IdReading:
        """Read a nine-digit id or a passport; no date is in it, so `today` does not matter."""
        return fields.read_id(text)

    def read_ids(self, texts: Sequence[str], *, today: date | None = None) -> list[IdReading]:
        """Read a column of identity numbers."""
        return [fields.read_id(text) for text in texts]

    def id_slips(self, text: str) -> tuple[str, ...]:
        """Give the ids with one other digit that fit the check digit."""
        return fields.id_slips(text)

    def name_likeness(self, left: NameReading, right: NameReading) -> str:
        """Compare the whole name, then family and given name apart."""
        return fields.name_likeness(left, right)

    def read_phone(self, text: str) -> PhoneReading:
        """Read one telephone cell."""
        return fields.read_phone(text)

    def read_phones(self, texts: Sequence[str]) -> list[PhoneReading]:
        """Read a column of telephone cells."""
        return [fields.read_phone(text) for text in texts]

    def read_name(self, text: str) -> NameReading:
        """Read one name, family name last."""
        return fields.read_name(text)

    def read_names(self, texts: Sequence[str]) -> list[NameReading]:
        """Read a column of names."""
        return [fields.read_name(text) for text in texts]

    def read_address(self, text: str) -> AddressReading:
        """Read street, number, room and town."""
        return fields.read_address(text)

    def read_addresses(self, texts: Sequence[str], *, alike: Alike | None = None) -> list[AddressReading]:
        """Read a column of addresses; there is nothing to learn."""
        return [fields.read_address(text) for text in texts]

    def split_plain(self, text: str) -> PlainAddress | None:
        """Take nothing apart: Fictia's addresses are read whole."""
        return None

    def read_beginning(self, beginning: str) -> PlainBeginning | None:
        """Read no beginning by itself."""
        return None

    def read_plain_name(self, name: str) -> str | None:
        """Read no name by itself."""
        return None

    def address_key(self, reading: AddressReading) -> str:
        """Give the key of a door; levels Fictia lacks are '-'."""
        return joined_key(reading)

    def door_text(self, door: AddressReading) -> str:
        """Write '12-3 Harbour Street'."""
        return fields.door_text(door)

    def plain_script(self, text: str) -> str:
        """Write the text as it is: Fictia has one script."""
        return text

    def names_somebody(self, text: str) -> bool:
        """Say yes to Ada's place, no to Mill Lane."""
        return "'s " in text or "’s " in text

    def code_level(self, code: str) -> str | None:
        """Say the level of a code by its length; Fictia has neither districts nor streets."""
        return _LEVELS.get(len(code)) if code.isascii() and code.isdigit() else None

    def code_parent(self, code: str) -> str | None:
        """Give the code without its last two digits."""
        return code[:-2] if self.code_level(code) and len(code) > 2 else None

    def code_name_variants(self, name: str) -> tuple[str, ...]:
        """Give the name with and without 'Parish of'."""
        short = name.removeprefix("Parish of ")
        return (name,) if short == name else (name, short)

    def names_settlement(self, code: str, name: str) -> bool:
        """Say no: a parish is called after its saint, and so are its streets."""
        return False

    def unit_kind(self, code: str) -> str | None:
        """Say nothing: codes tell no kind here."""
        return None

    def region_names(self, code: str) -> tuple[str, ...]:
        """Give no names: Fictia has no public list."""
        return ()

    def grid_code(self, community: str, sequence: int) -> str:
        """Make an eight-digit grid code."""
        if self.code_level(community) != "community" or not 1 <= sequence <= 99:
            raise ValueError("a grid needs a community code of 6 digits and a sequence from 1 to 99")
        return f"{community}{sequence:02d}"

    def check_letter(self, code: str) -> str:
        """Give the digit of Luhn."""
        return fields.luhn_digit(code)

    def credit_code_problem(self, text: str) -> str:
        """Check the one thing known: registration numbers have six digits."""
        value = text.strip()
        return "" if len(value) == 6 and value.isdigit() else "length" if value else "empty"

    def mask_name(self, text: str) -> str:
        """Show the family name's first letter."""
        return fields.read_name(text).surname[:1] + "**" if text.strip() else ""

    def mask_id(self, text: str) -> str:
        """Show the last two characters."""
        return "*" * max(len(text) - 2, 0) + text[-2:] if len(text) > 4 else "*" * len(text)

    def mask_phone(self, text: str) -> str:
        """Show the last two digits."""
        return self.mask_id(fields.read_phone(text).value or text)

    def synthetic_id(self, region: str, birth_date: date, sequence: int) -> str:
        """Make a valid id of region 9, which Fictia does not have."""
        if not 0 <= sequence <= 99:
            raise ValueError("sequence needs to be 0 to 99")
        first = f"{_SYNTHETIC_REGION}{birth_date.toordinal() % 100_000:05d}{sequence:02d}"
        return first + fields.luhn_digit(first)

    def is_synthetic_id(self, value: str) -> bool:
        """Say whether the region is 9."""
        return value[:1] == _SYNTHETIC_REGION and fields.read_id(value).problem == "unknown_region"

    def synthetic_phone(self, number: int) -> str:
        """Make a number of 700 0000 to 700 9999, set aside for plays and drills."""
        if not 0 <= number < 10_000:
            raise ValueError("number needs to be 0 to 9,999")
        return f"0700{number:04d}"
