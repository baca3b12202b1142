"""Who a row is about, as a table against the truth: merged, new or waiting for a person, and never somebody else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.models import Clue
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry.models import Resident
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STUDENT, MOTHER = people.returning_student, people.students_mother
NEIGHBOUR, NAMESAKE = people.neighbour_across, people.namesake_elsewhere
FREE_DOOR = STUDENT.address.replace("101室", "301室")
NUMBER = pack("cn").synthetic_id("320199", date(1971, 1, 1), 3)
OTHER_NUMBER = pack("cn").synthetic_id("320199", date(1972, 2, 2), 4)
Row = tuple[str, str, str, str]


def phone(number: int) -> str:
    return pack("cn").synthetic_phone(500 + number)


def places() -> dict[str, object]:
    with people.as_owner():
        return dict(Resident.objects.values_list("resident_ref", "id"))


def became(folder: Path, lists: Sequence[tuple[str, Row]]) -> list[Clue]:
    for channel, row in lists:
        people.send_list(folder, channel, [row])
    with people.as_owner():
        return list(Clue.objects.order_by("id"))


@contextmanager
def undone() -> Iterator[None]:
    """Let what the block does not have happened, so that the next case of a table finds the street as it was."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


#: A row about somebody the register knows: the row, whom it is about by the truth, and the rule that says so.
KNOWN: dict[str, tuple[Row, people.Neighbour, str]] = {
    "everything right": ((STUDENT.name, STUDENT.id_number, STUDENT.phone, STUDENT.address), STUDENT, "id"),
    "only the document number": ((STUDENT.name, STUDENT.id_number, "", ""), STUDENT, "id"),
    "the number of fifteen digits": (
        (MOTHER.name, MOTHER.id_number[:6] + MOTHER.id_number[8:17], "", ""), MOTHER, "id",
    ),
    "a new telephone": ((STUDENT.name, STUDENT.id_number, phone(1), STUDENT.address), STUDENT, "id"),
    "a new address": ((STUDENT.name, STUDENT.id_number, "", NEIGHBOUR.address), STUDENT, "id"),
    "a homophone beside the number": (("王晓铭", STUDENT.id_number, "", ""), STUDENT, "id"),
    "a dropped character beside the number": (("王明", STUDENT.id_number, "", ""), STUDENT, "id"),
    "a swapped digit beside the telephone": (
        (STUDENT.name, STUDENT.id_number[:-2] + "99", STUDENT.phone, ""), STUDENT, "phone_name",
    ),
    "telephone and name": ((NAMESAKE.name, "", NAMESAKE.phone, ""), NAMESAKE, "phone_name"),
    "telephone and a homophone": (("李健国", "", NEIGHBOUR.phone, ""), NEIGHBOUR, "phone_name"),
    "telephone and a dropped character": (("李国", "", NEIGHBOUR.phone, ""), NEIGHBOUR, "phone_surname"),
    "door and name": ((MOTHER.name, "", "", MOTHER.address), MOTHER, "door_name"),
    "door, name and a new telephone": ((MOTHER.name, "", phone(2), MOTHER.address), MOTHER, "door_name"),
    "a dropped character at the door": (("王明", "", "", STUDENT.address), STUDENT, "fuzzy"),
    "a homonym is told by the door": ((NAMESAKE.name, "", "", NAMESAKE.address), NAMESAKE, "door_name"),
}  # fmt: skip


def test_a_registered_person_is_found_by_whatever_is_right(
    street: governance.OrderView, tmp_path: Path
) -> None:
    known = places()
    for name, (row, person, rule) in KNOWN.items():
        with undone():
            (clue,) = became(tmp_path, [("health-list", row)])

        assert (clue.count_state, clue.resident_id, clue.match_rule) == ("new", known[person.ref], rule), name
        assert clue.area_pos == people.city().pos(person.grid), name


#: A row that could be two people or nobody: it waits with a reason, and these are the people it could be about.
DOUBTFUL: dict[str, tuple[Row, str, tuple[people.Neighbour, ...]]] = {
    "the number of another surname": (("李小明", STUDENT.id_number, "", ""), "name_disagrees", (STUDENT,)),
    "number and telephone of two households": (
        (STUDENT.name, STUDENT.id_number, NAMESAKE.phone, ""), "keys_disagree", (STUDENT, NAMESAKE),
    ),
    "the number of one and the door of his homonym": (
        (STUDENT.name, STUDENT.id_number, "", NAMESAKE.address), "keys_disagree", (STUDENT, NAMESAKE),
    ),
    "a homonym with nothing but a name and a community": (
        (STUDENT.name, "", phone(3), "南京市玄武区新街口街道成贤街社区"), "unplaced", (),
    ),
    "a stranger at a registered door": (
        ("赵不识", "", phone(4), NEIGHBOUR.address), "name_not_at_door", (NEIGHBOUR,),
    ),
    "an unknown name on a known telephone": (("赵不识", "", STUDENT.phone, ""), "no_address", ()),
}  # fmt: skip


def test_what_could_be_somebody_else_waits_with_those_it_could_be(
    street: governance.OrderView, tmp_path: Path
) -> None:
    known = places()
    for name, (row, reason, candidates) in DOUBTFUL.items():
        with undone():
            (clue,) = became(tmp_path, [("health-list", row)])

        assert (clue.count_state, clue.waiting_reason, clue.resident_id) == ("waiting", reason, None), name
        assert set(clue.candidates) == {str(known[one.ref]) for one in candidates}, name


def test_a_number_wins_over_a_door_where_nobody_of_that_name_lives(
    street: governance.OrderView, tmp_path: Path
) -> None:
    (clue,) = became(tmp_path, [("health-list", (MOTHER.name, STUDENT.id_number, "", NAMESAKE.address))])

    assert (clue.count_state, clue.resident_id) == ("new", places()[STUDENT.ref])


def registered_too(street: governance.OrderView, folder: Path, rows: Sequence[str]) -> None:
    path = folder / "more.csv"
    lines = ["resident_ref,name,id_kind,id_number,phone,address,area_code,household_ref", *rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = registry.register_import(
        path=path, filename=path.name, order_id=street.id, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(report, Refusal) and not report.problems, report


def test_a_telephone_a_whole_family_uses_is_told_by_the_name(
    street: governance.OrderView, tmp_path: Path
) -> None:
    registered_too(
        street,
        tmp_path,
        [f"F{n},{name},01,,{phone(9)},,320102003015001,HF" for n, name in enumerate(("孙大", "孙二"))],
    )
    rows = [("孙大", "", phone(9), ""), ("孙二", "", phone(9), ""), ("孙三", "", phone(9), "")]

    clues = became(tmp_path, [("health-list", row) for row in rows])

    known = places()
    assert [clue.resident_id for clue in clues] == [known["F0"], known["F1"], None]
    assert (clues[2].waiting_reason, set(clues[2].candidates)) == (
        "ambiguous",
        {str(known["F0"]), str(known["F1"])},
    )


def test_homonyms_behind_one_door_are_ambiguous_until_a_key_tells(
    street: governance.OrderView, tmp_path: Path
) -> None:
    registered_too(
        street,
        tmp_path,
        [f"D{n},周平,01,,{phone(20 + n)},{FREE_DOOR},320102003015002,HD" for n in (1, 2)],
    )

    unclear, clear = became(
        tmp_path,
        [("health-list", ("周平", "", "", FREE_DOOR)), ("police-list", ("周平", "", phone(22), FREE_DOOR))],
    )

    assert (unclear.waiting_reason, len(unclear.candidates)) == ("ambiguous", 2)
    assert clear.resident_id == places()["D2"]


#: Rows of two lists about people the register does not know: are they one person, two, or for a person to decide?
STRANGERS: dict[str, tuple[Row, Row, str]] = {
    "same number, other telephone": (
        ("赵大年", NUMBER, phone(1), FREE_DOOR), ("赵大年", NUMBER, phone(2), ""), "one",
    ),
    "same number, a homophone": (("赵大年", NUMBER, "", FREE_DOOR), ("赵达年", NUMBER, "", ""), "one"),
    "same number, a dropped character": (("赵大年", NUMBER, "", FREE_DOOR), ("赵年", NUMBER, "", ""), "one"),
    "same number, two addresses": (
        ("赵大年", NUMBER, "", FREE_DOOR), ("赵大年", NUMBER, "", FREE_DOOR.replace("301", "302")), "one",
    ),
    "same telephone and name, no number": (
        ("赵大年", "", phone(1), FREE_DOOR), ("赵大年", "", phone(1), ""), "one",
    ),
    "same telephone, a homophone": (("赵大年", "", phone(1), FREE_DOOR), ("赵达年", "", phone(1), ""), "one"),
    "same door and name": (("赵大年", NUMBER, "", FREE_DOOR), ("赵大年", "", phone(2), FREE_DOOR), "one"),
    "same telephone, another name": (
        ("赵大年", "", phone(1), FREE_DOOR), ("钱小燕", "", phone(1), FREE_DOOR), "two",
    ),
    "same telephone, a dropped character": (
        ("赵大年", "", phone(1), FREE_DOOR), ("赵年", "", phone(1), FREE_DOOR), "two",
    ),
    "same name, nothing else": (
        ("赵大年", "", phone(1), FREE_DOOR),
        ("赵大年", "", phone(2), "南京市玄武区新街口街道大石桥社区第2网格"), "two",
    ),
    "same number, another surname": (
        ("赵大年", NUMBER, "", FREE_DOOR), ("钱大年", NUMBER, "", FREE_DOOR), "name_disagrees",
    ),
    "same telephone and name, other number": (
        ("赵大年", NUMBER, phone(1), FREE_DOOR), ("赵大年", OTHER_NUMBER, phone(1), ""), "keys_disagree",
    ),
    "same door and name, other number": (
        ("赵大年", NUMBER, "", FREE_DOOR), ("赵大年", OTHER_NUMBER, "", FREE_DOOR), "keys_disagree",
    ),
}  # fmt: skip


def test_two_rows_about_strangers_are_one_person_only_when_nothing_speaks_against_it(
    street: governance.OrderView, tmp_path: Path
) -> None:
    for name, (first, second, verdict) in STRANGERS.items():
        with undone():
            one, other = became(tmp_path, [("health-list", first), ("police-list", second)])

        assert one.count_state == "new", name
        found = (other.count_state, other.waiting_reason)
        if verdict == "one":
            assert found == ("merged", ""), name
            assert (other.person_id, other.household_id) == (one.person_id, one.household_id), name
        elif verdict == "two":
            assert found == ("new", "") and other.person_id != one.person_id, name
        else:
            assert (*found, other.person_id) == ("waiting", verdict, None), name


def test_a_stranger_without_a_place_is_new_as_soon_as_a_list_says_where(
    street: governance.OrderView, tmp_path: Path
) -> None:
    nowhere, placed, again = became(
        tmp_path,
        [
            ("health-list", ("赵大年", NUMBER, "", "")),
            ("police-list", ("赵大年", NUMBER, "", FREE_DOOR)),
            ("transport-list", ("赵大年", NUMBER, phone(1), "")),
        ],
    )

    assert [one.count_state for one in (nowhere, placed, again)] == ["waiting", "new", "merged"]
    assert nowhere.waiting_reason == "no_address" and again.person_id == placed.person_id


def test_a_telephone_a_list_gave_to_somebody_registered_never_makes_a_stranger_of_them(
    street: governance.OrderView, tmp_path: Path
) -> None:
    sure, doubtful = became(
        tmp_path,
        [
            ("health-list", (STUDENT.name, STUDENT.id_number, phone(7), "")),
            ("police-list", (STUDENT.name, "", phone(7), FREE_DOOR)),
        ],
    )

    assert (doubtful.waiting_reason, doubtful.candidates) == ("ambiguous", [str(sure.resident_id)])


def test_the_count_of_each_list_is_fixed_when_it_is_resolved(
    street: governance.OrderView, tmp_path: Path
) -> None:
    rows = [people.row_about(STUDENT), people.row_about(STUDENT, phone=False), ("赵无处", "", phone(1), "")]

    first = people.send_list(tmp_path, "health-list", rows)
    second = people.send_list(tmp_path, "police-list", rows)

    assert [(r.merged, r.new, r.waiting) for r in (first, second)] == [(1, 1, 1), (2, 0, 1)]
    assert isinstance(first, intake.BatchReport)
    again = intake.batch_resolve(batch_id=first.batch_id, by=SYSTEM, now=clock.now())
    assert again == first
