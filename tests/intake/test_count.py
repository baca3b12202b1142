"""`rows = accepted + rejected`, `accepted = merged + new + waiting`: every physical row is accounted for once."""

import random
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.intake import api as intake
from gridward.intake.actions import resolve
from gridward.intake.models import Batch, BatchReject, Clue
from gridward.kernel import clock, outbox
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import DataKey, LedgerEntry
from gridward.registry.models import Household
from tests import people
from tests.intake.test_receive import HEAD, end, resolved, send, written

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAMES = ["", "王小明", "王秀英", "李建国", "赵 大 年", "欧阳先生", "=1+1", "无"]
ADDRESSES = [
    "", "无", people.returning_student.address, people.neighbour_across.address,
    "南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元999室", "南京市玄武区新街口街道",
    "北京市朝阳区望京街道广顺北大街33号",
]  # fmt: skip


def someone(chance: random.Random) -> tuple[str, str, str, str]:
    """Return a row as departments write it: right, half right or nonsense."""
    country = pack("cn")
    if chance.random() < 0.4:
        return people.row_about(chance.choice(people.EVERYBODY), id_number=chance.random() < 0.6)
    number = country.synthetic_id("320199", date(1980, 1, 1 + chance.randrange(4)), 7)
    ids = ["", "无", number, number[:-1], people.students_mother.id_number]
    phones = ["", "138", country.synthetic_phone(900 + chance.randrange(4)), people.returning_student.phone]
    return chance.choice(NAMES), chance.choice(ids), chance.choice(phones), chance.choice(ADDRESSES)


@pytest.mark.parametrize("seed", range(6))
def test_every_row_is_counted_once_and_lies_where_it_was_counted(
    seed: int, street: governance.OrderView, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    for channel in ("health-list", "police-list", "transport-list"):
        rows = [",".join(someone(chance)) for _ in range(40)]
        blank = sorted(chance.sample(range(len(rows)), 4))
        for place in blank:
            rows[place] = ",,,"
        report = resolved(send(written(tmp_path, "a.csv", "\n".join([HEAD, *rows]) + "\n"), channel=channel))

        assert report.rows == 36 == report.accepted + report.rejected
        assert report.accepted == report.merged + report.new + report.waiting
        with people.as_owner():
            clues = list(Clue.objects.filter(batch_id=report.batch_id))
            rejects = list(BatchReject.objects.filter(batch_id=report.batch_id))
        lines = [clue.row_number for clue in clues] + [reject.row_number for reject in rejects]
        assert sorted(lines) == [line for line in range(2, 42) if line - 2 not in blank]
        for state in ("merged", "new", "waiting"):
            assert sum(clue.count_state == state for clue in clues) == getattr(report, state)

    outbox.drain_all()
    with people.as_owner():
        every = list(Clue.objects.all())
        placed = [clue for clue in every if clue.count_state != "waiting"]
        assert all(clue.person_id and clue.household_id and clue.task_id for clue in placed)
        assert not any(clue.person_id or clue.task_id for clue in every if clue.count_state == "waiting")
        for person in {clue.person_id for clue in placed}:
            about = [clue for clue in placed if clue.person_id == person]
            assert sum(clue.count_state == "new" for clue in about) == 1
            assert len({clue.household_id for clue in about}) == 1
            assert len({clue.resident_id for clue in about}) == 1


def test_nobody_in_the_register_is_two_people(street: governance.OrderView, tmp_path: Path) -> None:
    student = people.returning_student
    rows = [people.row_about(student), people.row_about(student, id_number=False)]

    report = people.send_list(tmp_path, "health-list", [*rows, people.row_about(people.namesake_elsewhere)])

    assert (report.new, report.merged, report.waiting) == (2, 1, 0)


def stranger(
    name: str, number: int = 1, *, id_number: str = "", room: str = "301"
) -> tuple[str, str, str, str]:
    address = f"南京市玄武区新街口街道成贤街社区珠江路273号1幢1单元{room}室"
    return name, id_number, pack("cn").synthetic_phone(800 + number), address


def test_unknown_people_behind_one_door_share_a_provisional_household(
    street: governance.OrderView, tmp_path: Path
) -> None:
    report = people.send_list(tmp_path, "health-list", [stranger("赵大年", 1), stranger("钱小燕", 2)])

    assert (report.new, report.waiting) == (2, 0)
    with people.as_owner():
        (household,) = Household.objects.filter(kind="provisional")
        assert set(Clue.objects.values_list("household_id", flat=True)) == {household.id}
        assert Clue.objects.values("person_id").distinct().count() == 2


def test_two_people_of_one_telephone_and_other_surnames_stay_two(
    street: governance.OrderView, tmp_path: Path
) -> None:
    report = people.send_list(tmp_path, "health-list", [stranger("赵大年", 1), stranger("钱小燕", 1)])

    assert (report.new, report.merged) == (2, 0)


def test_an_unknown_person_of_two_lists_is_one_person(street: governance.OrderView, tmp_path: Path) -> None:
    first = people.send_list(tmp_path, "health-list", [stranger("赵大年", 1)])
    second = people.send_list(tmp_path, "police-list", [stranger("赵大年", 1, room="")])

    assert (first.new, second.new, second.merged) == (1, 0, 1)


def test_one_number_under_two_surnames_waits(street: governance.OrderView, tmp_path: Path) -> None:
    number = pack("cn").synthetic_id("320199", date(1971, 1, 1), 3)
    rows = [stranger("赵大年", 1, id_number=number), stranger("钱小燕", 2, id_number=number)]

    report = people.send_list(tmp_path, "health-list", rows)

    assert report.waiting == 2
    with people.as_owner():
        assert set(Clue.objects.values_list("waiting_reason", flat=True)) == {"name_disagrees"}


def test_an_address_outside_the_order_waits_at_the_order(city: people.City, tmp_path: Path) -> None:
    before = people.signed_order()
    people.found_street(before, tmp_path)
    end(before)
    people.signed_order(area=city.dashiqiao, kind="flood")

    report = people.send_list(tmp_path, "health-list", [stranger("赵大年", 1)])

    assert report.waiting == 1
    with people.as_owner():
        clue = Clue.objects.get()
        assert (clue.waiting_reason, clue.area_pos) == ("outside_order", city.pos(city.dashiqiao))


def test_what_cannot_be_used_in_a_row_that_is_taken_is_counted(
    street: governance.OrderView, tmp_path: Path
) -> None:
    name, number, phone, address = people.row_about(people.returning_student)

    people.send_list(
        tmp_path, "health-list", [(name, number[:-1], phone, address), (name, number, "12", address)]
    )

    with people.as_owner():
        assert Batch.objects.get().notes == {"id_unusable": 1, "phone_unusable": 1}


def test_a_hotline_is_nobodys_own_number(street: governance.OrderView, tmp_path: Path) -> None:
    rows = [("赵大年", "", "110", ""), ("赵大年", "", "110", people.row_about(people.neighbour_across)[3])]

    report = people.send_list(tmp_path, "health-list", rows)

    assert (report.rejected, report.merged) == (1, 0)


def test_nothing_of_a_row_is_in_the_database_in_the_open(
    street: governance.OrderView, tmp_path: Path
) -> None:
    number = pack("cn").synthetic_id("320199", date(1971, 1, 1), 3)
    row = stranger("赵大年", 1, id_number=number)

    people.send_list(tmp_path, "health-list", [row])

    with people.as_owner():
        kept = repr(list(Clue.objects.values_list())) + repr(list(LedgerEntry.objects.values_list()))
    for value in row:
        assert value not in kept and repr(value.encode())[2:-1] not in kept


def test_waiting_rows_are_sealed_with_a_key_of_their_list(
    street: governance.OrderView, tmp_path: Path
) -> None:
    rows = [("赵大年", "", pack("cn").synthetic_phone(801), "北京市朝阳区望京街道广顺北大街33号")]

    people.send_list(tmp_path, "health-list", [*rows, ("钱小燕", "", pack("cn").synthetic_phone(802), "")])

    with people.as_owner():
        (key,) = set(Clue.objects.values_list("data_key", flat=True))
        assert DataKey.objects.filter(id=key, domain=street.domain).exists()
        assert not Household.objects.filter(data_key=key).exists()


class Killed(Exception):
    """The process went away."""


def test_killed_in_the_middle_nothing_is_half_made_and_the_next_run_finishes(
    street: governance.OrderView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = send(written(tmp_path, "a.csv", f"{HEAD}\n{','.join(stranger('赵大年'))}\n"))
    assert isinstance(batch, intake.BatchView)

    def die(*_args: object) -> None:
        raise Killed

    # A power cut has no port of its own: the last step before the commit dies instead.
    with monkeypatch.context() as power, pytest.raises(Killed):
        power.setattr(resolve, "_count", die)
        intake.batch_resolve(batch_id=batch.id, by=SYSTEM, now=clock.now())

    with people.as_owner():
        assert not Clue.objects.exists()
        assert not Household.objects.filter(kind="provisional").exists()
        assert Batch.objects.get().state == "received"
    assert resolved(batch).new == 1


@pytest.mark.parametrize("change", [{"row_count": 9}, {"waiting_count": 9}])
def test_the_database_refuses_a_count_that_does_not_add_up(
    change: dict[str, int], street: governance.OrderView, tmp_path: Path
) -> None:
    people.send_list(tmp_path, "health-list", [people.row_about(people.returning_student)])

    with people.as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(**change)
