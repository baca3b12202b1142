"""Owns the pack of China: it gathers the rules of this folder under the names every pack has. Decides nothing."""

from collections.abc import Sequence
from datetime import date

from gridward.country.cn import (
    address_plain,
    addresses,
    codes,
    ids,
    masks,
    names,
    people,
    phones,
    regions,
    script,
    slips,
)
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


class ChinaPack:
    """Everything only China has; see `CountryPack` for what each method promises."""

    name = "cn"
    surnames = people.SURNAMES
    given_characters = people.GIVEN_CHARACTERS

    def read_id(self, text: str, *, today: date | None = None) -> IdReading:
        """Read a resident id, passport or permit."""
        return ids.read_id(text, today=today)

    def read_ids(self, texts: Sequence[str], *, today: date | None = None) -> list[IdReading]:
        """Read a column of identity numbers."""
        return ids.read_ids(texts, today=today)

    def id_slips(self, text: str) -> tuple[str, ...]:
        """Give the resident ids that an exchange, a wrong, a missing digit or a lost end makes this text of."""
        return slips.id_slips(text)

    def name_likeness(self, left: NameReading, right: NameReading) -> str:
        """Compare by characters, then by sound, then syllable by syllable."""
        return slips.name_likeness(left, right)

    def read_phone(self, text: str) -> PhoneReading:
        """Read one telephone cell."""
        return phones.read_phone(text)

    def read_phones(self, texts: Sequence[str]) -> list[PhoneReading]:
        """Read a column of telephone cells."""
        return phones.read_phones(texts)

    def read_name(self, text: str) -> NameReading:
        """Read one name; its sound is pinyin without tones."""
        return names.read_name(text)

    def read_names(self, texts: Sequence[str]) -> list[NameReading]:
        """Read a column of names."""
        return names.read_names(texts)

    def read_address(self, text: str) -> AddressReading:
        """Read one address into its parts."""
        return addresses.read_address(text)

    def read_addresses(self, texts: Sequence[str], *, alike: Alike | None = None) -> list[AddressReading]:
        """Read a column of addresses, each way of writing once."""
        return addresses.read_addresses(texts, alike=alike)

    def split_plain(self, text: str) -> PlainAddress | None:
        """Take 玄武区珠江路273号天润小区1幢2单元501室 apart."""
        return address_plain.split_plain(text)

    def read_beginning(self, beginning: str) -> PlainBeginning | None:
        """Read 玄武区珠江路."""
        return address_plain.read_beginning(beginning)

    def read_plain_name(self, name: str) -> str | None:
        """Read 天润小区."""
        return address_plain.read_plain_name(name)

    def address_key(self, reading: AddressReading) -> str:
        """Give road|number|compound|building|unit|room."""
        return joined_key(reading)

    def door_text(self, door: AddressReading) -> str:
        """Write 珠江路273号1幢1单元101室."""
        return addresses.door_text(door)

    def plain_script(self, text: str) -> str:
        """Write traditional characters as simplified ones."""
        return script.plain_script(text)

    def names_somebody(self, text: str) -> bool:
        """Say yes to 王小明家 and 李阿姨, no to 金陵家园."""
        return names.names_somebody(text)

    def code_level(self, code: str) -> str | None:
        """Say the level of a division code by its length."""
        return codes.code_level(code)

    def code_parent(self, code: str) -> str | None:
        """Give the code of the level above."""
        return codes.code_parent(code)

    def code_name_variants(self, name: str) -> tuple[str, ...]:
        """Give 成贤街社区居委会, 成贤街社区, 成贤街."""
        return codes.code_name_variants(name)

    def names_settlement(self, code: str, name: str) -> bool:
        """Say yes to 周营村委会, no to 陈巷村委会 (a lane's name too) and to any residents' committee."""
        return codes.names_settlement(code, name)

    def unit_kind(self, code: str) -> str | None:
        """Say sub_district, town, township, residents_committee, villagers_committee, quasi, basic or special."""
        return codes.unit_kind(code)

    def region_names(self, code: str) -> tuple[str, ...]:
        """Give every name a GB/T 2260 code has had, newest first, and the county's that a district was before."""
        return regions.region_names(codes.code_short(code).ljust(6, "0"))

    def grid_code(self, community: str, sequence: int) -> str:
        """Make a 15-digit grid code."""
        return codes.grid_code(community, sequence)

    def check_letter(self, code: str) -> str:
        """Give the ISO 7064 MOD 37-2 character."""
        return codes.check_letter(code)

    def credit_code_problem(self, text: str) -> str:
        """Say what is wrong with a unified social credit code."""
        return codes.credit_code_problem(text)

    def mask_name(self, text: str) -> str:
        """Show 张**."""
        return masks.mask_name(text)

    def mask_id(self, text: str) -> str:
        """Show the last four characters."""
        return masks.mask_id(text)

    def mask_phone(self, text: str) -> str:
        """Show 138****5678."""
        return masks.mask_phone(text)

    def synthetic_id(self, region: str, birth_date: date, sequence: int) -> str:
        """Make a valid resident id of the impossible county 99."""
        return ids.synthetic_id(region, birth_date, sequence)

    def is_synthetic_id(self, value: str) -> bool:
        """Say whether the county is the impossible one."""
        return ids.is_synthetic_id(value)

    def synthetic_phone(self, number: int) -> str:
        """Make a mobile number of the prefix 154."""
        return phones.synthetic_phone(number)
