"""
Numbers no living person and no real organisation holds, and who of the synthetic city gets which.

Identity numbers: district 320199, which no table of divisions has; of the thousand that each birthday has, residents
hold 000 to 899, and 900 to 999 are left to strangers in departments' lists. Telephones: the country pack's block of
a hundred million; see PHONES. Credit codes: district 320199 again. Refuses to make a number twice.
"""

from datetime import date, timedelta

import numpy as np

from gridward.country.api import pack
from simulator.city.draw import Ints, places_within

REGION = 320199
IDS_A_DAY = 900
#: First number of each part of the block; lists take strangers' and old telephones from 90 million up.
PHONES = {"residents": 0, "workers": 70_000_000, "premises": 72_000_000, "checkpoints": 75_000_000}
RESIDENT_PHONES = 70_000_000
_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
CHECKS = "10X98765432"
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_HEAD = f"91{REGION}"


def phones(part: str, order: Ints) -> Ints:
    """Return the telephones of the first, second, … of a part; residents' lie scattered, so that none tells a home."""
    # 48271 shares no factor with the size of the block: every number comes once.
    within = order * 48_271 % RESIDENT_PHONES if part == "residents" else order
    return int(pack("cn").synthetic_phone(0)) + PHONES[part] + within


def birthday_codes(today: date, days: int) -> Ints:
    """Return 20200214 for nought days ago, 20200213 for one, …"""
    return np.array([int(f"{today - timedelta(days=ago):%Y%m%d}") for ago in range(days)], dtype=np.int64)


def first_seventeen(birthday: Ints, days_ago: Ints) -> Ints:
    """Return seventeen digits, none twice; ValueError when a birthday has more people than numbers."""
    place = places_within(days_ago)
    if len(place) and int(place.max()) >= IDS_A_DAY:
        raise ValueError(
            f"more than {IDS_A_DAY} people have one birthday: there are no numbers left for them"
        )
    # 7 shares no factor with 900; both sexes' numbers (odd and even) come out mixed.
    sequence = (place * 7 + days_ago * 131) % IDS_A_DAY
    return REGION * 10**11 + birthday * 1_000 + sequence


def check_places(numbers: Ints) -> Ints:
    """Return for each seventeen digits the place of the last character in CHECKS (GB 11643)."""
    total = np.zeros(len(numbers), dtype=np.int64)
    rest = numbers.copy()
    for weight in reversed(_WEIGHTS):
        total += rest % 10 * weight
        rest //= 10
    return total % 11


def credit_codes(count: int) -> list[str]:
    """Return valid credit codes (GB 32100) of enterprises in the district that does not exist."""
    return [_credit_code(number) for number in range(1, count + 1)]


def _credit_code(number: int) -> str:
    body = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    first = f"{CREDIT_HEAD}{body}{'0X987654321'[total % 11]}"
    weighted = sum(CREDIT.index(char) * (3**place % 31) for place, char in enumerate(first))
    return first + CREDIT[(31 - weighted % 31) % 31]
