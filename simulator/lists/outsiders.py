"""
Strangers in the lists: people the register does not know, some at a door of the city, some elsewhere.

Owns them and keeps their numbers apart from every resident's: documents count down from the end of each birthday,
telephones stand behind all residents' and before the old ones.
"""

from datetime import date, timedelta
from itertools import accumulate

import numpy as np

from gridward.country.api import pack

ELSEWHERE = (
    "北京市朝阳区望京街道广顺北大街33号",
    "湖北省武汉市江汉区北湖街道建设大道568号",
    "安徽省马鞍山市雨山区湖东中路5号",
)
COLUMNS = ("name", "id_number", "phone", "elsewhere", "near")
#: The number of the first stranger's telephone in the country's block.
PHONES_FROM = 90_000_000
REGION = "320199"
_FIRST_BORN, _DAYS = date(1940, 1, 1), 60 * 365


def make_outsiders(count: int, residents: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """
    Return strangers column by column.

    `near` is the resident at whose door an outsider lives; `elsewhere` is an address in another city, '' for those.
    """
    country = pack("cn")
    names, weights = zip(*country.surnames, strict=True)
    bounds = np.array(list(accumulate(weights)))
    surnames = np.searchsorted(bounds, rng.integers(0, bounds[-1], count), side="right")
    given = rng.integers(0, len(country.given_characters), (count, 2))
    is_long = rng.random(count) < 0.75
    days = rng.integers(0, _DAYS, count)
    places = rng.integers(0, len(ELSEWHERE), count)
    born: dict[int, int] = {}
    rows = []
    for index in range(count):
        day = int(days[index])
        born[day] = born.get(day, 0) + 1
        called = country.given_characters[given[index, 0]]
        called += country.given_characters[given[index, 1]] if is_long[index] else ""
        rows.append((
            names[surnames[index]] + called,
            country.synthetic_id(REGION, _FIRST_BORN + timedelta(days=day), 1000 - born[day]),
            country.synthetic_phone(PHONES_FROM + index),
            "" if index % 2 else ELSEWHERE[places[index]],
        ))  # fmt: skip
    texts = {
        name: np.array(column, dtype=object)
        for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=False)
    }
    return texts | {"near": rng.integers(0, residents, count)}
