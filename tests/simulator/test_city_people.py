"""Who lives in a synthetic city of any size: the same promises at three scales, read from the files alone."""

from datetime import datetime
from pathlib import Path

import numpy as np

from gridward.country.api import pack
from simulator.city import bytes_needed
from simulator.day import day_bytes_needed
from tests.simulator import cities
from tests.simulator.cities import Files
from tests.simulator.streets import LAST_CHARACTERS, WEIGHTS


def test_a_grid_has_125_households_and_a_household_three_people_on_average(city: Files) -> None:
    grids = city.value("select count(*) from grids")
    households = city.value("select count(*) from households")
    people = city.value("select count(*) from residents")

    assert households == 125 * grids
    assert 2.95 < people / households < 3.06
    if grids == 12_000:
        assert 4_450_000 < people < 4_600_000


def test_references_run_from_one_without_a_hole_and_in_the_order_of_the_grids(city: Files) -> None:
    for table, ref, digits in (("residents", "resident_ref", 8), ("households", "household_ref", 7)):
        expected = f"substr({ref}, 1, 1) || lpad((rowid + 1)::varchar, {digits}, '0')"
        assert city.value(f"select count(*) from {table} where {ref} <> {expected}") == 0
    back = "select area_code < lag(area_code) over (order by rowid) as back from residents"
    assert city.value(f"select count(*) from ({back}) where back") == 0


def test_every_document_is_valid_and_of_the_district_that_does_not_exist(city: Files) -> None:
    shape = "320199[0-9]{8}[0-8][0-9]{2}[0-9X]"
    ids = "select distinct id_number as id from residents where id_number <> ''"

    assert city.value(f"select count(*) from ({ids}) where not regexp_full_match(id, '{shape}')") == 0
    numbers = city.columns(f"select substr(id, 1, 17)::bigint as first, substr(id, 18) as last from ({ids})")
    total = sum(numbers["first"] // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(WEIGHTS))
    expected = np.array(list(LAST_CHARACTERS))[total % 11]
    assert (expected == numbers["last"].astype(str)).all()
    oldest, youngest, unreal = city.rows(
        f"""
        select min(day), max(day), count(*) - count(day)
          from (select try_strptime(substr(id, 7, 8), '%Y%m%d') as day from ({ids}))
        """
    )[0]
    assert unreal == 0
    assert datetime(1931, 1, 1) < oldest < youngest < datetime(2020, 2, 14)
    sample = [row[0] for row in city.rows(f"select id from ({ids}) order by hash(id) limit 300")]
    assert all(pack("cn").is_synthetic_id(number) for number in sample)


def test_only_declared_people_share_a_document(city: Files) -> None:
    held_twice = """
        select list_sort(list(resident_ref)) as who from residents where id_number <> ''
         group by id_number having count(*) > 1
    """
    declared = """
        select list_sort([ref, other_ref]) as who from specials where kind in ('two_addresses', 'shared_id')
    """

    assert city.value(f"select count(*) from (({held_twice}) except all ({declared}))") == 0
    assert city.value(f"select count(*) from (({declared}) except all ({held_twice}))") == 0
    assert city.value(f"select count(*) from ({declared})") > 0


def test_who_is_registered_at_two_addresses_is_the_same_person_in_another_household(city: Files) -> None:
    pairs = city.rows(
        """
        select a.name = b.name and a.id_number = b.id_number and a.phone = b.phone and a.id_number <> '',
               a.household_ref <> b.household_ref and a.address <> b.address, count(*)
          from specials s join residents a on a.resident_ref = s.ref join residents b on b.resident_ref = s.other_ref
         where s.kind = 'two_addresses' group by all
        """
    )

    assert [pair[:2] for pair in pairs] == [(True, True)]
    people = city.value("select count(*) from residents")
    assert 0.001 < pairs[0][2] / people < 0.003


def test_a_document_held_by_two_is_held_by_strangers(city: Files) -> None:
    same_person = city.value(
        """
        select count(*) from specials s join residents a on a.resident_ref = s.ref
          join residents b on b.resident_ref = s.other_ref
         where s.kind = 'shared_id' and (a.phone = b.phone or a.household_ref = b.household_ref)
        """
    )

    assert same_person == 0


def test_some_small_children_and_hardly_anybody_else_have_no_document(city: Files) -> None:
    people, without, kinds = city.rows(
        """
        select count(*), count(*) filter (where id_number = ''),
               count(*) filter (where (id_kind = '01') <> (id_number <> ''))
          from residents
        """
    )[0]

    assert kinds == 0
    assert 0.005 < without / people < 0.04


def test_no_telephone_can_ring_anywhere_and_none_is_both_a_worker_s_and_a_resident_s(city: Files) -> None:
    everybody = " union all ".join(
        f"select '{table}' as held_by, phone from {table}"
        for table in ("residents", "workers", "premises", "checkpoints")
    )

    assert (
        city.value(f"select count(*) from ({everybody}) where not regexp_full_match(phone, '154[0-9]{{8}}')")
        == 0
    )
    held = city.rows(
        f"select max(kinds) from (select count(distinct held_by) as kinds from ({everybody}) group by phone)"
    )
    assert held == [(1,)]
    for table in ("workers", "premises", "checkpoints"):
        assert city.value(f"select count(*) - count(distinct phone) from {table}") == 0


def test_only_declared_households_share_a_telephone(city: Files) -> None:
    between = """
        select list_sort(list(distinct household_ref)) as who from residents
         group by phone having count(distinct household_ref) > 1
    """
    declared = """
        select list_sort([ref, other_ref]) as who from specials where kind = 'shared_phone'
        union all
        select list_sort([a.household_ref, b.household_ref]) from specials s
          join residents a on a.resident_ref = s.ref join residents b on b.resident_ref = s.other_ref
         where s.kind = 'two_addresses'
    """

    # Two old people of one household may both stand with the same children: one pair, two telephones.
    assert city.value(f"select count(*) from (({between}) except ({declared}))") == 0
    assert city.value(f"select count(*) from (({declared}) except ({between}))") == 0
    shared = city.value("select count(*) from specials where kind = 'shared_phone'")
    assert 0.002 < shared / city.value("select count(*) from households") < 0.004


def test_within_a_family_telephones_are_shared(city: Files) -> None:
    sharing = city.value(
        """
        select avg((phones < people)::int) from (
          select count(distinct phone) as phones, count(*) as people from residents group by household_ref)
        """
    )

    assert 0.4 < sharing < 0.8


def test_families_have_one_to_six_members_and_only_declared_homes_have_more(city: Files) -> None:
    sizes = "select household_ref, count(*) as size from residents group by household_ref"
    small = dict(city.rows(f"select size, count(*) from ({sizes}) where size <= 6 group by size"))
    large = {row[0] for row in city.rows(f"select household_ref from ({sizes}) where size > 6")}
    biggest = city.value(f"select max(size) from ({sizes})")

    assert set(small) == {1, 2, 3, 4, 5, 6}
    assert large == {row[0] for row in city.rows("select ref from specials where kind = 'collective_home'")}
    assert large and biggest <= 80


def test_namesakes_are_as_common_as_in_life(city: Files) -> None:
    people, names, commonest, surname = city.rows(
        """
        select (select count(*) from residents), count(*), max(times),
               (select max(times) from (select count(*) as times from residents group by substr(name, 1, 1)))
          from (select count(*) as times from residents group by name)
        """
    )[0]

    assert 0.04 < surname / people < 0.08
    assert commonest / people < 0.002
    if people > 4_000_000:
        assert 1_000_000 < names < 2_000_000 and 2_000 < commonest < 8_000
    assert names < people


def test_names_read_as_the_people_they_name(city: Files) -> None:
    names = [
        row[0] for row in city.rows("select distinct name from residents order by hash(name) limit 3000")
    ]
    readings = pack("cn").read_names(names)

    assert [reading.value for reading in readings] == names
    assert {reading.surname for reading in readings} <= {surname for surname, _ in pack("cn").surnames}


def test_every_resident_lives_in_a_household_of_the_same_grid_behind_the_door_of_the_address(
    city: Files,
) -> None:
    door = """road || number || '号' || compound || case building when '' then '' else building || '幢' end
              || case unit when '' then '' else unit || '单元' end || case room when '' then '' else room || '室' end"""

    assert city.value("select count(*) from residents") == city.value(
        f"""
        select count(*) from residents r join households h using (household_ref, area_code)
         where ends_with(r.address, {door})
        """
    )
    assert city.value("select count(distinct household_ref) from residents") == city.value(
        "select count(*) from households"
    )
    # What stands before the door is the same for everybody in a community, and never the same in two.
    begins = city.rows(
        f"""
        select substr(area_code, 1, 12), replace(address, {door}, '') as begins
          from residents r join households h using (household_ref, area_code) group by all
        """
    )
    assert len({code for code, _ in begins}) == len(begins) == len({text for _, text in begins})


def test_the_files_beside_the_csv_files_say_the_same_in_the_same_order(city: Files) -> None:
    for table in ("addresses", "households", "residents"):
        path: Path = city.folder / f"{table}.parquet"
        beside = f"select row_number() over () as line, columns(*)::varchar from '{path}'"
        here = f"select rowid + 1 as line, * from {table}"
        assert city.value(f"select count(*) from '{path}'") == city.value(f"select count(*) from {table}")
        assert (
            city.value(
                f"select count(*) from (select bit_xor(hash(t)) as h from ({beside}) t group by line // 1000"
                f" except select bit_xor(hash(t)) from ({here}) t group by line // 1000)"
            )
            == 0
        )


def test_the_same_seed_gives_the_same_bytes_in_every_file(city: Files, tmp_path: Path) -> None:
    again = cities.write(city.folder.name, tmp_path)

    assert cities.digests(again) == cities.digests(city.folder)


def test_a_city_takes_no_more_disk_than_it_says(city: Files) -> None:
    day = sum(path.stat().st_size for path in (city.folder / "day").iterdir())
    taken = sum(path.stat().st_size for path in city.folder.rglob("*") if path.is_file()) - day
    households = city.value("select count(*) from households")

    assert taken < bytes_needed(households)
    assert day < day_bytes_needed(households)
