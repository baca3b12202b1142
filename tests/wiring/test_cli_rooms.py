"""
The commands of the rooms, each run as a person runs it, on one real data directory with a synthetic street.

What they answer is JSON on stdout; what they refuse is one line, a stable code and an exit code, never a stack trace.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gridward.wiring.supervisor import Supervisor
from tests.people import DIVISIONS
from tests.wiring.forked import Commands
from tests.wiring.supervisor_cases import ONE_LINE, ROOT

pytestmark = pytest.mark.slow

MOST_RESIDENTS = 400
DESTROY = ("governance", "domain", "destroy")
NOBODY_KNOWS = "01a00000-0000-7000-8000-000000000000"
#: What the model city does after its tree: profile, accounts, order and channels.
FOUND = """
from django.db import transaction
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.ready import database_ready
with database_ready(environment_read()):
    from gridward.governance import api as governance
    from gridward.kernel import clock
    from gridward.kernel.actor import SYSTEM
    from gridward.wiring import demo_steps as demo
    now = clock.now()
    with transaction.atomic():
        governance.profiles_install(by=SYSTEM, now=now)
    demo.people_who_work(now)
    demo.order_in_force(now)
    demo.channels(now)
"""


@dataclass(frozen=True)
class Street:
    """A running database with a street in it, and the street's files."""

    data: Path
    files: Path
    commands: Commands

    def run(self, *words: object) -> "subprocess.CompletedProcess[str]":
        return self.commands.run(*map(str, words))

    def answer(self, *words: object) -> Any:
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def department(self, part: str) -> Path:
        return next(path for path in sorted((self.files / "lists").iterdir()) if part in path.name)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("rooms")
    # The server's own user has to reach the data directory.
    for parent in (folder, folder.parent):
        parent.chmod(0o711)
    data = folder / "data"
    supervisor = Supervisor(data, durable=False)
    supervisor.start()
    try:
        with Commands(data, folder) as commands:
            found = Street(data, folder / "files", commands)
            _found(found)
            yield found
    finally:
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _found(street: Street) -> None:
    made = street.run("simulate", "city", "--out", street.files, "--seed", "3")
    assert made.returncode == 0, made.stderr
    assert all(Path(line).exists() for line in made.stdout.splitlines())
    assert street.run("database", "migrate").returncode == 0
    for path in (DIVISIONS, street.files / "grids.csv", street.files / "addresses.csv"):
        assert street.answer("territory", "import", path)["problems"] == []
    founded = subprocess.run(
        [sys.executable, "-c", FOUND], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"GRIDWARD_DATA": str(street.data), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert founded.returncode == 0, founded.stderr
    lines = (street.files / "residents.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (street.files / "residents.csv").write_text("".join(lines[: MOST_RESIDENTS + 1]), encoding="utf-8")


def refused(done: "subprocess.CompletedProcess[str]", code: str, exit_code: int) -> None:
    last = (done.stderr.splitlines(keepends=True) or [""])[-1]
    assert "Traceback" not in done.stderr
    assert ONE_LINE.match(last), done.stderr
    assert (f"[{code}]" in last, done.returncode, done.stdout) == (True, exit_code, ""), done.stderr


# --- what they do ---------------------------------------------------------------------------------------------------


def test_the_tree_is_counted(street: Street) -> None:
    counted = street.answer("territory", "count")

    assert {level: counted[level] for level in ("city", "district", "street", "community")} == {
        "city": 1, "district": 11, "street": 140, "community": 1322,
    }  # fmt: skip
    assert counted["grid"] > 10


def test_an_address_is_located(street: Street) -> None:
    found = street.answer("territory", "locate", "玄武区新街口街道成贤街社区珠江路273号")

    assert found["area_code"].startswith("320102003015")


def test_a_register_is_imported_once(street: Street) -> None:
    first = street.answer("registry", "import", street.files / "residents.csv")
    again = street.answer("registry", "import", street.files / "residents.csv")

    assert (first["rows"], first["residents"], first["problems"]) == (MOST_RESIDENTS, MOST_RESIDENTS, [])
    assert (again["residents"], again["known"]) == (0, MOST_RESIDENTS)


def test_a_roster_is_imported_once(street: Street) -> None:
    first = street.answer("workforce", "import", street.files / "workers.csv")
    again = street.answer("workforce", "import", street.files / "workers.csv")

    assert first["workers"] == first["rows"] > 10
    assert (again["workers"], again["known"]) == (0, first["rows"])


def test_a_list_adds_up_to_its_last_row_and_its_answers_come_as_a_file(
    street: Street, tmp_path: Path
) -> None:
    sent = street.answer(
        "intake", "import", street.department("卫健委"), "--channel", "health-returnees", "--as", "intake"
    )
    rows = tmp_path / "rows.csv"
    report = street.answer("intake", "report", sent["batch"], "--rows", rows, "--as", "intake")

    assert sent["rows"] == sent["accepted"] + sent["rejected"] > 50
    assert sent["accepted"] == sent["merged"] + sent["new"] + sent["waiting"]
    assert report["rows"] == sent["rows"]
    assert (
        rows.read_text(encoding="utf-8-sig").splitlines()[0] == "row_number,status,outcome,outcome_at,reason"
    )
    assert len(rows.read_text(encoding="utf-8-sig").splitlines()) == sent["rows"] + 1


def test_orders_are_listed_with_their_key_domain(street: Street) -> None:
    (order,) = street.answer("governance", "orders", "--as", "city")

    assert (order["state"], order["area_code"]) == ("active", "3201")
    assert re.fullmatch(r"order:[0-9a-f-]{36}", order["domain"])


def test_what_is_due_is_released(street: Street) -> None:
    assert street.answer("dispatch", "release-due", "--as", "street").keys() == {"released"}
    assert street.answer("dispatch", "plan", "--write", "--as", "street").keys() == {"released"}
    assert street.answer("dispatch", "plan", "--as", "street").keys() == {"date", "batches"}


def test_a_ledger_is_sealed_exported_and_found_sound_by_the_verifier(street: Street, tmp_path: Path) -> None:
    out, heads = tmp_path / "ledger.jsonl", street.data / "heads" / "heads.jsonl"

    sealed = street.answer("governance", "ledger", "seal", "--as", "auditor")
    exported = street.answer("governance", "ledger", "export", out, "--as", "privacy")
    verified = subprocess.run(
        [sys.executable, "-m", "gridward_verify", "--ledger", out, "--heads", heads,
         "--public-key", street.data / "keystore" / "heads-signing.pub"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert sealed["position"] == exported["sealed"] > 10
    assert verified.returncode == 0, verified.stdout
    # The export itself is in the ledger, after what it holds.
    assert street.answer("governance", "ledger", "seal", "--as", "auditor")["position"] > exported["sealed"]


def test_a_fact_that_fails_is_listed_found_by_doctor_and_tried_anew_when_asked(street: Street) -> None:
    def owner(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(Supervisor(street.data).dsn("owner")) as connection:
            return connection.execute(statement).fetchall()

    (poison,) = owner(
        "insert into kernel_fact (kind, ids, announced_at) values ('intake.batch_received', '{}', now()) returning id"
    )
    sent = street.run(
        "intake", "import", street.department("公安"), "--channel", "police-returnees", "--as", "intake"
    )
    (failed,) = street.answer("outbox", "list")
    owner("update kernel_failure set next_at = null, set_aside_at = now() returning 1")
    found = street.run("doctor")
    again = street.run("outbox", "retry")
    told = street.run("outbox", "list").stdout
    owner("delete from kernel_failure returning 1")

    assert sent.returncode == 0, "a list that was taken in does not answer for an older fact"
    assert (failed["fact_id"], failed["listener"], failed["error"]) == (
        poison[0],
        "intake.resolve",
        "KeyError",
    )
    assert (found.returncode, "BAD outbox: 1 facts were set aside" in found.stdout) == (4, True)
    refused(again, "outbox.failed", 1)
    assert told.startswith(f"{poison[0]}  intake.batch_received  intake.resolve  1×  KeyError  next try ")
    assert street.run("outbox", "list").stdout == "Nothing failed.\n"


# --- what they refuse -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("registry", "import", "missing.csv"), "table_unreadable", 3),
        (("workforce", "import", "missing.csv"), "table_unreadable", 3),
        (("territory", "import", "missing.csv"), "file.unusable", 4),
        (("intake", "import", "missing.csv", "--channel", "health-returnees"), "file.unusable", 4),
        (("intake", "import", DIVISIONS, "--channel", "nobodys"), "channel_unknown", 3),
        (("intake", "report", NOBODY_KNOWS), "not_found", 3),
        (("registry", "import", DIVISIONS), "table_header_not_found", 3),
        (("registry", "import", DIVISIONS, "--order", "none such"), "order_inactive", 3),
        (("workforce", "import", DIVISIONS), "table_header_not_found", 3),
        (("territory", "import", __file__), "territory_unrecognised", 3),
        (("territory", "import", DIVISIONS, "--as", "nobody"), "account_unknown", 3),
        (("registry", "import", DIVISIONS, "--as", "nobody"), "account_unknown", 3),
        (("intake", "import", DIVISIONS, "--channel", "x", "--as", "nobody"), "account_unknown", 3),
        (("governance", "orders", "--as", "nobody"), "account_unknown", 3),
        (("governance", "orders"), "forbidden", 3),
        (("governance", "ledger", "seal", "--as", "city"), "forbidden", 3),
        (("governance", "ledger", "export", "out.jsonl", "--as", "city"), "forbidden", 3),
        (("governance", "ledger", "export", "no/such/place.jsonl", "--as", "auditor"), "file.unusable", 4),
        (("governance", "domain", "destroy", "order:1", "--reason", "long enough", "--as", "city"), "forbidden", 3),
        (("governance", "domain", "destroy", "order:1", "--reason", "short", "--as", "privacy"), "reason_needed", 3),
        (("governance", "domain", "destroy", "order:1", "--reason", "long enough", "--as", "privacy"), "not_found", 3),
        (("dispatch", "release-due"), "forbidden", 3),
        (("dispatch", "plan"), "forbidden", 3),
        (("outbox", "retry", 999_999), "not_found", 3),
        (("outbox", "list", "--as", "city"), "forbidden", 3),
        (("simulate", "city", "--out", "here", "--street", "999"), "area_unknown", 3),
    ],
    ids=lambda value: " ".join(map(str, value))[:50] if isinstance(value, tuple) else str(value),
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(
    street: Street, words: tuple[object, ...], code: str, exit_code: int
) -> None:
    refused(street.run(*words), code, exit_code)


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "city", "--out", "here", "--seed", "seven"),
        ("simulate", "city"),
        ("territory", "locate", "--point", "118.7,north"),
        ("territory", "locate"),
        ("intake", "report", "12"),
        ("intake", "import", "list.csv"),
        ("governance", "ledger"),
        ("governance", "domain", "destroy", "order:1"),
    ],
    ids=" ".join,
)
def test_words_that_make_no_command_are_a_mistake_of_use(street: Street, words: tuple[str, ...]) -> None:
    done = street.run(*words)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("usage: ")


def test_a_file_with_problems_imports_nothing_and_names_the_rows(street: Street, tmp_path: Path) -> None:
    header, good, other = (street.files / "workers.csv").read_text(encoding="utf-8").splitlines()[:3]
    cells = dict(zip(header.split(","), other.split(","), strict=True))
    wrong = ["no-role" if name == "role" else f"x{value}" for name, value in cells.items()]
    roster = tmp_path / "workers.csv"
    roster.write_text("\n".join([header, f"new{good}", ",".join(wrong)]) + "\n", encoding="utf-8")

    done = street.run("workforce", "import", roster, "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout)["workers"] == 0
    assert re.search(r"^row 3, \w+: .+ \[\w+\]$", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("account", ["auditor", "street"])
def test_a_list_is_taken_in_only_by_somebody_who_may(street: Street, account: str) -> None:
    done = street.run(
        "intake", "import", street.department("公安"), "--channel", "police-returnees", "--as", account
    )

    refused(done, "forbidden", 3)


@pytest.mark.parametrize("command", ["registry", "workforce"])
def test_an_import_is_made_only_by_somebody_who_may(street: Street, command: str) -> None:
    file = {"registry": "residents.csv", "workforce": "workers.csv"}[command]

    refused(street.run(command, "import", street.files / file, "--as", "auditor"), "forbidden", 3)


# --- the end --------------------------------------------------------------------------------------------------------


def test_keys_stay_while_the_order_is_in_force_whatever_is_typed(street: Street) -> None:
    (order,) = street.answer("governance", "orders", "--as", "city")

    words = (*DESTROY, order["domain"], "--reason", "a test of it", "--as", "privacy")
    done = street.run(*words, "--yes")

    refused(done, "order.active", 3)
    assert list((street.data / "keystore").glob("order@*.domainkey"))


END = """
from gridward.wiring.cli.environment import environment_read
from gridward.wiring.cli.ready import database_ready
with database_ready(environment_read()):
    from gridward.governance import api as governance
    from gridward.kernel import clock
    from gridward.wiring import demo_steps as demo
    now = clock.now()
    (order,) = governance.get_active_orders(now=now)
    demo.settled(governance.order_end(order_id=order.id, reason="over", by=demo.acting("issuer", now), now=now))
"""


def test_the_keys_of_an_order_that_is_over_die_only_when_its_number_is_typed(street: Street) -> None:
    (order,) = street.answer("governance", "orders", "--as", "city")
    environment = {"GRIDWARD_DATA": str(street.data), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", END], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    words = (*DESTROY, order["domain"], "--reason", "a test of it", "--as", "privacy")

    silent = street.run(*words)
    still_there = list((street.data / "keystore").glob("order@*.domainkey"))
    done = street.run(*words, "--yes")
    again = street.run(*words, "--yes")

    assert ended.returncode == 0, ended.stderr
    refused(silent, "confirmation.missing", 2)
    assert order["number"] in silent.stderr
    assert still_there
    assert done.returncode == 0, done.stderr
    assert not list((street.data / "keystore").glob("order@*.domainkey"))
    refused(again, "key_destroyed", 3)
    refused(street.run("registry", "import", street.files / "residents.csv"), "order_inactive", 3)


UNFINISHED = """
insert into registry_importrun (id, order_id, domain, content_hash, state, reason, rows_count, rows_done,
                                residents_count, started_at, changed_at)
select gen_random_uuid(), id, 'order:' || id, %s, 'stopped', 'order_inactive', 400, 100, 100, now(), now()
  from governance_emergencyorder where ended_at is not null
"""


def test_an_import_whose_order_is_over_can_be_discarded_and_only_once(street: Street) -> None:
    file = street.files / "residents.csv"
    with psycopg.connect(Supervisor(street.data).dsn("owner")) as connection:
        connection.execute(UNFINISHED, [hashlib.sha256(file.read_bytes()).hexdigest()])

    other = street.run("registry", "import", file, "--discard", "--order", "none such")
    gone = street.answer("registry", "import", file, "--discard")
    again = street.run("registry", "import", file, "--discard")

    refused(other, "not_found", 3)
    assert (gone["rows"], gone["resumed_from"], gone["residents"]) == (MOST_RESIDENTS, 100, 100)
    refused(again, "not_found", 3)
