"""What departments' lists say about the street, held against the truth that lies beside them."""

from collections import Counter, defaultdict

import pytest

from gridward.country.api import pack
from simulator.street import Street
from simulator.street.dirt import HEARD, KINDS, WRITTEN
from simulator.street.lists import ELSEWHERE, SHAPES, DepartmentList, Truth, address_of
from tests.simulator.streets import ground, passes_gb11643, street

CN = pack("cn")
SEEDS = range(1, 7)


@pytest.fixture(params=(1, 2), ids="seed {}".format, scope="module")
def made(request: pytest.FixtureRequest) -> Street:
    return street(request.param)


def truths_of(made: Street, department: DepartmentList) -> list[Truth]:
    return [truth for truth in made.truths if truth.channel == department.shape.channel]


def kinds_of(truth: Truth) -> set[str]:
    return set(truth.kind.split("+")[1:])


def test_every_row_has_one_truth_and_every_truth_one_row(made: Street) -> None:
    first = {"health-returnees": 2, "transport-contacts": 4, "police-returnees": 1}

    for department in made.lists:
        numbers = [truth.row_number for truth in truths_of(made, department)]
        start = first[department.shape.channel]
        assert numbers == list(range(start, start + len(department.lines)))
    assert len(made.truths) == sum(len(department.lines) for department in made.lists)


def test_a_truth_about_a_resident_names_somebody_who_lives_where_it_says(made: Street) -> None:
    residents = {person.resident_ref: person for person in made.people}

    for truth in made.truths:
        if truth.kind.startswith("resident"):
            person = residents[truth.resident_ref]
            assert (truth.household_ref, truth.area_code) == (person.household_ref, person.area_code)
        else:
            assert truth.resident_ref.removeprefix("outsider:") not in residents
            assert truth.household_ref == ""


def test_outsiders_are_either_at_a_door_of_ours_or_in_another_city(made: Street) -> None:
    grids = {grid.code for grid in ground().grids}
    kinds = defaultdict(set)
    for truth in made.truths:
        if truth.resident_ref.startswith("outsider:"):
            kinds[truth.kind.split("+")[0]].add(truth.area_code)

    assert kinds.keys() == {"outsider_here", "outsider_elsewhere"}
    assert kinds["outsider_elsewhere"] == {""}
    assert kinds["outsider_here"] <= grids


def test_lists_overlap_so_that_one_person_is_asked_after_by_several(made: Street) -> None:
    channels = defaultdict(set)
    for truth in made.truths:
        channels[truth.resident_ref].add(truth.channel)
    asked = Counter(len(found) for found in channels.values())

    assert set(asked) == {1, 2, 3}
    assert asked[2] + asked[3] > asked.total() / 5


def test_some_rows_stand_twice_in_one_list(made: Street) -> None:
    for department in made.lists:
        rows = Counter(truth.resident_ref for truth in truths_of(made, department))
        assert rows.most_common(1)[0][1] > 1


def test_whole_families_and_single_members_are_asked_after(made: Street) -> None:
    size = Counter(person.household_ref for person in made.people)
    asked = defaultdict(set)
    for truth in made.truths:
        if truth.household_ref:
            asked[truth.household_ref].add(truth.resident_ref)
    larger = [household for household in asked if size[household] > 2]

    assert any(len(asked[household]) == size[household] for household in larger)
    assert any(len(asked[household]) == 1 for household in larger)


def test_each_list_takes_its_share_of_the_people_asked_after(made: Street) -> None:
    residents = {truth.resident_ref for truth in made.truths if truth.household_ref}

    for department in made.lists:
        listed = {t.resident_ref for t in truths_of(made, department) if t.household_ref}
        # A few of those asked after are in no list at all, hence a little more than the share.
        assert department.shape.share - 0.06 < len(listed) / len(residents) < department.shape.share + 0.25


def rows(made: Street) -> list[tuple[Truth, object]]:
    found = []
    for department in made.lists:
        found += list(zip(truths_of(made, department), department.lines, strict=True))
    return found


def test_a_row_without_dirt_says_exactly_what_the_register_says(made: Street) -> None:
    residents = {person.resident_ref: person for person in made.people}
    clean = [(truth, line) for truth, line in rows(made) if truth.kind == "resident"]

    assert len(clean) > 20
    for truth, line in clean:
        person = residents[truth.resident_ref]
        said = (line.name, line.id_number, line.phone, line.address)
        assert said == (person.name, person.id_number, person.phone, address_of(person, ground().places))


def test_dirt_that_is_named_can_be_seen_and_dirt_that_is_seen_is_named(made: Street) -> None:
    residents = {person.resident_ref: person for person in made.people}
    for truth, line in rows(made):
        if not truth.household_ref:
            continue
        person, dirt = residents[truth.resident_ref], kinds_of(truth)
        if "no_name" in dirt:
            assert (line.name, line.phone, line.address) == ("", "", "")
            continue
        name_dirt = {"homophone", "title", "spaces"}
        assert bool(dirt & name_dirt) == (line.name != person.name), truth
        id_dirt = {"swapped_digits", "no_id", "full_width", "spaces"}
        assert bool(dirt & id_dirt) or line.id_number == person.id_number, truth
        phone_dirt = {"old_phone", "no_phone", "full_width", "country_code", "dashes", "wrong_column"}
        assert bool(dirt & phone_dirt) or line.phone == person.phone, truth


def test_ids_in_lists_are_those_of_the_register_or_no_ids_at_all(made: Street) -> None:
    known = {person.id_number for person in made.people}
    outsiders = set()
    for truth, line in rows(made):
        reading = CN.read_id(line.id_number)
        if "swapped_digits" in kinds_of(truth):
            assert reading.value == "", truth
        elif reading.value and truth.household_ref:
            assert reading.value in known
        elif reading.value:
            outsiders.add(reading.value)
        assert not reading.value or passes_gb11643(reading.value)
        assert not reading.value or reading.value.startswith("320199")

    assert outsiders and not outsiders & known


def test_telephones_in_lists_ring_nowhere_and_old_ones_are_nobodys(made: Street) -> None:
    known = {person.phone for person in made.people}
    for truth, line in rows(made):
        cell = line.address if "wrong_column" in kinds_of(truth) else line.phone
        phone = CN.read_phone(cell)
        assert phone.value[:3] in ("", "154"), truth
        if "old_phone" in kinds_of(truth) and phone.value:
            assert phone.value not in known


def test_people_from_elsewhere_give_an_address_elsewhere(made: Street) -> None:
    for truth, line in rows(made):
        if truth.kind.startswith("outsider_elsewhere") and not {"no_name", "wrong_column"} & kinds_of(truth):
            assert line.address in ELSEWHERE


def test_every_documented_kind_of_dirt_happens_about_as_often_as_documented() -> None:
    happened: Counter[str] = Counter()
    total = 0
    for seed in SEEDS:
        for truth in street(seed).truths:
            happened.update(kinds_of(truth))
            total += 1
    # The share is the chance that it is tried; only a name may hold no character that sounds like another.

    assert total > 3_000
    assert set(happened) == {*KINDS, "no_name"}
    for kind, (_soil, share) in KINDS.items():
        least = 0.2 if kind == "homophone" else 0.75
        assert share * least - 0.004 < happened[kind] / total < share * 1.25 + 0.006, kind
    assert 0.001 < happened["no_name"] / total < 0.015


def test_a_third_of_the_rows_is_clean_enough_to_be_decided_by_their_id() -> None:
    decidable = sum(
        bool(CN.read_id(line.id_number).value) for seed in SEEDS for _truth, line in rows(street(seed))
    )
    total = sum(len(street(seed).truths) for seed in SEEDS)

    assert 0.6 < decidable / total < 0.85


def test_each_character_written_by_ear_sounds_like_the_one_that_was_said() -> None:
    assert len(HEARD) == len(WRITTEN) == len(set(HEARD + WRITTEN)) / 2
    unlike = [
        (heard, written)
        for heard, written in zip(HEARD, WRITTEN, strict=True)
        if CN.read_name("王" + heard).sound != CN.read_name("王" + written).sound
    ]

    assert unlike == []


def test_each_department_writes_in_its_own_way() -> None:
    assert {shape.filename.rpartition(".")[2] for shape in SHAPES} == {"csv", "xlsx", "json"}
    assert len({shape.headers for shape in SHAPES}) == len(SHAPES)
