"""Doors, workers, premises and checkpoints of a synthetic city, read from the files alone, at three scales."""

import numpy as np
import orjson
import shapely

from gridward.country.api import pack
from tests.simulator.cities import Files

#: GB 32100 and GB 11714, written down from the standards and not from the country pack.
CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def test_every_door_is_in_the_address_book_once_and_somebody_lives_behind_it(city: Files) -> None:
    columns = "area_code, road, number, compound, building, unit, room, longitude, latitude"

    assert (
        city.value(
            f"select count(*) from (select {columns} from addresses except select {columns} from households)"
        )
        == 0
    )
    assert (
        city.value(
            f"select count(*) from (select {columns} from households except select {columns} from addresses)"
        )
        == 0
    )
    # Inside a community the parts of an address name one door, whatever grid it is in.
    doors = "select distinct substr(area_code, 1, 12), road, number, compound, building, unit, room from addresses"
    assert city.value(f"select count(*) from ({doors})") == city.value("select count(*) from addresses")


def test_a_house_number_stands_in_one_grid_of_its_street(city: Files) -> None:
    number = "select distinct substr(area_code, 1, 9), road, number"

    assert city.value(f"select count(*) from ({number} from addresses)") == city.value(
        f"select count(*) from ({number}, area_code from addresses)"
    )


def test_several_families_behind_one_door_are_declared(city: Files) -> None:
    behind = "select list_sort(list(household_ref)) as who from households group by all having count(*) > 1"
    behind = behind.replace(
        "group by all", "group by area_code, road, number, compound, building, unit, room"
    )
    found = city.value(f"select sum(len(who) - 1) from ({behind})")
    together = city.value(
        f"""
        select count(*) from specials s join ({behind}) b
            on list_contains(b.who, s.ref) and list_contains(b.who, s.other_ref)
         where s.kind = 'several_families'
        """
    ) if city.value("select count(*) from households") < 200_000 else found  # fmt: skip

    assert found == together == city.value("select count(*) from specials where kind = 'several_families'")
    assert 0.007 < found / city.value("select count(*) from households") < 0.013


def test_everything_stands_inside_its_own_grid(city: Files) -> None:
    features = orjson.loads((city.folder / "grids.geojson").read_bytes())["features"]
    shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
    shapely.prepare(shapes)
    codes = np.array([feature["properties"]["code"] for feature in features])
    order = np.argsort(codes)
    for table in ("addresses", "premises", "checkpoints"):
        points = city.columns(
            f"select distinct area_code, longitude::double as x, latitude::double as y from {table}"
        )
        place = order[np.searchsorted(codes, points["area_code"].astype(str), sorter=order)]
        assert (codes[place] == points["area_code"].astype(str)).all()
        assert shapely.contains_xy(shapes[place], points["x"], points["y"]).all()


def test_grids_and_compounds_have_a_heavy_tail(city: Files) -> None:
    grids = np.sort(city.columns("select count(*) as n from households group by area_code")["n"])
    blocks = np.sort(
        city.columns("select count(*) as n from addresses group by area_code, road, number")["n"]
    )

    assert len(grids) == city.value("select count(*) from grids")
    assert grids[0] >= 40 and grids[-1] <= 800
    assert grids[-1] > 2.5 * np.median(grids)
    assert blocks[-1] > 10 * np.median(blocks)


def test_an_address_as_people_write_it_leads_back_to_its_door(city: Files) -> None:
    # Parks, farms and their 虚拟社区 (4 and 5) have names the country's rules do not take off yet.
    country = pack("cn")
    rows = city.rows(
        """
        select r.address, h.road, h.number, h.compound, h.building, h.unit, h.room
          from residents r join households h using (household_ref)
         where substr(r.area_code, 10, 1) not in ('4', '5') order by hash(resident_ref) limit 1500
        """
    )
    wrong = []
    for address, *door in rows:
        reading = country.read_address("南京市" + address)
        read = [reading.road, reading.number, reading.compound, reading.building, reading.unit, reading.room]
        if read != door:
            wrong.append((address, read))

    assert wrong == []


def test_villages_are_houses_along_roads_and_towns_are_blocks(city: Files) -> None:
    houses = city.columns(
        """
        select substr(area_code, 10, 1) in ('2', '3') as rural, avg((building = '')::int) as share
          from addresses group by all order by rural
        """
    )["share"]

    assert houses[0] < 0.15
    assert len(houses) == 1 or houses[1] > 0.3


def test_each_grid_has_one_responsible_worker_and_five_work_in_two_grids(city: Files) -> None:
    grids = city.value("select count(*) from grids")
    teams = city.rows(
        """
        select count(*), max(here), min(here), max(answer), min(answer), sum(here)
          from (select count(*) as here, count(*) filter (where responsible = 'yes') as answer
                  from workers group by area_code)
        """
    )

    assert teams == [(grids, 3, 2, 1, 1, grids * 5 // 2)]
    for column in ("worker_ref", "handle"):
        assert city.value(f"select count(distinct {column}) from workers") == grids * 5 // 2
    assert city.rows(
        "select distinct role, employment = 'full_time' from workers where responsible = 'yes'"
    ) == [("grid_worker", True)]


def test_each_worker_is_in_the_team_of_the_community_and_a_member_leads_it(city: Files) -> None:
    members = city.value(
        """
        select count(*) from team_members m join workers w using (worker_ref) join teams t using (team_ref)
         where t.area_code = substr(w.area_code, 1, 12)
        """
    )
    led = city.value(
        "select count(*) from teams t join team_members m using (team_ref) where m.worker_ref = t.leader_ref"
    )

    assert (
        members
        == city.value("select count(*) from workers")
        == city.value("select count(*) from team_members")
    )
    assert (
        led
        == city.value("select count(*) from teams")
        == city.value("select count(distinct parent) from grids")
    )


def credit_code_is_valid(code: str) -> bool:
    total = sum(
        CREDIT_CHARACTERS.index(char) * weight for char, weight in zip(code, CREDIT_WEIGHTS, strict=False)
    )
    organisation = sum(
        int(char, 36) * weight for char, weight in zip(code[8:16], ORGANISATION_WEIGHTS, strict=True)
    )
    return CREDIT_CHARACTERS[-total % 31] == code[17] and "0X987654321"[organisation % 11] == code[16]


def test_premises_have_credit_codes_that_are_valid_and_of_a_district_that_does_not_exist(city: Files) -> None:
    codes = [row[0] for row in city.rows("select credit_code from premises")]

    assert len(set(codes)) == len(codes) > city.value("select count(*) from grids")
    assert all(
        code.startswith("91320199") and len(code) == 18 and credit_code_is_valid(code) for code in codes
    )
    assert {pack("cn").credit_code_problem(code) for code in codes} == {""}


def test_premises_and_gates_stand_at_house_numbers_that_exist(city: Files) -> None:
    for table in ("premises", "checkpoints"):
        missing = city.value(
            f"select count(*) from (select area_code, road, number from {table}"
            " except select area_code, road, number from addresses)"
        )
        assert missing == 0


def test_nine_thousand_and_thirty_eight_checkpoints_in_a_city_and_their_share_in_a_part(city: Files) -> None:
    gates = city.value("select count(*) from checkpoints")

    assert gates == round(9_038 * city.value("select count(*) from grids") / 12_000)
    assert city.value("select count(distinct (area_code, name)) from checkpoints") == gates
    assert city.value("select min(posts::int) from checkpoints") == 2


def test_a_few_places_see_most_of_the_people(city: Files) -> None:
    for table, column in (("premises", "daily_visitors"), ("checkpoints", "daily_passages")):
        seen = np.sort(city.columns(f"select {column}::bigint as n from {table}")["n"])[::-1]
        tenth = seen[: max(1, len(seen) // 10)].sum() / seen.sum()
        assert tenth > 0.25
        assert seen[-1] > 0
