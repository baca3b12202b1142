"""A later file renews who is known: what changed is written with its history, what did not is not touched."""

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.models import DataKey, Fact, LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.kernel.sealing import blob_key_id
from gridward.registry import api as registry
from gridward.registry.changing import PLACES, VALUES, place_read
from gridward.registry.models import PersonKey, Residence, Resident, ResidentValue
from tests import people
from tests.examples import examples
from tests.registry.test_access import granted
from tests.registry.town import CITY, Line, household, number, opened, phone, reported, resident

pytestmark = pytest.mark.django_db

FATHER = Line("R1", "王建国", "01", number(date(1960, 1, 1), 1), phone(1))
MOTHER = FATHER.but(resident_ref="R2", name="李秀英", id_number=number(date(1962, 1, 1), 2), phone=phone(2))
NEIGHBOUR = Line("R3", "赵六", "01", number(date(1970, 1, 1), 3), phone(3), household_ref="H2")


def history(ref: str) -> list[tuple[str, str | None, str]]:
    """Return the values a person had: field, value in the open, what replaced it."""
    with people.as_owner():
        rows = list(ResidentValue.objects.filter(resident__resident_ref=ref).order_by("field"))
        return [(row.field, _opened(row, VALUES, row.value_sealed), row.source) for row in rows]


def places(ref: str) -> list[tuple[object, int, int | None]]:
    with people.as_owner():
        rows = list(Residence.objects.filter(resident__resident_ref=ref).order_by("to_at"))
        return [place_read(_opened(row, PLACES, row.place_sealed) or "") for row in rows]


def _opened(row: ResidentValue | Residence, table: str, blob: bytes | memoryview | None) -> str | None:
    if blob is None:
        return None
    sealer = governance.sealer(row.domain)
    # Who has moved several times brings history under the keys of former households.
    key = DataKey.objects.get(id=blob_key_id(blob))
    column = "value_sealed" if table == VALUES else "place_sealed"
    keys = {key.id: sealer.unwrap(key.id, key.wrapped)}
    (text,) = sealer.open_many([(blob, table, column, row.id)], keys)
    return text


def whole(ref: str) -> tuple[object, ...]:
    """Return every column of a person and of the keys."""
    with people.as_owner():
        return (
            *Resident.objects.values_list().get(resident_ref=ref),
            *PersonKey.objects.values_list().get(resident__resident_ref=ref),
        )


def found(order: governance.OrderView, asked: registry.PersonInput) -> list[object]:
    (keys,) = registry.match_keys(domain=order.domain, people=[asked])
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        return [
            match.resident_id
            for match in registry.match_people(domain=order.domain, rows=[registry.MatchRow(1, keys)])
        ]


def test_a_new_telephone_and_a_new_name_are_found_and_the_old_ones_are_history(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER, MOTHER, NEIGHBOUR])
    untouched = whole("R3")

    report = reported(tmp_path, order, [FATHER.but(phone=phone(9)), MOTHER.but(name="李秀兰"), NEIGHBOUR])

    assert (report.rows, report.residents, report.known) == (3, 0, 3)
    assert (report.changed, report.moved, report.unchanged, report.absent) == (2, 0, 1, 0)
    assert opened("R1") == ("王建国", FATHER.id_number, phone(9))
    assert opened("R2") == ("李秀兰", MOTHER.id_number, MOTHER.phone)
    assert history("R1") == [("phone", FATHER.phone, "import")]
    assert history("R2") == [("name", "李秀英", "import")]
    assert whole("R3") == untouched and history("R3") == []
    asked = registry.PersonInput(phone=phone(9), surname_sound="wang", name_sound="wang jianguo")
    assert found(order, asked) == [resident("R1").id]
    assert found(order, asked._replace(phone=phone(1))) == [None]


def test_the_same_file_again_touches_nobody(order: governance.OrderView, tmp_path: Path) -> None:
    lines = [FATHER, MOTHER, NEIGHBOUR]
    reported(tmp_path, order, lines)
    before = [whole(line.resident_ref) for line in lines]

    report = reported(tmp_path, order, lines)

    assert (report.changed, report.moved, report.unchanged) == (0, 0, 3)
    assert [whole(line.resident_ref) for line in lines] == before
    with people.as_owner():
        assert not ResidentValue.objects.exists() and not Residence.objects.exists()


def test_an_empty_cell_says_nothing_and_who_is_missing_in_the_file_stays(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER, MOTHER])

    report = reported(tmp_path, order, [FATHER.but(phone="", id_number="", id_kind="")])

    assert (report.changed, report.unchanged, report.absent) == (0, 1, 1)
    assert opened("R1") == ("王建国", FATHER.id_number, phone(1))
    assert opened("R2") == ("李秀英", MOTHER.id_number, phone(2))


def test_somebody_who_moves_into_another_household_is_the_same_person_there(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER, MOTHER, NEIGHBOUR])
    was, left = resident("R1"), household("H1")

    report = reported(
        tmp_path, order, [FATHER.but(household_ref="H9", area_code=CITY.next_grid), MOTHER, NEIGHBOUR]
    )

    assert (report.changed, report.moved, report.unchanged, report.households) == (1, 1, 2, 1)
    now, joined = resident("R1"), household("H9")
    assert (now.id, now.household_id, now.area_pos) == (was.id, joined.id, joined.area_pos)
    assert opened("R1") == ("王建国", FATHER.id_number, phone(1))
    assert places("R1") == [(left.id, left.area_pos, left.address_id)]
    assert resident("R2").household_id == left.id
    with people.as_owner():
        keys = PersonKey.objects.get(resident_id=was.id)
        residence = Residence.objects.get()
        facts = list(Fact.objects.filter(kind="registry.residents_moved").values_list("ids", flat=True))
    assert (keys.household_id, keys.area_pos) == (joined.id, joined.area_pos)
    assert residence.area_pos == joined.area_pos, "whoever answers for the person now may be let see it"
    assert (residence.from_at, residence.source) == (was.created_at, "import")
    assert facts == [{"order_id": str(order.id), "resident_ids": [str(was.id)]}]


def test_a_household_that_moves_takes_everybody_along_who_lives_there(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER, MOTHER])
    left = household("H1")
    newborn = Line("R8", "王小宝", household_ref="H1", area_code=CITY.next_grid)

    report = reported(tmp_path, order, [FATHER.but(area_code=CITY.next_grid), newborn])

    assert report.problems == ()
    assert (report.residents, report.households, report.changed, report.moved) == (1, 0, 2, 2)
    home = household("H1")
    assert (home.id, home.area_pos != left.area_pos) == (left.id, True)
    assert {resident(ref).area_pos for ref in ("R1", "R2", "R8")} == {home.area_pos}
    assert places("R2") == places("R1") == [(left.id, left.area_pos, None)]


def test_a_wider_area_that_holds_the_home_is_no_move(order: governance.OrderView, tmp_path: Path) -> None:
    reported(tmp_path, order, [FATHER])
    before = whole("R1")

    report = reported(tmp_path, order, [FATHER.but(area_code=CITY.chengxianjie)])

    assert (report.changed, report.moved, report.unchanged) == (0, 0, 1)
    assert whole("R1") == before


def test_what_somebody_was_before_is_seen_with_a_grant_on_the_present_household_only(
    order: governance.OrderView, tmp_path: Path
) -> None:
    reported(tmp_path, order, [FATHER, MOTHER])
    left = household("H1")
    moved = FATHER.but(household_ref="H9", area_code=CITY.next_grid, phone=phone(9))
    reported(tmp_path, order, [moved, MOTHER])
    now_there = household("H9")
    worker = people.actor_of("grid_worker", CITY.next_grid)
    former = people.actor_of("grid_worker", CITY.grid)
    granted(worker, order, now_there)
    granted(former, order, left)

    with people.acting(worker):
        seen = registry.access_history(
            household_id=now_there.id, purpose="case_finding", by=worker, now=clock.now()
        )
        refused = registry.access_history(
            household_id=left.id, purpose="case_finding", by=worker, now=clock.now()
        )
    with people.acting(former):
        nothing = registry.access_history(
            household_id=left.id, purpose="case_finding", by=former, now=clock.now()
        )
        assert list(Residence.objects.all()) == [] == list(ResidentValue.objects.all())

    assert isinstance(seen, registry.HouseholdHistory) and isinstance(nothing, registry.HouseholdHistory)
    assert [(one.household_id, one.area_pos) for one in seen.places] == [(left.id, left.area_pos)]
    assert [(one.field, str(one.value)) for one in seen.values] == [
        ("phone", pack("cn").mask_phone(FATHER.phone))
    ]
    assert (nothing.values, nothing.places) == ((), ())
    assert isinstance(refused, Refusal) and refused.code == "no_grant"
    with people.as_owner():
        assert LedgerEntry.objects.filter(action="resident.history").count() == 2


GRIDS = {"A": CITY.grid, "B": CITY.next_grid, "C": CITY.other_community_grid}
#: Few people, households and values, so that files meet; '' says nothing.
lines = st.builds(
    lambda n, home, name, digits: Line(
        f"P{n}", name, "", "", phone(digits) if digits else "", "", GRIDS[home], home
    ),
    st.integers(1, 4),
    st.sampled_from("ABC"),
    st.sampled_from(["王小明", "李秀英"]),
    st.integers(0, 3),
)
files = st.lists(
    st.lists(lines, min_size=1, max_size=4, unique_by=lambda line: line.resident_ref), min_size=1, max_size=4
)


@settings(
    max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=files)
def test_whatever_files_come_the_last_word_holds_and_every_other_word_is_kept(
    order: governance.OrderView, tmp_path: Path, drawn: list[list[Line]]
) -> None:
    with transaction.atomic():
        told: dict[str, list[tuple[str, str, str]]] = {}
        for some in drawn:
            report = reported(tmp_path, order, some)
            changed = moved = 0
            for line in some:
                words = told.setdefault(line.resident_ref, [])
                name, said, home = words[-1] if words else ("", "", "")
                word = (line.name, line.phone or said, line.household_ref)
                changed += bool(words) and word != words[-1]
                moved += bool(words) and word[2] != home
                words.append(word)
            assert (report.changed, report.moved) == (changed, moved)
            assert report.rows == report.residents + report.changed + report.unchanged
            assert report.absent in (0, len(told) - len(some))
        for ref, words in told.items():
            name, said, home = words[-1]
            assert opened(ref) == (name, None, said or None)
            assert resident(ref).household_id == household(home).id
            steps = list(pairwise(words))
            kept = [
                (field, old[at] or None, "import")
                for old, new in steps
                for at, field in ((0, "name"), (1, "phone"))
                if old[at] != new[at]
            ]
            assert Counter(history(ref)) == Counter(kept)
            assert [place[0] for place in places(ref)] == [
                household(old[2]).id for old, new in steps if old[2] != new[2]
            ]
        transaction.set_rollback(True)


def test_each_change_has_its_time_and_they_touch(order: governance.OrderView, tmp_path: Path) -> None:
    for sequence in (1, 5, 6):
        reported(tmp_path, order, [FATHER.but(phone=phone(sequence))])

    with people.as_owner():
        first, second = ResidentValue.objects.order_by("valid_to")
    assert (
        first.valid_from == resident("R1").created_at < first.valid_to == second.valid_from < second.valid_to
    )
    assert {first.order_id, second.order_id} == {order.id}
    assert first.changed_by == "SYSTEM"
