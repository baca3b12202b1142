"""An import's work in several processes: the same people come in, and no process outlives the import."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal, Refused, refuse
from gridward.kernel.tabular import Row, RowProblem, TableChangedError
from gridward.registry import api as registry
from gridward.registry import importing, lanes
from gridward.registry.models import ImportLane, ImportRun
from gridward.registry.preparing import Chunk
from gridward.registry.reading import Lane, Person
from tests import people
from tests.registry.test_register_resumed import population, summary
from tests.registry.town import counted, written

KEY_INDEXES = {"personkey_id", "personkey_phone_surname", "personkey_phone_name", "personkey_door_name"}


@pytest.fixture
def in_two_lanes(monkeypatch: pytest.MonkeyPatch, fresh_database: str) -> Iterator[None]:
    monkeypatch.setattr(lanes, "LANES_FROM", 10)
    monkeypatch.setattr(lanes, "LANES_MAX", 2)
    monkeypatch.setattr(lanes, "lanes_for", lambda _rows: 2)
    monkeypatch.setattr(importing, "lanes_for", lambda _rows: 2)
    monkeypatch.setattr(importing, "CHUNK", 40)
    yield
    connections.close_all()


def test_every_lane_is_a_process_and_what_it_tells_is_heard() -> None:
    def work(number: int) -> Iterator[tuple[int, int]]:
        yield number, os.getpid()
        yield number, os.getpid()

    told = list(lanes.in_lanes(3, work))

    pids = {pid for _number, pid in told}
    assert sorted(number for number, _pid in told) == [0, 0, 1, 1, 2, 2]
    assert len(pids) == 3 and os.getpid() not in pids


def test_one_lane_needs_no_process() -> None:
    assert list(lanes.in_lanes(1, lambda _number: iter([os.getpid()]))) == [os.getpid()]


def test_what_one_lane_raises_is_raised_and_ends_the_others() -> None:
    def work(number: int) -> Iterator[int]:
        yield os.getpid()
        if number == 0:
            time.sleep(0.1)
            raise KeyError("a fault of lane 0")
        time.sleep(600)

    heard: list[int] = []
    with pytest.raises(KeyError, match="a fault of lane 0"):
        for pid in lanes.in_lanes(2, work):
            heard.append(pid)

    assert len(heard) == 2
    assert [pid for pid in heard if Path(f"/proc/{pid}").exists()] == []


def test_a_lane_that_is_killed_is_no_end_of_its_work() -> None:
    def work(number: int) -> Iterator[int]:
        yield number
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(lanes.LaneLostError):
        list(lanes.in_lanes(2, work))


def test_an_error_that_cannot_be_sent_is_told_by_its_kind_without_its_words() -> None:
    class OwnError(Exception):
        pass

    def work(_number: int) -> Iterator[int]:
        yield 1
        raise OwnError("name of somebody")

    with pytest.raises(RuntimeError, match="OwnError") as raised:
        list(lanes.in_lanes(2, work))
    assert "somebody" not in str(raised.value)


class OddError(Exception):
    """Can be sent and not be received: what it is made of is not what it says."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(f"name of somebody in {row}:{column}")


def test_an_error_that_could_only_be_sent_is_told_by_its_kind_too() -> None:
    def work(_number: int) -> Iterator[int]:
        yield 1
        raise OddError(1, 2)

    with pytest.raises(RuntimeError, match="OddError") as raised:
        list(lanes.in_lanes(2, work))
    assert "somebody" not in str(raised.value)


@pytest.mark.parametrize("error", [Refused(refuse("order_inactive")), TableChangedError()])
def test_what_ends_an_import_arrives_from_a_lane_as_what_it_is(error: Exception) -> None:
    def work(_number: int) -> Iterator[int]:
        yield 1
        raise error

    with pytest.raises(type(error)) as raised:
        list(lanes.in_lanes(2, work))
    assert getattr(raised.value, "refusal", None) == getattr(error, "refusal", None)


def test_every_row_falls_to_one_lane_and_a_household_never_to_two() -> None:
    rows = [Row(number, (f"R{number}", f"H{number // 3}")) for number in range(900)]

    parts = [Lane(number, 3).rows(rows, 1) for number in range(3)]

    assert sorted(row.number for part in parts for row in part) == list(range(900))
    homes = [{row.cells[1] for row in part} for part in parts]
    assert sum(map(len, homes)) == 300 == len(set.union(*homes))
    assert all(len(part) > 200 for part in parts), "evenly"


@pytest.mark.usefixtures("in_two_lanes")
def test_two_lanes_bring_in_whom_one_brings_in_and_go_on_where_they_were_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    lines = population(600)
    path = written(tmp_path, lines)
    whole = register(path, order)
    undisturbed, indexes = summary(order.domain), key_indexes()
    empty_register()

    with pytest.raises(InterruptedError):
        register(path, order, cut_at=200)
    half, half_indexes = counted()[1], key_indexes()
    done = list(ImportLane.objects.order_by("number").values_list("rows_done", flat=True))
    monkeypatch.setattr(importing, "lanes_for", lambda _rows: 1)
    rest = register(path, order)

    assert (whole.residents, whole.resumed_from) == (len(lines), 0)
    assert len(done) == 2 and sum(done) == half == rest.resumed_from and 200 <= half < len(lines)
    assert (rest.residents, rest.known) == (len(lines), 0)
    assert summary(order.domain) == undisturbed
    assert (indexes, half_indexes, key_indexes()) == (KEY_INDEXES, KEY_INDEXES, KEY_INDEXES)


@pytest.mark.usefixtures("in_two_lanes")
def test_an_order_that_ends_during_a_load_in_lanes_stops_the_run_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    slowly(monkeypatch)

    def ends(step: str, done: int, _total: int) -> None:
        if step == "registering" and done < 100:
            end_orders()

    path = written(tmp_path, population(600))
    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now(), progress=ends
    )

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert [(run.state, run.reason) for run in ImportRun.objects.all()] == [("stopped", "order_inactive")]
    assert 0 < counted()[1] < 600, "what was collected in time stays"
    assert ledger_actions() == ["register.stop"]
    assert key_indexes() == KEY_INDEXES


@pytest.mark.usefixtures("in_two_lanes")
def test_a_run_is_stopped_when_its_lanes_have_ended_and_counts_everybody_who_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    slowly(monkeypatch)
    ready = importing.Preparer.chunk
    moved = RowProblem(7, "household_ref", "household_elsewhere", "moved")

    def chunk(self: importing.Preparer, people: Sequence[Person]) -> Chunk:
        first = any(person.row == 2 for person in people)
        return Chunk(len(people), problems=(moved,)) if first else ready(self, people)

    at_the_stop: list[list[str]] = []
    stop = importing.runs.run_stop

    def stops(**what: Any) -> None:
        at_the_stop.append(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split())
        stop(**what)

    monkeypatch.setattr(importing.Preparer, "chunk", chunk)
    monkeypatch.setattr(importing.runs, "run_stop", stops)
    before = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    report = register(written(tmp_path, population(600)), order)

    run = ImportRun.objects.get()
    assert [problem.code for problem in report.problems] == ["household_elsewhere"]
    assert (run.state, run.reason, run.rows_done) == ("stopped", "household_elsewhere", counted()[1])
    assert at_the_stop == [before], "no lane is left"


@pytest.mark.usefixtures("in_two_lanes")
def test_faults_are_found_by_row_whichever_lane_reads_them(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    lines = population(300)
    lines[250] = lines[250].but(resident_ref=lines[3].resident_ref, household_ref="H-other")
    lines[120] = lines[120].but(name="")
    lines[121] = lines[121].but(id_number="320199199001011111")
    lines[122] = lines[122].but(area_code="999", household_ref="H-alone")

    report = register(written(tmp_path, lines), order)

    assert [(problem.row, problem.code) for problem in report.problems] == [
        (122, "name_missing"),
        (123, "id_wrong"),
        (124, "area_unknown"),
        (252, "ref_twice"),
    ]
    assert (summary(order.domain)[:3], ImportRun.objects.count()) == ((0, 0, 0), 0)


@pytest.mark.usefixtures("in_two_lanes")
def test_a_discarded_import_leaves_its_people_findable(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    path = written(tmp_path, population(400))
    with pytest.raises(InterruptedError):
        register(path, order, cut_at=100)

    registry.register_discard(path=path, order_id=order.id, by=SYSTEM, now=clock.now())

    assert counted()[1] >= 100
    assert key_indexes() == KEY_INDEXES


def register(path: Path, order: governance.OrderView, *, cut_at: int = 10**9) -> registry.RegisterReport:
    def progress(step: str, done: int, _total: int) -> None:
        if step == "registering" and done >= cut_at:
            raise InterruptedError

    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now(), progress=progress
    )
    assert not isinstance(outcome, Refusal), outcome
    return outcome


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chunks take so long that something can happen between them."""
    at_once = importing.Preparer.chunk

    def chunk(self: importing.Preparer, people: Sequence[Person]) -> Chunk:
        time.sleep(0.1)
        return at_once(self, people)

    monkeypatch.setattr(importing.Preparer, "chunk", chunk)


def end_orders() -> None:
    with people.as_owner():
        EmergencyOrder.objects.update(
            starts_at=clock.now() - timedelta(days=9), ends_at=clock.now() - timedelta(seconds=1)
        )


def ledger_actions() -> list[str]:
    with people.as_owner():
        entries = LedgerEntry.objects.filter(action__startswith="register.").order_by("id")
        return [entry.action for entry in entries]


def key_indexes() -> set[str]:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute("select indexname from pg_indexes where tablename = 'registry_personkey'")
        # `personkey_leads_to` holds merged entries only: a load writes nothing into it.
        return {name for (name,) in cursor.fetchall()} - {"registry_personkey_pkey", "personkey_leads_to"}


def empty_register() -> None:
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "truncate registry_household, registry_resident, registry_personkey, registry_residentvalue,"
            " registry_residence, registry_correction, registry_merge, registry_importrun, registry_importlane"
        )
