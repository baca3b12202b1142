"""Rows that no key decides are compared with few people, in memory: who is found, who is opened, what is left."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake.models import Batch, Clue
from gridward.kernel import clock, ledger
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Resident
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STUDENT, MOTHER = people.returning_student, people.students_mother
NEIGHBOUR, NAMESAKE = people.neighbour_across, people.namesake_elsewhere
FREE_DOOR = STUDENT.address.replace("101室", "301室")
ELSEWHERE = "湖北省武汉市江汉区北湖街道建设大道568号"
NUMBER = pack("cn").synthetic_id("320199", people.date(1971, 1, 1), 3)
Row = tuple[str, str, str, str]


def phone(number: int) -> str:
    return pack("cn").synthetic_phone(700 + number)


def exchanged(number: str) -> str:
    """Exchange the first two neighbours behind the region that differ."""
    place = next(place for place in range(8, 16) if number[place] != number[place + 1])
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def known() -> dict[str, object]:
    with people.as_owner():
        return dict(Resident.objects.values_list("resident_ref", "id"))


def sent(folder: Path, rows: Sequence[Row], channel: str = "health-list") -> list[Clue]:
    """Send a list and return its clues by row."""
    report = people.send_list(folder, channel, rows)
    with people.as_owner():
        return list(Clue.objects.filter(batch_id=report.batch_id).order_by("row_number"))


def opened() -> list[LedgerEntry]:
    with people.as_owner():
        return list(LedgerEntry.objects.filter(action="people.open").order_by("id"))


def noted() -> dict[str, int]:
    with people.as_owner():
        return dict(Batch.objects.get().notes)


#: What a row says, and whom it is about by the truth.
FOUND: dict[str, tuple[Row, people.Neighbour]] = {
    "a dropped character at the door": (("王明", "", "", STUDENT.address), STUDENT),
    "a blurred sound at the door": (("王秀音", "", "", MOTHER.address), MOTHER),
    "two digits of the number exchanged, and a new telephone": (
        (NEIGHBOUR.name, exchanged(NEIGHBOUR.id_number), phone(2), ""), NEIGHBOUR,
    ),
    "the end of the number lost, and a new telephone": (
        (NEIGHBOUR.name, NEIGHBOUR.id_number[:15], phone(1), ""), NEIGHBOUR,
    ),
    "a digit of the telephone wrong, at the door": (
        ("李建", "", NEIGHBOUR.phone[:-1] + "9", NEIGHBOUR.address), NEIGHBOUR,
    ),
    "another given name under a number one digit away": (
        ("李国庆", exchanged(NEIGHBOUR.id_number), NEIGHBOUR.phone[:-1] + "8", NEIGHBOUR.address), NEIGHBOUR,
    ),
}  # fmt: skip


def test_a_row_no_key_decides_is_told_by_likeness(street: governance.OrderView, tmp_path: Path) -> None:
    residents = known()

    clues = sent(tmp_path, [row for row, _person in FOUND.values()])

    for name, (_row, person), clue in zip(FOUND, FOUND.values(), clues, strict=True):
        assert (clue.waiting_reason, clue.resident_id) == ("", residents[person.ref]), name
        assert clue.match_rule == "fuzzy", name
    assert noted()["matched_by_likeness"] == len(FOUND)


#: Rows that stay for a person: the reason, and those who may be meant, the most alike first.
LEFT: dict[str, tuple[Row, str, tuple[people.Neighbour, ...]]] = {
    "somebody of the family's name": (
        ("王大海", "", "", STUDENT.address), "name_not_at_door", (STUDENT, MOTHER),
    ),
    "a stranger without a number": (("赵不识", "", phone(4), NEIGHBOUR.address), "name_not_at_door", (NEIGHBOUR,)),
    "a number one slip away, of another given name, and nothing else": (
        ("王大海", exchanged(STUDENT.id_number), phone(5), NAMESAKE.address), "name_not_at_door", (STUDENT, NAMESAKE),
    ),
}  # fmt: skip


def test_what_is_not_sure_waits_with_the_most_alike_first(
    street: governance.OrderView, tmp_path: Path
) -> None:
    residents = known()

    clues = sent(tmp_path, [row for row, _reason, _people in LEFT.values()])

    for name, (_row, reason, candidates), clue in zip(LEFT, LEFT.values(), clues, strict=True):
        assert (clue.count_state, clue.waiting_reason) == ("waiting", reason), name
        assert clue.candidates[0] == str(residents[candidates[0].ref]), name
        assert set(clue.candidates) == {str(residents[one.ref]) for one in candidates}, name


def test_a_stranger_whose_number_holds_is_new_at_the_door_and_nobody_is_opened_for_it(
    street: governance.OrderView, tmp_path: Path
) -> None:
    (clue,) = sent(tmp_path, [("赵不识", NUMBER, phone(4), NEIGHBOUR.address)])

    assert (clue.count_state, clue.resident_id, clue.match_rule) == ("new", None, "")
    assert opened() == []
    assert "people_opened" not in noted()


def test_the_ledger_names_exactly_the_people_who_were_opened(
    street: governance.OrderView, tmp_path: Path
) -> None:
    residents = known()

    meant = (NAMESAKE.name, exchanged(NAMESAKE.id_number), phone(3), "")

    sent(tmp_path, [("王明", "", "", STUDENT.address), ("王秀", "", "", MOTHER.address), meant])

    entries = opened()
    family = sorted(residents[one.ref] for one in (STUDENT, MOTHER))
    assert {entry.object_hash for entry in entries} == {
        ledger.page_hash("resident", family).root,
        ledger.page_hash("resident", [residents[NAMESAKE.ref]]).root,
    }
    assert all((entry.purpose, entry.basis) == ("case_finding", str(street.id)) for entry in entries)
    counted = sum(json.loads(entry.detail)["people_count"] for entry in entries)
    assert counted == noted()["people_opened"] == 3
    # One row is about each of them: nobody was opened whom the list does not ask after.
    assert "bystanders_opened" not in noted()


def test_the_order_of_the_rows_makes_no_difference(street: governance.OrderView, tmp_path: Path) -> None:
    rows = [row for row, *_rest in (*FOUND.values(), *LEFT.values())]
    became = []
    for seed in (1, 2):
        mixed = rows.copy()
        random.Random(seed).shuffle(mixed)
        clues = sent(tmp_path, mixed, ("health-list", "police-list")[seed - 1])
        told = [(clue.resident_id, clue.waiting_reason, clue.candidates) for clue in clues]
        became.append(dict(zip(mixed, told, strict=True)))

    assert became[0] == became[1]


def crowded(street: governance.OrderView, folder: Path, count: int) -> None:
    """Register many people behind the free door, each without a document number."""
    path = folder / "home.csv"
    given = "安博昌德恩方光海杰凯"
    rows = [f"C{n},周{given[n]}远,01,,,{FREE_DOOR},320102003015002,HC" for n in range(count)]
    head = "resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    report = registry.register_import(
        path=path, filename=path.name, order_id=street.id, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(report, Refusal) and not report.problems
    connection.check_constraints()


def test_no_more_bystanders_are_opened_than_the_profile_allows(
    street: governance.OrderView, tmp_path: Path
) -> None:
    crowded(street, tmp_path, 9)
    one_of_them = ("周安", "", "", FREE_DOOR)
    nowhere = [(f"赵{name}无处", "", phone(n), ELSEWHERE) for n, name in enumerate("甲乙丙丁", 10)]

    (alone,) = sent(tmp_path, [one_of_them])
    before = opened()
    together = sent(tmp_path, [one_of_them, *nowhere], "police-list")

    # Two for each row: behind this door are nine, and one row alone may not open them.
    assert (alone.waiting_reason, before) == ("name_not_at_door", [])
    assert (together[0].match_rule, together[0].resident_id) == ("fuzzy", known()["C0"])
    assert [json.loads(entry.detail)["people_count"] for entry in opened()] == [9]


def test_an_order_signed_before_profiles_knew_likeness_is_worked_on_by_keys_alone(
    street: governance.OrderView, tmp_path: Path
) -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("update governance_profile set parameters = parameters - 'match_sure_bits'")

    (clue,) = sent(tmp_path, [("王明", "", "", STUDENT.address)])

    assert (clue.waiting_reason, opened()) == ("name_not_at_door", [])
