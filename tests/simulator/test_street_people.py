"""Who lives in the synthetic street, and that nobody real does."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridward.country.api import pack
from simulator.city.people import TODAY
from simulator.city.words import KNOWN_DOOR
from simulator.street import Street, make_street
from simulator.street.doors import Door, Grid
from simulator.street.people import Person
from tests.examples import examples
from tests.simulator.streets import GRIDS_EACH, ground, passes_gb11643, street

CN = pack("cn")
SEEDS = (1, 2)


@pytest.fixture(params=SEEDS, ids="seed {}".format, scope="module")
def made(request: pytest.FixtureRequest) -> Street:
    return street(request.param)


def households(made: Street) -> dict[str, list[Person]]:
    families = defaultdict(list)
    for person in made.people:
        families[person.household_ref].append(person)
    return families


def test_every_id_is_valid_and_of_the_district_that_does_not_exist(made: Street) -> None:
    numbers = [person.id_number for person in made.people if person.id_number]
    held = Counter(numbers)

    # A few people are registered at two addresses; nobody at three.
    assert set(held.values()) == {1, 2}
    assert len(numbers) > 5_000
    assert 0 < len(numbers) - len(held) < len(numbers) * 0.005
    assert all(number.startswith("320199") and passes_gb11643(number) for number in numbers)
    assert all(CN.is_synthetic_id(number) for number in numbers)
    assert CN.region_names("320199") == ()


def test_every_birth_date_is_a_real_day_before_the_model_s_today(made: Street) -> None:
    born = [datetime.strptime(p.id_number[6:14], "%Y%m%d").date() for p in made.people if p.id_number]

    assert min(born) > date(1930, 1, 1)
    assert TODAY - timedelta(days=88 * 366) < min(born) < max(born) <= TODAY - timedelta(days=365)


def test_some_small_children_and_nobody_else_have_no_document(made: Street) -> None:
    without = [person for person in made.people if not person.id_number]

    assert 0 < len(without) < len(made.people) * 0.05
    # A child carries the surname and the telephone of the family's first adult.
    first = {household: family[0] for household, family in households(made).items()}
    assert all(person != first[person.household_ref] for person in without)
    assert all(person.name[:1] == first[person.household_ref].name[:1] for person in without)


def test_no_telephone_can_ring_anywhere(made: Street) -> None:
    phones = {person.phone for person in made.people} | {worker.phone for worker in made.workers}

    assert {phone[:3] for phone in phones} == {"154"}
    assert {len(phone) for phone in phones} == {11}


def test_each_resident_lives_in_one_household_and_each_household_behind_one_door(made: Street) -> None:
    refs = Counter(person.resident_ref for person in made.people)
    doors = {household: {person.door for person in family} for household, family in households(made).items()}

    assert set(refs.values()) == {1}
    assert {len(behind) for behind in doors.values()} == {1}
    assert {person.door for person in made.people} == set(made.doors)


def test_behind_one_door_in_a_hundred_live_two_families(made: Street) -> None:
    families = Counter(next(iter(family)).door for family in households(made).values())

    assert {1, 2} <= set(families.values()) <= {1, 2, 3}
    assert 0.003 < sum(count > 1 for count in families.values()) / len(families) < 0.025


def test_a_family_shares_a_telephone_and_hardly_ever_do_two(made: Street) -> None:
    owners = defaultdict(set)
    for person in made.people:
        owners[person.phone].add(person.household_ref)
    sharing = [family for family in households(made).values() if len({p.phone for p in family}) < len(family)]

    between = [found for found in owners.values() if len(found) > 1]
    assert {len(found) for found in between} == {2}
    assert len(between) < len(households(made)) * 0.02
    assert len(sharing) > len(households(made)) / 4


def test_families_have_one_to_six_members_and_most_two_to_four_and_a_home_has_many(made: Street) -> None:
    sizes = Counter(len(family) for family in households(made).values())
    homes = [size for size in sizes.elements() if size > 6]

    assert {1, 2, 3, 4, 5, 6} <= set(sizes)
    assert len(homes) == 1 and 8 <= homes[0] <= 80
    assert sizes[2] + sizes[3] + sizes[4] > 0.7 * sizes.total()


def test_namesakes_live_in_different_families(made: Street) -> None:
    names = defaultdict(set)
    for person in made.people:
        names[person.name].add(person.household_ref)
    namesakes = [found for found in names.values() if len(found) > 1]

    assert len(namesakes) > 50
    # Some families sound alike without being spelled alike: what matching by sound has to live with.
    sounds = Counter(CN.read_name(name).sound for name in names)
    assert max(sounds.values()) > 1


def test_names_are_read_as_the_people_they_name(made: Street) -> None:
    surnames = {surname for surname, _weight in CN.surnames}
    readings = CN.read_names([person.name for person in made.people])

    assert {reading.surname for reading in readings} <= surnames
    assert any(len(reading.surname) == 2 for reading in readings)
    assert all(reading.value == person.name for reading, person in zip(readings, made.people, strict=True))


def test_every_door_is_named_once_and_lies_inside_its_grid(made: Street) -> None:
    polygons = {grid.code: grid.polygon for grid in ground().grids}
    addresses = Counter((door.road, door.number, door.building, door.unit, door.room) for door in made.doors)

    assert set(addresses.values()) == {1}
    for door in made.doors:
        assert shapely.contains_xy(polygons[door.area_code], door.longitude, door.latitude)


def test_a_house_number_belongs_to_one_grid(made: Street) -> None:
    grids = defaultdict(set)
    for door in made.doors:
        grids[door.road, door.number].add(door.area_code)

    assert {len(found) for found in grids.values()} == {1}
    # The model city's known door stands where its community is, although other grids share the road.
    assert {code[:12] for code in grids[KNOWN_DOOR[1:]]} == {KNOWN_DOOR[0]}
    assert {
        code[:12] for road, code in {(d.road, d.area_code) for d in made.doors} if road == KNOWN_DOOR[1]
    } > {KNOWN_DOOR[0]}


def test_grids_differ_in_size_and_the_known_house_has_sixteen_doors(made: Street) -> None:
    counts = Counter(door.area_code for door in made.doors)
    known = [door for door in made.doors if (door.road, door.number) == KNOWN_DOOR[1:]]

    assert len(counts) == len(ground().grids)
    assert 110 < sum(counts.values()) / len(counts) <= 125
    assert max(counts.values()) > 2 * min(counts.values()) > 60
    assert len(known) == 16 and {door.compound for door in known} == {""}


def test_an_address_as_people_write_it_leads_back_to_its_door(made: Street) -> None:
    wrong = []
    for door in made.doors[::5]:
        reading = CN.read_address(door.short)
        parts = (reading.road, reading.number, reading.compound, reading.building, reading.unit, reading.room)
        if parts != (door.road, door.number, door.compound, door.building, door.unit, door.room):
            wrong.append(door.short)

    assert wrong == []


def test_a_door_leaves_out_the_levels_it_has_not() -> None:
    house = Door("320102003015001", "成贤街", "118", "", "", "", "", 118.79, 32.05)

    assert house.short == "成贤街118号"


def test_each_grid_has_one_worker_who_answers_for_it_and_one_or_two_beside(made: Street) -> None:
    teams = defaultdict(list)
    for worker in made.workers:
        teams[worker.area_code].append(worker)

    assert teams.keys() == {grid.code for grid in ground().grids}
    for team in teams.values():
        assert [worker.responsible for worker in team] == ["yes", *["no"] * (len(team) - 1)]
        assert [worker.employment for worker in team] == ["full_time", *["part_time"] * (len(team) - 1)]
    assert {len(team) for team in teams.values()} == {2, 3}


def test_workers_have_handles_references_and_telephones_of_their_own(made: Street) -> None:
    for column in ("worker_ref", "handle", "phone"):
        assert len({getattr(worker, column) for worker in made.workers}) == len(made.workers)
    assert not {worker.phone for worker in made.workers} & {person.phone for person in made.people}


def test_a_street_without_shapes_says_that_it_lies_nowhere() -> None:
    grids = [Grid(grid.code, grid.name) for grid in ground().grids[:2]]

    made = make_street(grids, ground().places)

    assert {(door.longitude, door.latitude) for door in made.doors} == {(0.0, 0.0)}
    assert {door.area_code for door in made.doors} == {grid.code for grid in grids}


@pytest.mark.slow
@settings(max_examples=examples(8), deadline=None)
@given(st.integers(0, 10**9), st.integers(1, GRIDS_EACH * 2))
def test_whatever_the_seed_nobody_is_lost(seed: int, count: int) -> None:
    grids = ground().grids[:count]

    made = make_street(grids, ground().places, seed=seed)

    assert {person.area_code for person in made.people} == {grid.code for grid in grids}
    assert [p.resident_ref for p in made.people] == [f"R{n:08d}" for n in range(1, len(made.people) + 1)]
    assert sorted(households(made)) == [f"H{n:07d}" for n in range(1, len(households(made)) + 1)]


def test_nothing_is_made_of_nothing() -> None:
    with pytest.raises(ValueError, match="no grid"):
        make_street([], {})
    with pytest.raises(ValueError, match="no place for grids \\['320102003013001'\\]"):
        make_street(ground().grids[:1], {})
