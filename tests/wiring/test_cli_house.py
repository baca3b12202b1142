"""
The commands of the house by themselves: what the environment says, what the doctor finds, how the house is kept up and
who is told what. No server runs here.
"""

import argparse
import http.server
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from gridward.registry import stages
from gridward.wiring.cli import demo, doctor, foreground
from gridward.wiring.cli.environment import Environment, environment_read, port_check
from gridward.wiring.cli.foreground import programs, stop_on_signal
from gridward.wiring.cli.problems import CommandError, ending_of
from gridward.wiring.cli.processes import Child, Program, children_stop
from gridward.wiring.cli.reports import problems_print
from gridward.wiring.supervisor import Layout
from gridward.wiring.supervisor.layout import layout_prepare
from tests.wiring.forked import free_port


def environment(data: Path, *, port: int = 0, host: str = "127.0.0.1", url: str = "") -> Environment:
    return Environment(data=data, host=host, port=port or free_port(), database_url=url)


# --- the environment --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("127.0.0.1", 8420, True, "http://127.0.0.1:8420/")),
        ({"GRIDWARD_PORT": "9000"}, ("127.0.0.1", 9000, True, "http://127.0.0.1:9000/")),
        ({"GRIDWARD_HOST": "::1", "GRIDWARD_PORT": "1"}, ("::1", 1, True, "http://[::1]:1/")),
        ({"GRIDWARD_HOST": "", "GRIDWARD_PORT": ""}, ("127.0.0.1", 8420, True, "http://127.0.0.1:8420/")),
        ({"DATABASE_URL": "postgresql://x@y/z"}, ("127.0.0.1", 8420, False, "http://127.0.0.1:8420/")),
    ],
)
def test_the_environment_says_where_a_command_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], expected: tuple[object, ...]
) -> None:
    for name in ("GRIDWARD_HOST", "GRIDWARD_PORT", "DATABASE_URL"):
        monkeypatch.setenv(name, given.get(name, ""))
    monkeypatch.setenv("GRIDWARD_DATA", str(tmp_path))

    read = environment_read()

    assert (read.host, read.port, read.embedded, read.url) == expected


def test_children_find_the_same_data_from_another_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRIDWARD_DATA", "city")
    monkeypatch.setenv("GRIDWARD_PORT", "")

    read = environment_read()

    assert read.data == tmp_path / "city"
    assert os.environ["GRIDWARD_DATA"] == str(tmp_path / "city")
    assert os.environ["GRIDWARD_PORT"] == "8420"


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_cannot_be_used_is_refused_with_what_to_set(tmp_path: Path, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = environment(tmp_path, host=host, port=other.getsockname()[1])

        with pytest.raises(CommandError, match="set GRIDWARD_PORT") as refused:
            port_check(taken)

    assert refused.value.code == "port.taken"
    port_check(environment(tmp_path))


# --- the doctor -------------------------------------------------------------------------------------------------------


def findings(where: Environment, *, production: bool = False) -> dict[str, doctor.Finding]:
    return {finding.what: finding for finding in doctor._findings(where, production=production)}


def test_on_a_sound_machine_everything_is_good_and_nothing_is_made(tmp_path: Path) -> None:
    found = findings(environment(tmp_path / "data"))

    assert list(found) == ["Python", "data directory", "secrets", "port", "database"]
    assert all(finding.good for finding in found.values())
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("folder", "mode", "good"), [
    ("secrets", 0o755, False), ("keystore", 0o710, False), ("keystore", 0o701, False), ("secrets", 0o700, True),
    ("heads", 0o755, True),
])  # fmt: skip
def test_keys_and_passwords_that_others_may_read_are_found(
    tmp_path: Path, folder: str, mode: int, good: bool
) -> None:
    layout = Layout(tmp_path / "data")
    layout_prepare(layout)
    (layout.root / folder).chmod(mode)

    finding = findings(environment(layout.root))["secrets"]

    assert finding.good is good
    assert good or folder in finding.words


def test_each_ill_is_found_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with socket.create_server(("127.0.0.1", 0)) as other:
        found = findings(
            environment(tmp_path, port=other.getsockname()[1], url="postgresql://nobody@127.0.0.1:1/city"),
            production=True,
        )

    assert {what for what, finding in found.items() if not finding.good} == {
        "data directory",
        "port",
        "database",
    }
    assert "GRIDWARD_DATA" in found["data directory"].words
    assert "\n" not in found["database"].words


@pytest.mark.parametrize(
    ("version", "bypasses", "good", "words"),
    [
        (140012, False, False, "PostgreSQL 14 is too old"),
        (150000, False, True, "PostgreSQL 15 answers"),
        (180001, False, True, "PostgreSQL 18 answers"),
        (180001, True, False, "bypasses row-level security"),
    ],
)
def test_a_server_of_one_s_own_must_be_new_enough_and_bound_by_the_walls(
    version: int, bypasses: bool, good: bool, words: str
) -> None:
    finding = doctor._database(version, bypasses=bypasses)

    assert finding.good is good
    assert words in finding.words


@pytest.mark.parametrize(("url", "fit"), [("", False), ("postgresql://nobody@127.0.0.1:1/city", True)])
def test_only_a_server_of_one_s_own_is_fit_for_production(tmp_path: Path, url: str, fit: bool) -> None:
    found = findings(environment(tmp_path / "data", url=url), production=True)

    assert found["production"].good is fit
    assert "production" not in findings(environment(tmp_path / "data", url=url))


def test_the_doctor_says_when_the_register_has_lost_its_indexes_and_no_import_will_build_them(
    fresh_database: str,
) -> None:
    settings = connections["default"].get_connection_params()
    asked = {
        name: settings[name] for name in ("host", "port", "dbname", "user", "password") if name in settings
    }
    with psycopg.connect(**asked, autocommit=True) as other:
        sound = doctor._register(other)
        other.execute("select registry_keys_unindex()")
        missing = doctor._register(other)
        other.execute("select pg_advisory_lock(%s)", [stages.LOCK])
        busy = doctor._register(other)

    assert [finding.good for finding in (sound, missing, busy)] == [True, False, True]
    assert "worker" in missing.words and "import is at work" in busy.words


# --- keeping the house up ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_breaks_off_what_is_being_prepared_and_a_second_one_does_not_disturb_the_end(
    number: int,
) -> None:
    ended = threading.Event()
    before = signal.getsignal(number)
    steps = []

    with stop_on_signal(ended):
        steps.append("begun")
        try:
            os.kill(os.getpid(), number)
            steps.append("never reached")
        finally:
            os.kill(os.getpid(), number)
            steps.append("tidied up")

    assert steps == ["begun", "tidied up"]
    assert ended.is_set()
    assert signal.getsignal(number) is before


def test_a_mistake_inside_is_not_swallowed_with_the_signals() -> None:
    with pytest.raises(ZeroDivisionError), stop_on_signal(threading.Event()):
        _ = 1 / 0


@pytest.mark.parametrize(("machine", "workers"), [(1, "1"), (2, "2"), (64, "4"), (None, "1")])
def test_the_site_has_a_process_a_core_within_bounds_and_stops_before_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: int | None, workers: str
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: machine)
    where = environment(tmp_path, host="::1", port=8421)

    site, worker = programs(where)

    command = site.command
    assert (site.name, worker.name) == ("site", "worker")
    assert command[command.index("--workers") + 1] == workers
    assert (command[command.index("--host") + 1], command[command.index("--port") + 1]) == ("::1", "8421")
    assert "--no-access-log" in command, "an access log would keep who opened which task"
    assert "--respawn-failed-workers" in command, "a process of the site that dies would end all of them"


class _Answer(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[int]:
    """A site that answers every address; returns its port."""
    served = http.server.HTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served.server_port
    served.shutdown()
    served.server_close()
    _Answer.status = 200


@pytest.mark.parametrize(("status", "there"), [(200, True), (400, True), (500, False), (503, False)])
def test_a_site_is_there_when_it_answers_without_a_mistake(
    tmp_path: Path, site: int, status: int, there: bool
) -> None:
    _Answer.status = status

    assert foreground._answers(environment(tmp_path, port=site)) is there


def test_a_site_that_stays_silent_ends_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreground, "READY_SECONDS", 0)

    with pytest.raises(CommandError) as refused:
        foreground._await_site(environment(tmp_path), threading.Event(), [])

    assert refused.value.code == "site.silent"


def test_nobody_waits_for_the_site_once_somebody_asked_to_stop(tmp_path: Path) -> None:
    ended = threading.Event()
    ended.set()

    foreground._await_site(environment(tmp_path), ended, [])


def test_processes_that_never_started_are_stopped_without_a_word() -> None:
    said: list[str] = []
    child = Child(Program("site", ("nothing",)), said.append)

    children_stop([child])

    assert (child.pid, said) == (None, [])


def test_the_demo_tells_where_it_is_and_who_may_sign_in(capsys: pytest.CaptureFixture[str]) -> None:
    demo._welcome("http://127.0.0.1:8420/", [("city centre", "city", "secret"), ("worker", "w-1", "secret")])
    said = capsys.readouterr().out.splitlines()

    assert "Gridward is ready: http://127.0.0.1:8420/" in said
    assert "  city centre  city  secret" in said
    assert "  worker       w-1   secret" in said
    assert said[-1] == "Ctrl-C stops everything."


# --- the last words ---------------------------------------------------------------------------------------------------


class Problem:
    """A problem of a row, as an importer reports it."""

    def __init__(self, row: int) -> None:
        self.row, self.column, self.code, self.message = row, "name", "empty", "The cell is empty."


@pytest.mark.parametrize(
    ("count", "lines", "code"), [(0, 0, 0), (1, 1, 3), (50, 50, 3), (51, 51, 3), (9_000, 51, 3)]
)
def test_of_many_problems_fifty_are_told_and_the_rest_is_counted(
    capsys: pytest.CaptureFixture[str], count: int, lines: int, code: int
) -> None:
    assert problems_print([Problem(row) for row in range(count)]) == code  # type: ignore[misc]  # told alike

    said = capsys.readouterr().err.splitlines()
    assert len(said) == lines
    assert count <= 50 or said[-1] == f"… and {count - 50} more"


def test_the_words_of_a_server_are_told_without_its_first_lines() -> None:
    error = psycopg.OperationalError(
        'connection to "db" failed\nFATAL:  password authentication failed for user "x"\n'
    )

    ending = ending_of(error)

    assert ending.exit_code == 4
    assert ending.line.endswith('password authentication failed for user "x" [database.unreachable]')


def test_the_findings_are_one_json_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRIDWARD_DATA", str(tmp_path / "d"))
    monkeypatch.setenv("GRIDWARD_PORT", str(free_port()))
    monkeypatch.setenv("DATABASE_URL", "")

    code = doctor.run(argparse.Namespace(production=True, json=True))

    told = json.loads(capsys.readouterr().out)
    assert code == 4
    assert [one["what"] for one in told if not one["good"]] == ["production"]
    assert all(one.keys() == {"what", "good", "words"} for one in told)
