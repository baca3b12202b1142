"""Behind which door a household lives: the address book's, in the community the register names, and no other."""

from pathlib import Path

import pytest

from gridward.governance import api as governance
from gridward.kernel import clock, scope
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.territory import api as territory
from gridward.territory.models import Address
from tests.people import city
from tests.registry.town import Line, reported

pytestmark = pytest.mark.django_db

CITY = city()
#: One plate with one room in two communities, and a door that stands in one of them only.
DOORS = (
    (CITY.grid, "珠江路", "1", "101"),
    (CITY.other_community_grid, "珠江路", "1", "101"),
    (CITY.next_grid, "珠江路", "2", "101"),
    (CITY.other_district_grid, "长乐路", "5", "101"),
)


@pytest.fixture(autouse=True)
def doors(order: governance.OrderView, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    rows = [f"{grid},{road},{number},,1,1,{room},," for grid, road, number, room in DOORS]
    head = "area_code,road,number,compound,building,unit,room,longitude,latitude"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    with scope.as_role("gridward_job"):
        report = territory.addresses_import(path=path, filename=path.name, by=SYSTEM, now=clock.now())
    assert not isinstance(report, Refusal) and report.added == len(DOORS)


def door_of(grid: str, number: str) -> int:
    area = territory.get_area(grid)
    assert area is not None
    return Address.objects.get(area_pos=area.pos, number=number).id


HOMES = {
    "the plate is in two communities, the register says which": ("珠江路1号1幢1单元101室", CITY.grid, CITY.grid),
    "and here the other one": (
        "珠江路1号1幢1单元101室", CITY.other_community_grid, CITY.other_community_grid
    ),
    "with district, street and community before it": (
        "南京市玄武区新街口街道成贤街社区珠江路1号1幢1单元101室", CITY.grid, CITY.grid
    ),
    "full-width, as typed": ("珠江路１号１幢１单元１０１室", CITY.grid, CITY.grid),
    "the community alone is known": ("珠江路1号1幢1单元101室", CITY.chengxianjie, CITY.grid),
    "the door is in the next grid": ("珠江路2号1幢1单元101室", CITY.grid, None),
    "another community is named": ("大石桥社区珠江路1号1幢1单元101室", CITY.grid, None),
    "another district is named": ("秦淮区珠江路1号1幢1单元101室", CITY.grid, None),
    "the district alone is known, and one door fits": (
        "长乐路5号1幢1单元101室", CITY.other_district_grid[:6], CITY.other_district_grid
    ),
    "no such room": ("珠江路1号1幢1单元909室", CITY.grid, None),
    "no address": ("无", CITY.grid, None),
}  # fmt: skip


def test_a_door_is_found_where_the_register_says_and_nowhere_else() -> None:
    texts, codes = (
        [text for text, _code, _grid in HOMES.values()],
        [code for _text, code, _grid in HOMES.values()],
    )

    found = territory.find_homes(texts, codes)

    numbers = ["5" if "长乐路" in text else "1" for text in texts]
    assert dict(zip(HOMES, found, strict=True)) == {
        name: grid and door_of(grid, number)
        for (name, (_t, _c, grid)), number in zip(HOMES.items(), numbers, strict=True)
    }


def test_a_household_whose_door_is_not_found_is_counted(order: governance.OrderView, tmp_path: Path) -> None:
    lines = [
        Line("R1", address="珠江路1号1幢1单元101室", household_ref="H1"),
        Line("R2", address="珠江路77号", household_ref="H2"),
        Line("R3", household_ref="H3"),
    ]

    assert reported(tmp_path, order, lines).doors_unknown == 2
