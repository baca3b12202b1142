"""The people the benchmarks invent: the same for the same seed, each with a door, numbers nobody living holds."""

import csv
from dataclasses import astuple

from benchmarks.house.town import LIST_COLUMNS, Town
from gridward.country.api import pack

STREET = "320102003"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path) -> None:
    written = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        town = Town(40, within=STREET, seed=seed)
        residents = town.write_residents(tmp_path / f"{name}.csv", town.people)
        written.append(
            residents.read_bytes() + town.write_list(tmp_path / f"{name}-l.csv", 30, seed=seed).read_bytes()
        )

    assert written[0] == written[1] != written[2]


def test_everybody_has_a_flat_of_the_household_s_own_and_a_reserved_number() -> None:
    town = Town(500, within=STREET)

    assert len({(door.grid[:12], *astuple(door)[1:]) for door in town.doors}) == 500  # an address has no grid
    assert {one.household for one in town.people} == set(range(500))
    assert all(one.door == town.doors[one.household] for one in town.people)
    assert all(one.door.grid.startswith(STREET) for one in town.people)
    assert all(one.id_number.startswith("320199") for one in town.people)
    assert len({one.id_number for one in town.people}) == len(town.people)
    assert len({one.phone for one in town.people}) == len(town.people)


def test_addresses_as_written_are_read_by_the_country_pack_as_their_door() -> None:
    town = Town(5, within=STREET)
    door = town.doors[3]

    read = pack("cn").read_address(town.address(door))

    assert (read.road, read.number, read.room) == (door.road, str(door.number), door.room)


def test_slices_part_no_household_and_lose_nobody() -> None:
    town = Town(50, within=STREET)

    pieces = list(town.slices([20, 20, 1_000]))

    assert [one for piece in pieces for one in piece] == town.people
    assert all(len(piece) >= 20 for piece in pieces[:2])
    homes = [{one.household for one in piece} for piece in pieces]
    assert not homes[0] & homes[1] and not homes[1] & homes[2]


def test_a_list_speaks_about_the_people_it_is_asked_to_with_gaps_and_nonsense_among_them(tmp_path) -> None:
    town = Town(50, within=STREET)
    chosen = town.people[:5]

    with town.write_list(tmp_path / "list.csv", 400, seed=1, about=chosen).open(encoding="utf-8") as file:
        rows = list(csv.reader(file))

    assert ",".join(rows[0]) == LIST_COLUMNS and len(rows) == 401
    known = {one.id_number for one in chosen}
    assert 0.5 < sum(row[1] in known for row in rows) / 400 < 0.9
    assert any(not row[1] and row[2] for row in rows) and any(row[3] == "不详" for row in rows)
