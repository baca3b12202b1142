"""A register that goes in chunk by chunk: killed, stopped, discarded; nobody is lost or doubled by any of it."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from gridward.country.api import pack
from gridward.governance import api as governance
from gridward.governance.models import EmergencyOrder
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.kernel.models import LedgerEntry
from gridward.kernel.outcomes import Refusal
from gridward.registry import api as registry
from gridward.registry import importing, stages
from gridward.registry.models import Household, ImportRun, PersonKey, Resident
from tests import people
from tests.registry.town import CITY, Line, counted, number, phone, resident, written

GRIDS = (CITY.grid, CITY.next_grid, CITY.other_community_grid, CITY.other_district_grid)


def population(size: int) -> list[Line]:
    """Make people in households of one to five, some of whose members stand far away in the file."""
    draw = random.Random(7)
    lines: list[Line] = []
    names = pack("cn").given_characters
    while len(lines) < size:
        home = len(lines)
        for _member in range(draw.randint(1, 5)):
            n = len(lines)
            born = date(1940, 1, 1) + timedelta(days=n // 900)
            lines.append(
                Line(
                    f"R{n}",
                    "王" + draw.choice(names) + draw.choice(names),
                    "01",
                    number(born, n % 900) if n % 11 else "",
                    phone(n) if n % 7 else "",
                    f"珠江路{home % 300 + 1}号",
                    GRIDS[home % len(GRIDS)],
                    f"H{home}",
                )
            )
    for n in range(50, size, 97):
        far = draw.randrange(size)
        lines[n], lines[far] = lines[far], lines[n]
    return lines


def register(path: Path, order: governance.OrderView) -> registry.RegisterReport:
    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
    )
    assert not isinstance(outcome, Refusal), outcome
    return outcome


def runs() -> list[tuple[str, str, int, int]]:
    return list(
        ImportRun.objects.order_by("started_at").values_list("state", "reason", "rows_done", "starts_count")
    )


def actions() -> list[str]:
    with people.as_owner():
        rows = LedgerEntry.objects.filter(action__startswith="register.").order_by("id")
        return [f"{row.action} {json.loads(row.detail).get('rows_done', '')}".strip() for row in rows]


@pytest.fixture
def chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 3)


class CutError(Exception):
    """The power went."""


def cut_after(rows: int) -> Callable[[str, int, int], None]:
    def progress(step: str, done: int, _total: int) -> None:
        if step == "registering" and done >= rows:
            raise CutError

    return progress


def cut(path: Path, order: governance.OrderView, rows: int) -> None:
    with pytest.raises(CutError):
        registry.register_import(
            path=path,
            filename=path.name,
            order_id=order.id,
            by=SYSTEM,
            now=clock.now(),
            progress=cut_after(rows),
        )


HOMES = "AABBBCADDE"
LINES = [Line(f"R{n}", household_ref=home, phone=phone(n)) for n, home in enumerate(HOMES)]


@pytest.mark.django_db
@pytest.mark.usefixtures("chunks_of_three")
def test_a_file_that_was_cut_off_goes_on_behind_its_last_chunk_and_says_so(
    order: governance.OrderView, tmp_path: Path
) -> None:
    path = written(tmp_path, LINES)

    cut(path, order, 2)
    half = counted()[:2]
    again = register(path, order)

    assert half == (1, 2), "neighbours of one household go in together"
    assert (again.resumed_from, again.rows, again.residents, again.households) == (2, 10, 10, 5)
    assert (again.known, counted()[:2]) == (0, (5, 10))
    assert resident("R6").household_id == resident("R0").household_id, "a member who stands far away"
    assert runs() == [("done", "", 10, 2)]
    assert actions() == ["register.resume 2", "register.import"]


@pytest.mark.django_db
@pytest.mark.usefixtures("chunks_of_three")
def test_another_content_under_the_same_name_is_another_import(
    order: governance.OrderView, tmp_path: Path
) -> None:
    cut(written(tmp_path, LINES), order, 5)
    other = [line.but(name="李四") if line.resident_ref == "R9" else line for line in LINES]

    report = register(written(tmp_path, other), order)

    assert (report.resumed_from, report.residents, report.known) == (0, 5, 5)
    assert runs() == [("running", "", 5, 1), ("done", "", 10, 1)]
    assert counted()[:2] == (5, 10)


@pytest.mark.django_db
@pytest.mark.usefixtures("chunks_of_three")
def test_the_same_content_under_another_name_is_the_same_import(
    order: governance.OrderView, tmp_path: Path
) -> None:
    cut(written(tmp_path, LINES), order, 5)

    assert register(written(tmp_path, LINES, "renamed.csv"), order).resumed_from == 5


@pytest.mark.django_db
@pytest.mark.usefixtures("chunks_of_three")
def test_an_unfinished_import_can_be_discarded_and_then_begins_anew(
    order: governance.OrderView, tmp_path: Path
) -> None:
    path = written(tmp_path, LINES)
    cut(path, order, 5)

    gone = registry.register_discard(path=path, order_id=order.id, by=SYSTEM, now=clock.now())
    twice = registry.register_discard(path=path, order_id=order.id, by=SYSTEM, now=clock.now())
    report = register(path, order)

    assert not isinstance(gone, Refusal) and (gone.residents, gone.resumed_from) == (5, 5)
    assert isinstance(twice, Refusal) and twice.code == "not_found"
    assert (report.resumed_from, report.residents, report.known) == (0, 5, 5)
    assert [state for state, *_rest in runs()] == ["discarded", "done"]
    assert actions() == ["register.discard 5", "register.import"]


@pytest.mark.usefixtures("chunks_of_three", "fresh_database")
def test_an_import_that_the_end_of_its_order_stopped_can_be_told_from_one_that_was_killed(
    tmp_path: Path,
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    path = written(tmp_path, LINES)

    def ends(step: str, done: int, _total: int) -> None:
        if step == "registering" and done == 5:
            with people.as_owner():
                EmergencyOrder.objects.update(
                    starts_at=clock.now() - timedelta(days=9), ends_at=clock.now() - timedelta(seconds=1)
                )

    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now(), progress=ends
    )

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert runs() == [("stopped", "order_inactive", 5, 1)]
    assert counted()[:2] == (2, 5), "what was collected in time stays"
    assert actions() == ["register.stop 5"]

    unfinished = registry.get_unfinished_orders(path=path)
    gone = registry.register_discard(path=path, order_id=order.id, by=SYSTEM, now=clock.now())

    assert unfinished == {order.id}
    assert not isinstance(gone, Refusal) and gone.residents == 5
    assert registry.get_unfinished_orders(path=path) == set()


@pytest.mark.usefixtures("chunks_of_three", "fresh_database")
def test_an_order_that_ends_between_a_chunk_s_last_statement_and_its_commit_keeps_the_chunk_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    path = written(tmp_path, LINES)
    advance = importing.runs.run_advance

    def ends(**what: Any) -> None:
        advance(**what)
        if ImportRun.objects.get().rows_done == 5:
            with connections["owner"].cursor() as elsewhere:
                elsewhere.execute(
                    "update governance_emergencyorder set starts_at = now() - interval '9 days',"
                    " ends_at = now() - interval '1 second'"
                )

    monkeypatch.setattr(importing.runs, "run_advance", ends)
    outcome = registry.register_import(
        path=path, filename=path.name, order_id=order.id, by=SYSTEM, now=clock.now()
    )

    assert isinstance(outcome, Refusal) and outcome.code == "order_inactive"
    assert runs() == [("stopped", "order_inactive", 2, 1)]
    assert counted()[:2] == (1, 2)
    connections.close_all()


@pytest.mark.django_db
def test_a_chunk_checks_every_foreign_key_before_its_commit_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where contype = 'f' and condeferrable and conrelid = any"
            " (array['kernel_datakey', 'registry_household', 'registry_resident', 'registry_personkey']::regclass[])"
        )
        assert {name for (name,) in cursor.fetchall()} == set(stages.FOREIGN_KEYS)


@pytest.mark.django_db
@pytest.mark.usefixtures("chunks_of_three")
def test_a_fault_in_the_last_row_leaves_the_first_chunk_out_too(
    order: governance.OrderView, tmp_path: Path
) -> None:
    path = written(
        tmp_path, [*LINES, LINES[0].but(name="李四"), LINES[3].but(resident_ref="R99", area_code=GRIDS[1])]
    )

    report = register(path, order)

    assert [(problem.row, problem.code) for problem in report.problems] == [
        (12, "ref_twice"), (13, "household_split")
    ]  # fmt: skip
    assert (counted(), runs(), actions()) == ((0, 0, 0), [], [])


@pytest.mark.django_db
def test_sealing_a_table_at_once_opens_like_sealing_field_by_field(order: governance.OrderView) -> None:
    sealer = governance.sealer(order.domain)
    keys = sealer.new_data_keys(2)
    rows = [(keys[0], "a", ("王小明", "")), (keys[0], "b", ("", "1")), (keys[1], "c", ("李", "2"))]

    sealed = sealer.seal_rows("t", ("x", "y"), rows)

    for (key, row_id, texts), blobs in zip(rows, sealed, strict=True):
        for column, text, blob in zip(("x", "y"), texts, blobs, strict=True):
            opened = blob and sealer.open_(key, blob, table="t", column=column, row_id=row_id)
            assert (opened or "") == text
    nonces = [blob[18:30] for row in sealed for blob in row if blob]
    assert len(set(nonces)) == len(nonces) == 4


SCRIPT = """
import sys
from pathlib import Path
from uuid import UUID
import django
from django.conf import settings
for alias in ("default", "owner"):
    settings.DATABASES[alias].update(eval(sys.argv[3]))
django.setup()
from django.db.backends.signals import connection_created
def down(connection, **_):
    with connection.cursor() as cursor:
        cursor.execute("set role gridward_app")
connection_created.connect(down)
from gridward.kernel import clock
from gridward.kernel.actor import SYSTEM
from gridward.registry import api, importing
importing.CHUNK = int(sys.argv[4])
print(api.register_import(path=Path(sys.argv[1]), filename="register.csv", order_id=UUID(sys.argv[2]), by=SYSTEM,
                          now=clock.now(), progress=lambda *_: print(*_, flush=True)), flush=True)
"""


#: How much more memory a process may ask for than it has when the import begins.
ROOM = """import resource
held = int(open("/proc/self/status").read().split("VmData:")[1].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (held + {room}, held + {room}))
importing."""


def start(path: Path, order: governance.OrderView, chunk: int, *, room: int = 0) -> subprocess.Popen[str]:
    script = SCRIPT.replace("importing.", ROOM.format(room=room), 1) if room else SCRIPT
    entry = {
        key: value for key, value in settings.DATABASES["default"].items()
        if key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS", "ENGINE")
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path), str(order.id), repr(entry), str(chunk)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ),
    )  # fmt: skip


def summary(domain: str) -> tuple[object, ...]:
    """Return who is registered: counts, and a hash over who lives with whom, where, under which matching keys."""
    with people.as_owner():
        rows = sorted(
            Resident.objects.filter(domain=domain).values_list(
                "resident_ref", "household__household_ref", "area_pos", "id_kind"
            )
        )
        keys = sorted(
            tuple(bytes(value or b"") for value in row)
            for row in PersonKey.objects.filter(domain=domain).values_list(
                "id_key", "id_surname_key", "phone_surname_key", "phone_name_key", "door_name_key"
            )
        )
        homes = Household.objects.filter(domain=domain).count()
    return homes, len(rows), len(keys), hashlib.sha256(repr((rows, keys)).encode()).hexdigest()


@pytest.mark.heavy
@pytest.mark.usefixtures("fresh_database")
def test_killed_at_random_moments_nobody_is_lost_and_nobody_doubled(tmp_path: Path) -> None:
    with transaction.atomic():
        order = people.signed_order()
    lines = population(20_000)
    path = written(tmp_path, lines)
    draw = random.Random(int.from_bytes(os.urandom(4), "big"))
    kills = 0
    for _attempt in range(5):
        process = start(path, order, chunk=700)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("registering"):
                break
        time.sleep(draw.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    last = start(path, order, chunk=5_000)
    told, _nothing = last.communicate(timeout=120)

    assert last.returncode == 0, told[-2_000:]
    assert kills >= 2
    killed = summary(order.domain)
    with people.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "truncate registry_household, registry_resident, registry_personkey, registry_residentvalue,"
            " registry_residence, registry_correction, registry_merge, registry_importrun, registry_importlane"
        )
    undisturbed = register(path, order)
    assert undisturbed.residents == killed[1] == len(lines)
    assert summary(order.domain) == killed
    connections.close_all()


@pytest.mark.heavy
@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize(("chunk", "fits"), [(1_000, True), (1_000_000, False)])
def test_a_register_of_any_length_takes_the_memory_of_a_few_chunks(
    chunk: int, fits: bool, tmp_path: Path
) -> None:
    with transaction.atomic():
        order = people.signed_order()
    path = written(tmp_path, population(60_000))

    process = start(path, order, chunk, room=100 << 20)
    told, _nothing = process.communicate(timeout=300)

    assert (process.returncode == 0) is fits, told[-2_000:]
