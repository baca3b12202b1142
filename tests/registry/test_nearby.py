"""Who a row may be about is told blind; opened is who is asked for, a community at a time, each with an entry."""

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from gridward.governance import api as governance
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.registry import api as registry
from gridward.registry.models import Household, Resident
from tests import people
from tests.people import date
from tests.registry.town import CITY, Line, number, phone, reported

pytestmark = pytest.mark.django_db
FATHER, CHILD = number(date(1970, 1, 1), 1), ""
HOME = "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元101室"
FAMILY = [
    Line("F1", "钱大江", id_number=FATHER, phone=phone(1), address=HOME, household_ref="F"),
    Line("F2", "钱小江", id_number=CHILD, phone=phone(1), address=HOME, household_ref="F"),
    Line("O1", "孙一", phone=phone(2), area_code=CITY.other_community_grid, household_ref="O"),
    Line("P1", "周二", phone=phone(3), area_code=CITY.other_community_grid, household_ref="P"),
]
Opened = list[tuple[int, list[str]]]


@pytest.fixture
def family(street: governance.OrderView, tmp_path: Path) -> governance.OrderView:
    """A father with a number and a child without one behind the students' door, and two people elsewhere."""
    reported(tmp_path, street, FAMILY)
    return street


def ids() -> dict[str, UUID]:
    with people.as_owner():
        return dict(Resident.objects.values_list("resident_ref", "id"))


def door() -> int:
    with people.as_owner():
        found = Household.objects.get(household_ref="F").address_id
    assert found is not None
    return found


def near(order: governance.OrderView, row: registry.NearRow) -> set[tuple[str, bool]]:
    """Return the refs of those a row may be about, with whether a number was meant."""
    names = {resident: ref for ref, resident in ids().items()}
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        found = registry.people_near(domain=order.domain, rows=[row])
    return {(names[one.resident_id], one.is_meant) for one in found}


def opened(order: governance.OrderView, asked: Sequence[UUID]) -> Opened:
    with governance.job_scope(order_id=order.id, purpose="case_finding"):
        blocks = list(
            registry.blocks_opened(
                order=order, purpose="case_finding", resident_ids=asked, by=SYSTEM, now=clock.now()
            )
        )
    return [(block.area_pos, sorted(person.name for person in block.people)) for block in blocks]


def test_everybody_behind_the_door_comes_into_question(family: governance.OrderView) -> None:
    found = near(family, registry.NearRow(1, door()))

    assert found == {("F1", False), ("F2", False), ("R1", False), ("R2", False)}


def test_who_certainly_has_another_number_does_not(family: governance.OrderView) -> None:
    assert near(family, registry.NearRow(1, door(), is_id_sure=True)) == {("F2", False)}


def test_a_number_that_was_meant_counts_with_the_surname_only(family: governance.OrderView) -> None:
    meant = (number(date(1970, 1, 1), 9), FATHER)

    assert near(family, registry.NearRow(1, None, False, "qian", meant)) == {("F1", True)}
    assert near(family, registry.NearRow(1, None, False, "sun", meant)) == set()


def test_a_row_without_door_and_number_is_near_nobody(family: governance.OrderView) -> None:
    assert near(family, registry.NearRow(1)) == set()


def test_exactly_those_asked_for_are_opened_a_community_at_a_time(family: governance.OrderView) -> None:
    known = ids()

    blocks = opened(family, [known["F2"], known["O1"], known["P1"], uuid4()])

    assert sorted(names for _pos, names in blocks) == [["周二", "孙一"], ["钱小江"]]
    with people.as_owner():
        entries = list(LedgerEntry.objects.filter(action="people.open"))
    told = {
        json.loads(entry.detail)["area_pos"]: json.loads(entry.detail)["people_count"] for entry in entries
    }
    assert told == {pos: len(names) for pos, names in blocks}
    assert all((entry.purpose, entry.basis) == ("case_finding", str(family.id)) for entry in entries)


def test_nobody_asked_for_leaves_no_entry(family: governance.OrderView) -> None:
    assert opened(family, []) == []
    with people.as_owner():
        assert not LedgerEntry.objects.filter(action="people.open").exists()


def test_another_orders_register_is_neither_searched_nor_opened(family: governance.OrderView) -> None:
    where, whom = door(), ids()["F1"]
    other = people.signed_order(kind="flood")

    assert near(other, registry.NearRow(1, where, False, "qian", (FATHER,))) == set()
    assert opened(other, [whom]) == []
