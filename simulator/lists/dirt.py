"""
What goes wrong in departments' lists: each kind of dirt is one function with a name.

Owns the documented kinds and how often they happen. Refuses hidden ones: what is not in KINDS does not happen.
A kind says what becomes of the columns of a row as SQL over name, id_number, phone, address and `draw`, a random
whole number of the row: one statement then soils a million rows as it soils one.
"""

from collections.abc import Callable, Mapping

from gridward.country.api import pack

CN = pack("cn")
FULL_WIDTH = ("0123456789X", "０１２３４５６７８９Ｘ")
#: Characters that sound alike, one above the other, for names written down by ear.
HEARD = "张伟芳静丽磊洋勇军杰娟涛明辉红平文林建志华玉春梅"
WRITTEN = "章炜方婧莉雷阳永君洁涓滔鸣晖虹萍雯琳健智桦钰椿玫"
#: The last million of the block: nobody has such a number, neither resident nor stranger.
OLD_PHONES = CN.synthetic_phone(99_000_000)[:5]

Change = Mapping[str, str]
_DOUBLE = ", ".join(f"'{surname}'" for surname, _weight in CN.surnames if len(surname) > 1)
#: How many characters of the name are the surname.
SURNAME = f"(case when length(name) > 2 and left(name, 2) in ({_DOUBLE}) then 2 else 1 end)"


def short_address() -> Change:
    """Leave out the city, and the office behind a community's name."""
    return {"address": "replace(replace(address, '南京市', ''), '居委会', '')"}


def dropped_word() -> Change:
    """Lose the last word of the address: 501室 becomes 501."""
    return {"address": "regexp_replace(address, '(室|号|幢)$', '')"}


def homophone() -> Change:
    """Write the given name by ear. Nobody misspells a surname that is heard every day, 欧阳 for one."""
    given = f"translate(substr(name, {SURNAME} + 1), '{HEARD + WRITTEN}', '{WRITTEN + HEARD}')"
    return {"name": f"left(name, {SURNAME}) || {given}"}


def dropped_character() -> Change:
    """Lose the last character of a given name that has two."""
    return {"name": f"case when length(name) > {SURNAME} + 1 then left(name, -1) else name end"}


def title() -> Change:
    """Write 先生 or 女士 behind the name."""
    return {"name": "name || case when draw % 2 = 0 then '先生' else '女士' end"}


def old_phone() -> Change:
    """Give the number the person had before."""
    return {
        "phone": f"case when phone = '' then '' else '{OLD_PHONES}' || lpad((draw % 1000000)::varchar, 6, '0') end"
    }


def swapped_digits() -> Change:
    """Exchange two neighbouring digits of the document number behind its region; the check digit notices."""
    at = "substr(id_number, {0}::int, 1)"
    here, there = at.format("place"), at.format("place + 1")
    places = f"list_filter(range(7, length(id_number) - 1), lambda place: {here} <> {there})"
    place = f"({places})[draw % length({places}) + 1]::int"
    swapped = (
        f"left(id_number, {place} - 1) || {at.format(f'{place} + 1')} || {at.format(place)}"
        f" || substr(id_number, {place} + 2)"
    )
    return {"id_number": f"case when length({places}) > 0 then {swapped} else id_number end"}


def cut_id() -> Change:
    """Lose the last three digits: fifteen are left, which look like a number of the old kind and are none."""
    return {"id_number": "case when length(id_number) = 18 then left(id_number, 15) else id_number end"}


def rounded_id() -> Change:
    """Write the document number as a spreadsheet does that takes it for a quantity."""
    rounded = "substr(id_number, 1, 1) || '.' || substr(id_number, 2, 5) || 'E+17'"
    return {"id_number": f"case when length(id_number) = 18 then {rounded} else id_number end"}


def old_id() -> Change:
    """Write the fifteen digits that people born before 2000 had on their first card."""
    fits = "length(id_number) = 18 and substr(id_number, 7, 2) = '19' and substr(id_number, 15, 3) < '996'"
    old = "left(id_number, 6) || substr(id_number, 9, 9)"
    return {"id_number": f"case when {fits} then {old} else id_number end"}


def no_id() -> Change:
    """Leave the document number out."""
    return {"id_number": "''"}


def no_phone() -> Change:
    """Leave the telephone number out."""
    return {"phone": "''"}


def full_width() -> Change:
    """Type digits as wide as characters."""
    narrow, wide = FULL_WIDTH
    return {column: f"translate({column}, '{narrow}', '{wide}')" for column in ("id_number", "phone")}


def country_code() -> Change:
    """Write +86 before the telephone number."""
    return {"phone": "case when phone = '' then '' else '+86 ' || phone end"}


def dashes() -> Change:
    """Write the telephone number in groups."""
    grouped = "left(phone, -8) || '-' || left(right(phone, 8), 4) || '-' || right(phone, 4)"
    return {"phone": f"case when phone = '' then '' else {grouped} end"}


def spaces() -> Change:
    """Space out the name and put blanks around the document number."""
    return {
        "name": "' ' || array_to_string(string_split(name, ''), '　') || ' '",
        "id_number": "case when id_number = '' then '' else ' ' || id_number || ' ' end",
    }


def wrong_column() -> Change:
    """Put telephone and address into each other's column."""
    return {"phone": "address", "address": "phone"}


def no_name() -> Change:
    """Leave everything out but the document number; a line that holds nothing at all is no row."""
    return {
        column: f"case when id_number = '' then {column} else '' end"
        for column in ("name", "phone", "address")
    }


#: Kind of dirt -> what it does and how often it is tried, in order; a row may get several.
KINDS: Mapping[str, tuple[Callable[[], Change], float]] = {
    "short_address": (short_address, 0.35),
    "dropped_word": (dropped_word, 0.03),
    "homophone": (homophone, 0.05),
    "dropped_character": (dropped_character, 0.01),
    "title": (title, 0.04),
    "old_phone": (old_phone, 0.05),
    "swapped_digits": (swapped_digits, 0.03),
    "cut_id": (cut_id, 0.01),
    "rounded_id": (rounded_id, 0.01),
    "old_id": (old_id, 0.02),
    "no_id": (no_id, 0.20),
    "no_phone": (no_phone, 0.12),
    "full_width": (full_width, 0.06),
    "country_code": (country_code, 0.06),
    "dashes": (dashes, 0.05),
    "spaces": (spaces, 0.05),
    "wrong_column": (wrong_column, 0.01),
    "no_name": (no_name, 0.006),
}
NAMES = tuple(KINDS)


def soiled(rows: str) -> str:
    """
    Return the query that soils the rows of another.

    `rows` selects the columns of a line, `draw`, and `tried`, the kinds that are tried, one bit each in the order of
    KINDS. The answer has `happened` too: what changes nothing has not happened.
    """
    query = f"select *, 0 as happened from ({rows})"
    for place, kind in enumerate(NAMES):
        query = step(query, 1 << place, KINDS[kind][0]())
    return query


def step(rows: str, bit: int, change: Change) -> str:
    """Return the query that soils in one way the rows that try it, and notes in which of them something changed."""
    tried = f"tried & {bit} <> 0"
    replaced = [
        f"case when {tried} then {sql} else {column} end as {column}" for column, sql in change.items()
    ]
    changed = " or ".join(f"{column} <> ({sql})" for column, sql in change.items())
    happened = f"case when {tried} and ({changed}) then happened | {bit} else happened end as happened"
    return f"select * replace ({', '.join([*replaced, happened])}) from ({rows})"


def words(kind: str = "kind") -> str:
    """Return the SQL for what a truth says of a row: what the person is, and every kind of dirt that happened."""
    said = (
        f"case when happened & {1 << place} <> 0 then '+{name}' else '' end"
        for place, name in enumerate(NAMES)
    )
    return " || ".join([kind, *said])
