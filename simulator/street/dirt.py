"""
What goes wrong in departments' lists: each kind of dirt is one small function with a name.

Owns the documented kinds. Refuses hidden ones: what is not in KINDS does not happen.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gridward.country.api import pack

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
#: Characters that sound alike, one above the other, for names written down by ear.
HEARD = "张伟芳静丽磊洋勇军杰娟涛明辉红平文林建志华玉春梅"
WRITTEN = "章炜方婧莉雷阳永君洁涓滔鸣晖虹萍雯琳健智桦钰椿玫"
_BY_EAR = str.maketrans(HEARD + WRITTEN, WRITTEN + HEARD)


@dataclass(frozen=True)
class Line:
    """One row of a list before it is written."""

    name: str
    id_number: str
    phone: str
    address: str


def _full_width(line: Line, rng: random.Random) -> Line:
    return replace(
        line, id_number=line.id_number.translate(FULL_WIDTH), phone=line.phone.translate(FULL_WIDTH)
    )


def _country_code(line: Line, rng: random.Random) -> Line:
    return replace(line, phone="+86 " + line.phone if line.phone else "")


def _dashes(line: Line, rng: random.Random) -> Line:
    phone = line.phone
    return replace(line, phone=f"{phone[:-8]}-{phone[-8:-4]}-{phone[-4:]}" if phone else "")


def _spaces(line: Line, rng: random.Random) -> Line:
    return replace(line, name=" " + "　".join(line.name) + " ", id_number=f" {line.id_number} ")


def _title(line: Line, rng: random.Random) -> Line:
    return replace(line, name=line.name + rng.choice(("先生", "女士")))


def _homophone(line: Line, rng: random.Random) -> Line:
    # Nobody misspells a surname that is heard every day, 欧阳 for one; given names are guessed at.
    name = pack("cn").read_name(line.name)
    return replace(line, name=name.surname + name.given.translate(_BY_EAR))


def _old_phone(line: Line, rng: random.Random) -> Line:
    # From the far end of the block that no subscriber has; residents' own numbers count up from its beginning.
    old = pack("cn").synthetic_phone(99_000_000 + rng.randrange(1_000_000))
    return replace(line, phone=old) if line.phone else line


def _swapped_digits(line: Line, rng: random.Random) -> Line:
    number = line.id_number
    places = [i for i in range(6, len(number) - 2) if number[i] != number[i + 1]]
    if not places:
        return line
    i = rng.choice(places)
    return replace(line, id_number=number[:i] + number[i + 1] + number[i] + number[i + 2 :])


def _no_id(line: Line, rng: random.Random) -> Line:
    return replace(line, id_number="")


def _no_phone(line: Line, rng: random.Random) -> Line:
    return replace(line, phone="")


def _short_address(line: Line, rng: random.Random) -> Line:
    return replace(line, address=line.address.replace("南京市", "").replace("居委会", ""))


def _wrong_column(line: Line, rng: random.Random) -> Line:
    return replace(line, phone=line.address, address=line.phone)


#: Kind of dirt -> what it does and how often it happens, in order; a row may get several.
KINDS: Mapping[str, tuple[Callable[[Line, random.Random], Line], float]] = {
    "short_address": (_short_address, 0.35),
    "homophone": (_homophone, 0.05),
    "title": (_title, 0.04),
    "old_phone": (_old_phone, 0.05),
    "swapped_digits": (_swapped_digits, 0.03),
    "no_id": (_no_id, 0.22),
    "no_phone": (_no_phone, 0.12),
    "full_width": (_full_width, 0.06),
    "country_code": (_country_code, 0.06),
    "dashes": (_dashes, 0.05),
    "spaces": (_spaces, 0.05),
    "wrong_column": (_wrong_column, 0.01),
}


def soiled(line: Line, rng: random.Random) -> tuple[Line, tuple[str, ...]]:
    """Return the line with dirt on it and the kinds that happened; what changes nothing has not happened."""
    happened = []
    for kind, (soil, share) in KINDS.items():
        if rng.random() < share:
            clean, line = line, soil(line, rng)
            if line != clean:
                happened.append(kind)
    return line, tuple(happened)
